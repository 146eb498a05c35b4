// A message to one person, or to ourselves (04 section 8): the device lists of both sides, a session with each device,
// then one stanza with a ciphertext for each.
// Guarantees: lists and bundles are asked for a few times on a connection; the recipient's own phone is asked for once
// more than its other devices, which are left out without a session and counted. It fails when the service does not
// know the recipient, or no device of the recipient can be reached.
#pragma once

#include "client/link/out.h"
#include "client/messages/delivery.h"

namespace wa::client {

class DirectDelivery {
 public:
  static bool carries(const wire::Jid& to, bool peer) { return !peer && to.is_user(); }

  Progress advance(const Queued&, Out&, Turn&);
  Progress on_answer(const Answered&, const Queued&, const Account&, Turn&);
  // Our token for the recipient goes out, once per bucket.
  void on_accepted(const Queued&, MessageSent&, Out&, Turn&);
  // Of other devices: the lists of both sides are forgotten. Those left out ask by retry receipt, the next message for
  // lists.
  bool on_ack(const stanza::Ack&, const Queued&, const Account&, Turn&);
  void put_back() { state_ = Waiting{}; }
  void on_offline();
  Stage stage() const { return stage_of(state_); }

 private:
  struct Waiting {};
  struct AskingLists { bool recipient = false; };   // of the recipient, too
  struct AskingBundles { std::uint8_t open = 0; };
  struct AwaitingAck {};

  Progress ask_for(const std::vector<wire::Jid>& devices, const Queued&, Out&, Turn&);
  Progress send(const Queued&, const wire::Jid& destination, Out&, Turn&);

  std::variant<Waiting, AskingLists, AskingBundles, AwaitingAck> state_;
  std::uint8_t list_asks_ = 0, bundle_asks_ = 0;   // on this connection
  int bundle_error_ = 0;                           // the last one told
  std::string phash_;                              // over the devices it went to the last time
};

}  // namespace wa::client
