// A party with its own rows: two of them talk through sessions as two processes would.
#pragma once

#include <catch2/catch.hpp>

#include "signal/session.h"
#include "store/memory_store.h"
#include "unit/signal/scripted_random.h"

namespace wa::test {

struct Party {
  store::MemoryStore rows;
  ScriptedRandom random;
  signal::OwnIdentity own;
  signal::Address address;
  signal::SignedPrekey signed_prekey;

  Party(const char* name, std::uint64_t seed) : random(seed), address{name, 0} {
    own.identity = crypto::KeyPair::generate(random);
    own.registration_id = static_cast<std::uint32_t>(seed);
    store::Txn txn(rows);
    signed_prekey = signal::make_signed_prekey(own.identity, 1, 0, random);
    signal::store_signed_prekey(txn, signed_prekey);
    commit(txn);
  }

  void commit(store::Txn& txn) { rows.apply(txn.take()); }

  signal::RemoteBundle bundle(bool one_time = true) {
    signal::RemoteBundle out;
    out.registration_id = own.registration_id;
    out.identity = own.identity.public_key;
    out.signed_prekey_id = signed_prekey.id;
    out.signed_prekey = signed_prekey.key.public_key;
    out.signed_prekey_signature = signed_prekey.signature;
    if (!one_time) return out;
    store::Txn txn(rows);
    const signal::Prekey prekey = signal::take_prekey(txn, random);
    commit(txn);
    out.prekey = {prekey.id, prekey.key.public_key};
    return out;
  }

  void start(Party& other, bool one_time = true) {
    const signal::RemoteBundle bundle = other.bundle(one_time);
    store::Txn txn(rows);
    REQUIRE(signal::start_session(txn, own, other.address, bundle, random).ok());
    commit(txn);
  }

  signal::Encrypted seal(const Party& to, std::string_view text) {
    store::Txn txn(rows);
    auto out = signal::encrypt_for(txn, to.address, view(text));
    REQUIRE(out.ok());
    commit(txn);
    return *std::move(out);
  }

  // The text, or nothing; a failure must leave the rows as they were.
  Result<std::string> open(const Party& from, const signal::Encrypted& message) {
    store::Txn txn(rows);
    auto out = message.is_prekey ? signal::decrypt_prekey_message(txn, own, from.address, message.message, random)
                                 : signal::decrypt_message(txn, from.address, message.message, random);
    store::WriteBatch writes = txn.take();
    if (!out) {
      CHECK(writes.empty());
      return out.error();
    }
    rows.apply(writes);
    return to_string(ByteView(out->plaintext));
  }

  std::size_t count(store::Table table) const {
    std::size_t out = 0;
    for (const auto& row : rows.rows()) out += row.first.table == table;
    return out;
  }
};

}  // namespace wa::test
