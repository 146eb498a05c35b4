// What an action is, in one row: its index, version and collection (05 section 9), and how its value is written and
// read. The rows stand in <family>_actions.cpp; a line of action_table.cpp joins each.
// Guarantees: an action without a row does not compile.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "appstate/action.h"

namespace wa::pb { class SyncActionValue; }
namespace wa::proto { class Reader; class Writer; }

namespace wa::appstate {

using IndexParts = std::vector<std::string>;  // the first is the name of the action
using ActionValue = pb::SyncActionValue;   // the numbers of its fields

template <class A>
struct ActionRow {
  const char* name;
  Collection collection;
  std::int32_t version;                 // which this client writes
  std::size_t parts_min;                // of an index that is read; more than known are tolerated
  IndexParts (*index)(const A&);        // what follows the name
  void (*write)(const A&, proto::Writer& value);
  // nullopt: not shaped as it should be. Where a SET needs its field, a REMOVE is known by its index alone.
  std::optional<A> (*read)(const IndexParts&, const proto::Reader& value, bool remove);
};

// The row of an action; the families specialise it.
template <class A>
ActionRow<A> action_row() = delete;

const char* digit(bool value);
// An action that is a message of one flag, or begins with one (field 1).
void write_flag(bool flag, int action, proto::Writer& value);
bool read_flag(const proto::Reader& value, int action);
// Chat, id, from_me and participant as they stand in an index, and read from the part at `from`.
IndexParts message_parts(const MessageKey& key);
MessageKey read_message_parts(const IndexParts& parts, std::size_t from);

// --- the check of action_table.cpp

template <class A>
concept HasActionRow = requires { action_row<A>(); };

template <class A>
constexpr bool has_row_or_is_unknown() {
  static_assert(HasActionRow<A> || std::is_same_v<A, UnknownAction>, "an action has no row (action_table.cpp)");
  return true;
}

template <class... A>
constexpr bool each_has_row(const std::variant<A...>*) {
  return (has_row_or_is_unknown<A>() && ...);
}

}  // namespace wa::appstate
