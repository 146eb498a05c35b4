// What the endpoints about webhooks take (webhook.cpp, webhook_failed.cpp), and the directory's for new users.
#pragma once

#include "base/egress.h"
#include "gateway/http/fields.h"
#include "gateway/webhooks/event_names.h"

namespace wa::gateway {

// An array of event names; notes each that is unknown.
EventMask parse_event_names(Fields& fields, const char* name);

// What is said of a URL that is_webhook_url refuses: the same for every reason, so that it tells nothing about the
// inside.
const char* webhook_url_advice(const UrlPolicy& policy);

}  // namespace wa::gateway
