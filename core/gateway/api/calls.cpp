// /calls: recent calls (ours), reject (api.md 6.2) and settings (6.4).
#include "base/encoding.h"
#include "base/limits.h"
#include "client/calls/call_log.h"
#include "gateway/api/endpoint.h"
#include "gateway/calls/auto_answer.h"
#include "gateway/calls/call_settings.h"
#include "gateway/http/pages.h"
#include "gateway/operations/calls.h"

namespace wa::gateway {
namespace {

// The caller's PN or LID, with or without device, or a bare number.
std::optional<wire::Jid> parse_caller(const std::string& text) {
  const auto person = parse_chat(text);
  if (!person || person->server == wire::Server::group) return std::nullopt;
  wire::Jid out = *person;
  if (const auto whole = wire::parse_jid(text)) out.device = whole->device;
  return out;
}

bool is_sequence(std::string_view key) { return key.size() == 8; }

const char* state_name(client::CallState state) {
  switch (state) {
    case client::CallState::ringing: return "ringing";
    case client::CallState::accepted: return "accepted";
    case client::CallState::rejected: return "rejected";
    case client::CallState::missed: return "missed";
    case client::CallState::ended: break;
  }
  return "ended";
}

Json show_call(const client::LoggedCall& call, const store::Txn& txn) {
  const client::CallRecord& record = call.record;
  Json out = object({{"call_id", call.id}, {"from", record.from.text()}});
  if (record.pn) put(out, {"from_pn", record.pn->user_jid().text()});
  if (record.lid) put(out, {"from_lid", record.lid->user_jid().text()});
  if (record.group) put(out, {"group_jid", record.group->text()});
  put(out, {"is_group", record.is_group});
  put(out, {"kind", record.is_video ? "video" : "audio"});
  put(out, {"offline", record.offline});
  put(out, {"state", state_name(record.state)});
  put(out, {"timestamp", rfc3339(record.seen)});
  // Null: we did not reject; nothing was to be replied.
  put(out, {"reject", nullptr});
  if (record.own_reject == client::OwnReject::sent) put(out, {"reject", "unconfirmed"});
  if (record.own_reject == client::OwnReject::confirmed) put(out, {"reject", "confirmed"});
  put(out, {"reply", nullptr});
  if (const auto reply = reply_state(call.id, txn)) {
    put(out, {"reply", reply->outcome});
    if (reply->code != 0) put(out, {"reply_code", reply->code});
  }
  return out;
}

// Ours: the calls of the last day, the newest first, a page at a time.
Answer list_calls(DeviceCall& call) {
  PageAsked asked;
  const auto failed = page_asked(call.target, List::calls, is_sequence, asked, kListPageDefault);
  if (failed) return fail(call, *failed);
  const std::uint64_t before = asked.after.empty() ? UINT64_MAX : store::from_ordered(asked.after);
  const auto page = client::list_calls(call.turn.txn, before, asked.limit, call.turn.now.wall);
  Json calls = Json::array();
  for (const client::LoggedCall& one : page.calls) calls.push_back(show_call(one, call.turn.txn));
  std::string body;
  ObjectText answer = begin_success(body);
  answer.json("calls", compact(calls)).number("count", calls.size());
  put_next(answer, asked, page.more, store::ordered(page.last));
  answer.close();
  return build_written(call.request.request, std::move(body));
}

Answer reject_call(DeviceCall& call) {
  Fields fields(call.given);
  client::RejectCall command;
  command.call_id = fields.text("call_id", client::kCallIdBytesMax);
  const std::string from = fields.phone_text("from", 128);
  if (!from.empty()) {
    if (auto caller = parse_caller(from)) command.from = *std::move(caller);
    else fields.bad_jid("from", from);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin_within(call, call.device.config.reject_ack_ms, std::move(command));
}

Reply answer_reject(const WaitingCall& call, client::RejectOutcome outcome, int upstream_code) {
  switch (outcome) {
    case client::RejectOutcome::confirmed: return succeed(call, object({{"outcome", "confirmed"}}));
    case client::RejectOutcome::unconfirmed: return succeed(call, object({{"outcome", "unconfirmed"}}));
    case client::RejectOutcome::already_ended: return succeed(call, object({{"outcome", "already_ended"}}));
    case client::RejectOutcome::refused:
      return fail(call, upstream_rejected("the service refused the reject", upstream_code));
    case client::RejectOutcome::link_lost: break;
  }
  return fail(call, not_ready("the connection was lost before the service answered; the reject may still "
                              "have been seen", 1));
}

Answer finish_reject(WaitingCall& call, const client::Event& event) {
  const auto* done = std::get_if<client::RejectDone>(&event);
  if (!done) return std::nullopt;
  return answer_reject(call, done->outcome, done->upstream_code);
}

Reply expire_reject(WaitingCall& call) { return answer_reject(call, kRejectUnanswered, 0); }

Json show_call_settings(const CallSettings& settings) {
  Json allow = Json::array();
  for (const std::string& jid : settings.allow) allow.push_back(jid);
  return object({{"auto_reject", settings.auto_reject},
                 {"auto_reject_groups", settings.auto_reject_groups},
                 {"auto_reply", object({{"enabled", settings.auto_reply.enabled},
                                        {"message", settings.auto_reply.message},
                                        {"cooldown_seconds", settings.auto_reply.cooldown_s},
                                        {"max_per_hour", settings.auto_reply.per_hour}})},
                 {"allow", std::move(allow)}});
}

void unset_auto_reply(const Fields* given, CallSettingsChange& out) {  // nullptr: all of it
  const CallSettings::AutoReply unset;
  const auto removes = [&](const char* name) { return !given || given->removes(name); };
  if (removes("enabled")) out.reply_enabled = unset.enabled;
  if (removes("message")) out.reply_message = unset.message;
  if (removes("cooldown_seconds")) out.reply_cooldown_s = unset.cooldown_s;
  if (removes("max_per_hour")) out.replies_per_hour = unset.per_hour;
}

void parse_auto_reply(Fields& fields, const CallSettings& before, CallSettingsChange& out) {
  if (fields.removes("auto_reply")) unset_auto_reply(nullptr, out);
  const Json* reply = fields.optional_object("auto_reply");
  if (!reply) return;
  Fields inner(*reply);
  out.reply_enabled = inner.optional_flag("enabled");
  auto message = inner.optional_text("message", limits::kTextCharsMax);
  if (message && !message->empty() && wire::is_blank(*message)) inner.bad("message", "must not be blank");
  if (message) out.reply_message.emplace(*std::move(message));
  out.reply_cooldown_s = inner.optional_integer("cooldown_seconds", 0, kReplyCooldownMaxS);
  out.replies_per_hour = inner.optional_integer("max_per_hour", 1, limits::kRepliesPerHourMax);
  unset_auto_reply(&inner, out);
  if (would_say_nothing(before, out)) inner.bad("message", "must have 1 to 4096 characters when enabled");
  fields.take(inner, "auto_reply.");
}

void parse_allow(Fields& fields, CallSettingsChange& out) {
  if (fields.removes("allow")) out.allow.emplace();
  if (!fields.has("allow")) return;
  const auto entries = fields.numbers("allow", false, limits::kAllowListMax);
  out.allow.emplace();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto jid = parse_chat(entries[i]);
    if (!jid || jid->server == wire::Server::group) fields.bad_jid(place_in("allow", i), entries[i]);
    else out.allow->push_back(jid->text());
  }
}

Answer show_settings(DeviceCall& call) { return succeed(call, show_call_settings(load_call_settings(call.turn.txn))); }

// Merges: members that are absent (also inside auto_reply) keep their value, null makes them what they are by default.
Answer change_settings(DeviceCall& call) {
  const CallSettings before = load_call_settings(call.turn.txn);
  CallSettingsChange change;
  Fields fields(call.given);
  change.auto_reject = fields.optional_flag("auto_reject");
  change.auto_reject_groups = fields.optional_flag("auto_reject_groups");
  if (fields.removes("auto_reject")) change.auto_reject = false;
  if (fields.removes("auto_reject_groups")) change.auto_reject_groups = false;
  parse_auto_reply(fields, before, change);
  parse_allow(fields, change);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return succeed(call, show_call_settings(change_call_settings(before, std::move(change), call.turn.txn)));
}

}  // namespace

Endpoints call_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/calls/reject", .body = BodyRule::required, .start = reject_call,
       .finish = finish_reject, .expire = expire_reject},
      {.method = "GET", .pattern = "/calls/settings", .start = show_settings},
      {.method = "PUT", .pattern = "/calls/settings", .body = BodyRule::required, .start = change_settings},
      {.method = "GET", .pattern = "/calls", .start = list_calls},
  };
  return kAll;
}

}  // namespace wa::gateway
