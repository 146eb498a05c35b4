// A message to one person, or to ourselves (04 section 8): the device lists of both sides, a session with each device,
// then one stanza with a ciphertext for each.
// Guarantees: lists and bundles are asked for a few times on a connection; the recipient's own phone is asked for once
// more than its other devices, which are left out without a session and counted. When the service knows more devices
// than it went to, those left out get it, too, once, under the same id. It fails when the service does not know the
// recipient by either id, or no device of the recipient can be reached. A refusal that may mean that chats of this
// account go by the other id leads there, once, and is remembered when that was right; one that may mean that the token
// we were given is of no use, once more with the fallback.
#pragma once

#include "client/link/out.h"
#include "client/messages/delivery.h"
#include "client/messages/fanout.h"
#include "client/rows/direct_chats.h"

namespace wa::client {

class DirectDelivery {
 public:
  static bool carries(const wire::Jid& to, bool peer) { return !peer && to.is_user(); }

  Progress advance(const Queued&, Out&, Turn&);
  Progress on_answer(const Answered&, const Queued&, const Account&, Turn&);
  // Our token for the recipient goes out, once per bucket.
  void on_accepted(const Queued&, MessageSent&, Out&, Turn&);
  // Of other devices: the lists of both sides are forgotten, and those left out get it, too. Of another LID: the
  // number is looked up before anything else goes there.
  bool on_ack(const stanza::Ack&, const Queued&, const Account&, Turn&);
  bool incomplete() const { return round_ == Round::left_out; }
  void put_back() { state_ = Waiting{}; }
  void on_offline();
  Stage stage() const { return stage_of(state_); }

 private:
  struct Waiting {};
  struct AskingLists { wire::Jid whose; };   // of the recipient, unless only the own ones are missing
  struct AskingBundles { std::uint8_t open = 0; };
  struct AwaitingAck {};

  enum class Round : std::uint8_t { first, left_out, done };

  std::vector<wire::Jid> to_ask(const wire::Jid& destination, const Account&, const Turn&) const;
  Targets targets(const wire::Jid& destination, const Account&, const Turn&) const;   // of this round
  wire::Jid destination_for(const wire::Jid& to, const Account&, const Turn&) const;
  bool goes_the_other_way(int error, const wire::Jid& refused, const store::Txn&);
  bool goes_by_fallback(int error, const wire::Jid& refused, const Turn&);
  bool went_to(const std::string& phash, const wire::Jid& own) const;
  Progress ask_for(const std::vector<wire::Jid>& devices, const Queued&, Out&, Turn&);
  Progress send(const Queued&, const wire::Jid& destination, Out&, Turn&);

  std::variant<Waiting, AskingLists, AskingBundles, AwaitingAck> state_;
  std::uint8_t list_asks_ = 0, bundle_asks_ = 0;   // on this connection
  int bundle_error_ = 0;                           // the last one told
  Round round_ = Round::first;
  DirectChats instead_ = DirectChats::unknown;     // after a refusal
  bool fallback_token_ = false;                    // the token we were given was refused
  std::vector<wire::Jid> reached_;                 // the devices it went to the last time
};

}  // namespace wa::client
