// tested by unit/client/messages/outbox_test.cpp
// What moves messages on: their deliveries, answers to queries, acks, the link, time.
#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "client/messages/about.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/outbox.h"
#include "client/messages/questions.h"
#include "client/messages/receipts.h"
#include "client/rows/addressing.h"
#include "client/rows/lid_map.h"
#include "client/rows/status_rows.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;

constexpr std::int64_t kBackoffMinMs = 5'000, kBackoffMaxMs = 300'000;
constexpr std::int64_t kAckWaitMs = 70'000;       // 07 section 6: no ack within 60-75 s
constexpr std::int64_t kPutOffMs = 3'600'000;     // what the own phone could not be told
constexpr std::uint8_t kAttemptsMax = 3;          // per connection, without an ack
constexpr std::uint8_t kFailuresMax = 5;          // temporary refusals and unanswered queries

}  // namespace

void Outbox::pump(Out& out, Turn& turn) {
  if (!online_) return;
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    Item& item = current->second;
    if (item.delivery.stage() != Stage::waiting) continue;
    if (item.until && *item.until > turn.now.mono) continue;
    item.until.reset();
    if (!blocked(current)) settle(current, item.delivery.advance(item.what, out, turn), turn);
  }
}

// Messages to one recipient leave in order: the later one waits while the earlier one has not left.
bool Outbox::blocked(Items::const_iterator item) const {
  return std::any_of(items_.begin(), item, [&](const auto& entry) {
    const Item& earlier = entry.second;
    const bool same = earlier.peer == item->second.peer && earlier.what.to == item->second.what.to;
    return same && holds_next(earlier.delivery.stage());
  });
}

void Outbox::settle(Items::iterator it, const Progress& progress, Turn& turn) {
  Item& item = it->second;
  if (const auto* left = std::get_if<OnItsWay>(&progress)) {
    item.failed_devices = left->failed_devices;
    if (item.told && left->failed_devices > 0) {
      turn.log(LogLevel::warning, "devices that a message could not reach", left->failed_devices);
    }
    item.until = turn.now.mono + kAckWaitMs;
    ++item.attempts;
  } else if (const auto* refused = std::get_if<Refused>(&progress)) {
    fail(it, *refused, turn);
  } else if (std::holds_alternative<Dropped>(progress)) {
    drop(it, turn);
  } else if (std::holds_alternative<Unanswered>(progress)) {
    again_or_fail(it, turn);
  } else if (std::holds_alternative<NotAsked>(progress)) {
    put_back(item, kBackoffMinMs, turn);
  } else if (std::holds_alternative<Later>(progress)) {
    put_off(item, turn);
  }
}

void Outbox::again_or_fail(Items::iterator it, Turn& turn) {
  Item& item = it->second;
  if (++item.failures >= kFailuresMax) return fail(it, Refused{SendFailure::timeout, 0}, turn);
  put_back(item, kBackoffMinMs << item.failures, turn);
}

// --- answers. A lost link is none: on_offline has put everything back.

void Outbox::on_answer(const DeviceQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;
  hear(learn(query, answer, turn), out, turn);
  pump(out, turn);
}

void Outbox::on_answer(const GroupQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;
  if (hear(learn(query, answer, turn), out, turn)) pump(out, turn);
}

void Outbox::on_answer(const BundleQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;
  if (hear(learn(query, answer, out.account(), turn), out, turn)) pump(out, turn);
}

void Outbox::on_answer(const AudienceQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;
  if (hear(learn(query, answer, turn), out, turn)) pump(out, turn);
}

bool Outbox::hear(const Answered& answer, Out& out, Turn& turn) {
  bool concerned = false;
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    Item& item = current->second;
    const Progress progress = item.delivery.on_answer(answer, item.what, out.account(), turn);
    if (std::holds_alternative<NotConcerned>(progress)) continue;
    concerned = true;
    settle(current, progress, turn);
  }
  return concerned;
}

// --- acks and receipts

void Outbox::on(const stanza::Ack& ack, Out& out, Turn& turn) {
  const auto it = ack.cls == "message" ? find(ack.id) : items_.end();
  if (it == items_.end()) return;
  Item& item = it->second;
  const bool again = item.delivery.on_ack(ack, item.what, out.account(), turn);
  if (ack.refresh_lid && item.what.to.is_user()) {
    ask_device_lists({pn_or_same(turn.txn, item.what.to)}, {}, out, turn);   // the next text asks, too, if need be
  }
  if (ack.error != 0) return on_refused(it, ack.error, again, out, turn);
  if (item.peer) return drop(it, turn);
  accept(it, ack.t > 0 ? WallTime::from_seconds(ack.t) : turn.service_time(), out, turn);
  pump(out, turn);  // the next message to the recipient may have waited for this one
}

void Outbox::on_refused(Items::iterator it, int code, bool again, Out& out, Turn& turn) {
  Item& item = it->second;
  if ((again || is_temporary(code)) && ++item.failures < kFailuresMax) {
    const bool other_way = again && item.what.to.is_user();   // at once: it went by the wrong id
    put_back(item, other_way ? 0 : kBackoffMinMs << item.failures, turn);
  } else {
    fail(it, Refused{failure_of(code), code}, turn);
  }
  if (again) pump(out, turn);
}

void Outbox::on(const stanza::Receipt& receipt, Out& out, Turn& turn) {
  load(turn);
  if (items_.empty() || !receipt_kind(receipt.type)) return;
  const Jid chat = receipt.from.user_jid();
  bool accepted = false;
  for (const std::string& id : receipt.ids) {
    const auto it = find(id);
    if (it == items_.end() || it->second.peer || it->second.told) continue;
    const Jid& to = it->second.what.to;
    if (to != chat && !same_user(turn.txn, to, chat)) continue;
    // The ack may still say what is out of date.
    const bool ack_may_come = it->second.delivery.stage() == Stage::sent && to.is_user();
    tell_sent(it, receipt.t > 0 ? WallTime::from_seconds(receipt.t) : turn.service_time(), out, turn);
    if (!ack_may_come) drop(it, turn);
    accepted = true;
  }
  if (accepted) pump(out, turn);
}

void Outbox::accept(Items::iterator it, WallTime time, Out& out, Turn& turn) {
  tell_sent(it, time, out, turn);
  if (!it->second.delivery.incomplete()) return drop(it, turn);
  it->second.until.reset();
}

void Outbox::tell_sent(Items::iterator it, WallTime time, Out& out, Turn& turn) {
  Item& item = it->second;
  if (std::exchange(item.told, true)) return;
  const auto row = load_outbox_row(turn.txn, item.what.key);
  MessageSent event{item.command, item.what.id, pn_or_same(turn.txn, item.what.to), time, false,
                    item.failed_devices, {}, row && row->mention_all};
  item.delivery.on_accepted(item.what, event, out, turn);
  if (row) say_sent(row->content, out.account(), event, turn);
  const Jid destination = destination_of(turn.txn, out.account(), item.what.to);
  if (event.said.media) {
    turn.notify(FileTold{event.id, destination, out.account().own_jid_for(destination).user_jid(), true,
                         event.said.view_once, time, *event.said.media});
  }
  turn.event(std::move(event));
  if (row && counts_as_last_message(row->kind) && !is_status(item.what.to)) {
    turn.notify(ChatNotice{destination, {item.what.id, true, {}, time.seconds()}});
  }
  turn.txn.erase(Table::outbox, store::ordered(it->first));
  item.expires.reset();
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
  for (auto it = items_.begin(); it != items_.end();) it = it->second.told ? items_.erase(it) : std::next(it);
  for (auto& entry : items_) {
    Item& item = entry.second;
    if (item.delivery.stage() != Stage::waiting) item.until.reset();
    item.delivery.on_offline();
    if (std::exchange(item.later, false)) item.until.reset();
    item.attempts = item.failures = 0;
  }
}

void Outbox::on_tick(Out& out, Turn& turn) {
  drop_expired(turn);
  if (!online_) return;
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    Item& item = current->second;
    if (!is_sent(item.delivery.stage()) || !item.until || *item.until > turn.now.mono) continue;
    // The outcome is unknown: the same id again, receivers drop the second one.
    if (item.told) {
      drop(current, turn);
    } else if (item.attempts >= kAttemptsMax) {
      fail(current, Refused{SendFailure::timeout, 0}, turn);
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
    if (!is_sent(item.delivery.stage())) sooner(item.expires);
  }
  return earliest;
}

// --- ends

void Outbox::drop_expired(Turn& turn) {
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    const Item& item = current->second;
    if (is_sent(item.delivery.stage()) || !item.expires || turn.now.mono < *item.expires) continue;
    fail(current, Refused{SendFailure::expired, 0}, turn);
  }
}

void Outbox::put_back(Item& item, std::int64_t delay_ms, const Turn& turn) {
  item.delivery.put_back();
  item.until.reset();
  if (delay_ms > 0) item.until = turn.now.mono + std::min(delay_ms, kBackoffMaxMs);
}

void Outbox::put_off(Item& item, const Turn& turn) {
  put_back(item, 0, turn);
  item.until = turn.now.mono + kPutOffMs;
  item.later = true;
  item.attempts = item.failures = 0;
}

void Outbox::fail(Items::iterator it, Refused refused, Turn& turn) {
  Item& item = it->second;
  if (item.told) {
    turn.log(LogLevel::warning, "a message did not get to all devices", refused.code);
  } else if (item.peer) {
    const bool of_phone = item.what.to.device == 0;
    if (of_phone && refused.why == SendFailure::timeout) return put_off(item, turn);  // what it says is still promised
    turn.log(LogLevel::warning, "peer message refused", refused.code);
    const auto row = of_phone ? load_outbox_row(turn.txn, item.what.key) : std::nullopt;
    if (row) turn.notify(PeerLost{row->content, keys_asked_for(row->content)});
  } else {
    const Jid chat = pn_or_same(turn.txn, item.what.to);
    turn.event(MessageFailed{item.command, item.what.id, chat, refused.why, refused.code});
  }
  drop(it, turn);
}

void Outbox::drop(Items::iterator it, Turn& turn) {
  turn.txn.erase(Table::outbox, store::ordered(it->first));
  items_.erase(it);
}

}  // namespace wa::client
