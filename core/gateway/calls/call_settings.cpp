// tested by unit/gateway/api/calls_test.cpp
#include "gateway/calls/call_settings.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/sort.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr const char* kCallSettingsRowId = "calls";
constexpr std::uint8_t kCallSettingsRowVersion = 1;

}  // namespace

bool operator==(const CallSettings& a, const CallSettings& b) {
  return a.auto_reject == b.auto_reject && a.auto_reject_groups == b.auto_reject_groups &&
         a.auto_reply.enabled == b.auto_reply.enabled && a.auto_reply.message == b.auto_reply.message &&
         a.auto_reply.cooldown_s == b.auto_reply.cooldown_s &&
         a.auto_reply.per_hour == b.auto_reply.per_hour && a.allow == b.allow;
}

Result<void> check_call_settings_row(const store::StoreView& stored) {
  return store::refuse_newer(stored.get({store::Table::settings, kCallSettingsRowId}), kCallSettingsRowVersion);
}

CallSettings load_call_settings(const store::Txn& txn) {
  const auto row = txn.get(store::Table::settings, kCallSettingsRowId);
  if (!row) return {};
  RowReader in(*row, kCallSettingsRowVersion);
  CallSettings out;
  out.auto_reject = in.flag();
  out.auto_reject_groups = in.flag();
  out.auto_reply.enabled = in.flag();
  out.auto_reply.message = in.text();
  out.auto_reply.cooldown_s = in.i64();
  const std::uint32_t count = in.u32();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) out.allow.push_back(in.text());
  if (in.more()) out.auto_reply.per_hour = in.u32();  // rows from before there was a limit end here
  if (!in.finish().ok() || out.auto_reply.per_hour == 0) return {};
  return out;
}

void save_call_settings(const CallSettings& settings, store::Txn& txn) {
  RowWriter out(kCallSettingsRowVersion);
  out.flag(settings.auto_reject).flag(settings.auto_reject_groups).flag(settings.auto_reply.enabled);
  out.text(settings.auto_reply.message).i64(settings.auto_reply.cooldown_s);
  out.u32(static_cast<std::uint32_t>(settings.allow.size()));
  for (const std::string& jid : settings.allow) out.text(jid);
  out.u32(settings.auto_reply.per_hour);
  txn.put(store::Table::settings, kCallSettingsRowId, std::move(out).finish());
}

bool would_say_nothing(const CallSettings& before, const CallSettingsChange& change) {
  if (!change.reply_enabled.value_or(before.auto_reply.enabled)) return false;
  return (change.reply_message ? *change.reply_message : before.auto_reply.message).empty();
}

CallSettings change_call_settings(const CallSettings& before, CallSettingsChange change, store::Txn& txn) {
  CallSettings after = before;
  CallSettings::AutoReply& reply = after.auto_reply;
  if (change.auto_reject) after.auto_reject = *change.auto_reject;
  if (change.auto_reject_groups) after.auto_reject_groups = *change.auto_reject_groups;
  if (change.reply_enabled) reply.enabled = *change.reply_enabled;
  if (change.reply_message) reply.message = *std::move(change.reply_message);
  if (change.reply_cooldown_s) reply.cooldown_s = *change.reply_cooldown_s;
  if (change.replies_per_hour) reply.per_hour = static_cast<std::uint32_t>(*change.replies_per_hour);
  if (change.allow) {
    after.allow = *std::move(change.allow);
    sort(after.allow);
    after.allow.erase(std::unique(after.allow.begin(), after.allow.end()), after.allow.end());
  }
  if (!(after == before)) save_call_settings(after, txn);
  return after;
}

}  // namespace wa::gateway
