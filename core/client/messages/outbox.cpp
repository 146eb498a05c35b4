#include "client/messages/outbox.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/outbox_row.h"
#include "client/messages/padding.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/sent_log.h"
#include "stanza/queries/prekeys.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;
using wire::Server;

constexpr std::int64_t kBackoffMaxMs = 300'000;
constexpr std::uint8_t kDeviceAsksMax = 2;
constexpr std::uint8_t kBundleAsksMax = 2;

std::optional<MonoTime> start_of(const OutboxRow& row, const Now& now) {
  if (row.not_before_ms <= now.wall.ms) return std::nullopt;
  return now.mono + (row.not_before_ms - now.wall.ms);
}

std::optional<MonoTime> end_of(const OutboxRow& row, const Now& now) {
  if (row.not_after_ms == 0) return std::nullopt;
  return now.mono + std::max<std::int64_t>(0, row.not_after_ms - now.wall.ms);
}

Jid own_phone(const store::Txn& txn, const Account& account) {
  return account.lid.user.empty() ? lid_or_same(txn, account.pn.user_jid()) : account.lid.user_jid();
}

}  // namespace

// --- taking messages

Result<void> Outbox::execute(const SendText& command, Out& out, Turn& turn) {
  const Account& account = out.account();
  if (!account.paired) return {Errc::not_ready, "not paired"};
  if (command.text.empty() || utf8_length(command.text) > limits::kTextCharsMax)
    return {Errc::invalid_argument, "text"};
  const bool group = command.to.server == Server::group;
  if (!group && !command.to.is_user()) return {Errc::invalid_argument, "recipient"};
  if (!group && (command.mention_all || !command.mentioned.empty())) return {Errc::invalid_argument, "mentions"};
  load(turn);
  Item item;
  item.id = command.id.empty() ? make_message_id(turn.now.wall, account.pn, turn.random) : command.id;
  item.to = command.to.user_jid();
  item.command = command.command;
  item.group = group;
  Jid quoted_author = item.to;
  if (command.quoted && command.quoted->participant) quoted_author = *command.quoted->participant;
  if (command.quoted && command.quoted->from_me) quoted_author = account.own_jid_for(item.to);
  OutboxRow row;
  row.id = item.id;
  row.to = item.to;
  Text body{command.text, command.quoted, command.mentioned};
  if (body.quoted) body.quoted->participant = quoted_author;
  row.content = build_body_content(std::move(body), item.to, turn.now.wall, turn.random);
  if (row.content.size() > limits::kMessageBytesMax)
    return {Errc::invalid_argument, "the message is too large: say less, or name fewer people"};
  row.mention_all = command.mention_all;
  item.bytes = row.content.size();
  if (!take_room(item, turn)) return {};
  if (command.not_before) row.not_before_ms = command.not_before->ms;
  if (command.not_after) row.not_after_ms = command.not_after->ms;
  enqueue(std::move(item), row, out, turn);
  return {};
}

Result<void> Outbox::execute(const SendMessage& command, Out& out, Turn& turn) {
  if (const Text* text = std::get_if<Text>(&command.body)) {
    SendText send{command.command, {}, command.to, text->text, {}, {}, text->quoted, text->mentioned};
    return execute(send, out, turn);
  }
  const Account& account = out.account();
  if (!account.paired) return {Errc::not_ready, "not paired"};
  const bool group = command.to.server == Server::group && !command.to.user.empty();
  // The timer of a group is a setting of the group, no message.
  if (!command.to.is_user() && (!group || std::holds_alternative<DisappearAfter>(command.body)))
    return {Errc::invalid_argument, "recipient"};
  load(turn);
  const Jid chat = destination_of(turn.txn, account, command.to.user_jid());
  OutboxRow row;
  row.content = build_body_content(command.body, chat, turn.now.wall, turn.random);
  if (row.content.size() > limits::kMessageBytesMax) return {Errc::invalid_argument, "the message is too large"};
  Item item;
  item.id = make_message_id(turn.now.wall, account.pn, turn.random);
  item.to = command.to.user_jid();
  item.command = command.command;
  item.group = group;
  item.bytes = row.content.size();
  if (!take_room(item, turn)) return {};
  row.id = item.id;
  row.to = item.to;
  enqueue(std::move(item), row, out, turn);
  return {};
}

void Outbox::send_peer(ByteView message, Out& out, Turn& turn, bool high_priority) {
  Item item;
  item.id = make_message_id(turn.now.wall, out.account().pn, turn.random);
  enqueue_peer(std::move(item), message, 0, high_priority, out, turn);
}

void Outbox::send_peer_later(const std::string& id, ByteView message, WallTime not_before, Out& out, Turn& turn) {
  Item item;
  item.id = id;
  enqueue_peer(std::move(item), message, not_before.ms, true, out, turn);
}

void Outbox::withdraw(const std::string& id, Turn& turn) {
  load(turn);
  const auto it = find(id);
  if (it != items_.end() && it->second.phase != Phase::ack) drop(it, turn);
}

void Outbox::enqueue_peer(Item item, ByteView message, std::int64_t not_before_ms, bool high_priority, Out& out,
                          Turn& turn) {
  if (!out.account().paired) return;
  load(turn);
  item.to = out.account().pn.user_jid();
  item.peer = true;
  item.bytes = message.size();
  if (!has_room(item)) return turn.log(LogLevel::warning, "too many messages to the own phone wait");
  OutboxRow row;
  row.id = item.id;
  row.to = item.to;
  row.content = to_bytes(message);
  row.not_before_ms = not_before_ms;
  row.peer = true;
  row.high_priority = high_priority;
  enqueue(std::move(item), row, out, turn);
}

void Outbox::enqueue(Item item, const OutboxRow& row, Out& out, Turn& turn) {
  item.until = start_of(row, turn.now);
  item.expires = end_of(row, turn.now);
  const std::uint64_t key = next_key(turn.now.wall);
  store_outbox_row(turn.txn, key, row);
  items_.emplace(key, std::move(item));
  pump(out, turn);
}

// Keys grow with time, so that rows keep the order in which messages were taken.
std::uint64_t Outbox::next_key(WallTime now) {
  last_key_ = std::max(last_key_ + 1, static_cast<std::uint64_t>(now.ms) << 10);
  return last_key_;
}

// What goes to the own phone has room of its own: it is what heals everything else.
bool Outbox::has_room(const Item& item) const {
  std::size_t count = 0, bytes = item.bytes;
  for (const auto& [key, other] : items_) {
    if (other.peer != item.peer) continue;
    ++count;
    bytes += other.bytes;
  }
  return item.peer ? count < limits::kPeerMessagesMax && bytes <= limits::kPeerBytesMax
                   : count < limits::kOutboxMax && bytes <= bytes_max_;
}

bool Outbox::take_room(const Item& item, Turn& turn) const {
  if (has_room(item)) return true;
  turn.event(MessageFailed{item.command, item.id, item.to, SendFailure::queue_full, 0});
  return false;
}

void Outbox::load(Turn& turn) {
  if (loaded_) return;
  loaded_ = true;
  for (const store::Row& stored : turn.txn.scan(Table::outbox, {}, limits::kOutboxMax + limits::kPeerMessagesMax)) {
    const auto row = decode_outbox_row(stored.value);
    if (!row || stored.id.size() != 8) {
      turn.txn.erase(Table::outbox, stored.id);
      continue;
    }
    Item item;
    item.id = row->id;
    item.to = row->to;
    item.peer = row->peer;
    item.group = row->to.server == Server::group;
    item.until = start_of(*row, turn.now);
    item.expires = end_of(*row, turn.now);
    item.bytes = row->content.size();
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
    const bool asking = earlier.phase != Phase::waiting && earlier.phase != Phase::ack;
    const bool leaving = asking || (earlier.phase == Phase::ack && !earlier.given.empty());
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
  if (item.group) return advance_group(it, out, turn);
  const Jid destination = destination_of(turn.txn, account, item.to);
  const std::vector<Jid> users = users_to_ask(turn.txn, account, destination, turn.now.wall);
  const bool recipient_unknown = std::find(users.begin(), users.end(), destination) != users.end();
  if (!users.empty() && item.device_asks < kDeviceAsksMax) {
    item.asked_recipient = recipient_unknown;
    return ask_devices(item, users, out, turn);
  }
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
  if (!out.query(stanza::build_devices_query(users, out.next_id(turn)), DeviceQuery{users, {}}, turn)) {
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
    if (out.query(std::move(query), BundleQuery{std::move(chunk), item.id}, turn)) ++item.bundles_open;
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
  const auto row = load_outbox_row(turn.txn, it->first);
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
  message.traits = traits_of(row->content);
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
  await_ack(item, turn);
  out.send(stanza::build_message(message), turn);
  return true;
}

void Outbox::await_ack(Item& item, const Turn& turn) {
  item.phase = Phase::ack;
  item.until = turn.now.mono + kAckWaitMs;
  ++item.attempts;
}

bool Outbox::transmit_peer(Items::iterator it, Out& out, Turn& turn) {
  Item& item = it->second;
  const auto row = load_outbox_row(turn.txn, it->first);
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
  await_ack(item, turn);
  out.send(stanza::build_peer_message(message), turn);
  return true;
}

// --- ends

void Outbox::drop_expired(Turn& turn) {
  for (auto it = items_.begin(); it != items_.end();) {
    const auto current = it++;
    const Item& item = current->second;
    if (item.phase == Phase::ack || !item.expires || turn.now.mono < *item.expires) continue;
    fail(current, SendFailure::expired, 0, turn);
  }
}

void Outbox::put_back(Item& item, std::int64_t delay_ms, Turn& turn) {
  item.phase = Phase::waiting;
  item.given.clear();
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
