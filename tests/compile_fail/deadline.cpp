// refused: a room that has on_tick needs a deadline, and the reverse
#include "client/rooms.h"

namespace wa::client {

struct Sleepy {
  static void on_tick(Out&, Turn&) {}
#ifdef WA_MENDED
  static std::optional<MonoTime> deadline() { return std::nullopt; }
#endif
};

static_assert(Counted<std::tuple<Outbox&, Sleepy&>, Kinds<>>::deadlines());

}  // namespace wa::client
