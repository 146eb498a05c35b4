// refused: a query needs exactly one room that takes its answer
#include "client/rooms.h"

namespace wa::client {

struct ForgottenQuery {};

static_assert(Counted<AllRooms, JoinedKinds<Contract::Queries, Kinds<ForgottenQuery>>>::queries());

}  // namespace wa::client
