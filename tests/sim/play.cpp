#include "sim/play.h"

#include <nlohmann/json.hpp>

namespace wa::sim {

using nlohmann::json;

namespace {

// Every five seconds: longer than two waits at the cap of the backoff, which a rate limit and refused connections lead to.
constexpr int kTries = 400;

}  // namespace

void Play::expect(bool condition, const std::string& what) {
  if (!condition) failures.push_back(what);
}

void Play::wait(const char* what, const std::function<bool()>& condition, std::int64_t ms_max) {
  expect(world.run_until(condition, ms_max), std::string("never happened: ") + what);
}

void Play::webhook() {
  const json body = {
      {"webhook_url", "http://127.0.0.1:8099/hook"},
      {"secret", "s3cret"},
      {"retry_attempts", 20},
      {"timeout", 10},
      {"enabled_events",
       {"message.received", "message.sent", "message.delivered", "message.read", "message.undecryptable", "media.retry",
        "call.offer", "call.accept", "call.reject", "call.terminate", "call.auto_reply", "chat.archive", "chat.pin",
        "device.connected", "device.disconnected", "device.logged_out", "pair.success", "app_state.sync_complete"}}};
  const auto reply = world.call("POST", "/webhook", body.dump());
  expect(reply && reply->status / 100 == 2, "POST /webhook: " + (reply ? reply->body : "no answer"));
}

void Play::call_settings(bool reject, bool reply) {
  const json body = {{"auto_reject", reject}, {"auto_reply", {{"enabled", reply}, {"message", kReply}, {"cooldown_seconds", kCooldownMs / 1000}}}};
  const auto answer = world.call("PUT", "/calls/settings", body.dump());
  expect(answer && answer->status == 200, "PUT /calls/settings: " + (answer ? answer->body : "no answer"));
  rejects_allowed = rejects_allowed || reject;
  replies_allowed = replies_allowed || reply;
}

std::optional<Reply> Play::api(const std::string& method, const std::string& target, const std::string& body) {
  std::optional<Reply> reply;
  for (int i = 0; i < kTries; ++i) {
    reply = world.call(method, target, body);
    if (!reply || reply->status != 503) break;
    world.run_for(5'000);
  }
  return reply;
}

bool Play::online(std::int64_t ms_max) {
  if (world.run_until([&] { return network().online(world.pn()); }, 3'000)) return true;
  (void)world.call("POST", "/connect");
  const bool done = world.run_until([&] { return network().online(world.pn()); }, ms_max);
  expect(done, "device did not come online");
  return done;
}

void Play::archive(const std::string& chat, bool archived) {
  const std::string target = "/chats/" + chat + "/archive";
  const std::string body = json{{"archived", archived}}.dump();
  for (int i = 0; i < kTries; ++i) {
    const auto reply = world.call("POST", target, body);
    if (reply && reply->status == 200) {
      archives[chat] = archived;
      return;
    }
    if (!reply || (reply->status != 503 && reply->status != 504 && reply->status != 409 && reply->status != 502)) {
      return expect(false, "archive: " + (reply ? reply->body : "no answer"));
    }
    archives[chat] = archived;  // the intent may be stored: it must finish all the same
    world.run_for(5'000);
  }
  expect(false, "archive never succeeded");
}

void Play::send(const std::string& to, const std::string& text, bool may_fail) {
  const std::string body = json{{"number", to}, {"text", text}}.dump();
  for (int i = 0; i < kTries; ++i) {
    const auto reply = world.call("POST", "/send/text", body);
    if (reply && reply->status / 100 == 2) {
      sent_texts.insert(text);
      return;
    }
    if (may_fail && reply && (reply->status == 502 || reply->status == 504)) return;
    if (!reply || (reply->status != 503 && reply->status != 504)) {
      return expect(false, "send: " + (reply ? reply->body : "no answer"));
    }
    world.run_for(5'000);
  }
  expect(false, "text never sent");
}

void Play::text(const std::string& from, TextOptions options) {
  wait("prekeys at the service", [&] { return network().reachable(world.pn()); });
  const int number = next_text_++;
  Text expected;
  expected.number = number;
  expected.chat = options.group.empty() ? from : options.group;
  expected.id = network().send_text(from, world.pn(), "text " + std::to_string(number), options);
  texts.push_back(std::move(expected));
}

void Play::own_text(const std::string& to) {
  const int number = next_text_++;
  network().send_text(world.pn(), to, "own text " + std::to_string(number));
}

std::string Play::ring(const std::string& caller, CallType type) {
  const std::string id = network().ring(world.pn(), caller, type);
  calls.push_back({id, caller, type == CallType::group || type == CallType::notice});
  return id;
}

}  // namespace wa::sim
