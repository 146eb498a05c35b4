// tested by sim/sim_test.cpp
// What a simulated device does with Signal sessions: one canonical address per remote device (04).
#include "crypto/hash.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

signal::Address address_for(const Device& device) { return signal::address_of(device.lid()); }

}  // namespace

Bytes pad(Server& server, Bytes message) {
  const std::uint8_t count = static_cast<std::uint8_t>(1 + server.random.below(15));
  message.insert(message.end(), count, count);
  return message;
}

std::optional<SentEnc> encrypt_to(Server& server, Device& from, Device& to, ByteView message) {
  Actor& actor = *from.actor;
  store::Txn txn(actor.store);
  const signal::Address address = address_for(to);
  if (!signal::has_session(txn, address)) {
    std::optional<signal::RemoteBundle> bundle = bundle_of(server, to);
    if (!bundle) return std::nullopt;
    if (!signal::start_session(txn, actor.own, address, *bundle, server.random)) {
      server.violation("a simulated device could not start a session from the served bundle");
      return std::nullopt;
    }
  }
  auto encrypted = signal::encrypt_for(txn, address, message);
  if (!encrypted) return std::nullopt;
  actor.store.apply(txn.take());
  return SentEnc{encrypted->is_prekey ? "pkmsg" : "msg", std::move(encrypted->message)};
}

Result<Bytes> decrypt_from(Server& server, Device& at, Device& from, std::string_view type, ByteView ciphertext) {
  Actor& actor = *at.actor;
  store::Txn txn(actor.store);
  const signal::Address address = address_for(from);
  auto decrypted = type == "pkmsg"
                       ? signal::decrypt_prekey_message(txn, actor.own, address, ciphertext, server.random)
                       : signal::decrypt_message(txn, address, ciphertext, server.random);
  if (!decrypted) return decrypted.error();
  actor.store.apply(txn.take());
  Bytes plain = std::move(decrypted->plaintext);
  const std::size_t count = plain.empty() ? 0 : plain.back();
  if (count == 0 || count > 16 || count > plain.size()) return Error{Errc::bad_input, "padding"};
  plain.resize(plain.size() - count);
  return plain;
}

void check_message_key(Server& server, Device& from, Device& to, std::string_view type, ByteView ciphertext) {
  if (!server.options.check) return;
  signal::SignalMessage message;
  if (type == "pkmsg") {
    auto parsed = signal::parse_prekey_message(ciphertext);
    if (!parsed) return server.violation("pkmsg does not parse");
    message = std::move(parsed->message);
  } else if (type == "msg") {
    auto parsed = signal::parse_signal_message(ciphertext);
    if (!parsed) return server.violation("msg does not parse");
    message = *std::move(parsed);
  } else {
    return server.violation("unknown enc type");
  }
  std::string key =
      from.pn().text() + '>' + to.pn().text() + '>' + to_string(message.ratchet_key) + std::to_string(message.counter);
  const auto digest = crypto::sha256(message.ciphertext);
  auto [slot, fresh] = server.message_keys.emplace(std::move(key), digest);
  if (!fresh && slot->second != digest) server.violation("message key used twice for different plaintexts");
}

}  // namespace wa::sim
