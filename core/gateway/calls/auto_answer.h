// Automatic reject and automatic reply: CallPolicy's decisions made durable. Guarantees: at most one reply per caller and
// cooldown, counted under the caller's PN and LID alike, over restarts and crashes (the step that queues the reply writes
// the cooldown); a reject that a crash or a lost link interrupted is issued again while the call may still ring.
// Does not: touch the client; what it returns is executed by the gateway.
//
// Rows of Table::cooldowns:
//   "c" jid             last reply to this id, and until when none may be tried
//   "t" last jid        the same by age, for eviction
//   "r" call id         automatic reject not yet answered
//   "m" message id      automatic reply whose delivery is not yet known
//   "n"                 number of "c" rows
//   "q"                 how many replies the last hour has used (reply_history.h)
//   "o..."              what became of the reply to a call (RecentRows), for GET /calls
#pragma once

#include <optional>

#include "client/contract.h"
#include "client/turn.h"
#include "gateway/calls/contract.h"
#include "gateway/calls/call_policy.h"
#include "gateway/calls/contract.h"

namespace wa::gateway {

class CallAnswering {
 public:
  explicit CallAnswering(const store::StoreView& stored);

  std::optional<client::RejectCall> on_call(const client::CallEvent& event, client::Turn& turn);
  // The reply to send, or that one was due and the device had sent its number of this hour.
  using Reply = std::variant<std::monostate, client::SendText, AutoReplyOutcome>;
  Reply on_reject_done(const client::RejectDone& done, client::Turn& turn);
  // The link is up: rejects to issue again.
  std::vector<client::RejectCall> on_online(client::Turn& turn);

  // What a message event says about our replies.
  std::optional<AutoReplyOutcome> on_sent(const client::MessageSent& event, client::Turn& turn);
  std::optional<AutoReplyOutcome> on_failed(const std::string& message_id, client::SendFailure why, int upstream_code,
                                            client::Turn& turn);
  std::vector<AutoReplyOutcome> on_receipt(const client::MessageReceipt& event, client::Turn& turn);

 private:
  struct OpenReply;
  std::optional<OpenReply> find_reply(const std::string& message_id, const client::Turn& turn) const;
  void track_reply(const std::string& message_id, const OpenReply& reply, client::Turn& turn);

  std::size_t replies_open_ = 0;  // "m" rows: when there is none, message events cost no read
};

// What became of the automatic reply to a call: "queued" or an outcome of AutoReplyOutcome; nullopt: none was due.
struct ReplyState { std::string outcome; int code = 0; };
std::optional<ReplyState> reply_state(const std::string& call_id, const store::Txn& txn);

// All ids of a person, by what the event says and the stored LID map.
CallerIds caller_ids(const std::vector<std::optional<wire::Jid>>& known, const store::Txn& txn);

}  // namespace wa::gateway
