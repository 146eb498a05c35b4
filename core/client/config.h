// What an operator may set about the protocol side of every device.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "noise/handshake.h"

namespace wa::client {

struct Config {
  noise::CertificatePolicy certificates = noise::production_certificate_policy();
  std::uint32_t app_version[3] = {2, 3000, 1045649367};
  std::string device_name = "WUTS";                     // shown under Linked devices (DeviceProps.os)
  std::string platform_display = "Chrome (Linux)";      // checked by the service: `<browser> (<OS>)`
  std::vector<std::string> media_hosts;                 // empty: ask media_conn, else mmg.whatsapp.net
  std::uint32_t prekey_count = 812;
  bool use_routing_info = true;
  std::uint64_t outbox_bytes_max = limits::kOutboxBytesMax;  // contents of messages that wait to be sent
  bool trace = false;                                   // give every stanza as an effect (Trace)
};

}  // namespace wa::client
