// tested by unit/appstate/collection_test.cpp
#include "appstate/action.h"

#include "appstate/actions/action_row.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {

Action::Action(const Action&) = default;
Action::Action(Action&&) noexcept = default;
Action& Action::operator=(const Action&) = default;
Action& Action::operator=(Action&&) noexcept = default;
Action::~Action() = default;

const char* digit(bool value) { return value ? "1" : "0"; }

static_assert(int{ActionValue::Flag::kValueFieldNumber} == int{ActionValue::FlagRange::kValueFieldNumber});

void write_flag(bool flag, int action, proto::Writer& value) {
  value.message(action, proto::Writer().number(ActionValue::Flag::kValueFieldNumber, flag));
}

bool read_flag(const proto::Reader& value, int action) {
  return value.message(action).flag(ActionValue::Flag::kValueFieldNumber);
}

IndexParts message_parts(const MessageKey& key) {
  const bool of_other_in_group = !key.from_me && !key.participant.empty();
  return {key.chat, key.id, digit(key.from_me), of_other_in_group ? key.participant : "0"};
}

MessageKey read_message_parts(const IndexParts& parts, std::size_t from) {
  return {parts[from], parts[from + 1], parts[from + 2] == "1", parts[from + 3] == "0" ? "" : parts[from + 3]};
}

}  // namespace wa::appstate
