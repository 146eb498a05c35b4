// refused: a command needs exactly one room that executes it
#include "client/rooms.h"

namespace wa::client {

struct Eager {
#ifndef WA_MENDED
  static Result<void> execute(const SendText&, Out&, Turn&) { return {}; }
#endif
};

using WithEager = decltype(std::tuple_cat(std::declval<AllRooms>(), std::declval<std::tuple<Eager&>>()));
static_assert(Counted<WithEager, Contract::Commands>::commands());

}  // namespace wa::client
