// tested by unit/appstate/appstate_vectors.cpp
#include "appstate/patch.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

constexpr std::string_view kNames[kCollectionCount] = {"critical_block", "critical_unblock_low", "regular_high",
                                                       "regular_low", "regular"};

using PatchField = pb::SyncdPatch;
using SnapshotField = pb::SyncdSnapshot;
using RecordField = pb::SyncdRecord;
using MutationField = pb::SyncdMutation;
using MutationsField = pb::SyncdMutations;
using BlobField = pb::ExternalBlobReference;

constexpr int kVersion = pb::SyncdVersion::kVersionFieldNumber, kKeyId = pb::SyncdKeyId::kIdFieldNumber,
              kBlob = pb::SyncdBlob::kBlobFieldNumber;

constexpr proto::Nested kRecord[] = {
    {RecordField::kIndexFieldNumber}, {RecordField::kValueFieldNumber}, {RecordField::kKeyIdFieldNumber}, {}};
constexpr proto::Nested kMutation[] = {{MutationField::kRecordFieldNumber, kRecord}, {}};
constexpr proto::Nested kMutations[] = {{MutationsField::kMutationsFieldNumber, kMutation}, {}};
constexpr proto::Nested kPatch[] = {{PatchField::kVersionFieldNumber},
                                    {PatchField::kMutationsFieldNumber, kMutation},
                                    {PatchField::kExternalMutationsFieldNumber},
                                    {PatchField::kKeyIdFieldNumber},
                                    {}};
constexpr proto::Nested kSnapshot[] = {{SnapshotField::kVersionFieldNumber},
                                       {SnapshotField::kRecordsFieldNumber, kRecord},
                                       {SnapshotField::kKeyIdFieldNumber},
                                       {}};

// The bytes in a message of one field.
Bytes inner_bytes(const proto::Reader& from, int field, int inner) {
  return to_bytes(from.message(field).bytes(inner));
}

proto::Writer wrapped(int inner, ByteView value) {
  proto::Writer out;
  out.bytes(inner, value);
  return out;
}

Result<Record> read_record(const proto::Reader& from, Operation operation) {
  Record record{operation, inner_bytes(from, RecordField::kIndexFieldNumber, kBlob),
                inner_bytes(from, RecordField::kValueFieldNumber, kBlob),
                inner_bytes(from, RecordField::kKeyIdFieldNumber, kKeyId)};
  if (record.index_mac.size() != kMacBytes) return {Errc::bad_input, "app-state index MAC has a wrong size"};
  if (record.value_blob.size() < kMacBytes) return {Errc::bad_input, "app-state value too short"};
  if (record.key_id.size() > kKeyIdBytesMax) return {Errc::bad_input, "app-state key id"};
  return record;
}

proto::Writer write_record(const Record& from) {
  proto::Writer out;
  out.message(RecordField::kIndexFieldNumber, wrapped(kBlob, from.index_mac))
      .message(RecordField::kValueFieldNumber, wrapped(kBlob, from.value_blob))
      .message(RecordField::kKeyIdFieldNumber, wrapped(kKeyId, from.key_id));
  return out;
}

void write_mutations(const std::vector<Record>& records, int field, proto::Writer& out) {
  for (const Record& record : records) {
    proto::Writer mutation;
    mutation.number(MutationField::kOperationFieldNumber, record.operation == Operation::set ? 0 : 1)
        .message(MutationField::kRecordFieldNumber, write_record(record));
    out.message(field, mutation);
  }
}

Result<std::vector<Record>> read_mutations(const proto::Reader& from, int field) {
  const std::size_t count = from.count(field);
  if (count > limits::kSnapshotRecordsMax) return {Errc::too_large, "too many mutations"};
  std::vector<Record> records;
  records.reserve(count);
  for (proto::Repeated each = from.repeated(field); each.next();) {
    const proto::Reader mutation = each.message();
    const std::int32_t operation = mutation.int32(MutationField::kOperationFieldNumber);
    if (operation != 0 && operation != 1) return {Errc::bad_input, "unknown app-state operation"};
    WA_TRY(Record record, read_record(mutation.message(MutationField::kRecordFieldNumber),
                                      operation == 0 ? Operation::set : Operation::remove));
    records.push_back(std::move(record));
  }
  return records;
}

BlobReference read_reference(const proto::Reader& from) {
  BlobReference reference;
  reference.file = {
      to_bytes(from.bytes(BlobField::kMediaKeyFieldNumber)), to_bytes(from.bytes(BlobField::kFileSha256FieldNumber)),
      to_bytes(from.bytes(BlobField::kFileEncSha256FieldNumber)), from.uint64(BlobField::kFileSizeBytesFieldNumber)};
  reference.direct_path = from.text(BlobField::kDirectPathFieldNumber);
  return reference;
}

proto::Writer write_reference(const BlobReference& from) {
  proto::Writer out;
  out.bytes(BlobField::kMediaKeyFieldNumber, from.file.media_key)
      .text(BlobField::kDirectPathFieldNumber, from.direct_path)
      .number(BlobField::kFileSizeBytesFieldNumber, from.file.file_size)
      .bytes(BlobField::kFileSha256FieldNumber, from.file.file_sha256)
      .bytes(BlobField::kFileEncSha256FieldNumber, from.file.file_enc_sha256);
  return out;
}

}  // namespace

std::string_view collection_name(Collection collection) { return kNames[static_cast<std::size_t>(collection)]; }

std::optional<Collection> parse_collection(std::string_view name) {
  for (int i = 0; i < kCollectionCount; ++i) {
    if (kNames[i] == name) return static_cast<Collection>(i);
  }
  return std::nullopt;
}

Result<Patch> decode_patch(ByteView bytes) {
  const proto::Parsed from(bytes, kPatch);
  Patch patch;
  patch.key_id = inner_bytes(*from, PatchField::kKeyIdFieldNumber, kKeyId);
  if (!from || patch.key_id.size() > kKeyIdBytesMax) return {Errc::bad_input, "app-state patch"};
  const proto::Reader version = from->message(PatchField::kVersionFieldNumber);
  if (version.has_number(kVersion)) patch.version = version.uint64(kVersion);
  WA_TRY(patch.records, read_mutations(*from, PatchField::kMutationsFieldNumber));
  if (from->has(PatchField::kExternalMutationsFieldNumber)) {
    patch.external = read_reference(from->message(PatchField::kExternalMutationsFieldNumber));
  }
  patch.snapshot_mac = to_bytes(from->bytes(PatchField::kSnapshotMacFieldNumber));
  patch.patch_mac = to_bytes(from->bytes(PatchField::kPatchMacFieldNumber));
  patch.device_index = from->uint32(PatchField::kDeviceIndexFieldNumber);
  return patch;
}

Bytes encode_patch(const Patch& patch) {
  proto::Writer to;
  if (patch.version) to.message(PatchField::kVersionFieldNumber, proto::Writer().number(kVersion, *patch.version));
  write_mutations(patch.records, PatchField::kMutationsFieldNumber, to);
  if (patch.external) to.message(PatchField::kExternalMutationsFieldNumber, write_reference(*patch.external));
  to.bytes(PatchField::kSnapshotMacFieldNumber, patch.snapshot_mac)
      .bytes(PatchField::kPatchMacFieldNumber, patch.patch_mac)
      .message(PatchField::kKeyIdFieldNumber, wrapped(kKeyId, patch.key_id));
  if (patch.device_index) to.number(PatchField::kDeviceIndexFieldNumber, patch.device_index);
  return to.written();
}

Result<Snapshot> decode_snapshot(ByteView bytes) {
  const proto::Parsed from(bytes, kSnapshot);
  Snapshot snapshot;
  snapshot.key_id = inner_bytes(*from, SnapshotField::kKeyIdFieldNumber, kKeyId);
  if (!from || snapshot.key_id.size() > kKeyIdBytesMax) return {Errc::bad_input, "app-state snapshot"};
  const std::size_t count = from->count(SnapshotField::kRecordsFieldNumber);
  if (count > limits::kSnapshotRecordsMax) return {Errc::too_large, "too many records"};
  snapshot.version = from->message(SnapshotField::kVersionFieldNumber).uint64(kVersion);
  snapshot.mac = to_bytes(from->bytes(SnapshotField::kMacFieldNumber));
  snapshot.records.reserve(count);
  for (proto::Repeated each = from->repeated(SnapshotField::kRecordsFieldNumber); each.next();) {
    WA_TRY(Record read, read_record(each.message(), Operation::set));
    snapshot.records.push_back(std::move(read));
  }
  return snapshot;
}

Bytes encode_snapshot(const Snapshot& snapshot) {
  proto::Writer to;
  to.message(SnapshotField::kVersionFieldNumber, proto::Writer().number(kVersion, snapshot.version));
  for (const Record& record : snapshot.records) to.message(SnapshotField::kRecordsFieldNumber, write_record(record));
  to.bytes(SnapshotField::kMacFieldNumber, snapshot.mac)
      .message(SnapshotField::kKeyIdFieldNumber, wrapped(kKeyId, snapshot.key_id));
  return to.written();
}

Result<std::vector<Record>> decode_external_mutations(ByteView bytes) {
  const proto::Parsed from(bytes, kMutations);
  if (!from) return {Errc::bad_input, "external app-state mutations"};
  return read_mutations(*from, MutationsField::kMutationsFieldNumber);
}

Bytes encode_external_mutations(const std::vector<Record>& records) {
  proto::Writer to;
  write_mutations(records, MutationsField::kMutationsFieldNumber, to);
  return to.written();
}

Result<BlobReference> decode_blob_reference(ByteView bytes) {
  const proto::Parsed from(bytes);
  BlobReference reference = read_reference(*from);
  if (reference.file.media_key.size() != 32 || reference.direct_path.empty()) {
    return {Errc::bad_input, "external blob reference"};  // malformed bytes have neither
  }
  return reference;
}

Bytes encode_blob_reference(const BlobReference& reference) { return write_reference(reference).written(); }

ByteArray<32> snapshot_mac(const Keys& keys, const LtHash& hash, std::uint64_t version, Collection collection) {
  return crypto::hmac_sha256(keys.snapshot_mac, {hash.lanes, be_bytes(version, 8), view(collection_name(collection))});
}

ByteArray<32> patch_mac(const Keys& keys, ByteView snapshot_mac, const std::vector<Record>& records,
                        std::uint64_t version, Collection collection) {
  Bytes covered = to_bytes(snapshot_mac);
  covered.reserve(snapshot_mac.size() + records.size() * kMacBytes);
  for (const Record& record : records) append(covered, record.value_mac());
  return crypto::hmac_sha256(keys.patch_mac, {covered, be_bytes(version, 8), view(collection_name(collection))});
}

}  // namespace wa::appstate
