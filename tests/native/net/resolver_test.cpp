// Names that are found, that are not, and that nobody answers for. Work is counted: lookups begun.
#include "net/resolver.h"

#include <catch2/catch.hpp>
#include <atomic>
#include <condition_variable>
#include <future>

using namespace wa::native;

namespace {

// Lookups that do not return before they are told to.
class SlowNames {
 public:
  ~SlowNames() { release(); }
  Resolver::Lookup lookup() {
    return [this](const std::string& host) {
      std::unique_lock lock(mutex_);
      begun_.push_back(host);
      changed_.notify_all();
      if (host.starts_with("slow")) changed_.wait_for(lock, std::chrono::minutes(1), [this] { return released_; });
      Resolver::Addresses out;
      if (host.starts_with("good")) out.push_back(boost::asio::ip::make_address("8.8.8.8"));
      return out;
    };
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  bool wait_for(std::size_t begun) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return begun_.size() >= begun; });
  }
  std::vector<std::string> begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> begun_;
  bool released_ = false;
};

constexpr auto kLong = std::chrono::hours(1);

std::size_t resolve(Resolver& resolver, const std::string& tenant, const std::string& host) {
  std::promise<std::size_t> found;
  resolver.resolve(tenant, host, 443, Resolver::Clock::now() + kLong, [&](const Endpoints& all) { found.set_value(all.size()); });
  return found.get_future().get();
}

}  // namespace

TEST_CASE("names that nobody answers for keep only those waiting who asked for them") {
  SlowNames names;
  Resolver resolver(Resolver::Limits(), names.lookup());
  std::atomic<int> answered{0};
  const auto hang = [&](const std::string& tenant) {
    for (int i = 0; i < 40; ++i)
      resolver.resolve(tenant, "slow" + std::to_string(i), 443, Resolver::Clock::now() + kLong, [&](const Endpoints&) { ++answered; });
  };
  hang("a");
  REQUIRE(names.wait_for(4));
  CHECK(resolve(resolver, "b", "good.example.com") == 1);
  CHECK(names.begun().size() == 5);  // four of a's and b's
  for (const char* tenant : {"c", "d", "e"}) hang(tenant);  // e finds the last quarter
  REQUIRE(names.wait_for(5 + 9));
  CHECK(resolve(resolver, "f", "good.example.com") == 1);  // the same name, asked for by another: not behind whom e asked
  CHECK(resolve(resolver, "", "good.example.com") == 1);
  CHECK(names.begun().size() == 16);
  CHECK(answered == 0);
  names.release();
}

TEST_CASE("a lookup that nobody waits for any more is not begun") {
  SlowNames names;
  Resolver resolver(Resolver::Limits(), names.lookup());
  std::atomic<int> late{0};
  for (int i = 0; i < 4; ++i)
    resolver.resolve("a", "slow" + std::to_string(i), 443, Resolver::Clock::now() + kLong, [](const Endpoints&) {});
  REQUIRE(names.wait_for(4));
  for (int i = 10; i < 50; ++i)
    resolver.resolve("a", "slow" + std::to_string(i), 443, Resolver::Clock::now() - std::chrono::seconds(1), [&](const Endpoints&) { ++late; });
  // One that still waits, behind them.
  std::promise<std::size_t> last;
  resolver.resolve("a", "good", 443, Resolver::Clock::now() + kLong, [&](const Endpoints& found) { last.set_value(found.size()); });
  names.release();
  CHECK(last.get_future().get() == 1);
  CHECK(names.begun().size() == 5);
  CHECK(late == 0);
}

TEST_CASE("what a tenant asks for is bounded, and what is no longer waited for does not count") {
  SlowNames names;
  Resolver::Limits limits;
  limits.at_once_each = 2;
  limits.names_each = 8;
  limits.waiting_each = 12;
  Resolver resolver(limits, names.lookup());
  std::atomic<int> refused{0};
  const auto ask = [&](const std::string& host, Resolver::Clock::duration left) {
    resolver.resolve("a", host, 443, Resolver::Clock::now() + left, [&](const Endpoints& found) { refused += found.empty(); });
  };
  for (int i = 0; i < 2; ++i) ask("slow" + std::to_string(i), kLong);
  REQUIRE(names.wait_for(2));
  for (int i = 2; i < 20; ++i) ask("slow" + std::to_string(i), -std::chrono::seconds(1));
  CHECK(refused == 0);
  for (int i = 20; i < 26; ++i) ask("slow" + std::to_string(i), kLong);
  CHECK(refused == 0);
  ask("slow30", kLong);
  CHECK(refused == 1);
  CHECK(names.begun().size() == 2);
  names.release();
}

TEST_CASE("answers and failures are remembered, for a while, and not without end") {
  SlowNames names;
  Resolver::Limits limits;
  limits.names_each = 8;
  limits.keep = limits.keep_failed = kLong;
  {
    Resolver resolver(limits, names.lookup());
    for (int i = 0; i < 5; ++i) {
      CHECK(resolve(resolver, "a", "good") == 1);
      CHECK(resolve(resolver, "a", "nowhere") == 0);
    }
    CHECK(names.begun() == std::vector<std::string>{"good", "nowhere"});
    for (int i = 0; i < 8; ++i) resolve(resolver, "a", "other" + std::to_string(i));
    CHECK(names.begun().size() == 10);
    resolve(resolver, "a", "good");
    CHECK(names.begun().size() == 11);  // it was forgotten for the others
  }
  limits.keep_failed = std::chrono::milliseconds(0);
  Resolver forgetful(limits, names.lookup());
  for (int i = 0; i < 3; ++i) CHECK(resolve(forgetful, "a", "nowhere") == 0);
  CHECK(names.begun().size() == 14);
}

TEST_CASE("what somebody throws who asked for a name ends neither the process nor the others' questions") {
  Resolver resolver(Resolver::Limits{}, [](const std::string&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return Resolver::Addresses{boost::asio::ip::make_address("192.0.2.1")};
  });
  const auto soon = Resolver::Clock::now() + std::chrono::seconds(10);
  std::promise<std::size_t> other, later;
  resolver.resolve("t", "a.example", 1, soon, [](const Endpoints&) { throw std::bad_alloc(); });
  resolver.resolve("t", "a.example", 1, soon, [&](const Endpoints& found) { other.set_value(found.size()); });
  CHECK(other.get_future().get() == 1);
  resolver.resolve("t", "b.example", 1, soon, [&](const Endpoints& found) { later.set_value(found.size()); });
  CHECK(later.get_future().get() == 1);
}
