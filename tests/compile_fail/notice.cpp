// refused: a notice needs a room that hears it
#include "client/rooms.h"

namespace wa::client {

struct ForgottenNotice {};

static_assert(Counted<AllRooms, JoinedKinds<Notices, Kinds<ForgottenNotice>>>::notices());

}  // namespace wa::client
