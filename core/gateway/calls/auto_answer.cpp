#include "gateway/calls/auto_answer.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/calls/reply_history.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

using store::Table;

constexpr std::uint8_t kCallAnsweringRowVersion = 1;
constexpr std::size_t kOpenRepliesMax = 256;
constexpr std::size_t kOpenRejectsMax = 64;
constexpr std::size_t kCallIdBytesMax = 128;
constexpr std::int64_t kReplyTrackedMs = 86'400'000;

// 463: the service wants no message to this stranger; 402: the account is restricted (04 section 11, 06 section 5).
bool is_lasting_refusal(int code) { return code == 463 || code == 402; }
constexpr std::int64_t kRefusedPauseMs = 86'400'000;

std::string chat_of(const std::string& to, const store::Txn& txn) {
  const CallerIds ids = caller_ids({wire::parse_jid(to)}, txn);
  return ids.empty() ? to : ids.front();
}

constexpr store::RecentRows kReplyStates(Table::cooldowns, 'o', limits::kCallsKeptMax);

void note_state(const std::string& call_id, const char* outcome, int code, client::Turn& turn) {
  RowWriter row(kCallAnsweringRowVersion);
  row.text(outcome).i64(code);
  kReplyStates.remember(turn.txn, call_id.substr(0, kCallIdBytesMax), std::move(row).finish());
}

std::string reply_id(Random& random) { return "3EB0" + hex_upper(random.array<9>()); }

}  // namespace

std::optional<ReplyState> reply_state(const std::string& call_id, const store::Txn& txn) {
  const auto row = kReplyStates.find(txn, call_id);
  if (!row) return std::nullopt;
  RowReader in(*row, kCallAnsweringRowVersion);
  ReplyState out;
  out.outcome = in.text();
  out.code = static_cast<int>(in.i64());
  return in.finish().ok() ? std::optional(std::move(out)) : std::nullopt;
}

struct CallAnswering::OpenReply {
  std::string call_id, to;
  WallTime created;
  bool sent = false;

  static std::optional<OpenReply> decode(ByteView row) {
    RowReader in(row, kCallAnsweringRowVersion);
    OpenReply out;
    out.call_id = in.text();
    out.to = in.text();
    out.created = {in.i64()};
    out.sent = in.flag();
    if (!in.finish().ok()) return std::nullopt;
    return out;
  }
  Bytes encode() const {
    return std::move(RowWriter(kCallAnsweringRowVersion).text(call_id).text(to).i64(created.ms).flag(sent)).finish();
  }
};

CallAnswering::CallAnswering(const store::StoreView& stored) {
  for (const store::Row& row : stored.scan(Table::cooldowns, "m", kOpenRepliesMax)) {
    if (row.id.substr(0, 1) == "m") ++replies_open_;
  }
}

std::optional<client::RejectCall> CallAnswering::on_call(const client::CallEvent& event, client::Turn& turn) {
  if (event.kind != client::CallEventKind::offer) return std::nullopt;
  const CallSettings settings = load_call_settings(turn.txn);
  if (!settings.auto_reject && !settings.auto_reject_groups) return std::nullopt;
  const CallerIds caller = caller_ids({event.from_pn, event.from_lid, event.from}, turn.txn);
  if (!CallPolicy(settings).decide(event, caller)) return std::nullopt;
  if (event.call_id.size() <= kCallIdBytesMax) {
    RowWriter row(kCallAnsweringRowVersion);
    row.text(event.from.text()).i64(turn.now.wall.ms);
    turn.txn.put(Table::cooldowns, "r" + event.call_id, std::move(row).finish());
  }
  return client::RejectCall{0, event.call_id, event.from};
}

std::vector<client::RejectCall> CallAnswering::on_online(client::Turn& turn) {
  std::vector<client::RejectCall> out;
  for (const store::Row& row : turn.txn.scan(Table::cooldowns, "r", kOpenRejectsMax)) {
    RowReader in(row.value, kCallAnsweringRowVersion);
    const auto from = wire::parse_jid(in.text());
    const WallTime created{in.i64()};
    const bool rings = in.finish().ok() && from && turn.now.wall - created < limits::kRingMs;
    if (!rings) {
      turn.txn.erase(Table::cooldowns, row.id);
      continue;
    }
    // A second start flag is not needed: the row that is still here says that the first answer never came.
    out.push_back(client::RejectCall{0, row.id.substr(1), *from});
  }
  return out;
}

CallAnswering::Reply CallAnswering::on_reject_done(const client::RejectDone& done, client::Turn& turn) {
  const std::string open_row = "r" + done.call_id;
  const bool ours = turn.txn.has(Table::cooldowns, open_row);
  if (done.outcome == client::RejectOutcome::link_lost) return {};  // the row brings it back
  if (ours) turn.txn.erase(Table::cooldowns, open_row);
  if (!done.caller) return {};

  const CallSettings settings = load_call_settings(turn.txn);
  const CallerIds caller = caller_ids({*done.caller}, turn.txn);
  const auto verdict = CallPolicy(settings).decide_reply(done, ours, caller, reply_histories(caller, turn.txn),
                                                         turn.now.wall);
  if (verdict != ReplyVerdict::send) return {};

  if (!take_reply_slot(settings.auto_reply.per_hour, turn)) {
    turn.log(LogLevel::warning, "automatic replies of this hour used up", settings.auto_reply.per_hour);
    note_state(done.call_id, "limited", 0, turn);
    const std::string to = done.caller->user_jid().text();
    return AutoReplyOutcome{"limited", done.call_id, to, "", chat_of(to, turn.txn), 0};
  }
  client::SendText reply;
  reply.id = reply_id(turn.random);
  reply.to = done.caller->user_jid();
  reply.text = settings.auto_reply.message;
  constexpr auto kSpread = static_cast<std::uint32_t>(limits::kReplyJitterMaxMs - limits::kReplyJitterMinMs + 1);
  reply.not_before = turn.now.wall + limits::kReplyJitterMinMs + turn.random.below(kSpread);
  reply.not_after = turn.now.wall + limits::kReplyLateMs;
  remember_reply(caller, {turn.now.wall, {}, done.call_id.substr(0, kCallIdBytesMax)}, turn);
  track_reply(reply.id, {done.call_id, reply.to.text(), turn.now.wall, false}, turn);
  note_state(done.call_id, "queued", 0, turn);
  return reply;
}

std::optional<CallAnswering::OpenReply> CallAnswering::find_reply(const std::string& message_id,
                                                                  const client::Turn& turn) const {
  if (replies_open_ == 0) return std::nullopt;
  const auto row = turn.txn.get(Table::cooldowns, "m" + message_id);
  return row ? OpenReply::decode(*row) : std::nullopt;
}

void CallAnswering::track_reply(const std::string& message_id, const OpenReply& reply, client::Turn& turn) {
  if (replies_open_ >= kOpenRepliesMax) {
    // Full of replies nobody received: forget yesterday's, and in any case one.
    std::size_t forgotten = 0;
    for (const store::Row& row : turn.txn.scan(Table::cooldowns, "m", kOpenRepliesMax)) {
      const auto old = OpenReply::decode(row.value);
      if (forgotten > 0 && old && turn.now.wall - old->created <= kReplyTrackedMs) continue;
      turn.txn.erase(Table::cooldowns, row.id);
      ++forgotten;
    }
    replies_open_ -= std::min(replies_open_, forgotten);
  }
  turn.txn.put(Table::cooldowns, "m" + message_id, reply.encode());
  ++replies_open_;
}

std::optional<AutoReplyOutcome> CallAnswering::on_sent(const client::MessageSent& event, client::Turn& turn) {
  auto reply = find_reply(event.id, turn);
  if (!reply || reply->sent) return std::nullopt;
  reply->sent = true;
  turn.txn.put(Table::cooldowns, "m" + event.id, reply->encode());
  note_state(reply->call_id, "sent", 0, turn);
  return AutoReplyOutcome{"sent", reply->call_id, reply->to, event.id, chat_of(reply->to, turn.txn), 0};
}

std::optional<AutoReplyOutcome> CallAnswering::on_failed(const std::string& message_id, client::SendFailure why,
                                                         int upstream_code, client::Turn& turn) {
  const auto reply = find_reply(message_id, turn);
  if (!reply) return std::nullopt;
  turn.txn.erase(Table::cooldowns, "m" + message_id);
  --replies_open_;
  if (is_lasting_refusal(upstream_code)) {
    const CallerIds caller = caller_ids({wire::parse_jid(reply->to)}, turn.txn);
    remember_reply(caller, {reply->created, turn.now.wall + kRefusedPauseMs, reply->call_id}, turn);
  }
  const char* outcome = why == client::SendFailure::expired ? "expired" : "refused";
  note_state(reply->call_id, outcome, upstream_code, turn);
  return AutoReplyOutcome{outcome, reply->call_id, reply->to, message_id, chat_of(reply->to, turn.txn), upstream_code};
}

std::vector<AutoReplyOutcome> CallAnswering::on_receipt(const client::MessageReceipt& event, client::Turn& turn) {
  std::vector<AutoReplyOutcome> out;
  if (replies_open_ == 0) return out;
  for (const std::string& id : event.ids) {
    const auto reply = find_reply(id, turn);
    if (!reply) continue;
    turn.txn.erase(Table::cooldowns, "m" + id);
    --replies_open_;
    note_state(reply->call_id, "delivered", 0, turn);
    out.push_back({"delivered", reply->call_id, reply->to, id, chat_of(reply->to, turn.txn), 0});
  }
  return out;
}

}  // namespace wa::gateway
