// refused: this_is_no_event_name
// A row with a name that is not in the list of names.
#include "gateway/webhooks/event_names.h"

namespace wa::gateway {

#ifdef WA_MENDED
constexpr EventName kName = event_named("call.terminate");
#else
constexpr EventName kName = event_named("call.terminated");
#endif
static_assert(!kName.text().empty());

}  // namespace wa::gateway
