// The configuration of a device as JSON. Every member is optional:
//   device_id, user_id       strings, for the webhook envelope
//   reject_ack_ms            how long POST /calls/reject waits for the service, default 5000
//   allow_http_webhooks      default true
//   allow_private_webhooks   default false: webhook URLs of loopback, private networks and reserved names are refused
//   app_version              "2.3000.1045649367"
//   device_name, platform_display, media_hosts (list of strings), prekey_count, use_routing_info, trace   see client/config.h
//   root_key (64 hex digits), root_serial, check_dates   the certificate root; only for a simulated service
// An unknown member, or one of the wrong type, is an error: a misspelt option must not pass in silence.
#pragma once

#include "base/result.h"
#include "gateway/gateway.h"

namespace wa::wasm {

Result<gateway::Config> parse_config(std::string_view json);  // Errc::invalid_argument; the detail says which member

}  // namespace wa::wasm
