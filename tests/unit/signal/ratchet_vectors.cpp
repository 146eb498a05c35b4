// signal_kdf.json: single derivations. double_ratchet.json: transcripts between other implementations, replayed through
// rows; where a party is byte-exact, our messages must equal theirs bit for bit.
#include "crypto/hash.h"
#include "signal/session.h"
#include "store/memory_store.h"
#include "support/vectors.h"
#include "unit/signal/scripted_random.h"

using namespace wa;
using namespace wa::signal;
using nlohmann::json;
using test::hex_field;

namespace {

ByteArray<32> key_field(const json& object, const char* key) { return array_of<32>(hex_field(object, key)); }

bool chain_step_ok(const json& vector) {
  ChainKey chain{key_field(vector, "chain_key"), 7};
  const ByteArray<32> seed = next_seed(chain);
  const MessageKeys keys = derive_message_keys(seed);
  return seed == key_field(vector, "message_key_seed") && chain.key == key_field(vector, "next_chain_key") && chain.counter == 8 &&
         keys.cipher_key == key_field(vector, "cipher_key") && keys.mac_key == key_field(vector, "mac_key") &&
         equal(keys.iv, hex_field(vector, "iv"));
}

bool root_step_ok(const json& vector) {
  const auto own = crypto::KeyPair::from_private(key_field(vector, "ratchet_private"));
  const auto step = step_root(key_field(vector, "root_key"), own.private_key, key_field(vector, "remote_ratchet_public"));
  return step && step->root_key == key_field(vector, "new_root_key") && step->chain_key == key_field(vector, "chain_key");
}

bool x3dh_ok(const json& vector) {
  const auto pair = [&](const char* name) { return crypto::KeyPair::from_private(key_field(vector, name)); };
  const crypto::KeyPair alice = pair("alice_identity_private"), base = pair("alice_base_private");
  const crypto::KeyPair bob = pair("bob_identity_private"), signed_prekey = pair("bob_signed_private");
  std::optional<crypto::KeyPair> prekey;
  if (!vector["bob_one_time_private"].is_null()) prekey = pair("bob_one_time_private");
  if (alice.public_key != key_field(vector, "alice_identity_public") || bob.public_key != key_field(vector, "bob_identity_public")) return false;
  RemoteBundle bundle;
  bundle.identity = bob.public_key;
  bundle.signed_prekey = signed_prekey.public_key;
  if (prekey) bundle.prekey = {9, prekey->public_key};
  const auto first = crypto::KeyPair::from_private(array_of<32>(crypto::sha256(view("first ratchet"))));
  const auto initiator = start_as_initiator(alice, 1, bundle, base, first);
  const auto responder = start_as_responder(bob, 2, signed_prekey, prekey ? &*prekey : nullptr, alice.public_key, base.public_key, 1);
  return initiator && responder && responder->root_key == key_field(vector, "root_key") &&
         responder->sending.key == key_field(vector, "chain_key") &&
         initiator->receiving.front().chain.key == key_field(vector, "chain_key");
}

struct Party {
  store::MemoryStore store;
  OwnIdentity own;
  RemoteBundle bundle;
  test::ScriptedRandom random;
  Address address;  // how the other side knows this party
  bool byte_exact = false;
};

void commit(Party& party, store::Txn& txn) { party.store.apply(txn.take()); }

void store_prekeys(Party& party, const json& from) {
  store::Txn txn(party.store);
  const json& skey = from["signed_prekey"];
  SignedPrekey signed_prekey;
  signed_prekey.id = skey["id"];
  signed_prekey.key = crypto::KeyPair::from_private(key_field(skey, "private"));
  signed_prekey.signature = array_of<64>(hex_field(skey, "signature"));
  store_signed_prekey(txn, signed_prekey);
  party.bundle.signed_prekey_id = signed_prekey.id;
  party.bundle.signed_prekey = key_field(skey, "public");
  party.bundle.signed_prekey_signature = signed_prekey.signature;
  if (const json& one_time = from["one_time_prekey"]; !one_time.is_null()) {
    const std::uint32_t id = one_time["id"];
    store_prekey(txn, {id, crypto::KeyPair::from_private(key_field(one_time, "private"))});
    party.bundle.prekey = {id, key_field(one_time, "public")};
  }
  commit(party, txn);
}

void set_up(Party& party, const json& from, const char* name) {
  party.address = {name, 0};
  party.own.identity = crypto::KeyPair::from_private(key_field(from, "identity_private"));
  party.own.registration_id = from["registration_id"];
  party.bundle.identity = key_field(from, "identity_public");
  party.bundle.registration_id = party.own.registration_id;
  store_prekeys(party, from);
}

class Transcript {
 public:
  explicit Transcript(const json& vector) {
    set_up(alice_, vector["alice"], "alice");
    set_up(bob_, vector["bob"], "bob");
    alice_.byte_exact = vector["byte_exact"]["alice"];
    bob_.byte_exact = vector["byte_exact"]["bob"];
  }

  std::string step(const json& step) {
    const bool by_alice = step["by"] == "alice";
    Party &own = by_alice ? alice_ : bob_, &other = by_alice ? bob_ : alice_;
    const std::string op = step["op"];
    own.random.clear();
    store::Txn txn(own.store);
    std::string failure;
    if (op == "init_outgoing") failure = init(own, other, txn, step);
    if (op == "encrypt") failure = encrypt(own, other, txn, step);
    if (op == "decrypt") failure = decrypt(own, other, txn, step, messages_[step["label"]]);
    if (op == "decrypt_raw") failure = decrypt(own, other, txn, step, {step["type"], hex_field(step, "message"), {}});
    commit(own, txn);
    return failure;
  }

 private:
  struct Sent {
    std::string type;
    Bytes message, plaintext;
  };

  std::string init(Party& own, Party& other, store::Txn& txn, const json& step) {
    const json& keys = step["generated_keys"];
    // The base key, then the first sending ratchet key, which is the last one drawn.
    own.random.feed(key_field(keys.front(), "private"));
    own.random.feed(key_field(keys.back(), "private"));
    return start_session(txn, own.own, other.address, other.bundle, own.random) ? "" : "bundle refused";
  }

  // A party that is not byte-exact is not played by us: its messages are taken as given.
  std::string encrypt(Party& own, Party& other, store::Txn& txn, const json& step) {
    Sent sent{step["type"], hex_field(step, "message"), hex_field(step, "plaintext")};
    messages_[step["label"]] = sent;
    if (!own.byte_exact) return "";
    const auto encrypted = encrypt_for(txn, other.address, sent.plaintext);
    if (!encrypted) return "encryption refused";
    if (encrypted->is_prekey != (sent.type == "pkmsg")) return "message type differs";
    return encrypted->message == sent.message ? "" : "message differs";
  }

  std::string decrypt(Party& own, Party& other, store::Txn& txn, const json& step, const Sent& sent) {
    if (!own.byte_exact) return "";
    // Of several keys drawn while trying sessions only the last one was used: we draw one per try as well.
    for (const json& key : step.value("generated_keys", json::array())) own.random.feed(key_field(key, "private"));
    const auto opened = sent.type == "pkmsg" ? decrypt_prekey_message(txn, own.own, other.address, sent.message, own.random)
                                             : decrypt_message(txn, other.address, sent.message, own.random);
    if (step["expect"] == "reject") {
      if (opened) return "accepted";
      return txn.take().empty() ? "" : "a refused message changed state";
    }
    if (!opened) return std::string("refused: ") + opened.error().detail;
    return opened->plaintext == sent.plaintext ? "" : "plaintext differs";
  }

  Party alice_, bob_;
  std::map<std::string, Sent> messages_;
};

WA_VECTORS("signal_kdf.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const std::string kind = vector["kind"];
    report.check(kind, kind == "chain step" ? chain_step_ok(vector) : kind == "root step" ? root_step_ok(vector) : x3dh_ok(vector));
  }
}

WA_VECTORS("double_ratchet.json", file, report) {
  for (const json& vector : file["vectors"]) {
    Transcript transcript(vector);
    std::string failure;
    int number = 0;
    for (const json& step : vector["steps"]) {
      if (failure = transcript.step(step); !failure.empty()) break;
      ++number;
    }
    report.check(vector["name"], failure.empty(), "step " + std::to_string(number) + ": " + failure);
  }
}

}  // namespace
