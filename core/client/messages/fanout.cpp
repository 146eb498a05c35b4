// tested by unit/client/messages/outbox_test.cpp
#include "client/messages/fanout.h"

#include "base/encoding.h"
#include "base/sort.h"
#include "client/messages/envelope.h"
#include "client/messages/padding.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/own_devices.h"
#include "crypto/hash.h"
#include "signal/session.h"

namespace wa::client {
namespace {

using wire::Jid;
using wire::Server;

Jid own_user_for(const Account& account, const Jid& destination) { return account.own_jid_for(destination).user_jid(); }

signal::RemoteBundle bundle_of(const stanza::BundleAnswer& from) {
  signal::RemoteBundle out;
  out.registration_id = from.registration_id;
  out.identity = from.identity;
  out.signed_prekey_id = from.signed_prekey.id;
  out.signed_prekey = from.signed_prekey.key;
  out.signed_prekey_signature = from.signed_prekey.signature;
  if (from.prekey) out.prekey = {from.prekey->id, from.prekey->key};
  return out;
}

}  // namespace

std::string build_phash(std::span<const Jid> devices) {
  constexpr std::size_t kHashBytes = 6;
  std::vector<std::string> names;
  for (const Jid& jid : devices) {
    const Server server = jid.server == Server::legacy ? Server::pn : jid.server;
    names.push_back(jid.user + ".0:" + std::to_string(jid.device) + '@' + std::string(wire::server_name(server)));
  }
  sort(names);
  Bytes all;
  for (const std::string& name : names) append(all, name);
  const ByteArray<32> hash = crypto::sha256(ByteView(all));
  return "2:" + base64(ByteView(hash).first(kHashBytes));
}

std::vector<Jid> Targets::all() const {
  std::vector<Jid> out = recipient;
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

std::vector<Jid> users_to_ask(const store::Txn& txn, const Account& account, const Jid& destination, WallTime now) {
  std::vector<Jid> out;
  const Jid own = own_user_for(account, destination);
  if (!known_devices(txn, destination, now)) out.push_back(destination);
  if (own != destination && !known_devices(txn, own, now)) out.push_back(own);
  return out;
}

Targets targets_of(const store::Txn& txn, const Account& account, const Jid& destination, WallTime now) {
  Targets out;
  if (!account.is_own_user(destination))
    out.recipient = known_devices(txn, destination, now).value_or(std::vector<Jid>());
  const Jid& own = account.own_jid_for(destination);
  for (Jid& device : known_devices(txn, own.user_jid(), now).value_or(std::vector<Jid>())) {
    if (device != own) out.own.push_back(std::move(device));
  }
  if (out.own.empty() && !has_devices(txn, own.user_jid(), now)) out.own.push_back(own.user_jid());
  return out;
}

std::vector<Jid> without_session(const store::Txn& txn, std::span<const Jid> devices) {
  std::vector<Jid> out;
  for (const Jid& device : devices) {
    if (!signal::has_session(txn, session_address(txn, device))) out.push_back(device);
  }
  return out;
}

std::size_t start_sessions(const std::vector<stanza::UserBundle>& bundles, const Account& account, Turn& turn) {
  std::size_t started = 0;
  for (const stanza::UserBundle& user : bundles) {
    if (!user.bundle) continue;
    if (account.is_own_user(user.device) && standing_of(turn.txn, account, user.device, user.bundle->device_identity,
                                                        user.bundle->identity) == Standing::forged) {
      turn.log(LogLevel::warning, "a device that the own account did not sign gets no session");
      continue;
    }
    const signal::Address address = session_address(turn.txn, user.device);
    const auto result =
        signal::start_session(turn.txn, account.own_identity(), address, bundle_of(*user.bundle), turn.random);
    if (!result) {
      turn.log(LogLevel::warning, "bundle refused", static_cast<std::int64_t>(result.error().code));
      continue;
    }
    if (result->identity_changed && !account.is_own_user(user.device)) {
      turn.event(IdentityChanged{pn_or_same(turn.txn, user.device.user_jid())});
    }
    ++started;
  }
  return started;
}

std::optional<stanza::DeviceCiphertext> seal_one(const Jid& device, ByteView content, Turn& turn) {
  auto encrypted = signal::encrypt_for(turn.txn, session_address(turn.txn, device), pad(content, turn.random));
  if (!encrypted) return std::nullopt;
  return stanza::DeviceCiphertext{device, encrypted->is_prekey ? "pkmsg" : "msg", std::move(encrypted->message)};
}

Sealed seal_for(const Targets& targets, const Jid& chat, ByteView content, Turn& turn) {
  Sealed out;
  const auto seal = [&](const Jid& device, ByteView plaintext) {
    auto one = seal_one(device, plaintext, turn);
    if (!one) {
      ++out.failed;
      return false;
    }
    out.any_prekey = out.any_prekey || one->type == "pkmsg";
    out.devices.push_back(*std::move(one));
    return true;
  };
  for (const Jid& device : targets.recipient) out.recipient_devices += seal(device, content);
  const Bytes own_copy = build_device_sent(chat, content);
  for (const Jid& device : targets.own) {
    const bool reached = seal(device, own_copy);
    if (targets.recipient.empty()) out.recipient_devices += reached;
  }
  return out;
}

}  // namespace wa::client
