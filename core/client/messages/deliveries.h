// The delivery machines, listed once, and the one that a message has.
// Guarantees: a message has the first machine that carries it; one that none carries has that of direct messages, which
// fails it as unknown. Only calls on: what each function means stands in delivery.h and in the machines.
#pragma once

#include "client/messages/direct_delivery.h"
#include "client/messages/group_delivery.h"
#include "client/messages/peer_delivery.h"
#include "client/messages/status_delivery.h"

namespace wa::client {

class Delivery {
 public:
  // Whether a message of the user's can go there.
  static bool carries(const wire::Jid& to);
  Delivery(const wire::Jid& to, bool peer);

  // Asks what it must, or sends. In Stage::waiting only.
  Progress advance(const Queued&, Out&, Turn&);
  Progress on_answer(const Answered&, const Queued&, const Account&, Turn&);
  // The service took the message: completes what is told of it, and keeps what follows from it.
  void on_accepted(const Queued&, MessageSent&, Out&, Turn&);
  // Learns from an ack what was out of date: the devices, by its phash; what the message went by, by its error. True:
  // that is why it was refused, and it will be asked for again.
  bool on_ack(const stanza::Ack&, const Queued&, const Account&, Turn&);
  // The service took it and knows more devices: it is advanced once more, for them alone, and nobody waits for that.
  bool incomplete() const;
  void put_back();      // nothing is waited for any more; it is advanced again
  void on_offline();    // the same, and everything may be asked again on the next connection

  Stage stage() const;

 private:
  using Machines = std::variant<DirectDelivery, GroupDelivery, PeerDelivery, StatusDelivery>;   // a line each
  template <std::size_t At> void choose(const wire::Jid& to, bool peer);
  template <std::size_t At> static bool any_carries(const wire::Jid& to);

  Machines machine_;
};

}  // namespace wa::client
