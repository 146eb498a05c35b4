#include "wasm_work.h"

#include "appstate/collection.h"
#include "signal/session.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"
#include "wire/node.h"

namespace wa::bench {
namespace {

constexpr int kMutations = 1000, kValueMacs = 100;
constexpr auto kCollection = appstate::Collection::regular_low;

wire::Node typical_message() {
  wire::Node message("message");
  message.attr("from", wire::Jid{"5511999999999", wire::Server::pn}).attr("id", "3EB0B833389AFDD9AAF180");
  message.attr("type", "text").attr("t", "1790000000").attr("notify", "Ana");
  wire::Node enc("enc");
  enc.attr("v", "2").attr("type", "msg").bytes(Bytes(180, 7));
  message.child(std::move(enc));
  return message;
}

}  // namespace

struct Work::Parts {
  sim::SeededRandom random{1};
  wire::Node message = typical_message();
  Bytes stanza = wire::encode_stanza(message);
  Bytes key_id{0, 0, 0, 0, 0, 1}, key_data = random.bytes(32), patch;
  std::vector<Bytes> value_macs;
  std::vector<appstate::Mutation> mutations;
  store::MemoryStore store;
  signal::Address peer;

  Parts() {
    for (int i = 0; i < kValueMacs; ++i) value_macs.push_back(random.bytes(32));
    for (int i = 0; i < kMutations; ++i) {
      const std::string chat = std::to_string(5511000000000 + i) + "@s.whatsapp.net";
      // SyncActionValue: timestamp, archiveChatAction{archived: true}
      mutations.push_back({appstate::Operation::set, appstate::build_index({"archive", chat}),
                           Bytes{0x08, 0x80, 0xb0, 0x9d, 0xc2, 0xdf, 0x01, 0x8a, 0x01, 0x02, 0x08, 0x01}, 3});
    }
    store::Txn txn(store);
    (void)appstate::store_key(txn, key_id, key_data, 1);
    start_session(txn);
    store.apply(txn.take());
    patch = built();
  }

  void start_session(store::Txn& txn) {
    const signal::OwnIdentity own{crypto::KeyPair::generate(random), 7};
    const auto identity = crypto::KeyPair::generate(random), prekey = crypto::KeyPair::generate(random);
    const auto signed_prekey = signal::make_signed_prekey(identity, 1, 1, random);
    peer = signal::Address{"5511888888888", 0};
    const signal::RemoteBundle bundle{5, identity.public_key, 1, signed_prekey.key.public_key, signed_prekey.signature,
                                      std::make_pair(std::uint32_t{1}, prekey.public_key)};
    WA_ASSERT(signal::start_session(txn, own, peer, bundle, random).ok());
  }

  Bytes built() {
    store::Txn txn(store);
    appstate::KeyRing keys(txn);
    appstate::CollectionState empty;
    empty.bootstrapped = true;
    auto staged = appstate::stage(txn, kCollection, empty, mutations, keys, random);
    WA_ASSERT(staged.ok());
    return std::move(staged->encoded);
  }

  std::size_t applied() {
    store::Txn txn(store);
    appstate::KeyRing keys(txn);
    appstate::CollectionState state;
    state.bootstrapped = true;
    auto decoded = appstate::decode_patch(patch);
    WA_ASSERT(decoded.ok());
    decoded->version = 1;
    const auto out = appstate::apply_patch(txn, kCollection, state, *decoded, keys, false);
    WA_ASSERT(out.outcome == appstate::Outcome::applied);
    return out.mutations.size();
  }

  std::size_t encrypted() {
    store::Txn txn(store);
    const auto out = signal::encrypt_for(txn, peer, Bytes(64, 3));
    WA_ASSERT(out.ok());
    store.apply(txn.take());
    return out->message.size();
  }

  std::size_t hashed() const {
    appstate::LtHash hash;
    for (const Bytes& mac : value_macs) hash.add(mac);
    return hash.lanes[0];
  }

  std::size_t once(Op op) {
    switch (op) {
      case Op::node_encode: return wire::encode_stanza(message).size();
      case Op::node_decode: return wire::decode_stanza(stanza)->attrs.size();
      case Op::lthash_100: return hashed();
      case Op::patch_build: return built().size();
      case Op::patch_apply: return applied();
      case Op::session_encrypt: return encrypted();
    }
    return 0;
  }
};

Work::Work() : parts_(std::make_unique<Parts>()) {}
Work::~Work() = default;

std::size_t Work::run(Op op, std::uint32_t times) {
  std::size_t sum = 0;
  for (std::uint32_t i = 0; i < times; ++i) sum += parts_->once(op);
  return sum;
}

Bytes Work::input(Input which) const {
  switch (which) {
    case Input::stanza: return parts_->stanza;
    case Input::key_data: return parts_->key_data;
    case Input::value_macs: {
      Bytes out;
      for (const Bytes& mac : parts_->value_macs) append(out, mac);
      return out;
    }
    case Input::patch: break;
  }
  auto decoded = appstate::decode_patch(parts_->patch);
  decoded->version = 1;
  return appstate::encode_patch(*decoded);
}

}  // namespace wa::bench
