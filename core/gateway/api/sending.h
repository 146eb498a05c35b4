// What the endpoints that send a message share (send_*.cpp): the answer comes when the service acknowledged it.
#pragma once

#include "base/limits.h"
#include "gateway/api/endpoint.h"

namespace wa::gateway {

// What an answer says of its request.
struct SendWait {
  std::string chat;
  bool quoted = false;
  const char* message = "";     // for people
  Json extra = Json::object();  // members of this request
};

// The answer of the `number` style, with metadata.
Answer finish_send(WaitingCall&, const client::Event&);
// What is answered to MessageFailed; nullopt when the event is another.
Answer send_failed(const WaitingCall&, const client::Event&);

constexpr Endpoint send_endpoint(const char* method, const char* pattern, StartFunction start, FinishFunction finish) {
  return {.method = method, .pattern = pattern, .body = BodyRule::required, .start = start, .finish = finish,
          .timeout_ms = limits::kSendTimeoutMs,
          .late = "no acknowledgement in time; the message stays queued and may still be sent"};
}

}  // namespace wa::gateway
