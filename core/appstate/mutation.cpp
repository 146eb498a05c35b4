// tested by unit/appstate/appstate_vectors.cpp
#include "appstate/mutation.h"

#include "crypto/aes.h"
#include "crypto/hash.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

using Data = pb::SyncActionData;

constexpr std::size_t kIvBytes = 16;

// First half of HMAC-SHA512 over operation || key id || content || length (05 section 3).
ByteArray<32> value_mac_of(Operation operation, ByteView key_id, ByteView content, const Keys& keys) {
  const std::uint8_t op = static_cast<std::uint8_t>(operation);
  const Bytes length = be_bytes(1 + key_id.size(), 8);
  const auto mac = crypto::hmac_sha512(keys.value_mac, {ByteView(&op, 1), key_id, content, length});
  return array_of<32>(mac);
}

}  // namespace

ByteView Record::value_mac() const {
  const ByteView blob = value_blob;
  return blob.size() < kMacBytes ? ByteView{} : blob.last(kMacBytes);
}

Record encrypt_mutation(const Mutation& mutation, const Keys& keys, ByteView key_id, const ByteArray<16>& iv) {
  proto::Writer data;
  data.bytes(Data::kIndexFieldNumber, mutation.index)
      .bytes(Data::kValueFieldNumber, mutation.value)
      .bytes(Data::kPaddingFieldNumber, {})
      .integer(Data::kVersionFieldNumber, mutation.version);

  Record record;
  record.operation = mutation.operation;
  record.key_id = to_bytes(key_id);
  record.index_mac = to_bytes(crypto::hmac_sha256(keys.index, mutation.index));
  record.value_blob = concat({iv, crypto::cbc_encrypt(keys.value_encryption, iv, data.written())});
  const auto mac = value_mac_of(mutation.operation, key_id, record.value_blob, keys);
  append(record.value_blob, mac);
  return record;
}

Result<Mutation> decrypt_record(const Record& record, const Keys& keys) {
  const ByteView blob = record.value_blob;
  if (blob.size() < kIvBytes + kIvBytes + kMacBytes) return {Errc::bad_input, "app-state value too short"};
  const ByteView content = blob.first(blob.size() - kMacBytes);
  if (!equal_constant_time(value_mac_of(record.operation, record.key_id, content, keys), record.value_mac())) {
    return {Errc::bad_mac, "app-state value MAC"};
  }
  WA_TRY(const Bytes plaintext,
         crypto::cbc_decrypt(keys.value_encryption, content.first(kIvBytes), content.subspan(kIvBytes)));
  const proto::Parsed data(plaintext);
  if (!data) return {Errc::bad_input, "app-state action data"};
  Mutation mutation;
  mutation.operation = record.operation;
  mutation.index = to_bytes(data->bytes(Data::kIndexFieldNumber));
  mutation.value = to_bytes(data->bytes(Data::kValueFieldNumber));
  mutation.version = data->int32(Data::kVersionFieldNumber);
  if (!equal_constant_time(crypto::hmac_sha256(keys.index, mutation.index), record.index_mac)) {
    return {Errc::bad_mac, "app-state index MAC"};
  }
  return mutation;
}

}  // namespace wa::appstate
