// refused: on_offline takes (Turn&)
// A room that would never hear that the link is gone.
#include "client/rooms.h"

namespace wa::client {

struct Deaf {
#ifdef WA_MENDED
  static void on_offline(Turn&) {}
#else
  static void on_offline(Out&, Turn&) {}
#endif
};

static_assert(Counted<std::tuple<Outbox&, Deaf&>, Kinds<>>::link());

}  // namespace wa::client
