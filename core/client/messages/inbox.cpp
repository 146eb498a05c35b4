#include "client/messages/inbox.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "client/messages/about.h"
#include "client/messages/padding.h"
#include "client/rows/direct_chats.h"
#include "client/rows/kept_people.h"
#include "client/rows/lid_map.h"
#include "client/rows/own_devices.h"
#include "client/rows/sent_log.h"
#include "client/rows/status_rows.h"
#include "signal/prekeys.h"
#include "stanza/outbound/answer.h"
#include "store/ring.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;
using wire::Server;

constexpr store::RecentRows kHandled(Table::handled, 'm', limits::kHandledIdsKeptMax);
constexpr std::uint32_t kKeysWork = 100;  // a key pair, and a row for it
// message -> how often we asked its sender for it again (one byte), and the id of the request to the own phone
constexpr store::RecentRows kAsked(Table::retries, 'o', limits::kAskedAgainKept);

// 04 section 10: server attributes name the other form of the author and of the chat.
void learn_mappings(const stanza::Message& message, store::Txn& txn) {
  const auto learn = [&](const std::optional<Jid>& one, const std::optional<Jid>& other) {
    if (one && other) learn_pair(txn, one->user_jid(), other->user_jid());
  };
  learn(message.sender_pn, message.sender_lid);
  learn(message.participant_pn, message.participant_lid);
  learn(message.recipient_pn, message.recipient_lid);
  learn(message.peer_recipient_pn, message.peer_recipient_lid);
  if (message.from.is_user()) {
    learn(message.from, message.sender_pn);
    learn(message.from, message.sender_lid);
  }
  for (const auto& other : {message.participant_pn, message.participant_lid}) learn(message.participant, other);
  for (const auto& other :
       {message.recipient_pn, message.recipient_lid, message.peer_recipient_pn, message.peer_recipient_lid}) {
    learn(message.recipient, other);
  }
}

// Error codes of retry receipts (04 section 12).
int retry_code(Errc code) {
  switch (code) {
    case Errc::no_session: return 1;
    case Errc::no_prekey: return 3;
    case Errc::no_sender_key: return 1;
    case Errc::bad_signature: return 5;
    case Errc::too_large: return 6;
    case Errc::bad_mac: return 7;
    case Errc::untrusted_identity: return 12;
    case Errc::bad_input: case Errc::truncated: return 4;
    default: return 0;
  }
}

// Asking without keys would only bring the same undecryptable thing again.
bool needs_keys(Errc code) {
  return code == Errc::no_session || code == Errc::no_prekey || code == Errc::no_sender_key ||
         code == Errc::untrusted_identity;  // with a new session comes the proof
}

// A message may have been handled, or asked for, before the LID of its author or chat was known.
std::string key_in(const store::RecentRows& ring, const MessageOrigin& origin, const std::string& id,
                   const store::Txn& txn) {
  std::string key = origin.key(txn, id);
  if (ring.has(txn, key)) return key;
  std::string before = origin.key_by_number(txn, id);
  return before != key && ring.has(txn, before) ? before : key;
}

// Whose message it is that the phone is asked for.
MessageOrigin origin_of_key(const PlaceholderKey& key, const Account& account) {
  MessageOrigin origin;
  origin.chat = key.chat.user_jid();
  origin.own = key.from_me;
  origin.is_group = !origin.chat.is_user();
  origin.sender = origin.own ? account.own_jid_for(origin.chat) : key.participant.value_or(origin.chat);
  return origin;
}

// What was not sent to companions on purpose, the phone does not hand over either (07 section 1).
bool is_on_phone(std::string_view unavailable) {
  for (const char* kept : {"view_once", "bot", "hosted"}) {
    if (unavailable.substr(0, std::strlen(kept)) == kept) return false;
  }
  return true;
}

// The same file in another quality, of a message that was told; or what we sent ourselves, as another device has it.
bool was_told(const Content& content, const std::string& id, const MessageOrigin& origin, const store::Txn& txn) {
  const bool other_quality = content.second_quality && content.key;
  if (other_quality && kHandled.has(txn, key_in(kHandled, origin, content.key->id, txn))) return true;
  const auto sent = origin.own ? find_sent(txn, id) : std::nullopt;
  return sent && !sent->peer;
}

stanza::RetryKeys keys_for(const Jid& device, const Account& account, Turn& turn) {
  stanza::RetryKeys keys;
  const std::string name = lid_or_same(turn.txn, device).text();
  const signal::Prekey prekey = signal::prekey_for_device(turn.txn, name, turn.now.wall, turn.random);
  keys.identity = to_bytes(ByteView(account.identity.public_key));
  keys.prekey_id = prekey.id;
  keys.prekey_value = to_bytes(ByteView(prekey.key.public_key));
  if (const auto signed_prekey = signal::current_signed_prekey(turn.txn)) {
    keys.signed_prekey_id = signed_prekey->id;
    keys.signed_prekey_value = to_bytes(ByteView(signed_prekey->key.public_key));
    keys.signature = to_bytes(ByteView(signed_prekey->signature));
  }
  keys.device_identity = account.signed_device_identity;
  return keys;
}

MessageReceived received(const stanza::Message& message, const MessageOrigin& origin, const Content& content,
                         const Turn& turn) {
  const Jid chat = origin.own && content.sent_to ? content.sent_to->user_jid() : origin.chat;
  const Jid sender = origin.sender.user_jid();
  MessageReceived event;
  event.id = message.id;
  event.chat = pn_or_same(turn.txn, chat);
  event.sender = pn_or_same(turn.txn, sender);
  event.sender_pn = sender.server == Server::pn ? sender : pn_of(turn.txn, sender);
  event.sender_lid = sender.server == Server::lid ? sender : lid_of(turn.txn, sender);
  event.from_me = origin.own;
  event.offline = message.offline;
  event.is_group = chat.server == Server::group;
  event.broadcast = message.from.server == Server::broadcast && !is_status(message.from);
  event.time = WallTime::from_seconds(message.t);
  event.push_name = message.notify;
  static_cast<Said&>(event) = content;
  return event;
}

}  // namespace

void Inbox::tell(const stanza::Message& message, const MessageOrigin& origin, const Content& content, Turn& turn,
                 bool unverified) {
  const Jid chat = origin.own && content.sent_to ? content.sent_to->user_jid() : origin.chat;
  const Jid sender = origin.sender.user_jid();
  MessageReceived event = received(message, origin, content, turn);
  const bool of_chat = chat.server != Server::broadcast && content.counts_as_last_message;
  event.unverified = unverified;
  keep_secret(content, message.id, sender, chat, origin.own, turn);
  if (event.media)
    turn.notify(FileTold{message.id, chat, sender, origin.own, event.view_once, event.time, *event.media});
  LastMessage last{message.id, origin.own, event.is_group ? sender.text() : std::string(), message.t};
  if (is_status(chat)) {
    StatusReceived status{std::move(event), !origin.own && status_is_muted(turn.txn, sender), content.background_argb};
    return turn.event(std::move(status));
  }
  turn.event(std::move(event));
  if (of_chat) turn.notify(ChatNotice{chat, std::move(last)});
}

void Inbox::take_peer_data(const stanza::Message& message, const MessageOrigin& origin, Content& content,
                           const Account& account, Turn& turn) {
  if (!origin.own || origin.is_group) return;
  if (content.protocol == ProtocolKind::key_share) turn.notify(KeyShareNotice{std::move(content.keys)});
  if (content.protocol == ProtocolKind::key_request) {
    turn.notify(KeyRequestNotice{origin.sender, std::move(content.keys)});
  }
  if (origin.sender.device != 0) return;  // the rest is the phone's to say
  if (content.protocol == ProtocolKind::history && content.history) {
    content.history->stanza_id = message.id;
    turn.notify(*std::move(content.history));
  }
  if (content.migrated) note_migrated(turn.txn);
  for (const auto& mapping : content.mappings) learn_lid(turn.txn, mapping.first, mapping.second);
  for (ResentMessage& resent : content.resent) take_resent(resent, account, turn);
}

void Inbox::on(const HistoryMessagesNotice& notice, Out& out, Turn& turn) {
  HistoryMessages event{notice.request_id, pn_or_same(turn.txn, notice.chat.user_jid()), {}};
  for (const Bytes& bytes : notice.messages) {
    auto of_phone = parse_web_message(bytes);
    if (!of_phone || of_phone->content.type.empty()) continue;
    const MessageOrigin origin = origin_of_key(of_phone->key, out.account());
    stanza::Message as;
    as.id = of_phone->key.id;
    as.t = of_phone->t;
    as.notify = of_phone->push_name;
    as.edit = "8";   // the phone has let it through
    if (!settle_content(of_phone->content, as, origin, out.account(), turn)) continue;
    event.messages.push_back(received(as, origin, of_phone->content, turn));
  }
  turn.event(std::move(event));
}

void Inbox::on(const PeerLost& lost, Out& out, Turn& turn) {
  const auto message = message_asked_for(lost.request);
  if (!message) return;
  const std::string key = key_in(kAsked, origin_of_key(*message, out.account()), message->id, turn.txn);
  if (auto row = kAsked.find(turn.txn, key); row && row->size() > 1) {
    row->resize(1);
    kAsked.remember(turn.txn, key, *row);
  }
}

void Inbox::take_resent(ResentMessage& resent, const Account& account, Turn& turn) {
  const MessageOrigin origin = origin_of_key(resent.key, account);
  const std::string key = key_in(kAsked, origin, resent.key.id, turn.txn);
  if (!kAsked.has(turn.txn, key) || resent.content.type.empty()) return;
  stanza::Message as;
  as.id = resent.key.id;
  as.t = resent.t;
  as.notify = resent.push_name;
  if (settle_content(resent.content, as, origin, account, turn)) tell(as, origin, resent.content, turn);
  close(origin, resent.key.id, turn);
}

void Inbox::tell_timer(const stanza::Message& message, const MessageOrigin& origin, const Content& content,
                       Turn& turn) {
  ChatTimerChanged event;
  const Jid chat = origin.own && content.sent_to ? content.sent_to->user_jid() : origin.chat;
  event.id = message.id;
  event.chat = pn_or_same(turn.txn, chat);
  event.by = pn_or_same(turn.txn, origin.sender.user_jid());
  event.from_me = origin.own;
  event.seconds = content.timer->seconds;
  event.time = WallTime::from_seconds(content.timer->set_s > 0 ? content.timer->set_s : message.t);
  turn.event(std::move(event));
}

// Its content is not there, or was encrypted in a way that we do not read: told once. The phone has the content of
// some.
void Inbox::tell_missing(const stanza::Message& message, const MessageOrigin& origin, const std::string& key,
                         const Account& account, Turn& turn) {
  const bool of_bot = std::any_of(message.encs.begin(), message.encs.end(),
                                  [](const stanza::Enc& enc) { return enc.type == "msmsg"; });
  const bool nothing = message.unavailable.empty() && message.encs.empty();
  if (nothing || is_status(origin.chat) || message.category == "peer" || kAsked.has(turn.txn, key)) return;
  MessageUndecryptable event{message.id, pn_or_same(turn.txn, origin.chat),
                             pn_or_same(turn.txn, origin.sender.user_jid()), WallTime::from_seconds(message.t)};
  event.unavailable = !message.unavailable.empty() ? message.unavailable : of_bot ? "bot" : "unknown_encryption";
  Bytes row{1};
  if (is_on_phone(event.unavailable)) append(row, view(ask_phone(message, origin, account, turn)));
  kAsked.remember(turn.txn, key, row);
  turn.event(std::move(event));
}

// The message was read: nobody needs to be asked for it any more.
void Inbox::close(const MessageOrigin& origin, const std::string& id, Turn& turn) {
  kHandled.remember(turn.txn, origin.key(turn.txn, id), {});
  const std::string key = key_in(kAsked, origin, id, turn.txn);
  const auto asked = kAsked.find(turn.txn, key);
  if (!asked) return;
  if (asked->size() > 1) turn.notify(ArrivedNotice{to_string(ByteView(*asked).subspan(1))});
  kAsked.forget(turn.txn, key);
}

void Inbox::on(const HistoryReadNotice& read, Out& out, Turn& turn) {
  out.send(stanza::build_peer_receipt(read.stanza_id, out.account().pn, stanza::PeerReceiptType::hist_sync), turn);
}

void Inbox::answer_handled(const stanza::Message& message, const MessageOrigin& origin, Out& out, Turn& turn) const {
  if (origin.own && message.category == "peer") {
    out.send(stanza::build_peer_receipt(message.id, out.account().pn, stanza::PeerReceiptType::peer_msg), turn);
    return;
  }
  const bool status = is_status(origin.chat);
  const auto type = origin.own              ? stanza::ReceiptType::sender
                    : status               ? stanza::ReceiptType::status
                    : available_           ? stanza::ReceiptType::delivered
                                           : stanza::ReceiptType::inactive;
  out.send(stanza::build_receipt(message.ack, type), turn);
  if (status) out.ack(message.ack, turn);
}

// Returns the id of the request, which leaves only if the message has not come by then (04 section 12).
std::string Inbox::ask_phone(const stanza::Message& message, const MessageOrigin& origin, const Account& account,
                             Turn& turn) {
  PlaceholderKey key{message.id, origin.chat, origin.own, {}};
  if (!origin.chat.is_user()) key.participant = origin.sender.user_jid();
  std::string id = make_message_id(turn.now.wall, account.pn, turn.random);
  turn.notify(MissingNotice{id, build_placeholder_request(key)});
  return id;
}

void Inbox::ask_again(const stanza::Message& message, const MessageOrigin& origin, const OpenedMessage& opened,
                      Out& out, Turn& turn) {
  const std::string key = key_in(kAsked, origin, message.id, turn.txn);
  Bytes row = kAsked.find(turn.txn, key).value_or(Bytes());
  const int asked = row.empty() ? 0 : row.front();
  const int error = retry_code(*opened.failure);
  if (asked == 0 && !is_status(origin.chat)) {
    turn.event(MessageUndecryptable{message.id, pn_or_same(turn.txn, origin.chat),
                                    pn_or_same(turn.txn, origin.sender.user_jid()), WallTime::from_seconds(message.t),
                                    error, opened.hide_failure});
  }
  // A sender whose work is spent is asked all the same, without what costs. It does not count: what comes by then could
  // not be read either. A second later there is room again.
  signal::Work& work = work_.of(lid_or_same(turn.txn, origin.sender.user_jid()).text(), turn.now.mono);
  const bool spent = work.left < kKeysWork + signal::kSessionStartWork;
  const bool with_keys = !spent && (asked > 0 || needs_keys(*opened.failure));
  // Many come from people we have no session with: once is enough (11 section 4).
  if (asked < (is_status(origin.chat) ? 1 : limits::kRetryReceiptsMax)) {
    if (row.empty()) row.push_back(0);
    const bool phone_may_know = !is_status(origin.chat) && message.category != "peer" && !opened.hide_failure;
    if (phone_may_know && row.size() == 1) append(row, view(ask_phone(message, origin, out.account(), turn)));
    row.front() = static_cast<std::uint8_t>(spent && asked > 0 ? asked : asked + 1);
    kAsked.remember(turn.txn, key, row);
    stanza::RetryRequest request;
    request.of = message.ack;
    request.category = message.category;
    request.message_t = message.t;
    request.count = row.front();
    request.error = error;
    request.registration_id = out.account().registration_id;
    if (with_keys && work.take(kKeysWork)) request.keys = keys_for(origin.sender, out.account(), turn);
    out.send(stanza::build_retry_receipt(request), turn);
  }
  out.ack(message.ack, turn);
}

void Inbox::on(const stanza::Message& message, Out& out, Turn& turn) {
  learn_mappings(message, turn.txn);
  const std::optional<MessageOrigin> origin = origin_of(message, out.account());
  const bool forged_peer = origin && !origin->own && message.category == "peer";
  if (!origin || forged_peer) {
    if (forged_peer) turn.log(LogLevel::warning, "peer message from a stranger ignored");
    out.ack(message.ack, turn);
    return;
  }
  const bool handled = kHandled.has(turn.txn, key_in(kHandled, *origin, message.id, turn.txn));
  if (message.encs.empty()) {
    if (!handled) tell_missing(message, *origin, key_in(kAsked, *origin, message.id, turn.txn), out.account(), turn);
    out.ack(message.ack, turn);
    return;
  }
  if (handled) {
    answer_handled(message, *origin, out, turn);
    return;
  }
  meet(turn.txn, origin->chat, origin->own);
  if (origin->is_group && !origin->own) meet(turn.txn, origin->sender, false);
  OpenedMessage opened = open_all(message, *origin, out.account(), work_, turn);
  if (opened.identity_changed && !origin->own) {
    turn.notify(TokenDue{origin->sender, true});
    turn.event(IdentityChanged{pn_or_same(turn.txn, origin->sender.user_jid())});
  }
  if (!opened.known_kind) {
    tell_missing(message, *origin, key_in(kAsked, *origin, message.id, turn.txn), out.account(), turn);
    out.ack(message.ack, turn);
    return;
  }
  bool told = false;
  for (Content& content : opened.contents) {
    take_peer_data(message, *origin, content, out.account(), turn);
    const bool allowed = (!content.sent_to || origin->own) && message.category != "peer";
    if (allowed && content.timer && !is_status(origin->chat)) {
      const ChatTimer& timer = *content.timer;
      const Jid chat = origin->own && content.sent_to ? content.sent_to->user_jid() : origin->chat;
      note_timer(turn.txn, chat, {timer.seconds, timer.set_s > 0 ? timer.set_s : message.t});
    }
    if (told || !allowed) continue;
    const bool of_chat = !is_status(origin->chat);
    if (content.protocol == ProtocolKind::timer && of_chat) tell_timer(message, *origin, content, turn);
    if (content.type.empty() || content.protocol != ProtocolKind::none) continue;
    if (settle_content(content, message, *origin, out.account(), turn) &&
        !was_told(content, message.id, *origin, turn.txn)) {
      tell(message, *origin, content, turn, origin->own && opened.standing != Standing::proven);
      told = true;
    }
  }
  if (opened.failure && !told) {
    ask_again(message, *origin, opened, out, turn);
    return;
  }
  if (!origin->own && !message.notify.empty())
    turn.notify(PushNameNotice{origin->sender.user_jid(), message.notify, message.t});
  close(*origin, message.id, turn);
  answer_handled(message, *origin, out, turn);
}

}  // namespace wa::client
