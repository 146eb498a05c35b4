#include "client/outbox.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/reader.h"
#include "client/devices.h"
#include "client/fanout.h"
#include "client/lid_map.h"
#include "client/message_content.h"
#include "client/sent.h"
#include "client/tokens.h"
#include "stanza/query.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;
using wire::Server;

constexpr std::uint8_t kRowVersion = 1;
constexpr std::int64_t kAckWaitMs = 70'000;       // 07 section 6: no ack within 60-75 s
constexpr std::int64_t kBackoffMinMs = 5'000;
constexpr std::int64_t kBackoffMaxMs = 300'000;
constexpr std::uint8_t kAttemptsMax = 3;          // per connection, without an ack
constexpr std::uint8_t kFailuresMax = 5;          // temporary refusals and unanswered queries
constexpr std::uint8_t kDeviceAsksMax = 2;
constexpr std::uint8_t kBundleAsksMax = 2;

struct OutboxRow {
  std::string id;
  Jid to;
  Bytes content;
  std::int64_t not_before_ms = 0;
  std::string tag;
  bool peer = false, high_priority = false;
};

Bytes encode(const OutboxRow& from) {
  RowWriter row(kRowVersion);
  row.text(from.id).text(from.to.text()).bytes(from.content).i64(from.not_before_ms).text(from.tag);
  row.flag(from.peer).flag(from.high_priority);
  return std::move(row).finish();
}

std::optional<OutboxRow> decode(ByteView bytes) {
  RowReader row(bytes, kRowVersion);
  OutboxRow out;
  out.id = row.text();
  const auto to = wire::parse_jid(row.text());
  out.content = row.bytes();
  out.not_before_ms = row.i64();
  out.tag = row.text();
  out.peer = row.flag();
  out.high_priority = row.flag();
  if (!to || !row.finish()) return std::nullopt;
  out.to = *to;
  return out;
}

std::optional<OutboxRow> load_row(const store::Txn& txn, std::uint64_t key) {
  const auto bytes = txn.get(Table::outbox, store::ordered(key));
  return bytes ? decode(*bytes) : std::nullopt;
}

std::optional<MonoTime> mono_of(std::int64_t wall_ms, const Now& now) {
  if (wall_ms <= now.wall.ms) return std::nullopt;
  return now.mono + (wall_ms - now.wall.ms);
}

// The service may take these later (07 section 6); everything else it refused on purpose.
bool is_temporary(int code) { return code == 408 || code == 429 || code == 500 || code == 503; }

SendFailure failure_of(int code) {
  return code == 404 || code == 406 ? SendFailure::unknown_recipient : SendFailure::refused;
}

Jid own_phone(const store::Txn& txn, const Account& account) {
  return account.lid.user.empty() ? lid_or_same(txn, account.pn.user_jid()) : account.lid.user_jid();
}

}  // namespace

// --- taking messages

Result<void> Outbox::send_text(const SendText& command, Out& out, Turn& turn) {
  const Account& account = out.account();
  if (!account.paired) return {Errc::not_ready, "not paired"};
  if (command.text.empty() || utf8_length(command.text) > limits::kTextCharsMax) return {Errc::invalid_argument, "text"};
  const bool group = command.to.server == Server::group;
  if (!group && !command.to.is_user()) return {Errc::invalid_argument, "recipient"};
  load(turn);
  Item item;
  item.id = command.id.empty() ? make_message_id(turn.now.wall, account.pn, turn.random) : command.id;
  item.to = command.to.user_jid();
  item.command = command.command;
  if (group || items_.size() >= limits::kOutboxMax) {
    const SendFailure why = group ? SendFailure::refused : SendFailure::queue_full;
    turn.event(MessageFailed{item.command, item.id, item.to, why, 0});
    return {};
  }
  Jid quoted_author = item.to;
  if (command.quoted && command.quoted->participant) quoted_author = *command.quoted->participant;
  if (command.quoted && command.quoted->from_me) quoted_author = account.own_jid_for(item.to);
  const Bytes content = build_text_content(command.text, command.quoted, quoted_author);
  enqueue(std::move(item), content, &command, out, turn);
  return {};
}

void Outbox::send_peer(ByteView message, Out& out, Turn& turn, bool high_priority) {
  if (!out.account().paired) return;
  load(turn);
  if (items_.size() >= limits::kOutboxMax) return;
  Item item;
  item.id = make_message_id(turn.now.wall, out.account().pn, turn.random);
  item.to = out.account().pn.user_jid();
  item.peer = true;
  SendText how;
  how.tag = high_priority ? "high" : "";
  enqueue(std::move(item), message, &how, out, turn);
}

void Outbox::enqueue(Item item, ByteView content, const SendText* command, Out& out, Turn& turn) {
  OutboxRow row{item.id, item.to, to_bytes(content), 0, command->tag, item.peer, item.peer && command->tag == "high"};
  if (command->not_before) row.not_before_ms = command->not_before->ms;
  item.until = mono_of(row.not_before_ms, turn.now);
  const std::uint64_t key = next_key(turn.now.wall);
  turn.txn.put(Table::outbox, store::ordered(key), encode(row));
  items_.emplace(key, std::move(item));
  pump(out, turn);
}

// Keys grow with time, so that rows keep the order in which messages were taken.
std::uint64_t Outbox::next_key(WallTime now) {
  last_key_ = std::max(last_key_ + 1, static_cast<std::uint64_t>(now.ms) << 10);
  return last_key_;
}

void Outbox::load(Turn& turn) {
  if (loaded_) return;
  loaded_ = true;
  for (const store::Row& stored : turn.txn.scan(Table::outbox, {}, limits::kOutboxMax)) {
    const auto row = decode(stored.value);
    if (!row || stored.id.size() != 8) {
      turn.txn.erase(Table::outbox, stored.id);
      continue;
    }
    Item item;
    item.id = row->id;
    item.to = row->to;
    item.peer = row->peer;
    item.until = mono_of(row->not_before_ms, turn.now);
    last_key_ = store::from_ordered(stored.id);
    items_.emplace(last_key_, std::move(item));
  }
}

// --- moving them on

void Outbox::pump(Out& out, Turn& turn) {
  if (!online_) return;
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    Item& item = current->second;
    if (item.phase != Phase::waiting) continue;
    if (item.until && *item.until > turn.now.mono) continue;
    item.until.reset();
    if (!blocked(current)) advance(current, out, turn);
  }
}

// Messages to one recipient leave in order: the later one waits while the earlier one has not left.
bool Outbox::blocked(Items::const_iterator item) const {
  return std::any_of(items_.begin(), item, [&](const auto& entry) {
    const Item& earlier = entry.second;
    const bool leaving = earlier.phase == Phase::devices || earlier.phase == Phase::bundles;
    return leaving && earlier.peer == item->second.peer && earlier.to == item->second.to;
  });
}

bool Outbox::advance(Items::iterator it, Out& out, Turn& turn) {
  Item& item = it->second;
  const Account& account = out.account();
  if (item.peer) {
    const Jid phone = own_phone(turn.txn, account);
    const bool missing = !without_session(turn.txn, std::span(&phone, 1)).empty();
    if (missing && item.bundle_asks < kBundleAsksMax) return ask_bundles(item, {phone}, out, turn);
    return transmit_peer(it, out, turn);
  }
  const Jid destination = destination_of(turn.txn, account, item.to);
  const std::vector<Jid> users = users_to_ask(turn.txn, account, destination, turn.now.wall);
  const bool recipient_unknown = std::find(users.begin(), users.end(), destination) != users.end();
  if (!users.empty() && item.device_asks < kDeviceAsksMax) return ask_devices(item, users, out, turn);
  if (recipient_unknown) {
    fail(it, SendFailure::unknown_recipient, 0, turn);
    return false;
  }
  const Targets targets = targets_of(turn.txn, account, destination, turn.now.wall);
  if (targets.recipient.empty() && !account.is_own_user(destination)) {
    fail(it, SendFailure::unknown_recipient, 0, turn);
    return false;
  }
  std::vector<Jid> missing = without_session(turn.txn, targets.all());
  if (item.bundle_asks > 0) {
    // Once more for the recipient's phone only: it must not be left out (pitfalls 20).
    missing.erase(std::remove_if(missing.begin(), missing.end(),
                                 [&](const Jid& jid) { return jid.device != 0 || jid.user != destination.user; }),
                  missing.end());
  }
  if (!missing.empty() && item.bundle_asks < kBundleAsksMax) return ask_bundles(item, missing, out, turn);
  return transmit(it, destination, out, turn);
}

bool Outbox::ask_devices(Item& item, const std::vector<Jid>& users, Out& out, Turn& turn) {
  if (!out.query(stanza::build_devices_query(users, out.next_id(turn)), DeviceQuery{users}, turn)) {
    put_back(item, kBackoffMinMs, turn);
    return true;
  }
  ++item.device_asks;
  item.phase = Phase::devices;
  return true;
}

bool Outbox::ask_bundles(Item& item, const std::vector<Jid>& devices, Out& out, Turn& turn) {
  item.bundles_open = 0;
  for (std::size_t from = 0; from < devices.size(); from += limits::kBundlesPerQueryMax) {
    const std::size_t count = std::min(limits::kBundlesPerQueryMax, devices.size() - from);
    std::vector<Jid> chunk(devices.begin() + static_cast<std::ptrdiff_t>(from),
                           devices.begin() + static_cast<std::ptrdiff_t>(from + count));
    wire::Node query = stanza::build_bundle_query(chunk);
    if (out.query(std::move(query), BundleQuery{std::move(chunk), {}, item.id}, turn)) ++item.bundles_open;
  }
  if (item.bundles_open == 0) {
    put_back(item, kBackoffMinMs, turn);
    return true;
  }
  ++item.bundle_asks;
  item.phase = Phase::bundles;
  return true;
}

bool Outbox::transmit(Items::iterator it, const Jid& destination, Out& out, Turn& turn) {
  Item& item = it->second;
  const auto row = load_row(turn.txn, it->first);
  const Account& account = out.account();
  if (!row) {
    fail(it, SendFailure::refused, 0, turn);
    return false;
  }
  const Targets targets = targets_of(turn.txn, account, destination, turn.now.wall);
  Sealed sealed = seal_for(targets, destination, row->content, turn);
  if (sealed.recipient_devices == 0) {
    fail(it, SendFailure::no_devices, item.bundle_error, turn);
    return false;
  }
  remember_sent(turn.txn, item.id, {destination, row->content, turn.now.wall, false});
  stanza::OutgoingMessage message;
  message.id = item.id;
  message.to = destination;
  if (destination.server == Server::lid) message.peer_recipient_pn = pn_of(turn.txn, destination);
  std::vector<Jid> reached;
  for (const auto& device : sealed.devices) reached.push_back(device.device);
  message.participants = std::move(sealed.devices);
  if (sealed.any_prekey) message.device_identity = account.signed_device_identity;
  if (!account.is_own_user(destination)) {
    message.tc_token = token_for(turn.txn, destination, turn.now.wall).value_or(Bytes());
    if (message.tc_token.empty()) message.cs_token = fallback_token_for(turn.txn, destination).value_or(Bytes());
  }
  item.phash = build_phash(reached);
  item.failed_devices = static_cast<int>(sealed.failed);
  item.phase = Phase::ack;
  item.until = turn.now.mono + kAckWaitMs;
  ++item.attempts;
  out.send(stanza::build_message(message), turn);
  return true;
}

bool Outbox::transmit_peer(Items::iterator it, Out& out, Turn& turn) {
  Item& item = it->second;
  const auto row = load_row(turn.txn, it->first);
  auto sealed = row ? seal_one(own_phone(turn.txn, out.account()), row->content, turn) : std::nullopt;
  if (!sealed) {
    turn.log(LogLevel::warning, "no session with the own phone");
    drop(it, turn);
    return false;
  }
  remember_sent(turn.txn, item.id, {item.to, row->content, turn.now.wall, true});
  stanza::PeerMessage message;
  message.id = item.id;
  message.to = out.account().pn;
  message.push_priority = row->high_priority ? "high" : "";
  if (sealed->type == "pkmsg") message.device_identity = out.account().signed_device_identity;
  message.enc_type = std::move(sealed->type);
  message.ciphertext = std::move(sealed->ciphertext);
  item.phase = Phase::ack;
  item.until = turn.now.mono + kAckWaitMs;
  ++item.attempts;
  out.send(stanza::build_peer_message(message), turn);
  return true;
}

// --- answers

void Outbox::on_answer(const DeviceQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (std::holds_alternative<QueryLinkLost>(answer)) return;  // on_offline has put everything back
  bool answered = false;
  if (const auto* iq = std::get_if<wire::Node>(&answer)) {
    const auto users = stanza::parse_devices(*iq);
    answered = users.ok();
    for (stanza::UserDevices user : users ? *users : std::vector<stanza::UserDevices>()) {
      if (user.error != 0) continue;
      store_devices(turn.txn, user, turn.now.wall);
      // The same devices, for the LID that the next look-up will go by.
      const auto lid = lid_of(turn.txn, user.user);
      if (lid) {
        user.user = *lid;
        store_devices(turn.txn, user, turn.now.wall);
      }
    }
  }
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    Item& item = current->second;
    if (item.phase != Phase::devices) continue;
    const bool meant = std::any_of(query.users.begin(), query.users.end(),
                                   [&](const Jid& user) { return same_user(turn.txn, user, item.to); });
    const bool own_meant = std::any_of(query.users.begin(), query.users.end(),
                                       [&](const Jid& user) { return out.account().is_own_user(user); });
    if (!meant && !own_meant) continue;
    item.phase = Phase::waiting;
    if (answered) continue;
    --item.device_asks;
    if (++item.failures >= kFailuresMax) {
      fail(current, SendFailure::timeout, 0, turn);
    } else {
      put_back(item, kBackoffMinMs << item.failures, turn);
    }
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

Outbox::AckResult Outbox::on_ack(const stanza::Ack& ack, Out& out, Turn& turn) {
  const auto it = ack.cls == "message" ? find(ack.id) : items_.end();
  if (it == items_.end()) return {};
  AckResult result;
  result.ours = true;
  Item& item = it->second;
  if (ack.error != 0) {
    if (is_temporary(ack.error) && ++item.failures < kFailuresMax) {
      put_back(item, kBackoffMinMs << item.failures, turn);
    } else {
      fail(it, failure_of(ack.error), ack.error, turn);
    }
    return result;
  }
  if (!item.peer) {
    const Jid destination = destination_of(turn.txn, out.account(), item.to);
    if (!ack.phash.empty() && ack.phash != item.phash) {
      // Our idea of the devices was old. Those left out will ask by retry receipt; the next message asks again.
      forget_devices(turn.txn, destination);
      forget_devices(turn.txn, out.account().pn);
    }
    const WallTime time = ack.t > 0 ? WallTime::from_seconds(ack.t) : turn.now.wall;
    turn.event(MessageSent{item.command, item.id, pn_or_same(turn.txn, item.to), time, false, item.failed_devices});
    result.sent = ChatNotice{destination, {item.id, true, {}, time.seconds()}};
    if (!out.account().is_own_user(destination) && note_token_issue(turn.txn, destination, turn.now.wall)) {
      out.query(stanza::build_privacy_token_issue(destination, turn.now.wall.seconds()), IgnoredQuery{}, turn);
    }
  }
  drop(it, turn);
  return result;
}

// --- the link and time

void Outbox::on_online(Out& out, Turn& turn) {
  // Own devices and the own phone are addressed by LID: the map must know ourselves, too.
  learn_lid(turn.txn, out.account().pn.user_jid(), out.account().lid.user_jid());
  load(turn);
  online_ = true;
  pump(out, turn);
}

void Outbox::on_offline() {
  online_ = false;
  for (auto& entry : items_) {
    Item& item = entry.second;
    if (item.phase != Phase::waiting) item.until.reset();
    item.phase = Phase::waiting;
    item.device_asks = item.bundle_asks = item.bundles_open = item.attempts = item.failures = 0;
  }
}

void Outbox::on_tick(Out& out, Turn& turn) {
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
  if (!online_) return earliest;
  for (const auto& entry : items_) {
    const auto& until = entry.second.until;
    if (until && (!earliest || *until < *earliest)) earliest = until;
  }
  return earliest;
}

void Outbox::put_back(Item& item, std::int64_t delay_ms, Turn& turn) {
  item.phase = Phase::waiting;
  item.until.reset();
  if (delay_ms > 0) item.until = turn.now.mono + std::min(delay_ms, kBackoffMaxMs);
}

void Outbox::fail(Items::iterator it, SendFailure why, int code, Turn& turn) {
  const Item& item = it->second;
  if (item.peer) {
    turn.log(LogLevel::warning, "peer message refused", code);
  } else {
    turn.event(MessageFailed{item.command, item.id, pn_or_same(turn.txn, item.to), why, code});
  }
  drop(it, turn);
}

void Outbox::drop(Items::iterator it, Turn& turn) {
  turn.txn.erase(Table::outbox, store::ordered(it->first));
  items_.erase(it);
}

Outbox::Items::iterator Outbox::find(const std::string& id) {
  return std::find_if(items_.begin(), items_.end(), [&](const auto& entry) { return entry.second.id == id; });
}

}  // namespace wa::client
