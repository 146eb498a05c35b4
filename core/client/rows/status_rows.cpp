// tested by unit/client/messages/status_test.cpp
#include "client/rows/status_rows.h"

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;

constexpr std::uint8_t kStatusRowVersion = 1;
constexpr std::string_view kStatusListRow = "p";
constexpr store::RecentRows kSentStatuses(Table::status, 's', limits::kStatusesKept);
constexpr store::RecentRows kMutedAuthors(Table::status, 'm', limits::kStatusMutesKept);
constexpr std::int64_t kStatusKeptMs = 86'400'000;
constexpr std::size_t kContactsStep = 500;

// By their numbers.
constexpr const char* kListNames[] = {"whitelist", "blacklist", "contacts", "close_friends", "custom"};

std::optional<StatusAudience> audience_named(std::string_view name) {
  for (std::size_t at = 0; at < std::size(kListNames); ++at) {
    if (name == kListNames[at]) return static_cast<StatusAudience>(at);
  }
  return std::nullopt;
}

struct StatusListsRow {
  std::optional<StatusPrivacy> chosen, told;   // what counts; what the service answered last
  std::int64_t chosen_ms = 0, told_ms = 0;
};

void write_status_list(RowWriter& row, const std::optional<StatusPrivacy>& list) {
  row.flag(list.has_value());
  if (!list) return;
  row.u8(static_cast<std::uint8_t>(list->audience)).u32(static_cast<std::uint32_t>(list->people.size()));
  for (const std::string& jid : list->people) row.text(jid);
}

std::optional<StatusPrivacy> read_status_list(RowReader& row) {
  if (!row.flag()) return std::nullopt;
  StatusPrivacy out;
  out.audience = static_cast<StatusAudience>(std::min<std::uint8_t>(row.u8(), 4));
  const std::uint32_t count = row.u32();
  for (std::uint32_t i = 0; i < count && row.ok(); ++i) out.people.push_back(row.text());
  return out;
}

StatusListsRow load_status_lists(const store::Txn& txn) {
  const auto bytes = txn.get(Table::status, kStatusListRow);
  if (!bytes) return {};
  RowReader row(*bytes, kStatusRowVersion);
  StatusListsRow out;
  out.chosen = read_status_list(row);
  out.told = read_status_list(row);
  out.chosen_ms = row.i64();
  out.told_ms = row.i64();
  return row.finish() ? std::move(out) : StatusListsRow();
}

void store_status_lists(store::Txn& txn, const StatusListsRow& from) {
  RowWriter row(kStatusRowVersion);
  write_status_list(row, from.chosen);
  write_status_list(row, from.told);
  row.i64(from.chosen_ms).i64(from.told_ms);
  txn.put(Table::status, kStatusListRow, std::move(row).finish());
}

// A list that is too long would show statuses to people who must not see them, if its end were cut off.
StatusPrivacy bounded_list(const StatusPrivacy& list) {
  const std::size_t most = limits::kStatusAudienceMax;
  if (list.people.size() <= most) return list;
  StatusPrivacy out{StatusAudience::allow_list, {}};
  if (list.audience != StatusAudience::deny_list) out.people.assign(list.people.begin(), list.people.begin() + most);
  return out;
}

bool same_status_list(const StatusPrivacy& a, const StatusPrivacy& b) {
  return a.audience == b.audience && a.people == b.people;
}

std::optional<Jid> viewer_of(const store::Txn& txn, std::string_view text) {
  const auto jid = wire::parse_jid(text);
  const bool person = jid && jid->is_user() && (jid->server == wire::Server::pn || jid->server == wire::Server::lid);
  return person ? std::optional(lid_or_same(txn, jid->user_jid())) : std::nullopt;
}

std::set<std::string> people_named(const store::Txn& txn, const std::vector<std::string>& people) {
  std::set<std::string> out;
  for (const std::string& text : people) {
    if (const auto jid = viewer_of(txn, text)) out.insert(jid->text());
  }
  return out;
}

std::string mute_key(const store::Txn& txn, const Jid& author) { return lid_or_same(txn, author.user_jid()).text(); }

// Under the LID, or under the number from before it was known.
struct AuthorMute { bool muted = false; std::int64_t set_ms = 0; };
AuthorMute find_mute(const store::Txn& txn, const Jid& author) {
  auto bytes = kMutedAuthors.find(txn, mute_key(txn, author));
  if (!bytes) bytes = kMutedAuthors.find(txn, pn_or_same(txn, author.user_jid()).text());
  if (!bytes) return {};
  RowReader row(*bytes, kStatusRowVersion);
  AuthorMute out{row.flag(), row.i64()};
  return row.finish() ? out : AuthorMute();
}

}  // namespace

std::optional<StatusLists> status_lists_in(const QueryAnswer& answer) {
  const auto* error = std::get_if<stanza::IqError>(&answer);
  const auto* iq = std::get_if<wire::Node>(&answer);
  StatusLists out;
  if (error && error->code == 404) out.all = stanza::no_status_lists();
  if (iq) {
    auto lists = stanza::parse_status_privacy(*iq);
    if (lists) out.all = *std::move(lists);
  }
  if (out.all.empty()) return std::nullopt;
  std::stable_partition(out.all.begin(), out.all.end(), [](const stanza::StatusList& list) { return list.in_force; });
  const stanza::StatusList& first = out.all.front();
  // A list of a type that is newer than this program shows statuses to whom it names.
  out.in_force.audience = audience_named(first.type).value_or(StatusAudience::custom_list);
  for (const Jid& jid : first.people) out.in_force.people.push_back(jid.text());
  return out;
}

StatusLists with_in_force(StatusLists lists, const StatusPrivacy& list) {
  const char* type = status_list_name(list.audience);
  stanza::StatusList first{type, true, {}};
  for (const std::string& text : list.people) {
    if (auto jid = wire::parse_jid(text)) first.people.push_back(*std::move(jid));
  }
  auto& all = lists.all;
  all.erase(std::remove_if(all.begin(), all.end(), [&](const stanza::StatusList& one) { return one.type == type; }),
            all.end());
  for (stanza::StatusList& other : all) other.in_force = false;
  all.insert(all.begin(), std::move(first));
  lists.in_force = list;
  return lists;
}

const char* status_list_name(StatusAudience audience) {
  return kListNames[static_cast<std::size_t>(audience)];
}

std::string_view status_setting_name(StatusAudience chosen_by) {
  switch (chosen_by) {
    case StatusAudience::contacts: return "contacts";
    case StatusAudience::deny_list: return "denylist";
    default: return "allowlist";
  }
}

Jid status_chat() { return Jid{"status", wire::Server::broadcast}; }

std::optional<StatusPrivacy> status_privacy(const store::Txn& txn) { return load_status_lists(txn).chosen; }

void note_status_privacy(store::Txn& txn, const StatusPrivacy& list, std::int64_t set_ms) {
  StatusListsRow row = load_status_lists(txn);
  row.chosen = bounded_list(list);
  row.chosen_ms = set_ms;
  store_status_lists(txn, row);
}

void note_told_status_privacy(store::Txn& txn, const StatusPrivacy& list, WallTime now) {
  StatusListsRow row = load_status_lists(txn);
  const StatusPrivacy told = bounded_list(list);
  const bool news = !row.chosen || (row.told && !same_status_list(*row.told, told));
  if (news) {
    row.chosen = told;
    row.chosen_ms = now.ms;
  }
  row.told = told;
  row.told_ms = now.ms;
  store_status_lists(txn, row);
}

bool status_privacy_is_old(const store::Txn& txn, WallTime now) {
  const StatusListsRow row = load_status_lists(txn);
  const std::int64_t age_ms = now.ms - row.told_ms;
  return !row.told || age_ms < 0 || age_ms > kStatusKeptMs;
}

std::vector<Jid> status_audience(const store::Txn& txn, const Account& account, const StatusPrivacy& privacy) {
  const bool from_book =
      privacy.audience == StatusAudience::contacts || privacy.audience == StatusAudience::deny_list;
  std::set<std::string> denied, taken;
  std::vector<Jid> out;
  const auto take = [&](std::string_view text) {
    const auto jid = viewer_of(txn, text);
    const bool full = out.size() >= limits::kStatusAudienceMax;
    if (!jid || full || account.is_own_user(*jid) || denied.count(jid->text())) return;
    if (taken.insert(jid->text()).second) out.push_back(*jid);
  };
  if (!from_book) {
    for (const std::string& text : privacy.people) take(text);
    return out;
  }
  if (privacy.audience == StatusAudience::deny_list) denied = people_named(txn, privacy.people);
  std::string from;
  while (true) {
    const std::vector<store::Row> rows = txn.scan(Table::contacts, {}, from, kContactsStep);
    for (const store::Row& row : rows) {
      const auto contact = read_contact(row.value);
      if (contact && !contact->full_name.empty()) take(row.id);
    }
    if (rows.size() < kContactsStep) return out;
    from = rows.back().id + '\0';
  }
}

void remember_status(store::Txn& txn, const std::string& id, const SentStatus& sent) {
  RowWriter row(kStatusRowVersion);
  row.u8(static_cast<std::uint8_t>(sent.chosen_by)).i64(sent.time.ms);
  for (const Jid& jid : sent.people) row.text(jid.user);
  kSentStatuses.remember(txn, id, std::move(row).finish());
}

std::optional<SentStatus> find_status(const store::Txn& txn, const std::string& id, WallTime now) {
  const auto bytes = kSentStatuses.find(txn, id);
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kStatusRowVersion);
  SentStatus out;
  out.chosen_by = static_cast<StatusAudience>(std::min<std::uint8_t>(row.u8(), 4));
  out.time.ms = row.i64();
  while (row.more()) out.people.push_back(Jid{row.text(), wire::Server::lid});
  if (!row.finish() || now - out.time > kStatusKeptMs) return std::nullopt;
  return out;
}

bool went_to(const store::Txn& txn, const SentStatus& sent, const Jid& device) {
  const Jid user = lid_or_same(txn, device.user_jid());
  return std::find(sent.people.begin(), sent.people.end(), user) != sent.people.end();
}

bool note_status_mute(store::Txn& txn, const Jid& author, bool muted, std::int64_t set_ms, bool any) {
  const AuthorMute known = find_mute(txn, author);
  if (!any && set_ms < known.set_ms) return false;
  if (!muted && known.set_ms == 0) return true;
  RowWriter row(kStatusRowVersion);
  row.flag(muted).i64(set_ms);
  kMutedAuthors.remember(txn, mute_key(txn, author), std::move(row).finish());
  return true;
}

bool status_is_muted(const store::Txn& txn, const Jid& author) { return find_mute(txn, author).muted; }

}  // namespace wa::client
