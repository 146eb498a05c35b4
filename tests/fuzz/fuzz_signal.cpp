// Parsers of the Signal wire forms; and: what does not decrypt writes nothing.
#include "fuzz/fuzz.h"
#include "signal/prekeys.h"
#include "signal/sender_key.h"
#include "signal/session.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"

using namespace wa;

namespace {

struct Parties {
  sim::SeededRandom random{1};
  store::MemoryStore disk;
  signal::OwnIdentity own{crypto::KeyPair::generate(random), 77};
  signal::Address peer{"5511888888888", 0};

  Parties() {
    store::Txn txn(disk);
    signal::store_signed_prekey(txn, signal::make_signed_prekey(own.identity, 1, 0, random));
    const auto identity = crypto::KeyPair::generate(random);
    const auto prekey = signal::make_signed_prekey(identity, 9, 0, random);
    const signal::RemoteBundle bundle{5, identity.public_key, 9, prekey.key.public_key, prekey.signature, {}};
    WA_ASSERT(signal::start_session(txn, own, peer, bundle, random).ok());
    disk.apply(txn.take());
  }
};

}  // namespace

void fuzz_one(ByteView input) {
  static Parties parties;
  (void)signal::parse_signal_message(input);
  (void)signal::parse_prekey_message(input);
  (void)signal::Ratchet::decode(input);
  store::Txn txn(parties.disk);
  WA_ASSERT(!signal::decrypt_message(txn, parties.peer, input, parties.random).ok());
  const bool opened = signal::decrypt_prekey_message(txn, parties.own, parties.peer, input, parties.random).ok();
  if (!opened) WA_ASSERT(txn.take().empty());
  store::Txn group(parties.disk);
  const bool distributed = signal::process_distribution(group, "120363000000000001@g.us", parties.peer, input).ok();
  WA_ASSERT(!signal::decrypt_sender_key(group, "120363000000000001@g.us", parties.peer, input).ok());
  if (!distributed) WA_ASSERT(group.take().empty());
}
