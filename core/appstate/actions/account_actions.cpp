// Settings of the account itself: their index is the name alone.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

constexpr int kPushName = ActionValue::kPushNameSettingFieldNumber, kText = ActionValue::Text::kValueFieldNumber,
              kNctSalt = ActionValue::kNctSaltSyncActionFieldNumber, kSalt = ActionValue::Salt::kSaltFieldNumber,
              kExpiration = ActionValue::kKeyExpirationFieldNumber,
              kEpoch = ActionValue::KeyExpiration::kExpiredKeyEpochFieldNumber;

IndexParts only_name(const auto&) { return {}; }

void write_push_name(const PushName& a, proto::Writer& value) {
  value.message(kPushName, proto::Writer().text(kText, a.name));
}

std::optional<PushName> read_push_name(const IndexParts&, const proto::Reader& value, bool) {
  if (!value.has(kPushName)) return std::nullopt;
  return PushName{value.message(kPushName).text(kText)};
}

void write_unarchive(const UnarchiveChats& a, proto::Writer& value) {
  write_flag(a.unarchive, ActionValue::kUnarchiveChatsSettingFieldNumber, value);
}

std::optional<UnarchiveChats> read_unarchive(const IndexParts&, const proto::Reader& value, bool) {
  return UnarchiveChats{read_flag(value, ActionValue::kUnarchiveChatsSettingFieldNumber)};
}

void write_nct_salt(const NctSalt& a, proto::Writer& value) {
  value.message(kNctSalt, proto::Writer().bytes(kSalt, a.salt));
}

std::optional<NctSalt> read_nct_salt(const IndexParts&, const proto::Reader& value, bool) {
  return NctSalt{to_bytes(value.message(kNctSalt).bytes(kSalt))};
}

void write_expiration(const KeyExpiration& a, proto::Writer& value) {
  value.message(kExpiration, proto::Writer().integer(kEpoch, a.expired_epoch));
}

std::optional<KeyExpiration> read_expiration(const IndexParts&, const proto::Reader& value, bool) {
  if (!value.has(kExpiration)) return std::nullopt;
  return KeyExpiration{value.message(kExpiration).int32(kEpoch)};
}

}  // namespace

template <> ActionRow<PushName> action_row() {
  return {"setting_pushName", Collection::critical_block, 1, 1, only_name, write_push_name, read_push_name};
}
template <> ActionRow<UnarchiveChats> action_row() {
  return {"setting_unarchiveChats", Collection::regular_low, 4, 1, only_name, write_unarchive, read_unarchive};
}
template <> ActionRow<NctSalt> action_row() {
  return {"nct_salt_sync", Collection::regular_high, 1, 1, only_name, write_nct_salt, read_nct_salt};
}
template <> ActionRow<KeyExpiration> action_row() {
  return {"sentinel", Collection::regular_low, 3, 1, only_name, write_expiration, read_expiration};
}

}  // namespace wa::appstate
