// refused: an event has neither a row
// An event of the client that somebody forgot to publish.
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {

struct Told {};
struct Answer {};
struct Forgotten {};

template <> Published<Told> published();

#ifdef WA_MENDED
using Unpublished = EventList<Answer, Forgotten>;
#else
using Unpublished = EventList<Answer>;
#endif
static_assert(each_is_told_or_not<Unpublished>(static_cast<const std::variant<Told, Answer, Forgotten>*>(nullptr)));

}  // namespace wa::gateway
