// What systemd is told over $NOTIFY_SOCKET (sd_notify(3), written without libsystemd), without the variable: nothing; and
// what the kernel is told about the memory of this process.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace wa::native {

void tell_service_manager(std::string_view state);  // "READY=1", "STOPPING=1", "WATCHDOG=1"
// How often WATCHDOG=1 is due: half of what the unit says; nullopt: nobody waits for it.
std::optional<std::chrono::microseconds> watchdog_period();

// No core dump is written, nor piped to a collector, and no other process of this user reads the memory: it holds keys.
void keep_memory_private();

}  // namespace wa::native
