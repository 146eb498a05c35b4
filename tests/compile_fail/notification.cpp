// refused: a notification has no on_notice
// A notification that was given a struct and a place in the list, and nobody who does something about it.
#include "client/rooms.h"

namespace wa::client {

struct Taken {};
struct Forgotten {};
struct Takers {
  static void on_notice(const Taken&, Turn&) {}
#ifdef WA_MENDED
  static void on_notice(const Forgotten&, Turn&) {}
#endif
};

static_assert(each_notification_is_taken<Takers>(static_cast<const std::variant<Taken, Forgotten>*>(nullptr)));

}  // namespace wa::client
