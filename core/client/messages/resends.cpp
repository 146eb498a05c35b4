// tested by unit/client/messages/outbox_test.cpp
#include "client/messages/resends.h"

#include <algorithm>

#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/messages/envelope.h"
#include "client/messages/group_sender_keys.h"
#include "client/messages/kinds/kind_table.h"
#include "client/rows/chat_rows.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/own_devices.h"
#include "client/rows/sent_log.h"
#include "client/rows/status_rows.h"
#include "stanza/queries/prekeys.h"
#include "store/ring.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;

// device and message -> how often we answered; device -> when its session was made anew
constexpr store::RecentRows kAnswered(Table::retries, 'i', limits::kRetryRowsKept);
constexpr store::RecentRows kRecreated(Table::retries, 'c', limits::kRetryRowsKept);
constexpr std::int64_t kRecreateEveryMs = 3'600'000;
constexpr std::size_t kPendingMax = 64;

// A row of a device may stand under its number: it was written before the LID was known.
std::optional<Bytes> find_of(const store::RecentRows& ring, const Jid& device, const std::string& rest,
                             const store::Txn& txn) {
  auto row = ring.find(txn, lid_or_same(txn, device).text() + rest);
  return row ? row : ring.find(txn, pn_or_same(txn, device).text() + rest);
}

// True while the device may have this message once more; counts.
bool note_answer(store::Txn& txn, const Jid& device, const std::string& id) {
  const std::string key = lid_or_same(txn, device).text() + '|' + id;
  const auto row = find_of(kAnswered, device, '|' + id, txn);
  const int answered = row && !row->empty() ? row->front() : 0;
  if (answered >= limits::kRetryAnswersMax) return false;
  kAnswered.remember(txn, key, Bytes{static_cast<std::uint8_t>(answered + 1)});
  return true;
}

bool may_recreate(store::Txn& txn, const Jid& device, WallTime now) {
  const auto row = find_of(kRecreated, device, {}, txn);
  if (!row) return true;
  const std::int64_t age_ms = now.ms - static_cast<std::int64_t>(read_be(*row));
  return age_ms < 0 || age_ms >= kRecreateEveryMs;
}

void note_recreated(store::Txn& txn, const Jid& device, WallTime now) {
  kRecreated.remember(txn, lid_or_same(txn, device).text(), be_bytes(static_cast<std::uint64_t>(now.ms), 8));
}

std::optional<stanza::UserBundle> bundle_from(const stanza::RetryKeys& keys, const Jid& device,
                                              std::uint32_t registration_id) {
  const auto identity = crypto::parse_public_key(keys.identity);
  const auto signed_prekey = crypto::parse_public_key(keys.signed_prekey_value);
  if (!identity || !signed_prekey || keys.signature.size() != 64) return std::nullopt;
  stanza::BundleAnswer bundle;
  bundle.registration_id = registration_id;
  bundle.identity = *identity;
  bundle.signed_prekey = {keys.signed_prekey_id, *signed_prekey, array_of<64>(keys.signature)};
  if (keys.prekey_id) {
    const auto prekey = crypto::parse_public_key(keys.prekey_value);
    if (!prekey) return std::nullopt;
    bundle.prekey = stanza::BundleAnswer::OneTime{*keys.prekey_id, *prekey};
  }
  bundle.device_identity = keys.device_identity;
  stanza::UserBundle out;
  out.device = device;
  out.bundle = std::move(bundle);
  return out;
}

// Nobody gets a message that was not meant for them.
bool may_have(const SentMessage& sent, const std::string& id, const Jid& device, const Account& account,
              const Turn& turn) {
  const store::Txn& txn = turn.txn;
  if (is_status(sent.chat)) {
    const auto status = find_status(txn, id, turn.now.wall);
    return status && went_to(txn, *status, device);
  }
  if (account.is_own_user(device)) return !sent.peer || device.device == sent.chat.device;
  if (sent.chat.server == wire::Server::group) return is_member(txn, sent.chat, device);
  return !sent.peer && same_user(txn, sent.chat, device);
}

// Of what is no longer stored: members of the group, own devices, and whoever we have a session with or wrote to.
bool may_ask(const Jid& from, const Jid& device, const Account& account, const store::Txn& txn) {
  if (from.server == wire::Server::group) return is_member(txn, from, device);
  if (is_status(from)) return false;   // whom one went to is forgotten after a day
  if (account.is_own_user(device) || signal::has_session(txn, session_address(txn, device))) return true;
  const auto other = other_form(txn, device);
  return from.is_user() && (txn.get(Table::device_lists, device.user_jid().text()) ||
                            (other && txn.get(Table::device_lists, other->text())));
}

// What we wrote to others is told again to own devices only when they are ours beyond doubt: anybody could ask for it.
bool proven_if_own(const Jid& device, const Account& account, Turn& turn) {
  return !account.is_own_user(device) || standing_of_session(turn.txn, account, device) == Standing::proven;
}

}  // namespace

// Session and ledger first: also for what is no longer stored, for the next message must be readable.
void Retries::on_retry(const stanza::Receipt& receipt, Out& out, Turn& turn) {
  const Jid device = receipt.participant ? *receipt.participant : receipt.from;
  const std::string& id = receipt.ids.front();
  auto sent = find_sent(turn.txn, id);
  const bool meant = device.is_user() && (sent ? may_have(*sent, id, device, out.account(), turn)
                                               : may_ask(receipt.from, device, out.account(), turn.txn));
  if (sent && turn.service_time() - sent->time > limits::kRetryAnswerAgeMs) sent.reset();
  if (!meant || (sent && !note_answer(turn.txn, device, id))) return out.ack(receipt.ack, turn);

  const Pending what{
      device, receipt.from, receipt.participant, receipt.recipient, id, std::max(1, receipt.retry_count)};
  if (is_status(receipt.from) || is_member(turn.txn, receipt.from, device)) note_lack(turn.txn, receipt.from, device);
  const Mended session = mend_session(receipt, device, out.account(), turn);
  const bool stale = session != Mended::anew && what.count >= 2 && may_recreate(turn.txn, device, turn.now.wall);
  const bool lost = session == Mended::lost;
  if (sent && !lost && !stale) {
    resend(what, out, turn);
  } else if ((stale || (sent && lost)) && pending_.size() < kPendingMax) {
    if (out.query(stanza::build_bundle_query({&device, 1}), ResendQuery{device, id}, turn)) pending_.push_back(what);
  }
  out.ack(receipt.ack, turn);
}

// By the keys that came, if any; one that belongs to an installation that is gone ends here.
Retries::Mended Retries::mend_session(const stanza::Receipt& receipt, const Jid& device, const Account& account,
                                      Turn& turn) {
  const signal::Address address = session_address(turn.txn, device);
  const auto known_registration = signal::session_registration_id(turn.txn, address);
  if (known_registration && receipt.registration_id && *known_registration != *receipt.registration_id) {
    signal::erase_session(turn.txn, address);
  }
  const auto bundle =
      receipt.keys ? bundle_from(*receipt.keys, device, receipt.registration_id.value_or(0)) : std::nullopt;
  const std::string who = lid_or_same(turn.txn, device.user_jid()).text();
  const bool started = bundle && work_.charge(who, signal::kSessionStartWork, turn.now.mono) &&
                       start_sessions({*bundle}, account, turn) == 1;
  if (started) note_recreated(turn.txn, device, turn.now.wall);
  const bool there = signal::has_session(turn.txn, address) && proven_if_own(device, account, turn);
  return !there ? Mended::lost : started ? Mended::anew : Mended::as_it_was;
}

void Retries::on_answer(const ResendQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& one) {
    return one.id == query.message_id && one.device == query.device;
  });
  if (found == pending_.end()) return;
  const Pending what = *found;
  pending_.erase(found);
  if (pending_.empty()) on_offline(turn);
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (!iq) return;
  const auto bundles = stanza::parse_bundles(*iq);
  if (!bundles || start_sessions(*bundles, out.account(), turn) == 0) return;
  note_recreated(turn.txn, what.device, turn.now.wall);
  resend(what, out, turn);
}

void Retries::resend(const Pending& what, Out& out, Turn& turn) {
  const auto sent = find_sent(turn.txn, what.id);
  const Account& account = out.account();
  const bool old = sent && turn.service_time() - sent->time > limits::kRetryAnswerAgeMs;
  if (!sent || old || !proven_if_own(what.device, account, turn)) return;
  const bool status = is_status(sent->chat), by_sender_key = status || sent->chat.server == wire::Server::group;
  const bool own_copy = account.is_own_user(what.device) && !sent->peer;
  Bytes content = sent->content;
  if (by_sender_key) {
    content = with_own_key(sent->chat, what.device, content, turn);
  } else if (own_copy) {
    content = build_device_sent(sent->chat, content);
  }
  auto sealed = seal_one(what.device, content, turn);
  if (!sealed) return;
  const Bytes identity = sealed->type == "pkmsg" ? account.signed_device_identity : Bytes();
  if (sent->peer) {
    stanza::PeerMessage message{what.id, account.pn, "high", std::move(sealed->type), std::move(sealed->ciphertext),
                                identity, sent->chat.device};
    return out.send(stanza::build_peer_message(message), turn);
  }
  stanza::ResentMessage message;
  message.id = what.id;
  message.to = what.from;
  message.t = sent->time.seconds();
  message.traits = traits_of(kind_of_content(sent->content), sent->content);
  message.participant = what.participant;
  message.recipient = what.recipient;
  message.enc_type = std::move(sealed->type);
  message.ciphertext = std::move(sealed->ciphertext);
  message.count = what.count;
  message.device_identity = identity;
  if (status) message.traits.hide_failure = false;
  const bool posted = status && message.traits.edit.empty();
  const auto went = posted ? find_status(turn.txn, what.id, turn.now.wall) : std::nullopt;
  if (went) message.traits.meta = {"status_setting", status_setting_name(went->chosen_by)};
  out.send(stanza::build_resent_message(message), turn);
}

void on_identity_change(const Jid& user, const Account& account, Turn& turn) {
  if (!user.is_user() || account.is_own_user(user)) return;
  for (const Jid& form : {lid_or_same(turn.txn, user.user_jid()), pn_or_same(turn.txn, user.user_jid())}) {
    signal::erase_user(turn.txn, signal::address_of(form).name);
    const bool by_lid = form.server == wire::Server::lid;
    const Jid hosted{form.user, by_lid ? wire::Server::hosted_lid : wire::Server::hosted};
    signal::erase_user(turn.txn, signal::address_of(hosted).name);
  }
  forget_devices(turn.txn, user);
  renew_key(turn.txn, status_chat());
  turn.notify(TokenDue{user, true});
  turn.event(IdentityChanged{pn_or_same(turn.txn, user.user_jid())});
}

}  // namespace wa::client
