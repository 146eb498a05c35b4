#include "signal/sender_key.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "signal.pb.h"
#include "signal/ratchet.h"
#include "signal/wire_message.h"
#include "store/row.h"

namespace wa::signal {
namespace {

using store::Table;

constexpr std::uint8_t kSenderKeyRowVersion = 2, kSenderKeyOldestRead = 1;  // 2: when it was used
constexpr std::size_t kSignatureBytes = 64;
constexpr std::string_view kGroupInfo = "WhisperGroup";

struct State {
  std::uint32_t id = 0;
  ChainKey chain;  // counter is the iteration of the next key
  crypto::PublicKey signing_key{};
  std::optional<crypto::PrivateKey> signing_private;  // own sender key only
  SkippedKeys skipped;
};

struct GroupKeys {
  ByteArray<16> iv;
  ByteArray<32> cipher_key;
};

GroupKeys group_keys(const ByteArray<32>& seed) {
  const ByteArray<50> okm = crypto::hkdf_sha256<50>(seed, {}, kGroupInfo);
  const ByteView all(okm);
  return {array_of<16>(all.first(16)), array_of<32>(all.subspan(16, 32))};
}

std::string row_key(const std::string& group, const Address& sender) { return sender.row_id() + '/' + group; }

void write_state(RowWriter& row, const State& state) {
  row.u32(state.id).bytes(state.chain.key).u32(state.chain.counter).bytes(state.signing_key);
  row.bytes(state.signing_private ? state.signing_private->bytes() : ByteView());
  Bytes skipped;
  for (const auto& entry : state.skipped) {
    append_be(skipped, entry.first, 4);
    append(skipped, entry.second);
  }
  row.bytes(skipped);
}

State read_state(RowReader& row) {
  State state;
  state.id = row.u32();
  state.chain.key = row.array<32>();
  state.chain.counter = row.u32();
  state.signing_key = row.array<32>();
  if (const ByteView key = row.view(); key.size() == 32) state.signing_private = crypto::PrivateKey(array_of<32>(key));
  for (ByteView skipped = row.view(); skipped.size() >= 36; skipped = skipped.subspan(36)) {
    state.skipped.emplace_back(static_cast<std::uint32_t>(read_be(skipped.first(4))),
                               array_of<32>(skipped.subspan(4, 32)));
  }
  return state;
}

std::uint64_t last_used(ByteView bytes) {
  RowReader row(bytes, kSenderKeyRowVersion, kSenderKeyOldestRead);
  return row.version() >= 2 ? row.u64() : 0;
}

void make_room(store::Txn& txn, const std::string& prefix, std::size_t most) {
  const std::vector<store::Row> rows = txn.scan(Table::sender_keys, prefix, most);
  if (rows.size() < most) return;
  const auto older = [](const store::Row& a, const store::Row& b) { return last_used(a.value) < last_used(b.value); };
  txn.erase(Table::sender_keys, std::min_element(rows.begin(), rows.end(), older)->id);
}

// Newest last. A row that cannot be read counts as none: the sender key will be asked for again.
std::vector<State> load_states(const store::Txn& txn, const std::string& key) {
  const auto bytes = txn.get(Table::sender_keys, key);
  if (!bytes) return {};
  RowReader row(*bytes, kSenderKeyRowVersion, kSenderKeyOldestRead);
  if (row.version() >= 2) row.u64();
  std::vector<State> states;
  const std::size_t count = std::min<std::size_t>(row.u8(), limits::kSenderKeyStatesMax);
  for (std::size_t i = 0; i < count && row.ok(); ++i) states.push_back(read_state(row));
  if (!row.finish()) return {};
  return states;
}

void store_states(store::Txn& txn, const std::string& key, std::vector<State>& states, WallTime used = {}) {
  std::size_t room = limits::kSenderKeySkippedMax;  // of all states together
  for (auto state = states.rbegin(); state != states.rend(); ++state) room = keep_newest(state->skipped, room);
  RowWriter row(kSenderKeyRowVersion);
  row.i64(used.ms).u8(static_cast<std::uint8_t>(states.size()));
  for (const State& state : states) write_state(row, state);
  txn.put(Table::sender_keys, key, std::move(row).finish());
}

Result<ByteArray<32>> advance_to(State& state, std::uint32_t iteration, Work& work) {
  const std::uint32_t jump = iteration - state.chain.counter;
  if (jump > limits::kSenderKeyJumpMax || !work.take(jump)) return {Errc::too_large, "sender key iteration jump"};
  while (state.chain.counter < iteration) {
    const std::uint32_t skipped = state.chain.counter;
    const ByteArray<32> seed = next_seed(state.chain);
    // Of a long gap only the newest keys are kept, so the others need not be stored in between.
    if (iteration - skipped <= limits::kSenderKeySkippedMax) state.skipped.emplace_back(skipped, seed);
  }
  return next_seed(state.chain);
}

Result<ByteArray<32>> take_seed(State& state, std::uint32_t iteration, Work& work) {
  if (iteration >= state.chain.counter) return advance_to(state, iteration, work);
  const auto found = std::find_if(state.skipped.begin(), state.skipped.end(),
                                  [&](const auto& entry) { return entry.first == iteration; });
  if (found == state.skipped.end()) return {Errc::duplicate, "old sender key iteration"};
  const ByteArray<32> seed = found->second;
  state.skipped.erase(found);
  return seed;
}

Bytes encode_distribution(const State& state) {
  using Field = pb::SenderKeyDistribution;
  proto::Writer out(kWireVersion);
  out.number(Field::kIdFieldNumber, state.id)
      .number(Field::kIterationFieldNumber, state.chain.counter)
      .bytes(Field::kChainKeyFieldNumber, state.chain.key)
      .bytes(Field::kSigningKeyFieldNumber, crypto::with_type_byte(state.signing_key));
  return out.written();
}

}  // namespace

Result<void> process_distribution(store::Txn& txn, const std::string& group, const Address& sender,
                                  ByteView distribution, WallTime now, std::size_t most) {
  if (!is_version_3(distribution)) return {Errc::bad_input, "sender key distribution version"};
  using Field = pb::SenderKeyDistribution;
  const proto::Parsed in(distribution.subspan(1));
  if (!in) return {Errc::bad_input, "sender key distribution protobuf"};
  const ByteView chain_key = in->bytes(Field::kChainKeyFieldNumber);
  if (!in->has_number(Field::kIdFieldNumber) || chain_key.size() != 32) {
    return {Errc::bad_input, "sender key distribution fields"};
  }
  State state;
  state.id = in->uint32(Field::kIdFieldNumber);
  state.chain = {array_of<32>(chain_key), in->uint32(Field::kIterationFieldNumber)};
  WA_TRY(state.signing_key, crypto::parse_public_key(in->bytes(Field::kSigningKeyFieldNumber)));
  const std::string key = row_key(group, sender);
  std::vector<State> states = load_states(txn, key);
  const auto known = std::find_if(states.begin(), states.end(), [&](const State& one) { return one.id == state.id; });
  if (known != states.end()) {
    // The same key again, sent to late devices: what we have is further on and knows what was passed over.
    if (known->signing_key == state.signing_key && known->chain.counter >= state.chain.counter) return {};
    states.erase(known);
  }
  if (states.empty()) make_room(txn, sender.row_id() + '/', most);
  if (states.size() >= limits::kSenderKeyStatesMax) states.erase(states.begin());
  states.push_back(std::move(state));
  store_states(txn, key, states, now);
  return {};
}

Result<Bytes> decrypt_sender_key(store::Txn& txn, const std::string& group, const Address& sender, ByteView wire,
                                 Work& work, WallTime now) {
  if (!is_version_3(wire)) return {Errc::bad_input, "sender key message version"};
  if (wire.size() <= 1 + kSignatureBytes) return {Errc::truncated, "sender key message"};
  const ByteView body = wire.first(wire.size() - kSignatureBytes);
  using Field = pb::SenderKeyMessage;
  const proto::Parsed in(body.subspan(1));
  if (!in) return {Errc::bad_input, "sender key message protobuf"};
  const std::uint32_t id = in->uint32(Field::kIdFieldNumber);
  const std::string key = row_key(group, sender);
  std::vector<State> states = load_states(txn, key);
  const auto state = std::find_if(states.begin(), states.end(), [&](const State& one) { return one.id == id; });
  if (state == states.end()) return {Errc::no_sender_key, "no sender key with this id"};
  if (!crypto::xeddsa_verify(state->signing_key, body, wire.last(kSignatureBytes))) {
    return {Errc::bad_signature, "sender key message"};
  }
  WA_TRY(const ByteArray<32> seed, take_seed(*state, in->uint32(Field::kIterationFieldNumber), work));
  const GroupKeys keys = group_keys(seed);
  WA_TRY(Bytes plaintext, crypto::cbc_decrypt(keys.cipher_key, keys.iv, in->bytes(Field::kCiphertextFieldNumber)));
  store_states(txn, key, states, now);
  return plaintext;
}

void erase_sender_key(store::Txn& txn, const std::string& group, const Address& own) {
  txn.erase(Table::sender_keys, row_key(group, own));
}

Bytes create_distribution(store::Txn& txn, const std::string& group, const Address& own, Random& random) {
  const std::string key = row_key(group, own);
  std::vector<State> states = load_states(txn, key);
  if (states.empty() || !states.back().signing_private) {
    State state;
    state.id = random.u32() >> 1;  // 31 bits, as other implementations write it
    state.chain = {random.array<32>(), 0};
    const crypto::KeyPair signing = crypto::KeyPair::generate(random);
    state.signing_key = signing.public_key;
    state.signing_private = signing.private_key;
    states = {std::move(state)};
    store_states(txn, key, states);
  }
  return encode_distribution(states.back());
}

Result<Bytes> encrypt_sender_key(store::Txn& txn, const std::string& group, const Address& own, ByteView plaintext,
                                 Random& random) {
  const std::string key = row_key(group, own);
  std::vector<State> states = load_states(txn, key);
  if (states.empty() || !states.back().signing_private) return {Errc::no_sender_key, "own sender key was not made"};
  State& state = states.back();
  const std::uint32_t iteration = state.chain.counter;
  const GroupKeys keys = group_keys(next_seed(state.chain));
  using Field = pb::SenderKeyMessage;
  proto::Writer message(kWireVersion);
  message.number(Field::kIdFieldNumber, state.id)
      .number(Field::kIterationFieldNumber, iteration)
      .bytes(Field::kCiphertextFieldNumber, crypto::cbc_encrypt(keys.cipher_key, keys.iv, plaintext));
  Bytes wire = message.written();
  append(wire, crypto::xeddsa_sign(*state.signing_private, wire, random.array<64>()));
  store_states(txn, key, states);
  return wire;
}

}  // namespace wa::signal
