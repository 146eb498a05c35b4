// refused: a query needs exactly one room that takes its answer
#include "client/rooms.h"

namespace wa::client {

struct ForgottenQuery {};
struct Room {
#ifdef WA_MENDED
  static void on_answer(const ForgottenQuery&, const QueryAnswer&, Out&, Turn&) {}
#endif
};

static_assert(Counted<std::tuple<Inbox&, Room&>, Kinds<ForgottenQuery>>::queries());

}  // namespace wa::client
