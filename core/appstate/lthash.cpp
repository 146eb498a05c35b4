// tested by unit/appstate/appstate_vectors.cpp
#include "appstate/lthash.h"

#include "crypto/hash.h"

namespace wa::appstate {
namespace {

// E(x) of 05 section 4: five HMACs, the whole cost of the hash.
ByteArray<128> expanded(ByteView value_mac) {
  return crypto::hkdf_sha256<128>(value_mac, {}, "WhatsApp Patch Integrity");
}

std::uint16_t lane_at(const ByteArray<128>& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | (bytes[at + 1] << 8));
}

void set_lane(ByteArray<128>& bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<std::uint8_t>(value);
  bytes[at + 1] = static_cast<std::uint8_t>(value >> 8);
}

}  // namespace

void LtHash::add(ByteView value_mac) {
  const ByteArray<128> more = expanded(value_mac);
  for (std::size_t at = 0; at < lanes.size(); at += 2) set_lane(lanes, at, 0u + lane_at(lanes, at) + lane_at(more, at));
}

void LtHash::subtract(ByteView value_mac) {
  const ByteArray<128> less = expanded(value_mac);
  for (std::size_t at = 0; at < lanes.size(); at += 2) set_lane(lanes, at, 0u + lane_at(lanes, at) - lane_at(less, at));
}

Keys expand_keys(ByteView key_data) {
  auto okm = crypto::hkdf_sha256<160>(key_data, {}, "WhatsApp Mutation Keys");
  const ByteView all = okm;
  Keys keys{array_of<32>(all.subspan(0, 32)), array_of<32>(all.subspan(32, 32)), array_of<32>(all.subspan(64, 32)),
            array_of<32>(all.subspan(96, 32)), array_of<32>(all.subspan(128, 32))};
  crypto::wipe(okm);
  return keys;
}

}  // namespace wa::appstate
