// refused: a command needs exactly one room that executes it
#include "client/rooms.h"

namespace wa::client {

struct Forgotten { CommandId command = 0; };
struct Room {
#ifdef WA_MENDED
  static Result<void> execute(const Forgotten&, Out&, Turn&) { return {}; }
#endif
};

static_assert(Counted<std::tuple<Inbox&, Room&>, Kinds<Forgotten>>::commands());

}  // namespace wa::client
