// One gateway over a store in memory and the fake client: performs steps the way a host does and keeps what came out.
#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "gateway/gateway.h"
#include "store/memory_store.h"
#include "unit/gateway/fake_client.h"

namespace wa::test {

using nlohmann::json;

struct CountingRandom final : Random {
  std::uint64_t state = 1;
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (auto& byte : out) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      byte = static_cast<std::uint8_t>(state >> 56);
    }
  }
};

inline constexpr std::int64_t kStartMs = 1'767'225'600'000;  // 2026-01-01
inline constexpr const char* kDeviceId = "0b8e4d4e-0000-4000-8000-000000000001";
inline constexpr const char* kUserId = "0b8e4d4e-0000-4000-8000-000000000002";

struct Answered {
  int status = 0;
  json body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

struct GatewayFixture {
  store::MemoryStore disk;
  CountingRandom random;
  Now now{{1000}, {kStartMs}};
  gateway::Config config;
  std::unique_ptr<gateway::Gateway> machine;
  FakeClient& client = fake_client();
  std::map<RequestId, Answered> replies;
  std::vector<PostWebhook> posts;
  std::vector<DeviceStatus> reports;
  bool removed = false;
  std::optional<MonoTime> wake;
  RequestId next_request = 1;

  GatewayFixture() {
    client = FakeClient{};
    client.status.paired = true;
    client.status.link = client::LinkState::online;
    client.status.jid = "5511999999999:3@s.whatsapp.net";
    client.status.lid = "111222333:3@lid";
    client.status.phone = "5511999999999";
    config.device_id = kDeviceId;
    config.user_id = kUserId;
    open();
  }

  void open() {
    auto opened = gateway::Gateway::open(config, disk, random, now);
    REQUIRE(opened.ok());
    machine = *std::move(opened);
    feed(gateway::Tick{});
  }
  void reopen() {
    machine.reset();
    open();
  }

  void feed(gateway::Input input) {
    gateway::Step step = machine->handle(std::move(input), now);
    disk.apply(step.writes);
    wake = step.wake;
    for (Effect& effect : step.effects) {
      if (auto* reply = std::get_if<Reply>(&effect)) {
        REQUIRE(replies.count(reply->request) == 0);  // exactly one reply per request
        json body = json::parse(reply->body);
        if (const auto found = body.find("device_id"); found != body.end()) {  // every answer says whose it is
          CHECK(*found == config.device_id);
          body.erase(found);
        } else {
          CHECK(reply->status == 404);  // unless it is of no endpoint
        }
        replies[reply->request] = {reply->status, std::move(body), reply->headers};
      } else if (auto* post = std::get_if<PostWebhook>(&effect)) {
        posts.push_back(std::move(*post));
      } else if (auto* report = std::get_if<DeviceStatus>(&effect)) {
        reports.push_back(std::move(*report));
      } else if (std::get_if<Removed>(&effect)) {
        removed = true;
      }
    }
  }

  RequestId ask(const std::string& method, const std::string& target, const std::string& body = {},
                const std::string& key = {}, const std::string& prefer = {}) {
    const RequestId id = next_request++;
    gateway::ApiRequest request{id, method, target, "", body.empty() ? "" : "application/json", body};
    request.idempotency_key = key;
    request.prefer = prefer;
    feed(std::move(request));
    const bool asks_itself = target.rfind("/contact/check", 0) == 0 || target.rfind("/contacts/resolve", 0) == 0;
    if (knows_numbers && !asks_itself) tell_numbers();
    return id;
  }
  // The account of each number that is asked for is the number, unless `accounts` has another; "" is none.
  std::map<std::string, std::string> accounts;
  bool knows_numbers = true;  // answered at once, and not seen in what was executed
  void tell_numbers() {
    if (client.executed.empty()) return;
    const auto* ask = std::get_if<client::AskNumbers>(&client.executed.back());
    if (!ask) return;
    client::UsersFound found{ask->command, {}};
    for (const std::string& number : ask->numbers) {
      const auto other = accounts.find(number);
      const std::string account = other == accounts.end() ? number : other->second;
      client::UserFound user;
      user.number = number;
      user.exists = !account.empty();
      if (user.exists) user.jid = wire::Jid{account, wire::Server::pn};
      found.users.push_back(std::move(user));
    }
    client.executed.pop_back();
    raise(std::move(found));
  }
  // A request that must be answered at once.
  Answered call(const std::string& method, const std::string& target, const std::string& body = {}) {
    const RequestId id = ask(method, target, body);
    INFO(method << " " << target << " " << body);
    REQUIRE(replies.count(id) == 1);
    return replies[id];
  }
  bool answered(RequestId id) const { return replies.count(id) == 1; }

  void raise(client::Event event) {
    client.events.push_back(std::move(event));
    feed(gateway::Received{});
  }
  void advance(std::int64_t ms) {
    now.mono.ms += ms;
    now.wall.ms += ms;
    feed(gateway::Tick{});
  }
  void acknowledge(std::size_t post, int status = 200, std::int64_t retry_after_ms = -1) {
    feed(gateway::WebhookDone{posts.at(post).delivery, status, retry_after_ms});
  }
  void configure_webhook(const std::vector<std::string>& events, const std::string& secret = "s3cret") {
    const json body{{"webhook_url", "https://example.com/hook"}, {"enabled_events", events}, {"secret", secret}};
    REQUIRE(call("POST", "/webhook", body.dump()).status == 200);
  }
};

inline wire::Jid jid(const char* text) { return *wire::parse_jid(text); }

}  // namespace wa::test
