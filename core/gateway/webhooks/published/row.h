// What is told of an event: its row. The rows stand in <family>.cpp; a line of table.cpp joins each.
// Guarantees: an event of the client that has no row and is not listed as Unpublished does not compile (table.cpp).
// Does not: decide whether somebody wants it, or send it (audience.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/encoding.h"
#include "client/contract.h"
#include "gateway/http/json.h"
#include "gateway/webhooks/event_names.h"
#include "gateway/webhooks/published/table.h"

namespace wa::gateway {

// Always the same, or chosen by the event; nullopt: this one is not told.
template <class E>
class NameOf {
 public:
  constexpr NameOf(EventName always) : always_(always) {}
  constexpr NameOf(MaybeEventName (*choose)(const E&)) : choose_(choose) {}
  MaybeEventName operator()(const E& event) const { return choose_ ? choose_(event) : always_; }

 private:
  MaybeEventName always_;
  MaybeEventName (*choose_)(const E&) = nullptr;
};

inline constexpr std::nullptr_t kDeviceLane = nullptr;  // of events of the device itself

template <class E>
struct Published {
  NameOf<E> name;
  std::string (*lane)(const E&);                  // the chat or person it must stay in order with
  Json (*data)(const E&, const PayloadContext&);  // api.md 4.6, 6.5
};

// The row of an event; the families specialise it.
template <class E>
Published<E> published() = delete;

inline Json stamped(Json out, WallTime time) {
  put(out, {"timestamp", rfc3339(time)});
  return out;
}

// Changes of other messages are told as what they are, and ours as sent, too.
struct OwnChange { const client::MessageReceived& received; };   // by another device of ours: message.sent
struct SentChange { const client::MessageSent& sent; };          // by a request: message.edited and the like
struct MentionSent { const client::MessageSent& sent; };  // told after message.sent

// --- the check of table.cpp

template <class E>
concept HasRow = requires { published<E>(); };

template <class... E>
struct EventList {
  template <class Other>
  static constexpr bool has = (std::is_same_v<Other, E> || ...);
};

template <class E, class Unpublished>
constexpr bool is_told_or_not() {
  constexpr bool listed = Unpublished::template has<E>;
  static_assert(HasRow<E> || listed, "an event has neither a row (published/table.cpp) nor a place in Unpublished");
  static_assert(!HasRow<E> || !listed, "an event has a row and stands in Unpublished too");
  return true;
}

template <class Unpublished, class... E>
constexpr bool each_is_told_or_not(const std::variant<E...>*) {
  return (is_told_or_not<E, Unpublished>() && ...);
}

}  // namespace wa::gateway
