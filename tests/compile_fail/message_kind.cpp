// refused: a body has no kind
// A message body that somebody forgot to give a kind.
#include "client/messages/kinds/kind.h"

namespace wa::client {

struct Written {};
struct Forgotten {};
using Bodies = std::variant<Written, Forgotten>;

constexpr KindLine kLines[] = {
    {nullptr, 1},
    {nullptr, 2, body<Written, Bodies>()},
#ifdef WA_MENDED
    {nullptr, 3, body<Forgotten, Bodies>()},
#endif
};
static_assert(each_body_has_one_kind<Bodies>(kLines), "a body has no kind");

}  // namespace wa::client
