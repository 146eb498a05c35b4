// refused: an action has no row
// An app-state action that somebody forgot to give a row.
#include "appstate/actions/action_row.h"

namespace wa::appstate {

struct Known {};
struct Forgotten {};

template <> ActionRow<Known> action_row();
#ifdef WA_MENDED
template <> ActionRow<Forgotten> action_row();
#endif
static_assert(each_has_row(static_cast<const std::variant<Known, Forgotten, UnknownAction>*>(nullptr)));

}  // namespace wa::appstate
