// The device's side of DELETE /devices/{id} (connection.cpp): the row stands where the directory's side is.
#pragma once

#include "gateway/api/endpoint.h"

namespace wa::gateway {

inline constexpr std::int64_t kLogoutTimeoutMs = 15'000;

Answer remove_device(DeviceCall&);
Answer watch_removal(WaitingCall&, const client::Event&);
Reply expire_removal(WaitingCall&);

}  // namespace wa::gateway
