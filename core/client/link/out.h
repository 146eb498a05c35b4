// What a flow sees of the connection: a way out. A small reference object that Client hands to every flow.
#pragma once

#include <string>

#include "client/link/link.h"
#include "client/link/open_queries.h"
#include "stanza/inbound.h"

namespace wa::client {

class Out {
 public:
  Out(Link& link, Requests& requests, Account& account) : link_(link), requests_(requests), account_(account) {}

  // Logged in and active: stanzas of flows may leave.
  bool online() const { return online_; }
  void set_online(bool online) { online_ = online; }

  void send(const wire::Node& node, Turn& turn) { link_.send(node, turn); }
  void ack(const stanza::AckInfo& of, Turn& turn);   // the plain <ack>; see stanza/outbound/answer.h for the others
  // Gives the <iq> an id, sends it and remembers what it was for. False when the link is not up or too many are open:
  // nothing was sent, no answer will come.
  bool query(wire::Node iq, Query what, Turn& turn);
  std::string next_id(Turn& turn);                   // unique in this connection

  Account& account() { return account_; }
  const Account& account() const { return account_; }
  void save_account(Turn& turn) { store_account(turn.txn, account_); }

 private:
  Link& link_;
  Requests& requests_;
  Account& account_;
  bool online_ = false;
  std::string id_prefix_;                            // random per process life
  std::uint32_t ids_ = 0;
};

}  // namespace wa::client
