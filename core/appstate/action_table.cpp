// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {

// The rows, a line each.
// chat_actions.cpp
template <> ActionRow<Archive> action_row();
template <> ActionRow<Pin> action_row();
template <> ActionRow<Mute> action_row();
template <> ActionRow<MarkRead> action_row();
template <> ActionRow<Star> action_row();
template <> ActionRow<DeleteMessageForMe> action_row();
template <> ActionRow<ClearChat> action_row();
template <> ActionRow<DeleteChat> action_row();
template <> ActionRow<Lock> action_row();
// contact_actions.cpp
template <> ActionRow<Contact> action_row();
template <> ActionRow<LidContact> action_row();
template <> ActionRow<PnForLidChat> action_row();
// account_actions.cpp
template <> ActionRow<PushName> action_row();
template <> ActionRow<UnarchiveChats> action_row();
template <> ActionRow<NctSalt> action_row();
template <> ActionRow<KeyExpiration> action_row();
// status_actions.cpp
template <> ActionRow<StatusPrivacy> action_row();
template <> ActionRow<StatusMute> action_row();
// label_actions.cpp
template <> ActionRow<LabelEdit> action_row();
template <> ActionRow<LabelChat> action_row();
template <> ActionRow<LabelMessage> action_row();

namespace {

constexpr const ActionKinds* kAll = nullptr;
static_assert(each_has_row(kAll));

// What is malformed anywhere in a value is malformed as a whole.
using Range = pb::SyncMessageRange;
constexpr proto::Nested kEntryFields[] = {{Range::Entry::kKeyFieldNumber}, {}};
constexpr proto::Nested kRangeFields[] = {{Range::kMessagesFieldNumber, kEntryFields}, {}};
constexpr proto::Nested kFlagRangeFields[] = {
    {ActionValue::FlagRange::kMessageRangeFieldNumber, kRangeFields}, {}};
constexpr proto::Nested kOnlyRangeFields[] = {{ActionValue::Range::kMessageRangeFieldNumber, kRangeFields}, {}};
constexpr proto::Nested kActionFields[] = {
    {ActionValue::kStarActionFieldNumber},
    {ActionValue::kContactActionFieldNumber},
    {ActionValue::kMuteActionFieldNumber},
    {ActionValue::kPinActionFieldNumber},
    {ActionValue::kPushNameSettingFieldNumber},
    {ActionValue::kLabelEditActionFieldNumber},
    {ActionValue::kLabelAssociationActionFieldNumber},
    {ActionValue::kArchiveChatActionFieldNumber, kFlagRangeFields},
    {ActionValue::kDeleteMessageForMeActionFieldNumber},
    {ActionValue::kKeyExpirationFieldNumber},
    {ActionValue::kMarkChatAsReadActionFieldNumber, kFlagRangeFields},
    {ActionValue::kClearChatActionFieldNumber, kOnlyRangeFields},
    {ActionValue::kDeleteChatActionFieldNumber, kOnlyRangeFields},
    {ActionValue::kUnarchiveChatsSettingFieldNumber},
    {ActionValue::kUserStatusMuteActionFieldNumber},
    {ActionValue::kPnForLidChatActionFieldNumber},
    {ActionValue::kStatusPrivacyFieldNumber},
    {ActionValue::kLockChatActionFieldNumber},
    {ActionValue::kLidContactActionFieldNumber},
    {ActionValue::kNctSaltSyncActionFieldNumber},
    {},
};

template <class A>
constexpr bool kUnknown = std::is_same_v<A, UnknownAction>;

// A mutation but its value.
template <class A>
void write(const A& action, Mutation& mutation, proto::Writer& value) {
  const ActionRow<A> row = action_row<A>();
  mutation.version = row.version;
  IndexParts parts = row.index(action);
  parts.insert(parts.begin(), row.name);
  mutation.index = build_index(parts);
  row.write(action, value);
}

// False: the name is not that of A.
template <class A>
bool read_as(const IndexParts& parts, const proto::Reader& value, bool remove, Action& out) {
  if constexpr (kUnknown<A>) {
    return false;
  } else {
    const ActionRow<A> row = action_row<A>();
    if (parts[0] != row.name) return false;
    auto read = parts.size() >= row.parts_min ? row.read(parts, value, remove) : std::nullopt;
    if (read) out = *std::move(read);
    return true;
  }
}

template <class... A>
Action read_action(const std::variant<A...>*, const IndexParts& parts, const proto::Reader& value, bool remove) {
  Action out = UnknownAction{};
  if (!parts.empty()) (void)(read_as<A>(parts, value, remove, out) || ...);
  return out;
}

}  // namespace

Collection collection_of(const Action& action) {
  WA_ASSERT(!std::holds_alternative<UnknownAction>(action));
  Collection out{};
  std::visit([&](const auto& a) {
    using A = std::decay_t<decltype(a)>;
    if constexpr (!kUnknown<A>) out = action_row<A>().collection;
  }, action);
  return out;
}

Mutation build_mutation(const Action& action, std::int64_t timestamp_ms, Operation operation) {
  WA_ASSERT(!std::holds_alternative<UnknownAction>(action));
  Mutation mutation;
  mutation.operation = operation;
  proto::Writer value;
  value.integer(ActionValue::kTimestampFieldNumber, timestamp_ms);
  std::visit([&](const auto& a) {
    if constexpr (!kUnknown<std::decay_t<decltype(a)>>) write(a, mutation, value);
  }, action);
  mutation.value = value.written();
  return mutation;
}

ReadAction parse_action(const Mutation& mutation) {
  ReadAction read{mutation.operation, 0, UnknownAction{}};
  const auto parts = parse_index(mutation.index);
  const proto::Parsed value(mutation.value, kActionFields);
  if (!parts || !value) return read;
  read.timestamp_ms = value->int64(ActionValue::kTimestampFieldNumber);
  read.action = read_action(kAll, *parts, *value, mutation.operation == Operation::remove);
  return read;
}

}  // namespace wa::appstate
