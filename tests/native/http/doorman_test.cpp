// Who is let in on the head of a request, with a directory that is a list of tokens.
#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>

#include "http/doorman.h"

using namespace wa::native;

namespace {

struct Directory {
  std::map<std::string, std::string> tenants{{"Bearer good", "t1"}, {"good", "t1"}, {"Bearer other", "t2"}};
  int asked = 0;
  bool readable = true;
  Doorman::Lookup lookup() {
    return [this](const std::string& authorization, const std::function<void(Doorman::Found)>& tell) {
      ++asked;
      const auto found = tenants.find(authorization);
      using Is = Doorman::Found::Is;
      if (!readable) return tell({Is::unknown, {}});
      if (found == tenants.end()) return tell({Is::nobody, {}});
      tell({Is::somebody, found->second});
    };
  }
};

Admission enter(Doorman& doorman, const std::string& authorization, AddressKey address = 1) {
  HttpHead head;
  head.authorization = authorization;
  if (auto known = doorman.known(head, address)) return *std::move(known);
  Admission out;
  doorman.ask(head, address, [&](Admission told) { out = std::move(told); });
  return out;
}

int status_of(const Admission& admission) { return admission.answer ? admission.answer->status : 200; }

std::int64_t wait_of(const Admission& admission) {
  for (const auto& [name, value] : admission.answer->headers)
    if (name == "Retry-After") return std::stoll(value);
  return -1;
}

}  // namespace

TEST_CASE("a token is looked up once, and again when the directory refused it") {
  Directory directory;
  Doorman doorman(directory.lookup(), true);
  for (int i = 0; i < 3; ++i) {
    const Admission in = enter(doorman, "Bearer good");
    CHECK(status_of(in) == 200);
    CHECK(in.tenant == "t1");
  }
  CHECK(enter(doorman, "bearer   good").tenant == "t1");  // the same token, spelled otherwise
  CHECK(directory.asked == 1);
  CHECK(enter(doorman, "Bearer other").tenant == "t2");
  directory.tenants.clear();
  doorman.forget("Bearer good");
  const Admission out = enter(doorman, "Bearer good");
  CHECK(status_of(out) == 401);
  CHECK(nlohmann::json::parse(out.answer->body)["error_code"] == "UNAUTHORIZED");
}

TEST_CASE("without a token nobody is asked, and nothing is counted") {
  Directory directory;
  Doorman doorman(directory.lookup(), true, {.at_once = 2});
  for (const char* none : {"", " ", "Bearer  a b", "Basic dXNlcjpwYXNz d", "a b"})
    for (int i = 0; i < 5; ++i) CHECK(status_of(enter(doorman, none)) != 200);
  CHECK(status_of(enter(doorman, "Bearer good")) == 200);
}

TEST_CASE("unknown tokens of an address are bounded; known callers behind it, and other addresses, are not held up") {
  Directory directory;
  Doorman doorman(directory.lookup(), true, {.at_once = 5, .refill_ms = 60'000});
  CHECK(status_of(enter(doorman, "Bearer good")) == 200);
  for (int i = 0; i < 5; ++i) CHECK(status_of(enter(doorman, "guess" + std::to_string(i))) == 401);
  const int asked = directory.asked;
  for (int i = 0; i < 100; ++i) {
    const Admission refused = enter(doorman, "guess" + std::to_string(i));
    REQUIRE(status_of(refused) == 429);
    CHECK(wait_of(refused) > 0);
    CHECK(wait_of(refused) <= 60);
  }
  CHECK(status_of(enter(doorman, "Bearer other")) == 429);  // a guess may be right: it is not tried
  CHECK(directory.asked == asked);
  CHECK(status_of(enter(doorman, "Bearer good")) == 200);
  CHECK(status_of(enter(doorman, "Bearer other", 2)) == 200);
  CHECK(status_of(enter(doorman, "Bearer other")) == 200);  // known by now
}

TEST_CASE("valid tokens are not counted against their address, nor what could not be looked up") {
  Directory directory;
  Doorman doorman(directory.lookup(), true, {.at_once = 3, .refill_ms = 60'000});
  for (int i = 0; i < 50; ++i) {
    directory.tenants["token" + std::to_string(i)] = "t";
    CHECK(status_of(enter(doorman, "token" + std::to_string(i))) == 200);
  }
  directory.readable = false;
  for (int i = 0; i < 50; ++i) CHECK(enter(doorman, "later" + std::to_string(i)).tenant.empty());
  directory.readable = true;
  CHECK(status_of(enter(doorman, "guess")) == 401);
}

TEST_CASE("behind a proxy addresses say nothing, and nobody is held up for them") {
  Directory directory;
  Doorman doorman(directory.lookup(), false, {.at_once = 1, .refill_ms = 60'000});
  for (int i = 0; i < 50; ++i) CHECK(status_of(enter(doorman, "guess")) == 401);
  CHECK(status_of(enter(doorman, "Bearer good")) == 200);
}

TEST_CASE("the count of failures: fills, empties with time, is bounded over all addresses") {
  FailureLimit limit({.at_once = 3, .refill_ms = 1'000, .addresses_max = 4});
  for (int i = 0; i < 3; ++i) {
    CHECK(limit.wait_s(7, 0) == 0);
    limit.failed(7, 0);
  }
  CHECK(limit.wait_s(7, 0) == 1);
  CHECK(limit.wait_s(8, 0) == 0);
  CHECK(limit.wait_s(7, 999) == 1);
  CHECK(limit.wait_s(7, 1'000) == 0);
  CHECK(limit.wait_s(7, 1'000, 1) == 1);  // were that one to fail
  CHECK(limit.wait_s(8, 1'000, 2) == 0);
  CHECK(limit.wait_s(8, 1'000, 3) == 1);
  limit.failed(7, 1'000);
  CHECK(limit.wait_s(7, 1'000) == 1);
  for (AddressKey address = 100; address < 1'100; ++address) limit.failed(address, 1'000);
  CHECK(limit.size() <= 5);
  CHECK(limit.wait_s(9'999, 1'000) > 0);  // they share one count
  for (AddressKey address = 5'000; address < 5'003; ++address) limit.failed(address, 100'000'000);
  CHECK(limit.wait_s(9'999, 100'000'000) == 0);
}

namespace {

// Answers when it is told to, in the order it was asked.
struct SlowDirectory : Directory {
  std::deque<std::function<void()>> owed;
  std::size_t most = 0;
  Doorman::Lookup slow_lookup() {
    return [this, at_once = lookup()](const std::string& authorization, const std::function<void(Doorman::Found)>& tell) {
      owed.push_back([at_once, authorization, tell] { at_once(authorization, tell); });
      most = std::max(most, owed.size());
    };
  }
  void answer_all() {
    while (!owed.empty()) {
      const auto next = std::move(owed.front());
      owed.pop_front();
      next();
    }
  }
};

std::map<int, int> enter_together(Doorman& doorman, SlowDirectory& directory, const std::string& token, int count) {
  std::map<int, int> statuses;
  for (int i = 0; i < count; ++i) {
    HttpHead head;
    head.authorization = token + std::to_string(i);
    if (const auto known = doorman.known(head, 1)) ++statuses[status_of(*known)];
    else doorman.ask(head, 1, [&](const Admission& told) { ++statuses[status_of(told)]; });
  }
  directory.answer_all();
  return statuses;
}

}  // namespace

TEST_CASE("many tenants behind one address may all come at once after a start, many guesses may not") {
  SlowDirectory directory;
  for (int i = 0; i < 500; ++i) directory.tenants["token" + std::to_string(i)] = "t" + std::to_string(i);
  Doorman doorman(directory.slow_lookup(), true, {.at_once = 5, .refill_ms = 60'000});
  CHECK(enter_together(doorman, directory, "token", 500) == std::map<int, int>{{200, 500}});
  CHECK(directory.asked == 500);
  CHECK(directory.most == 5);
  CHECK(enter_together(doorman, directory, "guess", 100) == std::map<int, int>{{401, 5}, {429, 95}});
  CHECK(directory.asked == 505);
  CHECK(enter_together(doorman, directory, "token", 500) == std::map<int, int>{{200, 500}});
}

TEST_CASE("who waited for a token that was looked up meanwhile is let in with it") {
  SlowDirectory directory;
  Doorman doorman(directory.slow_lookup(), true, {.at_once = 1, .refill_ms = 60'000});
  HttpHead head;
  head.authorization = "good";
  int in = 0;
  for (int i = 0; i < 10; ++i) doorman.ask(head, 1, [&](const Admission& told) { in += told.tenant == "t1"; });
  directory.answer_all();
  CHECK(in == 10);
  CHECK(directory.asked == 1);
}

TEST_CASE("whoever throws, in a lookup or when he is told, is told once, and those of his address have their turn") {
  SlowDirectory directory;
  Doorman doorman(
      [&](const std::string& authorization, const std::function<void(Doorman::Found)>& tell) {
        if (authorization == "lost") throw std::bad_alloc();
        if (authorization == "now") return tell({Doorman::Found::Is::somebody, "t3"});
        directory.slow_lookup()(authorization, tell);
      },
      true, {.at_once = 1, .refill_ms = 60'000});
  std::map<std::string, int> told;
  const auto ask = [&](const std::string& token) {
    HttpHead head;
    head.authorization = token;
    doorman.ask(head, 1, [&, token](const Admission&) {
      ++told[token];
      if (token == "now" || token == "lost") throw std::bad_alloc();
    });
  };
  CHECK_NOTHROW(ask("lost"));
  CHECK_NOTHROW(ask("now"));
  doorman.forget("now");
  for (const char* token : {"good", "lost", "lost", "now", "Bearer other"}) ask(token);
  CHECK(told == std::map<std::string, int>{{"lost", 1}, {"now", 1}});  // the others wait for the first
  directory.answer_all();
  CHECK(told == std::map<std::string, int>{{"lost", 3}, {"now", 2}, {"good", 1}, {"Bearer other", 1}});
  CHECK(directory.most == 1);
}
