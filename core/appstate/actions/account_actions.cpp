// Settings of the account itself: their index is the name alone.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

IndexParts only_name(const auto&) { return {}; }

void write_push_name(const PushName& a, ActionValue& value) { value.mutable_push_name_setting()->set_value(a.name); }

std::optional<PushName> read_push_name(const IndexParts&, const ActionValue& value, bool) {
  if (!value.has_push_name_setting()) return std::nullopt;
  return PushName{value.push_name_setting().value()};
}

void write_unarchive(const UnarchiveChats& a, ActionValue& value) {
  value.mutable_unarchive_chats_setting()->set_value(a.unarchive);
}

std::optional<UnarchiveChats> read_unarchive(const IndexParts&, const ActionValue& value, bool) {
  return UnarchiveChats{value.unarchive_chats_setting().value()};
}

void write_nct_salt(const NctSalt& a, ActionValue& value) {
  value.mutable_nct_salt_sync_action()->set_salt(a.salt.data(), a.salt.size());
}

std::optional<NctSalt> read_nct_salt(const IndexParts&, const ActionValue& value, bool) {
  return NctSalt{to_bytes(value.nct_salt_sync_action().salt())};
}

void write_expiration(const KeyExpiration& a, ActionValue& value) {
  value.mutable_key_expiration()->set_expired_key_epoch(a.expired_epoch);
}

std::optional<KeyExpiration> read_expiration(const IndexParts&, const ActionValue& value, bool) {
  if (!value.has_key_expiration()) return std::nullopt;
  return KeyExpiration{value.key_expiration().expired_key_epoch()};
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
