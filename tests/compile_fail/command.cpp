// refused: a command needs exactly one room that executes it
#include "client/rooms.h"

namespace wa::client {

struct Forgotten { CommandId command = 0; };

static_assert(Counted<AllRooms, JoinedKinds<Contract::Commands, Kinds<Forgotten>>>::commands());

}  // namespace wa::client
