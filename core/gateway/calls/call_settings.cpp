// tested by unit/gateway/api/calls_test.cpp
#include "gateway/calls/call_settings.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/sort.h"
#include "gateway/http/fields.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr const char* kCallSettingsRowId = "calls";
constexpr std::uint8_t kCallSettingsRowVersion = 1;
constexpr std::int64_t kCooldownMaxS = 30LL * 86'400;

void merge_auto_reply(Fields& fields, CallSettings::AutoReply& reply) {
  const Json* object = fields.optional_object("auto_reply");
  if (!object) return;
  Fields inner(*object);
  reply.enabled = inner.optional_flag("enabled").value_or(reply.enabled);
  if (auto message = inner.optional_text("message", limits::kTextCharsMax)) reply.message = *std::move(message);
  reply.cooldown_s = inner.optional_integer("cooldown_seconds", 0, kCooldownMaxS).value_or(reply.cooldown_s);
  if (const auto most = inner.optional_integer("max_per_hour", 1, limits::kRepliesPerHourMax))
    reply.per_hour = static_cast<std::uint32_t>(*most);
  if (reply.enabled && reply.message.empty()) inner.bad("message", "must have 1 to 4096 characters when enabled");
  fields.take(inner, "auto_reply.");
}

void merge_allow(Fields& fields, std::vector<std::string>& allow) {
  if (!fields.has("allow")) return;
  const auto entries = fields.texts("allow", false, limits::kAllowListMax);
  allow.clear();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto jid = parse_chat(entries[i]);
    if (!jid || jid->server == wire::Server::group) fields.bad_jid(place_in("allow", i), entries[i]);
    else allow.push_back(jid->text());
  }
  sort(allow);
  allow.erase(std::unique(allow.begin(), allow.end()), allow.end());
}

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

std::optional<Failure> merge_call_settings(const Json& body, CallSettings& settings) {
  CallSettings next = settings;
  Fields fields(body);
  next.auto_reject = fields.optional_flag("auto_reject").value_or(next.auto_reject);
  next.auto_reject_groups = fields.optional_flag("auto_reject_groups").value_or(next.auto_reject_groups);
  merge_auto_reply(fields, next.auto_reply);
  merge_allow(fields, next.allow);
  if (auto failed = fields.failure()) return failed;
  settings = std::move(next);
  return std::nullopt;
}

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

}  // namespace wa::gateway
