// LTHash and key expansion (05 sections 2, 4). lthash.json, appstate_keys.json.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace wa::appstate {

struct LtHash {
  ByteArray<128> lanes{};  // 64 unsigned 16-bit little-endian lanes; zero at the start
  void add(ByteView value_mac);
  void subtract(ByteView value_mac);
  friend bool operator==(const LtHash&, const LtHash&) = default;
};

struct Keys {
  ByteArray<32> index, value_encryption, value_mac, snapshot_mac, patch_mac;
};
Keys expand_keys(ByteView key_data);

}  // namespace wa::appstate
