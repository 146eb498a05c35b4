// Patches and snapshots as bytes and structure, and their MACs (05 section 5). appstate_patch.json.
#pragma once

#include <optional>
#include <string_view>

#include "appstate/mutation.h"
#include "crypto/media_cipher.h"

namespace wa::appstate {

enum class Collection : std::uint8_t { critical_block, critical_unblock_low, regular_high, regular_low, regular };
inline constexpr int kCollectionCount = 5;
std::string_view collection_name(Collection);
std::optional<Collection> parse_collection(std::string_view name);

struct BlobReference {  // ExternalBlobReference
  crypto::MediaFile file;
  std::string direct_path;
};

struct Patch {
  std::optional<std::uint64_t> version;  // absent when uploading
  std::vector<Record> records;
  std::optional<BlobReference> external;  // more records, in a file
  Bytes snapshot_mac, patch_mac, key_id;
  std::uint32_t device_index = 0;
};

struct Snapshot {
  std::uint64_t version = 0;
  std::vector<Record> records;
  Bytes mac, key_id;
};

Result<Patch> decode_patch(ByteView bytes);
Bytes encode_patch(const Patch&);
Result<Snapshot> decode_snapshot(ByteView bytes);
Bytes encode_snapshot(const Snapshot&);
Result<std::vector<Record>> decode_external_mutations(ByteView bytes);
Bytes encode_external_mutations(const std::vector<Record>&);
Result<BlobReference> decode_blob_reference(ByteView bytes);
Bytes encode_blob_reference(const BlobReference&);

ByteArray<32> snapshot_mac(const Keys&, const LtHash&, std::uint64_t version, Collection);
ByteArray<32> patch_mac(const Keys&, ByteView snapshot_mac, const std::vector<Record>&, std::uint64_t version,
                        Collection);

}  // namespace wa::appstate
