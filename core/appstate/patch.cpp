// tested by unit/appstate/appstate_vectors.cpp
#include "appstate/patch.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "proto/message.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

constexpr std::string_view kNames[kCollectionCount] = {"critical_block", "critical_unblock_low", "regular_high",
                                                       "regular_low", "regular"};

void set_bytes(std::string* field, ByteView value) { field->assign(text_of(value)); }

Result<Record> read_record(const pb::SyncdRecord& from, Operation operation) {
  Record record{operation, to_bytes(from.index().blob()), to_bytes(from.value().blob()), to_bytes(from.key_id().id())};
  if (record.index_mac.size() != kMacBytes) return {Errc::bad_input, "app-state index MAC has a wrong size"};
  if (record.value_blob.size() < kMacBytes) return {Errc::bad_input, "app-state value too short"};
  if (record.key_id.size() > kKeyIdBytesMax) return {Errc::bad_input, "app-state key id"};
  return record;
}

void write_record(const Record& from, pb::SyncdRecord* to) {
  set_bytes(to->mutable_index()->mutable_blob(), from.index_mac);
  set_bytes(to->mutable_value()->mutable_blob(), from.value_blob);
  set_bytes(to->mutable_key_id()->mutable_id(), from.key_id);
}

void write_mutation(const Record& from, pb::SyncdMutation* to) {
  to->set_operation(from.operation == Operation::set ? 0 : 1);
  write_record(from, to->mutable_record());
}

template <class Mutations>
Result<std::vector<Record>> read_mutations(const Mutations& mutations) {
  if (static_cast<std::size_t>(mutations.size()) > limits::kSnapshotRecordsMax) {
    return {Errc::too_large, "too many mutations"};
  }
  std::vector<Record> records;
  records.reserve(static_cast<std::size_t>(mutations.size()));
  for (const auto& mutation : mutations) {
    if (mutation.operation() != 0 && mutation.operation() != 1) return {Errc::bad_input, "unknown app-state operation"};
    WA_TRY(Record record,
           read_record(mutation.record(), mutation.operation() == 0 ? Operation::set : Operation::remove));
    records.push_back(std::move(record));
  }
  return records;
}

BlobReference read_reference(const pb::ExternalBlobReference& from) {
  BlobReference reference;
  reference.file = {to_bytes(from.media_key()), to_bytes(from.file_sha256()), to_bytes(from.file_enc_sha256()),
                    from.file_size_bytes()};
  reference.direct_path = from.direct_path();
  return reference;
}

void write_reference(const BlobReference& from, pb::ExternalBlobReference* to) {
  set_bytes(to->mutable_media_key(), from.file.media_key);
  to->set_direct_path(from.direct_path);
  to->set_file_size_bytes(from.file.file_size);
  set_bytes(to->mutable_file_sha256(), from.file.file_sha256);
  set_bytes(to->mutable_file_enc_sha256(), from.file.file_enc_sha256);
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
  pb::SyncdPatch from;
  if (!proto::parse(from, bytes) || from.key_id().id().size() > kKeyIdBytesMax) return {Errc::bad_input, "app-state patch"};
  Patch patch;
  if (from.has_version() && from.version().has_version()) patch.version = from.version().version();
  WA_TRY(patch.records, read_mutations(from.mutations()));
  if (from.has_external_mutations()) patch.external = read_reference(from.external_mutations());
  patch.snapshot_mac = to_bytes(from.snapshot_mac());
  patch.patch_mac = to_bytes(from.patch_mac());
  patch.key_id = to_bytes(from.key_id().id());
  patch.device_index = from.device_index();
  return patch;
}

Bytes encode_patch(const Patch& patch) {
  pb::SyncdPatch to;
  if (patch.version) to.mutable_version()->set_version(*patch.version);
  for (const Record& record : patch.records) write_mutation(record, to.add_mutations());
  if (patch.external) write_reference(*patch.external, to.mutable_external_mutations());
  set_bytes(to.mutable_snapshot_mac(), patch.snapshot_mac);
  set_bytes(to.mutable_patch_mac(), patch.patch_mac);
  set_bytes(to.mutable_key_id()->mutable_id(), patch.key_id);
  if (patch.device_index) to.set_device_index(patch.device_index);
  return proto::serialise(to);
}

Result<Snapshot> decode_snapshot(ByteView bytes) {
  pb::SyncdSnapshot from;
  if (!proto::parse(from, bytes) || from.key_id().id().size() > kKeyIdBytesMax) return {Errc::bad_input, "app-state snapshot"};
  if (static_cast<std::size_t>(from.records_size()) > limits::kSnapshotRecordsMax) {
    return {Errc::too_large, "too many records"};
  }
  Snapshot snapshot;
  snapshot.version = from.version().version();
  snapshot.mac = to_bytes(from.mac());
  snapshot.key_id = to_bytes(from.key_id().id());
  snapshot.records.reserve(static_cast<std::size_t>(from.records_size()));
  for (const pb::SyncdRecord& record : from.records()) {
    WA_TRY(Record read, read_record(record, Operation::set));
    snapshot.records.push_back(std::move(read));
  }
  return snapshot;
}

Bytes encode_snapshot(const Snapshot& snapshot) {
  pb::SyncdSnapshot to;
  to.mutable_version()->set_version(snapshot.version);
  for (const Record& record : snapshot.records) write_record(record, to.add_records());
  set_bytes(to.mutable_mac(), snapshot.mac);
  set_bytes(to.mutable_key_id()->mutable_id(), snapshot.key_id);
  return proto::serialise(to);
}

Result<std::vector<Record>> decode_external_mutations(ByteView bytes) {
  pb::SyncdMutations from;
  if (!proto::parse(from, bytes)) return {Errc::bad_input, "external app-state mutations"};
  return read_mutations(from.mutations());
}

Bytes encode_external_mutations(const std::vector<Record>& records) {
  pb::SyncdMutations to;
  for (const Record& record : records) write_mutation(record, to.add_mutations());
  return proto::serialise(to);
}

Result<BlobReference> decode_blob_reference(ByteView bytes) {
  pb::ExternalBlobReference from;
  if (!proto::parse(from, bytes)) return {Errc::bad_input, "external blob reference"};
  if (from.media_key().size() != 32 || from.direct_path().empty()) return {Errc::bad_input, "external blob reference"};
  return read_reference(from);
}

Bytes encode_blob_reference(const BlobReference& reference) {
  pb::ExternalBlobReference to;
  write_reference(reference, &to);
  return proto::serialise(to);
}

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
