// A status (11 sections 1, 3): who sees it by the account's list, their LIDs and devices, a session with each device
// that lacks our sender key for statuses, then one stanza that names everybody who is to get it.
// Guarantees: the list is asked for before the first status of a day, and nobody outside it can read what follows;
// ourselves are always among those who get it; a deletion goes to whoever the status went to; who has no LID is left
// out and counted, as is a person without devices. It fails when nobody else sees it, or the list is not told.
// Where the key is and when it is renewed: group_sender_keys.h. For a day: whom each status went to (status_rows.h).
#pragma once

#include <vector>

#include "client/link/out.h"
#include "client/messages/delivery.h"
#include "client/rows/status_rows.h"

namespace wa::client {

struct Group;
struct OutboxRow;
struct Readers;

class StatusDelivery {
 public:
  static bool carries(const wire::Jid& to, bool peer) { return !peer && is_status(to); }

  Progress advance(const Queued&, Out&, Turn&);
  Progress on_answer(const Answered&, const Queued&, const Account&, Turn&);
  void on_accepted(const Queued&, MessageSent&, Out&, Turn&);   // the devices that were given the key have it
  // Of other devices: the lists of those it went to are forgotten.
  bool on_ack(const stanza::Ack&, const Queued&, const Account&, Turn&);
  void put_back() { state_.emplace<Waiting>(); }
  void on_offline();
  bool incomplete() const { return false; }
  Stage stage() const;

 private:
  struct Waiting {};
  struct AskingAudience {};
  struct AskingLists { std::uint8_t open = 0; bool failed = false; };
  struct AskingBundles { std::uint8_t open = 0; };
  struct AwaitingAck { std::vector<wire::Jid> given; };

  // Whom it goes to; nullopt: `then` says what comes first.
  std::optional<SentStatus> audience_of(const Queued&, const OutboxRow&, Out&, Turn&, Progress& then);
  Progress ask_lists(const std::vector<wire::Jid>& people, std::uint8_t& asks, const Queued&, Out&, Turn&);
  Progress ask_for(const std::vector<wire::Jid>& devices, const Queued&, Out&, Turn&);
  Progress send(const Queued&, const OutboxRow&, const SentStatus&, const Group&, const Readers&, Out&, Turn&);
  Progress on_lists(const ListsAnswer&);

  std::variant<Waiting, AskingAudience, AskingLists, AskingBundles, AwaitingAck> state_;
  std::uint8_t audience_asks_ = 0, lid_asks_ = 0, list_asks_ = 0, bundle_asks_ = 0;   // on this connection
  int without_lid_ = 0;
  std::string phash_;
};

// The list goes to its row.
AudienceAnswer learn(const AudienceQuery&, const QueryAnswer&, Turn&);

}  // namespace wa::client
