// One record of a collection (05 section 3): an index (JSON array of strings, kept as bytes) and an encrypted value.
// appstate_mutation.json.
#pragma once

#include <string>
#include <vector>

#include "appstate/lthash.h"
#include "base/random.h"

namespace wa::appstate {

inline constexpr std::size_t kMacBytes = 32;  // of an index, of a value
inline constexpr std::size_t kKeyIdBytesMax = 64;  // they have 6; longer ones are refused

enum class Operation : std::uint8_t { set = 1, remove = 2 };  // the byte that is MACed; protobuf writes 0 and 1

struct Record {  // encrypted, as it travels
  Operation operation = Operation::set;
  Bytes index_mac;   // 32
  Bytes value_blob;  // iv || ciphertext || value MAC (32)
  Bytes key_id;
  ByteView value_mac() const;
};

struct Mutation {  // decrypted
  Operation operation = Operation::set;
  Bytes index;             // JSON bytes, exactly as received
  Bytes value;             // SyncActionValue, serialised
  std::int32_t version = 0;
};

Record encrypt_mutation(const Mutation&, const Keys&, ByteView key_id, const ByteArray<16>& iv);
// Errors: bad_mac (value or index MAC), bad_input.
Result<Mutation> decrypt_record(const Record&, const Keys&);

// Compact JSON, no HTML escaping; and its inverse (bad_input unless an array of strings).
Bytes build_index(const std::vector<std::string>& parts);
Result<std::vector<std::string>> parse_index(ByteView index);

}  // namespace wa::appstate
