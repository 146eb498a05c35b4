#include "client/rows/chat_rows.h"

#include <algorithm>
#include <map>

#include "base/reader.h"
#include "client/rows/lid_map.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kChatRowsRowVersion = 1;
constexpr const char* kUnarchiveRow = "unarchive_chats";

std::string clipped(std::string_view text) { return std::string(text.substr(0, kNameBytesMax)); }

std::optional<ChatRow> read_chat(ByteView bytes) {
  RowReader reader(bytes, kChatRowsRowVersion);
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
  return reader.finish() ? std::optional(std::move(row)) : std::nullopt;
}

std::optional<ContactRow> read_contact(ByteView bytes) {
  RowReader reader(bytes, kChatRowsRowVersion);
  ContactRow row;
  row.full_name = reader.text();
  row.first_name = reader.text();
  row.push_name = reader.text();
  return reader.finish() ? std::optional(std::move(row)) : std::nullopt;
}

template <class Visit>
void for_each_row(const store::Txn& txn, Table table, Visit visit) {
  std::string from;
  while (true) {
    const std::vector<store::Row> rows = txn.scan(table, {}, from, kScanStep);
    for (const store::Row& row : rows) visit(row);
    if (rows.size() < kScanStep) return;
    from = rows.back().id + '\0';
  }
}

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
}

std::string contact_name(const store::Txn& txn, const wire::Jid& jid) {
  if (const auto contact = load_contact(txn, jid); contact && !contact->shown().empty()) return contact->shown();
  const auto other = other_form(txn, jid);
  const auto contact = other ? load_contact(txn, *other) : std::nullopt;
  return contact ? contact->shown() : std::string();
}

}  // namespace

std::optional<ChatRow> load_chat(const store::Txn& txn, const wire::Jid& chat) {
  const auto bytes = txn.get(Table::chats, chat.user_jid().text());
  return bytes ? read_chat(*bytes) : std::nullopt;
}

void store_chat(store::Txn& txn, const wire::Jid& chat, const ChatRow& row) {
  RowWriter out(kChatRowsRowVersion);
  out.flag(row.archived).flag(row.pinned).i64(row.muted_until_ms).u8(static_cast<std::uint8_t>(row.read));
  out.flag(row.last.has_value());
  if (row.last) out.text(row.last->id).flag(row.last->from_me).text(row.last->participant).i64(row.last->timestamp_s);
  out.i64(row.archive_ms)
      .i64(row.pin_ms)
      .i64(row.mute_ms)
      .i64(row.read_ms)
      .i64(row.archive_range_s)
      .i64(row.read_range_s);
  out.text(clipped(row.name));
  txn.put(Table::chats, chat.user_jid().text(), std::move(out).finish());
}

std::optional<wire::Jid> other_form(const store::Txn& txn, const wire::Jid& jid) {
  return jid.server == wire::Server::pn ? lid_of(txn, jid.user_jid()) : pn_of(txn, jid.user_jid());
}

KnownChat find_chat(const store::Txn& txn, const wire::Jid& chat) {
  const wire::Jid given = chat.user_jid();
  const auto other = other_form(txn, given);
  auto own_row = load_chat(txn, given);
  auto other_row = other ? load_chat(txn, *other) : std::nullopt;
  if (!other_row) return {given, own_row.value_or(ChatRow{})};
  if (!own_row) return {*other, *std::move(other_row)};
  const auto newest = [](const ChatRow& row) {
    return std::max({row.archive_ms, row.pin_ms, row.mute_ms, row.read_ms});
  };
  const auto last = [](const ChatRow& row) { return row.last ? row.last->timestamp_s : 0; };
  const bool take_other = newest(*own_row) != newest(*other_row) ? newest(*other_row) > newest(*own_row)
                                                                 : last(*other_row) > last(*own_row);
  if (take_other) std::swap(*own_row, *other_row);
  merge(*own_row, *other_row);
  return {take_other ? *other : given, *std::move(own_row)};
}

std::optional<ContactRow> load_contact(const store::Txn& txn, const wire::Jid& who) {
  const auto bytes = txn.get(Table::contacts, who.user_jid().text());
  return bytes ? read_contact(*bytes) : std::nullopt;
}

void store_contact(store::Txn& txn, const wire::Jid& who, const ContactRow& row) {
  RowWriter out(kChatRowsRowVersion);
  out.text(clipped(row.full_name)).text(clipped(row.first_name)).text(clipped(row.push_name));
  txn.put(Table::contacts, who.user_jid().text(), std::move(out).finish());
}

bool note_push_name(store::Txn& txn, const wire::Jid& who, std::string_view push_name) {
  ContactRow row = load_contact(txn, who).value_or(ContactRow{});
  if (push_name.empty() || row.push_name == clipped(push_name)) return false;
  row.push_name = clipped(push_name);
  store_contact(txn, who, row);
  return true;
}

bool unarchives_chats(const store::Txn& txn) {
  const auto row = txn.get(Table::device, kUnarchiveRow);
  return row && row->size() == 2 && (*row)[0] == kChatRowsRowVersion && (*row)[1] == 1;
}

void store_unarchives_chats(store::Txn& txn, bool unarchive) {
  RowWriter row(kChatRowsRowVersion);
  row.flag(unarchive);
  txn.put(Table::device, kUnarchiveRow, std::move(row).finish());
}

namespace {

ChatSummary summary_of(const store::Txn& txn, const wire::Jid& known_by, ChatRow row) {
  ChatSummary out;
  out.jid = pn_or_same(txn, known_by);
  out.name = out.jid.is_user() ? contact_name(txn, out.jid) : std::string();
  if (out.name.empty()) out.name = std::move(row.name);
  out.archived = row.archived;
  out.pinned = row.pinned;
  out.muted_until_ms = row.muted_until_ms;
  out.last_message_s = row.last ? row.last->timestamp_s : 0;
  return out;
}

}  // namespace

std::vector<ChatSummary> list_chats(const store::Txn& txn, std::size_t limit) {
  std::map<std::string, ChatRow> chats;  // by the form that is shown
  for_each_row(txn, Table::chats, [&](const store::Row& row) {
    const auto jid = wire::parse_jid(row.id);
    auto chat = jid ? read_chat(row.value) : std::nullopt;
    if (chat && chats.size() < limit) chats[find_chat(txn, *jid).jid.text()] = find_chat(txn, *jid).row;
  });
  for_each_row(txn, Table::contacts, [&](const store::Row& row) {
    const auto jid = wire::parse_jid(row.id);
    const auto contact = jid ? read_contact(row.value) : std::nullopt;
    if (!contact || contact->full_name.empty() || chats.size() >= limit) return;  // a push name alone makes no contact
    const auto other = other_form(txn, *jid);
    if (!other || !chats.count(other->text())) chats.try_emplace(row.id);
  });
  std::vector<ChatSummary> list;
  list.reserve(chats.size());
  for (auto& [id, row] : chats) list.push_back(summary_of(txn, *wire::parse_jid(id), std::move(row)));
  return list;
}

std::optional<ChatSummary> find_chat_summary(const store::Txn& txn, const wire::Jid& jid) {
  const wire::Jid given = jid.user_jid();
  const auto other = other_form(txn, given);
  const auto is_known = [&](const wire::Jid& form) {
    if (load_chat(txn, form)) return true;
    const auto contact = load_contact(txn, form);
    return contact && !contact->full_name.empty();  // a push name alone makes no contact
  };
  if (!is_known(given) && !(other && is_known(*other))) return std::nullopt;
  KnownChat chat = find_chat(txn, given);
  return summary_of(txn, chat.jid, std::move(chat.row));
}

std::vector<ContactSummary> list_contacts(const store::Txn& txn, std::size_t limit) {
  std::map<std::string, ContactSummary> contacts;  // by the form that is shown
  for_each_row(txn, Table::contacts, [&](const store::Row& row) {
    const auto jid = wire::parse_jid(row.id);
    const auto contact = jid ? read_contact(row.value) : std::nullopt;
    if (!contact || contacts.size() >= limit) return;
    const wire::Jid shown = pn_or_same(txn, *jid);
    ContactSummary& out = contacts[shown.text()];
    out.jid = shown;
    for (std::string ContactRow::*part : {&ContactRow::full_name, &ContactRow::first_name, &ContactRow::push_name}) {
      if ((out.row.*part).empty()) out.row.*part = (*contact).*part;
    }
  });
  std::vector<ContactSummary> list;
  list.reserve(contacts.size());
  for (auto& [id, contact] : contacts) list.push_back(std::move(contact));
  return list;
}

std::vector<ChatSummary> list_chats(const store::StoreView& view, std::size_t limit) {
  const store::Txn txn(view);
  return list_chats(txn, limit);
}

}  // namespace wa::client
