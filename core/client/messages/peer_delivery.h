// A message to an own device (07 section 8): a session with it, then one stanza with one ciphertext. What it says is
// made in peer_requests.h. The device of `to` says which: 0 is the phone; kCompanions are all the others, whose list is
// asked for, and the message becomes one for each.
// Guarantees: a device's bundle is asked for twice on a connection. What is for the phone stays until the service took
// it; for a companion without a session it is dropped: nothing is promised for them.
#pragma once

#include "client/link/out.h"
#include "client/messages/delivery.h"

namespace wa::client {

class PeerDelivery {
 public:
  static bool carries(const wire::Jid&, bool peer) { return peer; }

  Progress advance(const Queued&, Out&, Turn&);
  Progress on_answer(const Answered&, const Queued&, const Account&, Turn&);
  void on_accepted(const Queued&, MessageSent&, Out&, Turn&) {}
  bool on_ack(const stanza::Ack&, const Queued&, const Account&, Turn&) { return false; }
  void put_back() { state_ = Waiting{}; }
  void on_offline();
  bool incomplete() const { return false; }
  Stage stage() const { return stage_of(state_); }

 private:
  struct Waiting {};
  struct AskingList {};
  struct AskingBundle {};
  struct AwaitingAck {};

  Progress fan_out(const Queued&, Out&, Turn&);
  Progress send(const Queued&, const wire::Jid& phone, Out&, Turn&);

  std::variant<Waiting, AskingList, AskingBundle, AwaitingAck> state_;
  std::uint8_t bundle_asks_ = 0, list_asks_ = 0;   // on this connection, or since the last pause
};

inline constexpr std::uint16_t kCompanions = 0xFFFF;  // as a device: all own devices but the phone and this one

}  // namespace wa::client
