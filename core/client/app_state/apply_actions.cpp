// tested by unit/client/app_state/app_state_sync_test.cpp
#include "client/app_state/apply_actions.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "appstate/key_ring.h"
#include "base/limits.h"
#include "client/rows/contact_rows.h"
#include "client/rows/label_rows.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/status_rows.h"

namespace wa::client {
namespace {

using appstate::Collection;
using appstate::Operation;
using appstate::ReadAction;
using store::Table;

void tell(ChatSetting setting, const wire::Jid& chat, bool value, std::int64_t until_ms, std::int64_t time_ms,
          Origin origin, Turn& turn, SettingDetail detail = {}) {
  turn.event(ChatChanged{setting, pn_or_same(turn.txn, chat), value, until_ms, WallTime{time_ms}, origin.full, origin.by_us,
                         std::move(detail)});
}

class Applier {
 public:
  Applier(const ReadAction& read, Origin origin, Turn& turn)
      : read_(read), origin_(origin), turn_(turn), removed_(read.operation == Operation::remove) {}

  void operator()(const appstate::Archive& action) {
    with_chat(action.chat, [&](const wire::Jid& jid, const ChatRow& before, ChatRow& row) {
      if (older_than(known_ms(row.archive_ms, before.archive_ms))) return;
      row.archive_ms = stamp();
      row.archive_range_s = action.range ? action.range->last_message_s.value_or(0) : 0;
      row.archived = !removed_ && action.archived && !is_stale(before, row.archive_range_s);
      if (row.archived != before.archived) {
        tell(ChatSetting::archive, jid, row.archived, 0, read_.timestamp_ms, origin_, turn_);
      }
    });
  }
  void operator()(const appstate::Pin& action) {
    with_chat(action.chat, [&](const wire::Jid& jid, const ChatRow& before, ChatRow& row) {
      if (older_than(known_ms(row.pin_ms, before.pin_ms))) return;
      row.pin_ms = stamp();
      row.pinned = !removed_ && action.pinned;
      if (row.pinned != before.pinned) tell(ChatSetting::pin, jid, row.pinned, 0, read_.timestamp_ms, origin_, turn_);
    });
  }
  void operator()(const appstate::Mute& action) {
    with_chat(action.chat, [&](const wire::Jid& jid, const ChatRow& before, ChatRow& row) {
      if (older_than(known_ms(row.mute_ms, before.mute_ms))) return;
      row.mute_ms = stamp();
      const bool muted = !removed_ && action.muted;
      row.muted_until_ms = muted ? action.end_ms.value_or(-1) : 0;
      if (row.muted_until_ms == before.muted_until_ms) return;
      tell(ChatSetting::mute, jid, muted, row.muted_until_ms, read_.timestamp_ms, origin_, turn_);
    });
  }
  void operator()(const appstate::MarkRead& action) {
    with_chat(action.chat, [&](const wire::Jid& jid, const ChatRow& before, ChatRow& row) {
      if (older_than(known_ms(row.read_ms, before.read_ms))) return;
      row.read_ms = stamp();
      row.read_range_s = action.range ? action.range->last_message_s.value_or(0) : 0;
      row.read = removed_ ? ReadState::unknown : action.read ? ReadState::read : ReadState::unread;
      const bool seen = row.read_range_s == 0 || !row.last || row.last->timestamp_s <= row.read_range_s;
      if (row.read == ReadState::read && seen) row.unread = 0;
      if (row.read == before.read || removed_) return;
      tell(ChatSetting::mark_read, jid, action.read, 0, read_.timestamp_ms, origin_, turn_);
    });
  }
  void operator()(const appstate::LabelEdit& action) {
    if (!keep_label(action)) return;
    SettingDetail detail;
    detail.label = action.label;
    detail.label_name = action.name;
    detail.label_color = action.color;
    // Told of a snapshot, too: there are few, and without them the ids of the others say nothing.
    turn_.event(ChatChanged{ChatSetting::label_edit, {}, !action.deleted, 0, WallTime{read_.timestamp_ms}, origin_.full,
                            origin_.by_us, std::move(detail)});
  }
  void operator()(const appstate::LabelChat& action) {
    with_chat(action.chat, [&](const wire::Jid&, const ChatRow&, ChatRow& row) {
      set_label(row, {action.label, stamp(), !removed_ && action.labeled});
    });
    tell_said(said(action));
  }
  void operator()(const appstate::Contact& action) {
    const auto jid = wire::parse_jid(action.jid);
    if (!jid || !jid->is_user()) return;
    set_names(*jid, action.full_name, action.first_name);
    learn(jid->server == wire::Server::pn ? action.jid : action.pn,
          jid->server == wire::Server::lid ? action.jid : action.lid);
  }
  void operator()(const appstate::LidContact& action) {
    const auto jid = wire::parse_jid(action.lid);
    if (jid && jid->is_user()) set_names(*jid, action.full_name, action.first_name);
  }
  void operator()(const appstate::PnForLidChat& action) {
    if (!removed_) learn(action.pn, action.lid);
  }
  void operator()(const appstate::PushName& action) {
    if (removed_ || action.name.empty() || !is_news("push_name")) return;
    turn_.notify(OwnNameNotice{action.name.substr(0, limits::kNameBytesMax)});
  }
  void operator()(const appstate::UnarchiveChats& action) {
    if (!is_news("unarchive_chats")) return;
    const bool value = !removed_ && action.unarchive;
    if (value == unarchives_chats(turn_.txn)) return;
    store_unarchives_chats(turn_.txn, value);
    turn_.event(SettingChanged{"unarchive_chats", value});
  }
  void operator()(const appstate::NctSalt& action) {
    if (removed_ ? is_news("nct_salt") : !action.salt.empty() && is_news("nct_salt")) {
      store_fallback_salt(turn_.txn, removed_ ? Bytes() : action.salt);
    }
  }
  void operator()(const appstate::StatusPrivacy& action) {
    if (is_news("status_privacy")) note_status_privacy(turn_.txn, removed_ ? StatusPrivacy() : action, stamp());
  }
  void operator()(const appstate::StatusMute& action) {
    const auto author = wire::parse_jid(action.author);
    if (!author || !author->is_user()) return;
    const bool any = origin_.by_us || removed_ || origin_.full;
    if (note_status_mute(turn_.txn, *author, !removed_ && action.muted, stamp(), any)) tell_said(said(action));
  }
  void operator()(const appstate::KeyExpiration& action) {
    if (!removed_ && action.expired_epoch >= 0 && is_news("key_expiration")) {
      appstate::store_expired_epoch(turn_.txn, static_cast<std::uint32_t>(action.expired_epoch));
    }
  }
  // What is told and not kept (appstate/chat_settings.h).
  template <class Action>
  void operator()(const Action& action) { tell_said(said(action)); }

 private:
  std::int64_t stamp() const { return std::max<std::int64_t>(read_.timestamp_ms, 1); }
  // What we know is newer. Our own changes and removals apply as they come; a snapshot has forgotten what was known,
  // but one index may occur in it under two keys.
  bool older_than(std::int64_t known_ms) const { return !origin_.by_us && !removed_ && stamp() < known_ms; }
  // Of a chat: under the form it is named by, or under either. A snapshot may hold a record for each.
  std::int64_t known_ms(std::int64_t form, std::int64_t either) const {
    return origin_.full ? form : std::max(form, either);
  }
  // The same of a setting of the account. Table::device "t:" name -> when it was set.
  bool is_news(std::string_view name) {
    const std::string id = std::string("t:").append(name);
    const auto known = turn_.txn.get(Table::device, id);
    if (known && !origin_.full && older_than(static_cast<std::int64_t>(read_be(*known)))) return false;
    turn_.txn.put(Table::device, id, be_bytes(static_cast<std::uint64_t>(stamp()), 8));
    return true;
  }
  bool is_stale(const ChatRow& row, std::int64_t range_s) const {
    return range_s > 0 && row.last && !row.last->from_me && row.last->timestamp_s > range_s &&
           unarchives_chats(turn_.txn);
  }

  template <class Change>
  void with_chat(const std::string& chat, Change change) {
    const auto jid = wire::parse_jid(chat);
    if (!jid || jid->is_server()) return;
    const ChatRow before = find_chat(turn_.txn, *jid).row;  // over both forms
    ChatRow row = load_chat(turn_.txn, *jid).value_or(ChatRow{});
    change(jid->user_jid(), before, row);
    store_chat(turn_.txn, *jid, row);
  }
  void tell_said(std::optional<appstate::Said> what) {
    if (!what || (removed_ && !what->until_removed)) return;
    const auto jid = wire::parse_jid(what->chat);
    if (!jid || jid->is_server() || (origin_.full && !origin_.by_us)) return;  // a snapshot would tell of years
    tell(what->setting, jid->user_jid(), what->value && !removed_, 0, read_.timestamp_ms, origin_, turn_,
         std::move(what->detail));
  }
  bool keep_label(const appstate::LabelEdit& action) {
    const auto known = load_label(turn_.txn, action.label);
    if (known && older_than(known->edit_ms)) return origin_.full;
    if (action.deleted && !origin_.full) {
      erase_label(turn_.txn, action.label);
      return true;
    }
    store_label(turn_.txn, action.label, {action.name, action.color, action.predefined_id, action.deleted, stamp()});
    return true;
  }
  void set_names(const wire::Jid& jid, const std::string& full_name, const std::string& first_name) {
    ContactRow row = load_contact(turn_.txn, jid).value_or(ContactRow{});
    if (!origin_.full && older_than(row.names_ms)) return;
    const ContactRow before = row;
    row.names_ms = stamp();
    row.full_name = removed_ ? std::string() : full_name;
    row.first_name = removed_ ? std::string() : first_name;
    const bool same = row.full_name == before.full_name && row.first_name == before.first_name;
    if (same && row.names_ms == before.names_ms) return;
    store_contact(turn_.txn, jid, row);
    if (same) return;
    turn_.event(ContactChanged{jid.user_jid(), row.full_name, row.first_name});
  }
  void learn(const std::string& pn_text, const std::string& lid_text) {
    const auto pn = wire::parse_jid(pn_text), lid = wire::parse_jid(lid_text);
    if (!pn || !lid || pn->server != wire::Server::pn || lid->server != wire::Server::lid) return;
    if (pn->is_user() && lid->is_user()) turn_.notify(LearntMapping{pn->user_jid(), lid->user_jid()});
  }

  const ReadAction& read_;
  Origin origin_;
  Turn& turn_;
  bool removed_;
};

template <class Visit>
void for_each_chat(store::Txn& txn, Visit visit) {
  std::string from;
  while (true) {
    const std::vector<store::Row> rows = txn.scan(Table::chats, {}, from, kScanStep);
    for (const store::Row& row : rows) {
      const auto jid = wire::parse_jid(row.id);
      auto chat = jid ? load_chat(txn, *jid) : std::nullopt;
      if (chat && visit(*jid, *chat)) store_chat(txn, *jid, *chat);
    }
    if (rows.size() < kScanStep) return;
    from = rows.back().id + '\0';
  }
}

}  // namespace

void apply_action(const ReadAction& read, Origin origin, Turn& turn) {
  std::visit(Applier(read, origin, turn), read.action);
}

void begin_snapshot(store::Txn& txn, Collection collection) {
  if (collection == Collection::regular) {
    txn.erase_all(Table::labels);
    for_each_chat(txn, [](const wire::Jid&, ChatRow& row) { return !std::exchange(row.labels, {}).empty(); });
  }
  if (collection != Collection::regular_low && collection != Collection::regular_high) return;
  for_each_chat(txn, [&](const wire::Jid&, ChatRow& row) {
    if (!row.has_record()) return false;
    if (collection == Collection::regular_low) row.archive_ms = row.pin_ms = row.read_ms = 0;
    else row.mute_ms = 0;
    return true;
  });
}

void end_snapshot(Collection collection, Turn& turn) {
  const Origin origin{true, false};
  const std::int64_t now_ms = turn.service_time().ms;
  if (collection == Collection::regular) erase_deleted_labels(turn.txn);
  if (collection != Collection::regular_low && collection != Collection::regular_high) return;
  for_each_chat(turn.txn, [&](const wire::Jid& jid, ChatRow& row) {
    const ChatRow before = row;
    if (collection == Collection::regular_low) {
      if (!row.archive_ms && row.archived) {
        tell(ChatSetting::archive, jid, row.archived = false, 0, now_ms, origin, turn);
      }
      if (!row.pin_ms && row.pinned) tell(ChatSetting::pin, jid, row.pinned = false, 0, now_ms, origin, turn);
    } else if (!row.mute_ms && row.muted_until_ms) {
      tell(ChatSetting::mute, jid, false, row.muted_until_ms = 0, now_ms, origin, turn);
    }
    return row.archived != before.archived || row.pinned != before.pinned ||
           row.muted_until_ms != before.muted_until_ms;
  });
}

void note_message(const wire::Jid& chat, const LastMessage& message, Turn& turn) {
  if (chat.is_server() || message.id.empty()) return;
  ChatRow row = load_chat(turn.txn, chat).value_or(ChatRow{});
  if (row.last && row.last->timestamp_s > message.timestamp_s) return;
  row.last = message;
  if (!message.from_me) {
    row.read = ReadState::unread;
    ++row.unread;
  }
  store_chat(turn.txn, chat, row);
  if (message.from_me || !unarchives_chats(turn.txn)) return;
  KnownChat known = find_chat(turn.txn, chat);
  if (!known.row.archived || message.timestamp_s <= known.row.archive_range_s) return;
  for (const std::optional<wire::Jid>& form : {std::optional(known.jid), other_form(turn.txn, known.jid)}) {
    auto archived = form ? load_chat(turn.txn, *form) : std::nullopt;
    if (!archived || !archived->archived) continue;
    archived->archived = false;
    store_chat(turn.txn, *form, *archived);
  }
  tell(ChatSetting::archive, known.jid, false, 0, message.timestamp_s * 1000, Origin{}, turn);
}

}  // namespace wa::client
