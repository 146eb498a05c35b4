// refused: a notice needs a room that hears it
#include "client/rooms.h"

namespace wa::client {

struct ForgottenNotice {};
struct Room {
#ifdef WA_MENDED
  static void on(const ForgottenNotice&, Out&, Turn&) {}
#endif
};

static_assert(Counted<std::tuple<Inbox&, Room&>, Kinds<ForgottenNotice>>::notices());

}  // namespace wa::client
