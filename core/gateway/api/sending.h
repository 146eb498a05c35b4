// What the endpoints that send a message share (send_*.cpp): the answer comes when the service acknowledged it.
#pragma once

#include "base/limits.h"
#include "gateway/api/endpoint.h"
#include "gateway/api/send_options.h"

namespace wa::gateway {

// What an answer says of its request.
struct SendWait {
  std::string chat;
  bool quoted = false;
  const char* message = "";     // for people
  Json extra = Json::object();  // members of this request
  std::int64_t typing_s = 0;
};

// The answer of the `number` style, with metadata.
Answer finish_send(WaitingCall&, const client::Event&);
// The answer of the `to` style: flat, with a sentence.
Answer finish_flat(WaitingCall&, const client::Event&);
SendWait flat_wait(const char* message);
// What is answered to MessageFailed; nullopt when the event is another.
Answer send_failed(const WaitingCall&, const client::Event&);
// A status that no_devices get.
Failure seen_by_nobody();
Failure failure_of_send(client::SendFailure, int upstream_code, bool group);

// As begin(): the message has its id, and its state is kept. It leaves after the delay and wait.typing_s, for which it
// is shown that somebody types.
Answer begin_send(DeviceCall&, client::SendText, SendWait, std::int64_t delay_s);
Answer begin_send(DeviceCall&, client::SendMessage, SendWait, std::int64_t delay_s = 0);
// As the last thing a row does: answers what is wrong with the fields, or begins. The options stand around the message.
Answer send_message(DeviceCall&, Fields&, client::SendMessage, SendWait, SendOptions = {});
// How long a caller wants to wait, by ?wait= and Prefer; what is wrong with it.
std::optional<Failure> read_wait(const ApiRequest&, const Target&, RequestNotes&);
// 202: the message is queued, and its id tells the rest.
Reply accepted(RequestId, const RequestNotes&, const std::string& chat);

constexpr bool is_send(std::string_view pattern) { return pattern.substr(0, 6) == "/send/"; }
constexpr Endpoint send_endpoint(const char* method, const char* pattern, StartFunction start, FinishFunction finish) {
  return {.method = method, .pattern = pattern, .body = BodyRule::required, .sends = true, .loose = is_send(pattern),
          .start = start, .finish = finish,
          .timeout_ms = limits::kSendTimeoutMs,
          .late = "no acknowledgement in time; the message stays queued and may still be sent"};
}

}  // namespace wa::gateway
