// Calls (06): who rings, how it ends, and rejecting. Guarantees: every call stanza is answered in the step that stores
// what it said; one call is one `first` offer event, however often it is announced; a call we rejected is never
// reported as missed; every RejectCall taken gets exactly one RejectDone. Does not: decide whether to reject.
//
// The state of a call, and what moves it (a stanza that moves nothing is acknowledged and not reported):
//
//             offer, notice      accept      reject        terminate
//   unknown   ringing (1)        accepted    rejected (2)  ended (2)
//   ringing   -                  accepted    rejected (2)  missed (2) (3)
//   accepted  -                  -           rejected (2)  ended (2)
//   others    -                  -           -             same state, once
//
//   (1) missed at once when it comes from the offline queue
//   (2) told, and the state stays, when it speaks for one device or one participant only: a reject with a reason, a
//       terminate of an own device that says that it cannot take the call, whatever another participant of a group does
//   (3) rejected or ended when another own device took it
#pragma once

#include <map>
#include <set>

#include "client/calls/call_log.h"
#include "client/calls/contract.h"
#include "client/link/out.h"
#include "stanza/inbound.h"

namespace wa::client {

class Calls {
 public:
  Result<void> execute(const RejectCall&, Out&, Turn&);  // reject() and sends
  void on(const stanza::Call& call, Out& out, Turn& turn) {
    const wire::Node ack = on_call(call, out.account(), turn);
    for (const stanza::Call& more : call.also) (void)on_call(more, out.account(), turn);
    out.send(ack, turn);
  }

  // The acknowledgement, to be sent.
  wire::Node on_call(const stanza::Call& call, const Account& account, Turn& turn);

  // The stanza to send; nullopt when the answer is there already, or when the same call is being rejected: then both
  // commands get that answer. Errors: not_ready offline, invalid_argument for an unknown call without a caller,
  // full when kLiveCallsMax rejects are open. No RejectDone follows an error.
  Result<std::optional<wire::Node>> reject(const RejectCall& command, Turn& turn);
  // True when it answered a reject of ours.
  bool on_ack(const stanza::Ack& ack, Turn& turn);

  void on_online(Out&, Turn&) { online_ = true; }
  void on_offline(Turn& turn);
  void on_tick(Out&, Turn& turn);
  std::optional<MonoTime> deadline() const;

 private:
  struct OpenReject {
    std::string call_id;
    std::vector<CommandId> commands;
    MonoTime deadline;
  };
  OpenReject* open_reject_of(const std::string& call_id);
  void finish(const OpenReject& open, RejectOutcome outcome, int code, Turn& turn);

  std::optional<OpenReject> take(const std::string& id);

  std::map<std::string, OpenReject> open_;              // by stanza id; thousands at a time when a number is flooded
  std::map<std::string, std::string> open_of_call_;     // call id -> stanza id
  std::set<std::pair<MonoTime, std::string>> due_;      // deadline, stanza id
  bool online_ = false;
};

// Who says it: a device of the own account, the caller (or the service for him), somebody else in a group call.
enum class CallSpeaker : std::uint8_t { own, caller, participant };

// What one stanza does to one call; `before` is null for an unknown call. Pure: the table above.
struct CallStep {
  CallState next = CallState::ended;
  bool over = false;
  bool tell = false;      // worth an event
  bool missed = false;    // made the call a missed one
  bool stays = false;     // says something of one device or participant; the call is as it was
  CallBy by = CallBy::unknown;
};
CallStep step_call(const CallRecord* before, const stanza::Call& call, CallSpeaker speaker);

}  // namespace wa::client
