// A directory over a store in memory; keeps what its last step asked for.
#pragma once

#include <sodium.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/directory/directory.h"
#include "unit/gateway/gateway_fixture.h"

namespace wa::test {

using namespace wa::gateway;

inline constexpr const char* kMaster = "3f0c5f5e-1111-4111-8111-111111111111";

inline std::string sha256_of(const std::string& text) {
  std::string out(32, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
      text.size());
  return out;
}

struct DirectoryFixture {
  store::MemoryStore disk;
  CountingRandom random;
  Now now{{1000}, {kStartMs}};
  std::unique_ptr<Directory> directory;
  std::vector<DirectoryEffect> effects;  // of the last step, without replies
  RequestId next = 1;

  DirectoryFixture() { open(); }
  void open(bool with_master = true) {
    auto opened = Directory::open({with_master ? sha256_of(kMaster) : "", {}}, disk, random, now);
    REQUIRE(opened.ok());
    directory = *std::move(opened);
  }
  std::optional<Answered> feed(DirectoryInput input) {
    DirectoryStep step = directory->handle(std::move(input), now);
    disk.apply(step.writes);
    effects.clear();
    std::optional<Answered> answer;
    for (DirectoryEffect& effect : step.effects) {
      if (auto* reply = std::get_if<Reply>(&effect)) {
        REQUIRE_FALSE(answer);
        answer = Answered{reply->status, json::parse(reply->body), reply->headers};
      } else {
        effects.push_back(std::move(effect));
      }
    }
    return answer;
  }
  std::optional<Answered> ask(const std::string& token, const std::string& method, const std::string& target,
                              const std::string& body = {}) {
    return feed(ApiRequest{next++, method, target, token.empty() ? "" : "Bearer " + token, "application/json", body});
  }
  Answered call(const std::string& token, const std::string& method, const std::string& target,
      const std::string& body = {}) {
    auto answer = ask(token, method, target, body);
    INFO(method << " " << target);
    REQUIRE(answer);
    return *answer;
  }
  template <class T>
  const T* effect() const {
    for (const auto& item : effects) {
      if (const T* found = std::get_if<T>(&item)) return found;
    }
    return nullptr;
  }
  std::string add_tenant(const std::string& name) {
    const json body{{"tenant_name", name}, {"email", name + "@example.com"}, {"password", "correct horse"}, {"role",
        "admin"}};
    const auto made = call(kMaster, "POST", "/register", body.dump());
    REQUIRE(made.status == 201);
    return made.body["token"];
  }
  std::string add_device(const std::string& token, const std::string& name) {
    now.wall.ms += 1;
    const auto made = call(token, "POST", "/devices", json{{"name", name}}.dump());
    REQUIRE(made.status == 201);
    REQUIRE(effect<StartDevice>());
    CHECK(effect<StartDevice>()->device_id == made.body["device"]["id"]);
    return made.body["device"]["id"];
  }
  // Which device a request of this caller reaches.
  std::string reached(const std::string& token, const std::string& target, const std::string& method = "GET",
      const std::string& body = {}) {
    const auto answer = ask(token, method, target, body);
    INFO(target << (answer ? answer->body.dump() : ""));
    REQUIRE_FALSE(answer);
    REQUIRE(effect<ToDevice>());
    CHECK(effect<ToDevice>()->request.authorization.empty());
    return effect<ToDevice>()->device_id;
  }
};

}  // namespace wa::test
