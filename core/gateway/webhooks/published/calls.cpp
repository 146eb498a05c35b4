// Calls: call.* (api.md 6.4, 6.5).
// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/calls/contract.h"
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {
namespace {

using namespace client;

MaybeEventName call_name(const CallEvent& e) {
  switch (e.kind) {
    case CallEventKind::offer: return event_named("call.offer");
    case CallEventKind::accept: return event_named("call.accept");
    case CallEventKind::pre_accept: return event_named("call.pre_accept");
    case CallEventKind::reject: return event_named("call.reject");
    case CallEventKind::terminate: return event_named("call.terminate");
    case CallEventKind::relay_latency: return event_named("call.relay_latency");
    case CallEventKind::transport: return event_named("call.transport");
    case CallEventKind::unknown: break;
  }
  return event_named("call.unknown");
}

const char* call_by(CallBy by) {
  switch (by) {
    case CallBy::us: return "us";
    case CallBy::other_device: return "other_device";
    case CallBy::peer: return "peer";
    case CallBy::unknown: break;
  }
  return "unknown";
}

// Where messages of this chat are told: under the phone number when it is known.
wire::Jid caller_chat(const CallEvent& e) { return (e.group ? *e.group : e.from_pn ? *e.from_pn : e.from).user_jid(); }

std::string call_lane(const CallEvent& e) { return caller_chat(e).text(); }

Json call_data(const CallEvent& e, const PayloadContext&) {
  Json out = object({{"call_id", e.call_id}, {"from", e.from.text()}});
  if (e.from_pn) put(out, {"from_pn", e.from_pn->user_jid().text()});
  if (e.from_lid) put(out, {"from_lid", e.from_lid->user_jid().text()});
  put(out, {"call_creator", e.creator.text()});
  put(out, {"chat_jid", caller_chat(e).text()});
  if (e.group) put(out, {"group_jid", e.group->text()});
  put(out, {"is_group", e.is_group});
  put(out, {"is_video", e.is_video});
  put(out, {"offline", e.offline});
  put(out, {"timestamp", rfc3339(e.time)});
  if (!e.platform.empty()) put(out, {"platform", e.platform});
  if (!e.version.empty()) put(out, {"version", e.version});
  if (e.silenced) put(out, {"silenced", true});
  if (e.missed) put(out, {"missed", true});
  if (e.rings_on) put(out, {"ringing", true});
  if (e.kind == CallEventKind::terminate) {
    put(out, {"reason", e.reason});
    if (e.duration_s) put(out, {"duration", *e.duration_s});
  }
  if (e.kind == CallEventKind::reject) {
    put(out, {"by", call_by(e.by)});
    if (!e.reason.empty()) put(out, {"reason", e.reason});
  }
  return out;
}

std::string reply_lane(const AutoReplyOutcome& e) { return e.chat; }

Json reply_data(const AutoReplyOutcome& e, const PayloadContext& context) {
  Json out = object({{"call_id", e.call_id}, {"to", e.to}, {"chat_jid", e.chat}});
  if (!e.message_id.empty()) put(out, {"message_id", e.message_id});
  put(out, {"outcome", e.outcome});
  if (e.code != 0) put(out, {"code", e.code});
  return stamped(std::move(out), context.now);
}

}  // namespace

template <> Published<CallEvent> published() { return {call_name, call_lane, call_data}; }
template <> Published<AutoReplyOutcome> published() { return {event_named("call.auto_reply"), reply_lane, reply_data}; }

}  // namespace wa::gateway
