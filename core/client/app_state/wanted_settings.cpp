// tested by unit/client/app_state/marks_test.cpp
#include "client/app_state/wanted_settings.h"

#include <algorithm>

#include "appstate/collection.h"
#include "base/limits.h"
#include "client/app_state/key_requests.h"
#include "client/rows/label_rows.h"
#include "client/rows/lid_map.h"
#include "store/row.h"

namespace wa::client {
namespace {

using appstate::Action;
using appstate::Collection;
using store::Table;

constexpr std::uint8_t kChatIntentsRowVersion = 1;

// Table::intents holds open intents and nothing else: "i" collection id. The counter is kept beside it.
constexpr std::string_view kCounterRow = "next_intent";
std::string prefix_of(Collection collection) { return {'i', static_cast<char>('0' + static_cast<int>(collection))}; }
std::string row_id(const ChatIntent& intent) {
  return prefix_of(appstate::setting_row(intent.setting).collection) + store::ordered(intent.id);
}

IntentId next_id(store::Txn& txn) {
  IntentId last = 0;
  if (const auto row = txn.get(Table::device, kCounterRow)) {
    RowReader reader(*row, kChatIntentsRowVersion);
    last = reader.u64();
  }
  RowWriter row(kChatIntentsRowVersion);
  row.u64(last + 1);
  txn.put(Table::device, kCounterRow, std::move(row).finish());
  return last + 1;
}

SettingDetail read_detail(RowReader& reader) {
  SettingDetail detail;
  detail.message_id = reader.text();
  detail.from_me = reader.flag();
  detail.participant = reader.text();
  detail.label = reader.text();
  detail.label_name = reader.text();
  detail.label_color = static_cast<std::int32_t>(reader.u32());
  detail.delete_starred = reader.flag();
  detail.delete_media = reader.flag();
  return detail;
}

void write_detail(const SettingDetail& detail, RowWriter& row) {
  row.text(detail.message_id).flag(detail.from_me).text(detail.participant);
  row.text(detail.label).text(detail.label_name).u32(static_cast<std::uint32_t>(detail.label_color));
  row.flag(detail.delete_starred).flag(detail.delete_media);
}

bool is_of_account(ChatSetting setting) {
  return setting == ChatSetting::label_edit || setting == ChatSetting::status_privacy;
}

// Behind the rest of a detail.
void read_privacy(RowReader& reader, SettingDetail& detail) {
  detail.audience = static_cast<appstate::StatusAudience>(std::min<std::uint8_t>(reader.u8(), 4));
  while (reader.more()) detail.people.push_back(reader.text());
}

void write_privacy(const SettingDetail& detail, RowWriter& row) {
  row.u8(static_cast<std::uint8_t>(detail.audience));
  for (const std::string& jid : detail.people) row.text(jid);
}

std::optional<ChatIntent> read_intent(const store::Row& row) {
  RowReader reader(row.value, kChatIntentsRowVersion);
  ChatIntent intent;
  const std::uint8_t setting = reader.u8();
  const auto chat = wire::parse_jid(text_of(reader.view()));
  intent.value = reader.flag();
  intent.mute_until_ms = reader.i64();
  intent.hint_s = reader.i64();
  intent.sent = reader.flag();
  intent.conflicts = reader.u8();
  intent.refused = static_cast<int>(reader.u32());
  intent.setting = static_cast<ChatSetting>(setting);
  if (reader.more()) intent.detail = read_detail(reader);  // rows of archive, pin, mute and mark_read have none
  if (intent.setting == ChatSetting::status_privacy) read_privacy(reader, intent.detail);
  if (!reader.finish() || (!chat && !is_of_account(intent.setting))) return std::nullopt;
  if (setting >= std::size(appstate::kSettings)) return std::nullopt;
  intent.chat = chat.value_or(wire::Jid{});
  intent.id = store::from_ordered(row.id);
  return intent;
}

// What this device knows of the newest message (05 section 10); the hint wins when it is newer (api.md 6.3).
std::int64_t newest_s(const ChatRow& row, const ChatIntent& intent) {
  return std::max(row.last ? row.last->timestamp_s : 0, intent.hint_s);
}

appstate::MessageRange range_until(const KnownChat& known, std::int64_t newest) {
  appstate::MessageRange range;
  range.last_message_s = newest;
  const std::optional<LastMessage>& last = known.row.last;
  if (last && !last->id.empty() && last->timestamp_s == newest) {
    const bool by_other_in_group = known.jid.server == wire::Server::group && !last->from_me;
    range.messages.push_back(
        {{known.jid.text(), last->id, last->from_me, by_other_in_group ? last->participant : std::string()},
         last->timestamp_s});
  }
  return range;
}

appstate::MessageRange range_of(const KnownChat& known, const ChatIntent& intent, WallTime now) {
  const std::int64_t newest = newest_s(known.row, intent);
  return range_until(known, newest > 0 ? newest : now.seconds());
}

bool removes_messages(ChatSetting setting) {
  return setting == ChatSetting::clear_chat || setting == ChatSetting::delete_chat;
}

bool archive_is_set(const ChatRow& row, const ChatIntent& intent) {
  if (row.archived != intent.value) return false;
  return !intent.value || (!row.pinned && newest_s(row, intent) <= row.archive_range_s);
}

bool read_is_set(const ChatRow& row, const ChatIntent& intent) {
  return row.read == (intent.value ? ReadState::read : ReadState::unread) && newest_s(row, intent) <= row.read_range_s;
}

bool mute_is_set(const ChatRow& row, const ChatIntent& intent, WallTime now) {
  const bool muted = row.muted_until_ms == -1 || row.muted_until_ms > now.ms;
  return muted == intent.value && (!intent.value || row.muted_until_ms == intent.mute_until_ms);
}

}  // namespace

bool is_complete(const SetChat& wanted) {
  const appstate::SettingRow& row = appstate::setting_row(wanted.setting);
  if (row.of_label && wanted.detail.label.empty()) return false;
  if (row.of_message && wanted.detail.message_id.empty()) return false;
  const bool group = wanted.chat.server == wire::Server::group && !wanted.chat.user.empty();
  return is_of_account(wanted.setting) || wanted.chat.is_user() || group;
}

Result<IntentId> add_intent(store::Txn& txn, const SetChat& wanted, WallTime now) {
  WA_ASSERT(appstate::setting_row(wanted.setting).wanted);
  const Collection collection = appstate::setting_row(wanted.setting).collection;
  if (txn.scan(Table::intents, prefix_of(collection), limits::kIntentsMax).size() == limits::kIntentsMax) {
    return {Errc::full, "too many chat settings are waiting"};
  }
  ChatIntent intent;
  intent.id = next_id(txn);
  intent.setting = wanted.setting;
  intent.chat = wanted.chat.user_jid();
  intent.value = wanted.value;
  intent.mute_until_ms = wanted.value ? wanted.mute_until_ms : 0;
  intent.hint_s = wanted.last_message_hint ? std::max<std::int64_t>(wanted.last_message_hint->seconds(), 0) : 0;
  intent.detail = wanted.detail;
  if (removes_messages(intent.setting)) {
    const std::int64_t newest = newest_s(find_chat(txn, intent.chat).row, intent);
    intent.hint_s = newest > 0 ? newest : now.seconds();
  }
  store_intent(txn, intent);
  return intent.id;
}

void store_intent(store::Txn& txn, const ChatIntent& intent) {
  RowWriter row(kChatIntentsRowVersion);
  row.u8(static_cast<std::uint8_t>(intent.setting)).text(intent.chat.text()).flag(intent.value);
  row.i64(intent.mute_until_ms).i64(intent.hint_s).flag(intent.sent).u8(intent.conflicts);
  row.u32(static_cast<std::uint32_t>(intent.refused));
  if (!appstate::setting_row(intent.setting).kept) write_detail(intent.detail, row);
  if (intent.setting == ChatSetting::status_privacy) write_privacy(intent.detail, row);
  txn.put(Table::intents, row_id(intent), std::move(row).finish());
}

void erase_intent(store::Txn& txn, const ChatIntent& intent) { txn.erase(Table::intents, row_id(intent)); }

std::vector<CollectionHealth> app_state_health(const store::Txn& txn) {
  std::vector<CollectionHealth> list;
  for (int i = 0; i < appstate::kCollectionCount; ++i) {
    const auto collection = static_cast<Collection>(i);
    const appstate::CollectionState state = appstate::load_collection(txn, collection);
    CollectionHealth health;
    health.name = appstate::collection_name(collection);
    health.version = state.version;
    health.pending = txn.scan(Table::intents, prefix_of(collection), limits::kIntentsMax).size();
    if (!state.blocked_on.empty()) {
      health.state = "blocked";
      health.last_error = is_lacked(txn, state.blocked_on) ? "no own device has the key that is missing"
                                                           : "a key is missing and was asked for";
    } else if (state.degraded) {
      health.state = "degraded";
      health.last_error = "the hash differs from the phone's";
    }
    list.push_back(std::move(health));
  }
  return list;
}

std::vector<ChatIntent> load_intents(const store::Txn& txn, Collection collection, std::size_t limit) {
  std::vector<ChatIntent> intents;
  for (const store::Row& row : txn.scan(Table::intents, prefix_of(collection), limit)) {
    if (auto intent = read_intent(row)) intents.push_back(*std::move(intent));
  }
  return intents;
}

bool same_target(const store::Txn& txn, const ChatIntent& a, const ChatIntent& b) {
  const SettingDetail &left = a.detail, &right = b.detail;
  return a.setting == b.setting && left.label == right.label && left.message_id == right.message_id &&
         left.from_me == right.from_me && left.participant == right.participant &&
         left.delete_starred == right.delete_starred && left.delete_media == right.delete_media &&
         same_user(txn, a.chat, b.chat);
}

bool in_each_others_way(const store::Txn& txn, const ChatIntent& a, const ChatIntent& b) {
  if (!appstate::setting_row(a.setting).kept || !appstate::setting_row(b.setting).kept) return same_target(txn, a, b);
  return same_user(txn, a.chat, b.chat);
}

// What the account gave the label stays with it.
static appstate::LabelEdit label_of(const store::Txn& txn, const SettingDetail& detail, bool deleted) {
  const auto known = load_label(txn, detail.label);
  return {detail.label, detail.label_name, detail.label_color, deleted, known ? known->predefined_id : std::nullopt};
}

std::vector<Action> plan(const store::Txn& txn, const ChatIntent& intent, WallTime now) {
  const KnownChat known = find_chat(txn, intent.chat);
  const std::string chat = known.jid.text();
  const SettingDetail& detail = intent.detail;
  const bool group = known.jid.server == wire::Server::group;
  const appstate::MessageKey key{chat, detail.message_id, detail.from_me, group ? detail.participant : std::string()};
  switch (intent.setting) {
    case ChatSetting::archive:
      if (archive_is_set(known.row, intent)) return {};
      if (!intent.value) return {appstate::Archive{chat, false, range_of(known, intent, now)}};
      return {appstate::Archive{chat, true, range_of(known, intent, now)}, appstate::Pin{chat, false}};
    case ChatSetting::pin:
      if (known.row.pinned == intent.value) return {};
      if (!intent.value || !known.row.archived) return {appstate::Pin{chat, intent.value}};
      return {appstate::Pin{chat, true}, appstate::Archive{chat, false, range_of(known, intent, now)}};
    case ChatSetting::mute:
      if (mute_is_set(known.row, intent, now)) return {};
      return {appstate::Mute{chat, intent.value, intent.value ? intent.mute_until_ms : 0}};
    case ChatSetting::mark_read:
      if (read_is_set(known.row, intent)) return {};
      return {appstate::MarkRead{chat, intent.value, range_of(known, intent, now)}};
    case ChatSetting::star:
      return {appstate::Star{key, intent.value}};
    case ChatSetting::clear_chat:
      return {appstate::ClearChat{chat, detail.delete_starred, detail.delete_media, range_until(known, intent.hint_s)}};
    case ChatSetting::delete_chat:
      return {appstate::DeleteChat{chat, detail.delete_media, range_until(known, intent.hint_s)}};
    case ChatSetting::label_edit:
      return {label_of(txn, detail, !intent.value)};
    case ChatSetting::label_chat:
      return {appstate::LabelChat{detail.label, chat, intent.value}};
    case ChatSetting::label_message:
      return {appstate::LabelMessage{detail.label, key, intent.value}};
    case ChatSetting::status_privacy:
      return {appstate::StatusPrivacy{detail.audience, detail.people}};
    case ChatSetting::delete_message:
    case ChatSetting::status_mute:
    case ChatSetting::lock: break;  // nobody may want it (kSettings)
  }
  return {};
}

}  // namespace wa::client
