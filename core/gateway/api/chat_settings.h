// What the endpoints that change a setting kept in the app state share (chats.cpp, stars_labels.cpp).
#pragma once

#include "gateway/api/endpoint.h"

namespace wa::gateway {

// `done`: what a success says first. Answers with what `fields` found, if anything.
Answer set_chat(DeviceCall&, Fields&, client::SetChat, Json done);
Answer finish_setting(WaitingCall&, const client::Event&);

constexpr Endpoint setting_endpoint(const char* method, const char* pattern, BodyRule body, StartFunction start) {
  return {.method = method, .pattern = pattern, .body = body, .start = start, .finish = finish_setting,
          .timeout_ms = 60'000, .late = "no confirmation in time; the change is stored and will still be made"};
}

// Unix seconds or milliseconds or RFC 3339, from 2009 to now (api.md 6.3); nullopt: it is none.
std::optional<WallTime> parse_message_time(const Json& value, WallTime now);

}  // namespace wa::gateway
