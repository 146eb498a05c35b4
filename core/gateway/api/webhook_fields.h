// What the endpoints about webhooks take and show (webhook.cpp, webhook_failed.cpp), and the directory's for new users.
#pragma once

#include <optional>
#include <string>

#include "base/egress.h"
#include "gateway/http/fields.h"
#include "gateway/webhooks/webhooks.h"

namespace wa::gateway {

struct DeviceCall;

Failure no_webhook();
// One that is configured, with how it does.
Json show_webhook(const WebhookQueue&, const DeviceCall&);
Json show_fault(WebhookFault fault, int status);
// What to do about a delivery that failed this way.
const char* fault_advice(WebhookFault fault);

// Over what is there (nullptr: nothing yet).
struct WebhookBody {
  WebhookChoice choice;
  std::optional<std::string> secret;
};
WebhookBody parse_webhook(Fields& fields, const Config& config, const WebhookConfig* before);

// An array of event names; notes each that is unknown.
EventMask parse_event_names(Fields& fields, const char* name);

// Notes what is wrong with it as `webhook_url`; an empty one is none.
std::string parse_webhook_url(Fields& fields, const UrlPolicy& policy, std::string url);
// What is said of a URL that is refused: why, but the same for every host that is not public, so that it tells nothing
// about the inside.
const char* webhook_url_advice(UrlFault fault, const UrlPolicy& policy);

}  // namespace wa::gateway
