// tested by unit/signal/session_test.cpp
#include "base/limits.h"
#include "signal/ratchet.h"
#include "store/row.h"

namespace wa::signal {
namespace {

constexpr std::uint8_t kRatchetRowVersion = 1;

void write_chain(RowWriter& row, const ReceivingChain& chain) {
  row.bytes(chain.ratchet_key).bytes(chain.chain.key).u32(chain.chain.counter);
  Bytes skipped;
  skipped.reserve(chain.skipped.size() * 36);
  for (const auto& entry : chain.skipped) {
    append_be(skipped, entry.first, 4);
    append(skipped, entry.second);
  }
  row.bytes(skipped);
}

ReceivingChain read_chain(RowReader& row) {
  ReceivingChain chain;
  chain.ratchet_key = row.array<32>();
  chain.chain.key = row.array<32>();
  chain.chain.counter = row.u32();
  for (ByteView skipped = row.view(); skipped.size() >= 36; skipped = skipped.subspan(36)) {
    chain.skipped.emplace_back(static_cast<std::uint32_t>(read_be(skipped.first(4))),
                               array_of<32>(skipped.subspan(4, 32)));
  }
  return chain;
}

}  // namespace

Bytes Ratchet::encode() const {
  RowWriter row(kRatchetRowVersion);
  row.bytes(own_identity).bytes(remote_identity).u32(own_registration_id).u32(remote_registration_id);
  row.bytes(root_key).bytes(sending_ratchet.private_key.bytes()).bytes(sending_ratchet.public_key);
  row.bytes(sending.key).u32(sending.counter).u32(previous_counter);
  row.bytes(base_key).flag(pending_prekey.has_value());
  if (pending_prekey) {
    row.flag(pending_prekey->prekey_id.has_value()).u32(pending_prekey->prekey_id.value_or(0));
    row.u32(pending_prekey->signed_prekey_id).bytes(pending_prekey->base_key);
  }
  row.u8(static_cast<std::uint8_t>(receiving.size()));
  for (const ReceivingChain& chain : receiving) write_chain(row, chain);
  return std::move(row).finish();
}

Result<Ratchet> Ratchet::decode(ByteView bytes) {
  RowReader row(bytes, kRatchetRowVersion);
  Ratchet out;
  out.own_identity = row.array<32>();
  out.remote_identity = row.array<32>();
  out.own_registration_id = row.u32();
  out.remote_registration_id = row.u32();
  out.root_key = row.array<32>();
  out.sending_ratchet.private_key = crypto::PrivateKey(row.array<32>());
  out.sending_ratchet.public_key = row.array<32>();
  out.sending.key = row.array<32>();
  out.sending.counter = row.u32();
  out.previous_counter = row.u32();
  out.base_key = row.array<32>();
  if (row.flag()) {
    PendingPrekey pending;
    const bool one_time = row.flag();
    const std::uint32_t id = row.u32();
    if (one_time) pending.prekey_id = id;
    pending.signed_prekey_id = row.u32();
    pending.base_key = row.array<32>();
    out.pending_prekey = pending;
  }
  const std::size_t chains = row.u8();
  if (chains > limits::kReceivingChainsMax) return {Errc::corrupt_store, "too many receiving chains"};
  for (std::size_t i = 0; i < chains && row.ok(); ++i) out.receiving.push_back(read_chain(row));
  WA_TRY(row.finish());
  return out;
}

}  // namespace wa::signal
