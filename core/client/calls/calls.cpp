#include "client/calls/calls.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "stanza/outbound/answer.h"
#include "stanza/outbound/outbound.h"

namespace wa::client {
namespace {

using stanza::CallKind;
using wire::Jid;
using wire::Server;

struct CallerIds {
  std::optional<Jid> pn, lid;
};

std::optional<CallEventKind> event_kind(CallKind kind) {
  switch (kind) {
    case CallKind::offer:
    case CallKind::offer_notice: return CallEventKind::offer;
    case CallKind::accept: return CallEventKind::accept;
    case CallKind::pre_accept: return CallEventKind::pre_accept;
    case CallKind::reject: return CallEventKind::reject;
    case CallKind::terminate: return CallEventKind::terminate;
    case CallKind::relay_latency: return CallEventKind::relay_latency;
    case CallKind::transport: return CallEventKind::transport;
    case CallKind::enc_rekey:
    case CallKind::other: break;  // signalling inside a call
  }
  return std::nullopt;
}

bool is_offer(const stanza::Call& call) { return call.kind == CallKind::offer || call.kind == CallKind::offer_notice; }

// Who somebody is: a hosted device is one of the ordinary user.
Jid ordinary(Jid jid) {
  if (jid.server == Server::hosted) jid.server = Server::pn;
  if (jid.server == Server::hosted_lid) jid.server = Server::lid;
  return jid;
}

// 06 section 4: the stanza names one id, its child often the other, the LID map knows the rest.
CallerIds caller_ids(const stanza::Call& call, Turn& turn) {
  CallerIds ids{call.caller_pn, call.caller_lid};
  const Jid creator = ordinary(call.creator);
  if (creator.server == Server::pn) ids.pn = creator;
  if (creator.server == Server::lid) ids.lid = creator;
  if (!ids.lid && call.sender_lid && call.from.user == call.creator.user) ids.lid = call.sender_lid;
  if (ids.pn) ids.pn = ids.pn->user_jid();
  if (ids.lid) ids.lid = ids.lid->user_jid();
  if (ids.pn && ids.lid) learn_lid(turn.txn, *ids.pn, *ids.lid);
  if (ids.pn && !ids.lid) ids.lid = lid_of(turn.txn, *ids.pn);
  if (ids.lid && !ids.pn) ids.pn = pn_of(turn.txn, *ids.lid);
  return ids;
}

// A later offer may know more than the notice that came first.
void merge_offer(CallRecord& record, const stanza::Call& call, const CallerIds& ids) {
  if (!record.pn) record.pn = ids.pn;
  if (!record.lid) record.lid = ids.lid;
  if (!record.group) record.group = call.group;
  record.is_group = record.is_group || call.is_group;
  record.is_video = record.is_video || call.video;
  if (record.from_notice && call.kind == CallKind::offer) {
    record.from = call.from;
    record.creator = call.creator;
    record.from_notice = false;
  }
}

CallRecord new_record(const stanza::Call& call, const CallerIds& ids, Now now) {
  CallRecord record;
  record.from = call.from;
  record.creator = call.creator;
  record.pn = ids.pn;
  record.lid = ids.lid;
  record.group = call.group;
  record.is_group = call.is_group;
  record.is_video = call.video;
  record.offline = call.offline;
  record.from_notice = call.kind == CallKind::offer_notice;
  record.seen = now.wall;
  return record;
}

CallEvent build_event(CallEventKind kind, const stanza::Call& call, const CallRecord& record, const CallStep& step,
                      Now now) {
  CallEvent event;
  event.kind = kind;
  event.call_id = call.call_id;
  event.from = call.from;
  event.from_pn = record.pn;
  event.from_lid = record.lid;
  event.creator = call.creator;
  event.group = record.group;
  event.is_group = record.is_group;
  event.is_video = record.is_video;
  event.offline = call.offline;
  event.silenced = call.silenced;
  event.missed = step.missed;
  event.rings_on = step.stays && step.next == CallState::ringing;
  event.time = call.t > 0 ? WallTime::from_seconds(call.t) : now.wall;
  event.platform = call.platform;
  event.version = call.version;
  event.reason = call.reason;
  event.duration_s = call.duration_s;
  event.by = step.by;
  return event;
}

// Own JID in the namespace of the sender: LID with device, PN without (06 section 2).
std::optional<Jid> own_jid(const Account& account, const Jid& sender) {
  const bool by_lid = ordinary(sender).server == Server::lid;
  if (by_lid) return account.lid.user.empty() ? std::nullopt : std::optional(account.lid);
  return account.pn.user.empty() ? std::nullopt : std::optional(account.pn.user_jid());
}

// Group calls may come from the group: then the participant speaks.
const Jid& speaker_of(const stanza::Call& call) {
  return !call.from.is_user() && call.participant ? *call.participant : call.from;
}

CallSpeaker who_speaks(const stanza::Call& call, const CallRecord* before, const Account& account, const Turn& turn) {
  const Jid who = ordinary(speaker_of(call));
  if (account.is_own_user(who)) return CallSpeaker::own;
  const bool is_group = call.is_group || (before && before->is_group);
  if (!is_group || !who.is_user()) return CallSpeaker::caller;  // nobody else has a part in it
  const auto is = [&](const Jid& person) { return same_user(turn.txn, who, ordinary(person)); };
  if (!before) return is(call.creator) ? CallSpeaker::caller : CallSpeaker::participant;
  const bool caller = is(before->creator) || is(before->from) || (before->pn && is(*before->pn)) ||
                      (before->lid && is(*before->lid));
  return caller ? CallSpeaker::caller : CallSpeaker::participant;
}

// One device may say the same thing again: FNV-1a of who says what and why.
std::uint32_t heard_mark(const stanza::Call& call) {
  std::uint32_t hash = 2166136261u;
  for (const std::string& part : {speaker_of(call).text(), call.tag, call.reason}) {
    for (const char c : part + '/') hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  }
  return hash;
}

// True when it is news.
bool note_heard(const stanza::Call& call, CallRecord& record) {
  const std::uint32_t mark = heard_mark(call);
  auto& heard = record.heard;
  if (std::find(heard.begin(), heard.end(), mark) != heard.end()) return false;
  if (heard.size() >= kHeardMax) heard.erase(heard.begin());
  heard.push_back(mark);
  return true;
}

}  // namespace

wire::Node Calls::on_call(const stanza::Call& call, const Account& account, Turn& turn) {
  wire::Node ack = stanza::build_call_ack(call, own_jid(account, call.from));
  const auto kind = event_kind(call.kind);
  if (!kind || call.call_id.size() > kCallIdBytesMax) return ack;

  auto before = load_call(turn.txn, call.call_id, turn.now.wall);
  const CallSpeaker speaker = who_speaks(call, before ? &*before : nullptr, account, turn);
  const bool of_ours = speaker == CallSpeaker::own && account.is_own_user(call.creator);
  if (of_ours && !before) return ack;  // another device of ours calls somebody
  CallStep step = step_call(before ? &*before : nullptr, call, speaker);
  const CallerIds ids = before && !is_offer(call) ? CallerIds{before->pn, before->lid} : caller_ids(call, turn);
  CallRecord record = before ? *before : new_record(call, ids, turn.now);
  if (before && is_offer(call)) merge_offer(record, call, ids);
  record.state = step.next;
  record.over = step.over;
  if (step.stays && step.tell) step.tell = note_heard(call, record);
  const bool has_state = is_offer(call) || call.kind == CallKind::accept || call.kind == CallKind::reject ||
                         call.kind == CallKind::terminate;
  // What one device says of a call that was not announced yet: the offer is to come, and must be told as the first one.
  const bool early = step.stays && !before;
  if (has_state && !early) store_call(turn.txn, call.call_id, record);
  if (!step.tell) return ack;
  CallEvent event = build_event(*kind, call, record, step, turn.now);
  if (of_ours) event.creator = record.creator;  // not named: the sender stood in its place
  turn.event(std::move(event));
  return ack;
}

// 06 section 4: of one device or one participant, not of the call.
bool speaks_for_one(const CallRecord* before, const stanza::Call& call, CallSpeaker speaker) {
  const bool elsewhere = call.reason == "accepted_elsewhere" || call.reason == "rejected_elsewhere";
  const bool is_group = call.is_group || (before && before->is_group);
  switch (call.kind) {
    case CallKind::accept: return speaker == CallSpeaker::participant;
    case CallKind::reject: return !call.reason.empty() || (is_group && speaker != CallSpeaker::own);
    case CallKind::terminate:
      if (elsewhere || speaker == CallSpeaker::caller) return false;
      if (speaker == CallSpeaker::participant) return call.reason != "group_call_ended";
      // One that took the call and hangs up says how long it was, or nothing. One that rings among others ends nothing.
      if (call.duration_s) return false;
      return !call.reason.empty() || (before && before->state == CallState::ringing);
    default: return false;
  }
}

CallStep step_call(const CallRecord* before, const stanza::Call& call, CallSpeaker speaker) {
  const CallState state = before ? before->state : CallState::ringing;
  const bool open = !before || state == CallState::ringing || state == CallState::accepted;
  CallStep step;
  step.next = state;
  step.over = before && before->over;
  step.by = speaker == CallSpeaker::own ? CallBy::other_device : CallBy::peer;
  step.stays = speaks_for_one(before, call, speaker);
  if (step.stays) {
    step.tell = open && !step.over;
    return step;
  }
  switch (call.kind) {
    case CallKind::offer:
    case CallKind::offer_notice:
      if (before) break;
      step.missed = call.offline;
      step.next = call.offline ? CallState::missed : CallState::ringing;
      step.tell = true;
      break;
    case CallKind::accept:
      if (!open || (before && state == CallState::accepted)) break;
      step.next = CallState::accepted;
      step.tell = true;
      break;
    case CallKind::reject:
      if (!open) break;
      step.tell = true;
      step.next = CallState::rejected;
      break;
    case CallKind::terminate: {
      if (step.over) break;
      step.over = step.tell = true;
      const bool rejected_elsewhere = call.reason == "rejected_elsewhere";
      const bool elsewhere = rejected_elsewhere || call.reason == "accepted_elsewhere";
      if (elsewhere) step.by = CallBy::other_device;
      if (before && before->own_reject != OwnReject::none) step.by = CallBy::us;
      if (!open) break;
      const bool unanswered = before && state == CallState::ringing;
      step.missed = unanswered && !elsewhere && speaker != CallSpeaker::own;
      step.next = step.missed                        ? CallState::missed
                  : rejected_elsewhere && unanswered ? CallState::rejected
                                                     : CallState::ended;
      break;
    }
    default: step.tell = !before || !before->over; break;
  }
  return step;
}

Result<void> Calls::execute(const RejectCall& command, Out& out, Turn& turn) {
  WA_TRY(const auto stanza, reject(command, turn));
  if (stanza) out.send(*stanza, turn);
  return {};
}

Result<std::optional<wire::Node>> Calls::reject(const RejectCall& command, Turn& turn) {
  if (!online_) return {Errc::not_ready, "not connected"};
  if (command.call_id.empty() || command.call_id.size() > kCallIdBytesMax)
    return {Errc::invalid_argument, "no such call id"};
  auto record = load_call(turn.txn, command.call_id, turn.now.wall);
  if (!record) {  // a webhook may be handled long after: the service knows the call, or ignores us (api.md 6.2)
    if (!command.from.is_user()) return {Errc::invalid_argument, "a caller is needed to reject an unknown call"};
    record.emplace();
    record->from = record->creator = command.from;
    record->seen = turn.now.wall;
  }
  // A reject of ours that nobody confirmed may be sent again while the call may still ring.
  CallRecord unanswered = *record;
  if (unanswered.own_reject == OwnReject::sent && unanswered.state == CallState::rejected)
    unanswered.state = CallState::ringing;
  if (!unanswered.rings(turn.now.wall)) {
    finish({command.call_id, {command.command}, {}}, RejectOutcome::already_ended, 0, turn);
    return std::optional<wire::Node>();
  }
  if (OpenReject* open = open_reject_of(command.call_id)) {
    open->commands.push_back(command.command);
    return std::optional<wire::Node>();
  }
  if (open_.size() >= limits::kLiveCallsMax) return {Errc::full, "too many rejects are open"};
  // Stored before it is sent: a terminate that crosses it must not make the call a missed one (06 section 3).
  record->state = CallState::rejected;
  record->own_reject = OwnReject::sent;
  store_call(turn.txn, command.call_id, *record);
  std::string id = hex_upper(turn.random.array<16>());
  wire::Node stanza = stanza::build_call_reject(id, record->from, command.call_id, record->creator);
  const MonoTime deadline = turn.now.mono + limits::kRejectAckMs;
  due_.emplace(deadline, id);
  open_of_call_[command.call_id] = id;
  open_[std::move(id)] = {command.call_id, {command.command}, deadline};
  return std::optional(std::move(stanza));
}

bool Calls::on_ack(const stanza::Ack& ack, Turn& turn) {
  const std::optional<OpenReject> taken = ack.cls == "call" ? take(ack.id) : std::nullopt;
  if (!taken) return false;
  const OpenReject& open = *taken;
  auto record = load_call(turn.txn, open.call_id, turn.now.wall);
  if (!record) record.emplace();
  if (ack.error != 0) {
    if (!record->over) {
      record->state = CallState::ringing;
      record->own_reject = OwnReject::none;
      store_call(turn.txn, open.call_id, *record);
    }
    finish(open, record->over ? RejectOutcome::already_ended : RejectOutcome::refused, ack.error, turn);
    return true;
  }
  record->own_reject = OwnReject::confirmed;
  store_call(turn.txn, open.call_id, *record);
  CallEvent event;
  event.kind = CallEventKind::reject;
  event.call_id = open.call_id;
  event.from = record->from;
  event.from_pn = record->pn;
  event.from_lid = record->lid;
  event.creator = record->creator;
  event.group = record->group;
  event.is_group = record->is_group;
  event.is_video = record->is_video;
  event.time = turn.service_time();
  event.by = CallBy::us;
  turn.event(std::move(event));
  finish(open, RejectOutcome::confirmed, 0, turn);
  return true;
}

void Calls::on_offline(Turn& turn) {
  online_ = false;
  const auto open = std::move(open_);
  open_.clear();
  open_of_call_.clear();
  due_.clear();
  for (const auto& [id, reject] : open) finish(reject, RejectOutcome::link_lost, 0, turn);
}

void Calls::on_tick(Out&, Turn& turn) {
  while (!due_.empty() && due_.begin()->first <= turn.now.mono) {
    if (const auto late = take(std::string(due_.begin()->second))) finish(*late, RejectOutcome::unconfirmed, 0, turn);
  }
}

std::optional<MonoTime> Calls::deadline() const {
  return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
}

Calls::OpenReject* Calls::open_reject_of(const std::string& call_id) {
  const auto id = open_of_call_.find(call_id);
  const auto open = id == open_of_call_.end() ? open_.end() : open_.find(id->second);
  return open == open_.end() ? nullptr : &open->second;
}

std::optional<Calls::OpenReject> Calls::take(const std::string& id) {
  const auto found = open_.find(id);
  if (found == open_.end()) return std::nullopt;
  OpenReject open = std::move(found->second);
  open_.erase(found);
  open_of_call_.erase(open.call_id);
  due_.erase({open.deadline, id});
  return open;
}

void Calls::finish(const OpenReject& open, RejectOutcome outcome, int code, Turn& turn) {
  const auto record = load_call(turn.txn, open.call_id, turn.now.wall);
  for (CommandId command : open.commands) {
    RejectDone done;
    done.command = command;
    done.call_id = open.call_id;
    done.outcome = outcome;
    done.upstream_code = outcome == RejectOutcome::refused ? code : 0;
    if (record) {
      done.caller = record->from;
      done.is_group = record->is_group;
      done.offline = record->offline;
    }
    turn.event(std::move(done));
  }
}

}  // namespace wa::client
