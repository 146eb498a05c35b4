// refused: this_endpoint_is_not_whole
// An endpoint that waits for an event, and nobody who answers then.
#include "gateway/http/route.h"

namespace wa::gateway {

Answer ask(DeviceCall&);
Answer done(WaitingCall&, const client::Event&);

Endpoints thing_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/things", .start = ask},
#ifdef WA_MENDED
      {.method = "POST", .pattern = "/things", .start = ask, .finish = done, .timeout_ms = 10'000},
#else
      {.method = "POST", .pattern = "/things", .finish = done, .timeout_ms = 10'000},
#endif
  };
  return kAll;
}

}  // namespace wa::gateway
