// tested by unit/client/messages/inbox_test.cpp
#include "client/messages/opened_message.h"

#include "base/limits.h"
#include "client/messages/padding.h"
#include "client/rows/addressing.h"
#include "client/rows/lid_map.h"
#include "signal/sender_key.h"
#include "signal/session.h"

namespace wa::client {
namespace {

using wire::Jid;
using wire::Server;

struct PairwiseReader {
  const signal::OwnIdentity own;
  Turn& turn;
  signal::Work& work;

  Result<signal::Decrypted> open(const stanza::Enc& enc, const Jid& device) const {
    const signal::Address address = signal::address_of(device);
    if (enc.type == "pkmsg") {
      return signal::decrypt_prekey_message(turn.txn, own, address, enc.ciphertext, turn.random, work);
    }
    return signal::decrypt_message(turn.txn, address, enc.ciphertext, turn.random, work);
  }

  // Sessions live under the LID. One that was made under the PN meanwhile is moved on the fly, or tried as it is.
  Result<signal::Decrypted> open_either(const stanza::Enc& enc, const Jid& device) const {
    const Jid lid = lid_or_same(turn.txn, device), pn = pn_or_same(turn.txn, device);
    auto opened = open(enc, lid);
    if (opened || lid == pn) return opened;
    const signal::Address from = signal::address_of(pn), to = signal::address_of(lid);
    if (opened.error().code == Errc::no_session) {
      if (signal::migrate_sessions(turn.txn, from.name, to.name) == 0) return opened;
      return open(enc, lid);
    }
    if (opened.error().code != Errc::bad_mac || !signal::has_session(turn.txn, from)) return opened;
    auto other = open(enc, pn);
    return other ? std::move(other) : std::move(opened);
  }
};

Result<Bytes> open_group(const stanza::Enc& enc, const Jid& group, const Jid& sender, store::Txn& txn,
                         signal::Work& work, WallTime now) {
  const Jid lid = lid_or_same(txn, sender), pn = pn_or_same(txn, sender);
  auto opened = signal::decrypt_sender_key(txn, group.text(), signal::address_of(lid), enc.ciphertext, work, now);
  if (opened || lid == pn || opened.error().code != Errc::no_sender_key) return opened;
  return signal::decrypt_sender_key(txn, group.text(), signal::address_of(pn), enc.ciphertext, work, now);
}

// A first message says which identity it is from: nothing of it is stored when that is not one of ours.
bool is_forged(const stanza::Message& message, const stanza::Enc& enc, const Jid& device, const Account& account,
               store::Txn& txn) {
  if (enc.type != "pkmsg" || !account.is_own_user(device)) return false;
  const auto opening = signal::parse_prekey_message(enc.ciphertext);
  return opening &&
         standing_of(txn, account, device, message.device_identity, opening->identity) == Standing::forged;
}

// What only a device that is ours beyond doubt may say.
bool is_peer_data(const Content& content) {
  return content.protocol == ProtocolKind::key_share || content.protocol == ProtocolKind::key_request ||
         content.protocol == ProtocolKind::history || content.protocol == ProtocolKind::lid_mappings ||
         content.protocol == ProtocolKind::resent;
}

Speaker speaker_of(const MessageOrigin& origin, Standing standing) {
  if (!origin.own || origin.is_group || standing != Standing::proven) return Speaker::other;
  return origin.sender.device == 0 ? Speaker::own_phone : Speaker::own_device;
}

// The pairwise parts come first: they may bring the key for the others (07 section 2).
std::vector<const stanza::Enc*> in_order(const std::vector<stanza::Enc>& encs) {
  std::vector<const stanza::Enc*> out;
  for (const bool by_sender_key : {false, true}) {
    for (const stanza::Enc& enc : encs) {
      if ((enc.type == "skmsg") == by_sender_key) out.push_back(&enc);
    }
  }
  return out;
}

// A sender key counts for what its owner has proven: forged sessions bring none.
Result<Bytes> open_one(const stanza::Message& message, const stanza::Enc& enc, const MessageOrigin& origin,
                       const Account& account, SenderWork& senders, OpenedMessage& out, Turn& turn) {
  signal::Work& work = senders.of(lid_or_same(turn.txn, origin.sender.user_jid()).text(), turn.now.mono);
  const signal::Address address = session_address(turn.txn, origin.sender);
  if (enc.type == "skmsg") {
    if (origin.own) {
      const auto known = signal::identity_of(turn.txn, address).value_or(crypto::PublicKey{});
      out.standing = standing_of(turn.txn, account, origin.sender, {}, known);
    }
    return open_group(enc, message.from, origin.sender, turn.txn, work, turn.now.wall);
  }
  const Error forged{Errc::untrusted_identity, "a device that the own account did not sign"};
  if (is_forged(message, enc, origin.sender, account, turn.txn)) return forged;
  auto opened = PairwiseReader{account.own_identity(), turn, work}.open_either(enc, origin.sender);
  if (!opened) return opened.error();
  if (opened->new_session) senders.forget_failures();
  if (origin.own) {
    out.standing = standing_of(turn.txn, account, origin.sender, {}, opened->identity);
    if (out.standing == Standing::forged) {  // a session of former times
      signal::erase_session(turn.txn, address);
      return forged;
    }
  }
  out.identity_changed = out.identity_changed || opened->identity_changed;
  return std::move(opened->plaintext);
}

}  // namespace

std::string MessageOrigin::key(const store::Txn& txn, const std::string& id) const {
  return lid_or_same(txn, chat).text() + '|' + lid_or_same(txn, sender.user_jid()).text() + '|' + id;
}

std::string MessageOrigin::key_by_number(const store::Txn& txn, const std::string& id) const {
  return pn_or_same(txn, chat).text() + '|' + pn_or_same(txn, sender.user_jid()).text() + '|' + id;
}

std::optional<MessageOrigin> origin_of(const stanza::Message& message, const Account& account) {
  MessageOrigin out;
  if (message.from.is_user()) {
    out.sender = message.from;
    out.own = account.is_own_user(message.from);
    out.chat = (out.own && message.recipient ? *message.recipient : message.from).user_jid();
    return out;
  }
  if (message.from.server != Server::group && message.from.server != Server::broadcast) return std::nullopt;
  if (!message.participant || !message.participant->is_user()) return std::nullopt;
  out.sender = *message.participant;
  out.own = account.is_own_user(out.sender);
  // A list of people is where it came by: the chat is the one with its author. Of our own lists we have no such chat.
  const bool by_list = message.from.server == Server::broadcast && message.from.user != "status" && !out.own;
  out.chat = by_list ? out.sender.user_jid() : message.from;
  out.is_group = true;
  return out;
}

OpenedMessage open_all(const stanza::Message& message, const MessageOrigin& origin, const Account& account,
                       SenderWork& senders, Turn& turn) {
  OpenedMessage out;
  for (const stanza::Enc* enc : in_order(message.encs)) {
    const bool is_group_part = enc->type == "skmsg";
    if (!is_group_part && enc->type != "msg" && enc->type != "pkmsg") continue;
    out.known_kind = true;
    out.hide_failure = out.hide_failure || enc->hide_failure;
    auto plaintext = senders.failed_before(enc->ciphertext)
                         ? Result<Bytes>(Errc::bad_mac, "failed before")
                         : open_one(message, *enc, origin, account, senders, out, turn);
    if (!plaintext && plaintext.error().code == Errc::bad_mac) senders.note_failure(enc->ciphertext);
    // The last part carries the text: it decides. An old counter means that it was read before (pitfalls 21).
    const bool readable = plaintext || plaintext.error().code == Errc::duplicate;
    if (!readable) out.failure = plaintext.error().code;
    if (readable && is_group_part) out.failure.reset();
    if (!plaintext) continue;
    if (enc->version != 3) plaintext = unpad(*std::move(plaintext));
    auto content = plaintext ? parse_content(*plaintext, speaker_of(origin, out.standing))
                             : Result<Content>(plaintext.error());
    if (!content) continue;  // authentic nonsense: asking again would bring the same
    if (origin.own && !origin.is_group && out.standing != Standing::proven &&
        (message.category == "peer" || is_peer_data(*content))) {
      out.failure = Errc::untrusted_identity;
      continue;
    }
    if (content->distribution && origin.is_group) {  // for the chat it came in, whatever it says
      const Jid author = lid_or_same(turn.txn, origin.sender);
      const std::size_t most = origin.own ? limits::kSenderKeysPerOwnDeviceMax : limits::kSenderKeysPerDeviceMax;
      (void)signal::process_distribution(turn.txn, message.from.text(), signal::address_of(author),
                                         content->distribution->message, turn.now.wall, most);
    }
    out.contents.push_back(*std::move(content));
  }
  return out;
}

}  // namespace wa::client
