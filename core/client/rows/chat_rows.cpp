// tested by unit/client/rows/census_test.cpp
#include "client/rows/chat_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "client/rows/label_rows.h"
#include "client/rows/lid_map.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kChatRowVersion = 3;  // 1: without unread and labels; 2: without the timer
constexpr std::uint8_t kUnarchiveRowVersion = 1;
constexpr std::uint32_t kUnreadMax = 999'999;
constexpr const char* kUnarchiveRow = "unarchive_chats";

// The settings of one chat that is known by two forms: each from the newer record.
void merge(ChatRow& into, const ChatRow& other) {
  if (other.archive_ms > into.archive_ms) {
    into.archived = other.archived;
    into.archive_ms = other.archive_ms;
    into.archive_range_s = other.archive_range_s;
  }
  if (other.pin_ms > into.pin_ms) {
    into.pinned = other.pinned;
    into.pin_ms = other.pin_ms;
  }
  if (other.mute_ms > into.mute_ms) {
    into.muted_until_ms = other.muted_until_ms;
    into.mute_ms = other.mute_ms;
  }
  if (other.read_ms > into.read_ms) {
    into.read = other.read;
    into.read_ms = other.read_ms;
    into.read_range_s = other.read_range_s;
  }
  if (other.last && (!into.last || other.last->timestamp_s > into.last->timestamp_s)) into.last = other.last;
  if (into.name.empty()) into.name = other.name;
  into.unread = std::min(kUnreadMax, into.unread + other.unread);
  for (const ChatLabel& label : other.labels) set_label(into, label);
  if (other.timer.set_s > into.timer.set_s) into.timer = other.timer;
}

}  // namespace

std::optional<ChatRow> read_chat(ByteView bytes) {
  RowReader reader(bytes, kChatRowVersion, 1);
  ChatRow row;
  row.archived = reader.flag();
  row.pinned = reader.flag();
  row.muted_until_ms = reader.i64();
  const std::uint8_t read = reader.u8();
  row.read = read <= 2 ? static_cast<ReadState>(read) : ReadState::unknown;
  if (reader.flag()) {
    LastMessage last;
    last.id = reader.text();
    last.from_me = reader.flag();
    last.participant = reader.text();
    last.timestamp_s = reader.i64();
    row.last = std::move(last);
  }
  for (std::int64_t* field :
       {&row.archive_ms, &row.pin_ms, &row.mute_ms, &row.read_ms, &row.archive_range_s, &row.read_range_s}) {
    *field = reader.i64();
  }
  row.name = reader.text();
  if (reader.version() >= 2) {
    row.unread = reader.u32();
    const std::size_t labels = reader.u8();
    for (std::size_t i = 0; i < labels && reader.ok(); ++i) {
      ChatLabel label;
      label.id = reader.text();
      label.time_ms = reader.i64();
      label.on = reader.flag();
      row.labels.push_back(std::move(label));
    }
  }
  if (reader.version() >= 3) {
    row.timer.seconds = reader.u32();
    row.timer.set_s = reader.i64();
  }
  return reader.finish() ? std::optional(std::move(row)) : std::nullopt;
}

std::int64_t read_last_message_s(ByteView bytes) {
  RowReader reader(bytes, kChatRowVersion, 1);
  reader.u8();
  reader.u8();
  reader.i64();
  reader.u8();
  if (!reader.flag()) return 0;
  reader.view();
  reader.u8();
  reader.view();
  const std::int64_t last_s = reader.i64();
  return reader.ok() ? last_s : 0;
}

std::optional<ChatRow> load_chat(const store::Txn& txn, const wire::Jid& chat) {
  const auto bytes = txn.get(Table::chats, chat.user_jid().text());
  return bytes ? read_chat(*bytes) : std::nullopt;
}

void store_chat(store::Txn& txn, const wire::Jid& chat, const ChatRow& row) {
  RowWriter out(kChatRowVersion);
  out.flag(row.archived).flag(row.pinned).i64(row.muted_until_ms).u8(static_cast<std::uint8_t>(row.read));
  out.flag(row.last.has_value());
  if (row.last) out.text(row.last->id).flag(row.last->from_me).text(row.last->participant).i64(row.last->timestamp_s);
  out.i64(row.archive_ms)
      .i64(row.pin_ms)
      .i64(row.mute_ms)
      .i64(row.read_ms)
      .i64(row.archive_range_s)
      .i64(row.read_range_s);
  out.text(std::string_view(row.name).substr(0, limits::kNameBytesMax));
  out.u32(std::min(row.unread, kUnreadMax)).u8(static_cast<std::uint8_t>(row.labels.size()));
  for (const ChatLabel& label : row.labels) out.text(label.id).i64(label.time_ms).flag(label.on);
  out.u32(row.timer.seconds).i64(row.timer.set_s);
  txn.put(Table::chats, chat.user_jid().text(), std::move(out).finish());
}

std::optional<wire::Jid> other_form(const store::Txn& txn, const wire::Jid& jid) {
  const wire::Jid user = jid.user_jid();
  return user.server == wire::Server::pn ? lid_of(txn, user) : pn_of(txn, user);
}

KnownChat find_chat(const store::Txn& txn, const wire::Jid& chat) {
  const wire::Jid given = chat.user_jid();
  const auto other = other_form(txn, given);
  auto own_row = load_chat(txn, given);
  if (!other) return {given, own_row.value_or(ChatRow{})};
  return known_chat(given, std::move(own_row), *other, load_chat(txn, *other));
}

KnownChat known_chat(const wire::Jid& chat, std::optional<ChatRow> row, const wire::Jid& other,
                     std::optional<ChatRow> other_row) {
  if (!other_row) return {chat, row.value_or(ChatRow{})};
  if (!row) return {other, *std::move(other_row)};
  const auto newest = [](const ChatRow& of) { return std::max({of.archive_ms, of.pin_ms, of.mute_ms, of.read_ms}); };
  const auto last = [](const ChatRow& of) { return of.last ? of.last->timestamp_s : 0; };
  const bool take_other = newest(*row) != newest(*other_row) ? newest(*other_row) > newest(*row)
                                                             : last(*other_row) > last(*row);
  if (take_other) std::swap(*row, *other_row);
  merge(*row, *other_row);
  return {take_other ? other : chat, *std::move(row)};
}

void note_read(store::Txn& txn, const wire::Jid& chat, const std::vector<std::string>& ids) {
  for (const auto& form : {std::optional<wire::Jid>(chat.user_jid()), other_form(txn, chat.user_jid())}) {
    auto row = form ? load_chat(txn, *form) : std::nullopt;
    if (!row || row->unread == 0) continue;
    const bool whole = row->last && std::find(ids.begin(), ids.end(), row->last->id) != ids.end();
    const std::uint32_t read = whole ? row->unread : static_cast<std::uint32_t>(ids.size());
    row->unread -= std::min(row->unread, read);
    if (row->unread == 0) row->read = ReadState::read;
    store_chat(txn, *form, *row);
  }
}

void set_label(ChatRow& row, const ChatLabel& label) {
  if (label.id.empty() || label.id.size() > kLabelIdBytesMax) return;
  const auto is_it = [&](const ChatLabel& of) { return of.id == label.id; };
  const auto known = std::find_if(row.labels.begin(), row.labels.end(), is_it);
  if (known != row.labels.end()) {
    if (label.time_ms >= known->time_ms) *known = label;
    return;
  }
  if (row.labels.size() == kChatLabelsMax) {
    const auto off = std::find_if(row.labels.begin(), row.labels.end(), [](const ChatLabel& of) { return !of.on; });
    if (off == row.labels.end()) return;
    row.labels.erase(off);
  }
  row.labels.push_back(label);
}

ChatTimer timer_of(const store::Txn& txn, const wire::Jid& chat) { return find_chat(txn, chat).row.timer; }

void note_timer(store::Txn& txn, const wire::Jid& chat, const ChatTimer& timer) {
  const KnownChat known = find_chat(txn, chat);
  const ChatTimer& now = known.row.timer;
  if (timer.set_s < now.set_s || (timer.set_s == now.set_s && timer.seconds == now.seconds)) return;
  ChatRow row = load_chat(txn, known.jid).value_or(ChatRow{});
  row.timer = timer;
  store_chat(txn, known.jid, row);
}

bool unarchives_chats(const store::Txn& txn) {
  const auto row = txn.get(Table::device, kUnarchiveRow);
  if (!row) return false;
  RowReader reader(*row, kUnarchiveRowVersion);
  const bool unarchive = reader.flag();
  return reader.finish() && unarchive;
}

void store_unarchives_chats(store::Txn& txn, bool unarchive) {
  RowWriter row(kUnarchiveRowVersion);
  row.flag(unarchive);
  txn.put(Table::device, kUnarchiveRow, std::move(row).finish());
}

}  // namespace wa::client
