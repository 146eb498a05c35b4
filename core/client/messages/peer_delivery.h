// A message to the own phone (07 section 8): a session with it, then one stanza with one ciphertext. What it says is
// made in peer_requests.h.
// Guarantees: the phone's bundle is asked for twice on a connection; without a session the message is dropped and
// nobody is told: whoever wants it asks again.
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
  struct AskingBundle {};
  struct AwaitingAck {};

  Progress send(const Queued&, const wire::Jid& phone, Out&, Turn&);

  std::variant<Waiting, AskingBundle, AwaitingAck> state_;
  std::uint8_t bundle_asks_ = 0;   // on this connection
};

}  // namespace wa::client
