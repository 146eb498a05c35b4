// What systemd is told over $NOTIFY_SOCKET (sd_notify(3), written without libsystemd). Without the variable: nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace wa::native {

void tell_service_manager(std::string_view state);  // "READY=1", "STOPPING=1", "WATCHDOG=1"
// How often WATCHDOG=1 is due: half of what the unit says; nullopt: nobody waits for it.
std::optional<std::chrono::microseconds> watchdog_period();

}  // namespace wa::native
