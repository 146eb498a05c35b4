// tested by unit/client/messages/outbox_test.cpp
// What moves messages on from outside: answers to queries, acks, the link, time.
#include <algorithm>

#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/mentions.h"
#include "client/messages/outbox.h"
#include "client/messages/receipts.h"
#include "client/rows/device_lists.h"
#include "client/rows/kept_people.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/sent_log.h"
#include "stanza/queries/groups.h"
#include "stanza/queries/prekeys.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using wire::Jid;

constexpr std::uint8_t kAttemptsMax = 3;          // per connection, without an ack
constexpr std::uint8_t kFailuresMax = 5;          // temporary refusals and unanswered queries

// The service may take these later (07 section 6); everything else it refused on purpose.
bool is_temporary(int code) { return code == 408 || code == 429 || code == 500 || code == 503; }

bool is_stale_addressing(int code) { return code == 420 || code == 421; }

SendFailure failure_of(int code) {
  return code == 404 || code == 406 ? SendFailure::unknown_recipient : SendFailure::refused;
}

bool any_is(const std::vector<Jid>& users, const Jid& user, const store::Txn& txn) {
  return std::any_of(users.begin(), users.end(), [&](const Jid& one) { return same_user(txn, one, user); });
}

// False when the service did not answer, or not with lists.
bool take_device_lists(const QueryAnswer& answer, Turn& turn) {
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (!iq) return false;
  auto users = stanza::parse_devices(*iq);
  if (!users) return false;
  for (stanza::UserDevices& user : *users) {
    if (user.error != 0) continue;
    meet(turn.txn, user.user, true);
    store_devices(turn.txn, user, turn.now.wall);
    // The same devices, for the LID that the next look-up will go by.
    const auto lid = lid_of(turn.txn, user.user);
    if (!lid) continue;
    user.user = *lid;
    store_devices(turn.txn, user, turn.now.wall);
  }
  return true;
}

}  // namespace

// --- answers

void Outbox::on_answer(const DeviceQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;  // on_offline has put everything back
  const bool answered = take_device_lists(answer, turn);
  if (!query.message_id.empty()) {
    on_members_answered(query, answered, turn);
    return pump(out, turn);
  }
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    Item& item = current->second;
    if (item.phase != Phase::devices || item.group) continue;
    if (!any_is(query.users, item.asked_recipient ? item.to : out.account().pn, turn.txn)) continue;
    item.phase = Phase::waiting;
    if (answered) continue;
    --item.device_asks;
    again_or_fail(current, turn);
  }
  pump(out, turn);
}

bool Outbox::again_or_fail(Items::iterator it, Turn& turn) {
  Item& item = it->second;
  if (++item.failures < kFailuresMax) {
    put_back(item, kBackoffMinMs << item.failures, turn);
    return true;
  }
  fail(it, SendFailure::timeout, 0, turn);
  return false;
}

void Outbox::on_members_answered(const DeviceQuery& query, bool answered, Turn& turn) {
  const auto it = find(query.message_id);
  if (it == items_.end() || it->second.phase != Phase::devices) return;
  Item& item = it->second;
  item.ask_failed = item.ask_failed || !answered;
  if (item.devices_open > 0) --item.devices_open;
  if (item.devices_open > 0) return;
  item.phase = Phase::waiting;
  if (!item.ask_failed) return;
  --item.device_asks;
  again_or_fail(it, turn);
}

void Outbox::on_answer(const GroupQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;
  const auto* iq = std::get_if<wire::Node>(&answer);
  const auto* refused = std::get_if<stanza::IqError>(&answer);
  const auto info = iq ? stanza::parse_group(*iq) : Result<stanza::GroupInfo>(Error{Errc::bad_input, "no group answer"});
  const bool too_large = info && !store_group(turn.txn, query.group, *info, turn.now.wall);
  const auto it = find(query.message_id);
  if (it == items_.end() || it->second.phase != Phase::group) return;
  it->second.phase = Phase::waiting;
  if (too_large || (refused && !is_temporary(refused->code))) {
    fail(it, refused ? failure_of(refused->code) : SendFailure::refused, refused ? refused->code : 0, turn);
  } else if (!info) {
    --it->second.group_asks;
    again_or_fail(it, turn);
  }
  pump(out, turn);
}

void Outbox::on_answer(const BundleQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;
  const auto it = find(query.message_id);
  int error = 0;
  if (const auto* iq = std::get_if<wire::Node>(&answer)) {
    const auto bundles = stanza::parse_bundles(*iq);
    if (bundles) {
      start_sessions(*bundles, out.account(), turn);
      for (const auto& user : *bundles) error = user.error != 0 ? user.error : error;
    }
  } else if (const auto* refused = std::get_if<stanza::IqError>(&answer)) {
    error = refused->code;
  }
  if (it == items_.end() || it->second.phase != Phase::bundles) return;
  Item& item = it->second;
  if (error != 0) item.bundle_error = error;
  if (item.bundles_open > 0) --item.bundles_open;
  if (item.bundles_open == 0) item.phase = Phase::waiting;
  pump(out, turn);
}

void Outbox::on(const stanza::Ack& ack, Out& out, Turn& turn) {
  const auto it = ack.cls == "message" ? find(ack.id) : items_.end();
  if (it == items_.end()) return;
  Item& item = it->second;
  if (ack.error != 0) {
    const bool stale = item.group && is_stale_addressing(ack.error);
    if (stale) {
      outdate_group(turn.txn, item.to);
      item.group_asks = item.device_asks = item.bundle_asks = 0;
    }
    if ((stale || is_temporary(ack.error)) && ++item.failures < kFailuresMax) {
      put_back(item, kBackoffMinMs << item.failures, turn);
    } else {
      fail(it, failure_of(ack.error), ack.error, turn);
    }
    if (stale) pump(out, turn);
    return;
  }
  if (item.peer) return drop(it, turn);
  if (!ack.phash.empty() && ack.phash != item.phash) {
    // Our idea of the devices was old. Those left out will ask by retry receipt; the next message asks again.
    if (item.group) {
      forget_group_devices(turn.txn, item.to, turn.now.wall);
    } else {
      forget_devices(turn.txn, destination_of(turn.txn, out.account(), item.to));
      forget_devices(turn.txn, out.account().pn);
    }
  }
  accept(it, ack.t > 0 ? WallTime::from_seconds(ack.t) : turn.now.wall, out, turn);
  pump(out, turn);  // the next message to a group may have waited for this one
}

void Outbox::on(const stanza::Receipt& receipt, Out& out, Turn& turn) {
  load(turn);
  if (items_.empty() || !receipt_kind(receipt.type)) return;
  const Jid chat = receipt.from.user_jid();
  bool accepted = false;
  for (const std::string& id : receipt.ids) {
    const auto it = find(id);
    if (it == items_.end() || it->second.peer) continue;
    if (it->second.to != chat && !same_user(turn.txn, it->second.to, chat)) continue;
    accept(it, receipt.t > 0 ? WallTime::from_seconds(receipt.t) : turn.now.wall, out, turn);
    accepted = true;
  }
  if (accepted) pump(out, turn);
}

void Outbox::accept(Items::iterator it, WallTime time, Out& out, Turn& turn) {
  const Item& item = it->second;
  const Jid destination = destination_of(turn.txn, out.account(), item.to);
  MessageSent event{item.command, item.id, pn_or_same(turn.txn, item.to), time, false, item.failed_devices, {}, false};
  const auto row = load_outbox_row(turn.txn, it->first);
  if (item.group) {
    const auto sent = find_sent(turn.txn, item.id);
    event.mention_all = row && row->mention_all;
    if (sent) event.mentioned = mentions_of(sent->content);
    for (Jid& jid : event.mentioned) jid = pn_or_same(turn.txn, jid);
  }
  turn.event(std::move(event));
  if (row && counts_as_last_message(row->content)) {
    turn.notify(ChatNotice{destination, {item.id, true, {}, time.seconds()}});
  }
  if (item.group) {
    note_key(turn.txn, item.to, item.given, true);
  } else if (!out.account().is_own_user(destination) && note_token_issue(turn.txn, destination, turn.now.wall)) {
    out.query(stanza::build_privacy_token_issue(destination, turn.now.wall.seconds()), IgnoredQuery{}, turn);
  }
  drop(it, turn);
}

// --- what other rooms want of the own phone

void Outbox::on(const MissingNotice& missing, Out& out, Turn& turn) {
  send_peer_later(missing.request_id, missing.request, turn.now.wall + limits::kAskPhoneAfterMs, out, turn);
}

// --- the link and time

void Outbox::on_online(Out& out, Turn& turn) {
  // Own devices and the own phone are addressed by LID: the map must know ourselves, too.
  learn_lid(turn.txn, out.account().pn.user_jid(), out.account().lid.user_jid());
  load(turn);
  online_ = true;
  drop_expired(turn);
  pump(out, turn);
}

void Outbox::on_offline(Turn&) {
  online_ = false;
  for (auto& entry : items_) {
    Item& item = entry.second;
    if (item.phase != Phase::waiting) item.until.reset();
    item.phase = Phase::waiting;
    item.given.clear();
    item.ask_failed = false;
    item.group_asks = item.devices_open = 0;
    item.device_asks = item.bundle_asks = item.bundles_open = item.attempts = item.failures = 0;
  }
}

void Outbox::on_tick(Out& out, Turn& turn) {
  drop_expired(turn);
  if (!online_) return;
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    Item& item = current->second;
    if (item.phase != Phase::ack || !item.until || *item.until > turn.now.mono) continue;
    // The outcome is unknown: the same id again, receivers drop the second one.
    if (item.attempts >= kAttemptsMax) {
      fail(current, SendFailure::timeout, 0, turn);
    } else {
      put_back(item, 0, turn);
    }
  }
  pump(out, turn);
}

std::optional<MonoTime> Outbox::deadline() const {
  std::optional<MonoTime> earliest;
  const auto sooner = [&earliest](const std::optional<MonoTime>& other) {
    if (other && (!earliest || *other < *earliest)) earliest = other;
  };
  for (const auto& entry : items_) {
    const Item& item = entry.second;
    if (online_) sooner(item.until);
    if (item.phase != Phase::ack) sooner(item.expires);
  }
  return earliest;
}

}  // namespace wa::client
