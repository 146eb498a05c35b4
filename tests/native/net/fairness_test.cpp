// Who may begin, in which order, and with how much, while others ask for more than there is.
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "machines/fair_inbox.h"
#include "net/delivery_queue.h"
#include "net/fair_queue.h"
#include "net/held_bytes.h"

using namespace wa::native;

TEST_CASE("a fair queue: bounded over all and for each, the last quarter for those with nothing under way, tenants take turns") {
  FairQueue<int> queue(4, 2);
  std::vector<int> began;
  const auto add = [&](const char* tenant, int job) { if (const auto now = queue.add(tenant, job)) began.push_back(*now); };
  const auto over = [&](const char* tenant) { if (const auto next = queue.finished(tenant)) began.push_back(*next); };
  for (int i = 1; i <= 5; ++i) add("a", i);
  for (int i = 11; i <= 13; ++i) add("b", i);  // the fourth place is not for b, who has one
  add("c", 21);
  add("c", 22);
  CHECK(began == std::vector<int>{1, 2, 11, 21});
  over("a");
  CHECK(began.size() == 4);  // three have one each; the last place stays free
  add("d", 31);
  CHECK(began.back() == 31);
  add("e", 41);
  over("a");
  CHECK(began.back() == 3);  // a has none now, like e
  over("d");
  CHECK(began.back() == 41);
  over("b");
  CHECK(began.back() == 12);
  over("c");
  CHECK(began.back() == 22);
  over("e");
  CHECK(began == std::vector<int>{1, 2, 11, 21, 31, 3, 41, 12, 22});
}

TEST_CASE("a fair queue: whatever ends when, nobody waits who may start, and no bound is passed") {
  std::mt19937 dice(7);
  for (int round = 0; round < 200; ++round) {
    const std::size_t most = 1 + dice() % 12, each = 1 + dice() % 6, shared = most - most / 4;
    FairQueue<int> queue(most, each);
    std::map<std::string, std::size_t> active, waiting;
    std::size_t all = 0;
    std::vector<std::string> owner;
    for (int step = 0; step < 200; ++step) {
      std::optional<int> began;
      if (all == 0 || dice() % 5 < 3) {
        const std::string tenant(1, static_cast<char>('a' + dice() % 8));
        owner.push_back(tenant);
        ++waiting[tenant];
        began = queue.add(tenant, static_cast<int>(owner.size() - 1));
      } else {
        auto at = std::next(active.begin(), static_cast<std::ptrdiff_t>(dice() % active.size()));
        while (at->second == 0) at = std::next(at) == active.end() ? active.begin() : std::next(at);
        --at->second;
        --all;
        began = queue.finished(at->first);
      }
      if (began) {
        const std::string& tenant = owner[static_cast<std::size_t>(*began)];
        CHECK((active[tenant] == 0 || (all < shared && active[tenant] < each)));
        --waiting[tenant];
        ++active[tenant];
        ++all;
      }
      REQUIRE(all <= most);
      for (const auto& [tenant, count] : waiting) {
        const std::size_t mine = active[tenant];
        const bool may_start = mine == 0 ? all < most : all < shared && mine < each;
        REQUIRE_FALSE((count > 0 && may_start));
      }
    }
  }
}

namespace {

struct Deliveries {
  explicit Deliveries(DeliveryLimits limits) : queue(limits) {}
  DeliveryQueue<int> queue;
  std::map<int, Delivering> all;
  std::vector<int> began;
  int next = 0;
  void add(const std::string& tenant, const std::string& receiver, const std::string& device) {
    all[next] = {tenant, receiver, device};
    queue.add(all[next], next);
    ++next;
    pump();
  }
  void pump() {
    while (const auto job = queue.next()) began.push_back(*job);
  }
  void over(int job, bool answered) {
    std::erase(began, job);
    queue.finished(all[job], answered);
    pump();
  }
  void slow(int job) {
    queue.slow(all[job]);
    pump();
  }
  std::size_t under_way(const std::string& receiver) const {
    std::size_t out = 0;
    for (const int job : began) out += all.at(job).receiver == receiver;
    return out;
  }
};

}  // namespace

TEST_CASE("deliveries: two to a receiver that has said nothing, many to one that answers, one to one that is silent") {
  Deliveries at(DeliveryLimits{});
  for (int i = 0; i < 20; ++i) at.add("t", "r", "d" + std::to_string(i));
  CHECK(at.under_way("r") == 2);
  at.over(at.began.front(), true);
  CHECK(at.under_way("r") == 19);
  for (int i = 0; i < 18; ++i) at.over(at.began.front(), false);
  CHECK(at.under_way("r") == 1);
  for (int i = 0; i < 9; ++i) at.add("t", "r", "e");
  CHECK(at.under_way("r") == 1);
  at.over(at.began.front(), false);
  CHECK(at.under_way("r") == 1);
  at.over(at.began.front(), true);
  CHECK(at.under_way("r") == 8);
}

TEST_CASE("deliveries: what takes long gives its place back; silent receivers do not take all places of their tenant") {
  DeliveryLimits limits;
  limits.quick = 16;
  limits.tenant_quick = 8;
  limits.tenant_slow = 8;
  limits.slow = 64;
  Deliveries at(limits);
  for (int r = 0; r < 8; ++r)
    for (int i = 0; i < 4; ++i) at.add("t", "bad" + std::to_string(r), "d" + std::to_string(r));
  CHECK(at.began.size() == 8);
  at.add("t", "good", "g");
  CHECK(at.under_way("good") == 0);
  for (const int job : std::vector<int>(at.began)) at.slow(job);
  CHECK(at.under_way("good") == 1);
  const auto first = at.began;
  for (const int job : first) at.over(job, at.all[job].receiver == "good");
  for (int round = 0; round < 30; ++round) {
    at.add("t", "good", "g");
    REQUIRE(at.under_way("good") == 1);
    for (const int job : std::vector<int>(at.began)) at.over(job, at.all[job].receiver == "good");
  }
}

TEST_CASE("deliveries: the last quarter is for tenants, and for devices, that have nothing under way; all take turns") {
  DeliveryLimits limits;
  limits.quick = 8;
  limits.tenant_quick = 4;
  Deliveries at(limits);
  for (const char* tenant : {"a", "b"})
    for (int i = 0; i < 9; ++i) at.add(tenant, std::string("r") + tenant + std::to_string(i), "one");
  CHECK(at.began.size() == 6);  // of each three: its last place is for another device
  at.add("a", "other", "two");
  CHECK(at.under_way("other") == 0);  // the last two are for other tenants
  at.add("c", "rc", "x");
  CHECK(at.under_way("rc") == 1);
  at.over(at.began.front(), true);
  CHECK(at.began.size() == 6);
  at.over(at.began.front(), true);
  CHECK(at.began.size() == 6);  // five, and one that waited
}

TEST_CASE("deliveries: at random, no bound is passed, nothing is lost, and whoever may begin does") {
  std::mt19937 dice(11);
  for (int round = 0; round < 100; ++round) {
    DeliveryLimits limits;
    limits.quick = 4 + dice() % 8;
    limits.tenant_quick = 2 + dice() % 4;
    limits.tenant_slow = dice() % 4;
    limits.slow = dice() % 6;
    limits.receivers_known = dice() % 4;
    Deliveries at(limits);
    const auto name = [&](char first, int count) { return std::string(1, static_cast<char>(first + dice() % count)); };
    for (int step = 0; step < 300; ++step) {
      if (dice() % 2 == 0) at.add(name('a', 4), name('r', 4), name('x', 3));
      if (!at.began.empty() && dice() % 4 == 0) at.slow(at.began[dice() % at.began.size()]);
      if (!at.began.empty() && dice() % 2 == 0) at.over(at.began[dice() % at.began.size()], dice() % 2 == 0);
      std::size_t quick = 0;
      for (const int job : at.began) quick += !at.all[job].slow;
      REQUIRE(quick <= limits.quick);
      REQUIRE(at.began.size() <= limits.quick + limits.slow);
      REQUIRE(at.queue.active() == at.began.size());
    }
    int over = 0;
    while (!at.began.empty()) at.over(at.began.front(), ++over % 3 != 0);
    CHECK(at.queue.active() == 0);
    CHECK_FALSE(at.queue.next());
    at.add("a", "r", "x");
    CHECK(at.began.size() == 1);  // nothing waits any more
  }
}

TEST_CASE("a fair inbox: whoever sends much waits for himself") {
  FairInbox<int> inbox;
  for (int i = 1; i <= 100; ++i) inbox.add("a", i);
  inbox.add("b", 201);
  inbox.add("c", 301);
  CHECK(inbox.size() == 102);
  CHECK(inbox.size_of("a") == 100);
  std::vector<int> first;
  for (int i = 0; i < 5; ++i) first.push_back(inbox.next());
  CHECK(first == std::vector<int>{1, 201, 301, 2, 3});
  inbox.add("b", 202);
  CHECK(inbox.next() == 202);
  CHECK(inbox.take_all().size() == 97);
  CHECK(inbox.empty());
}

TEST_CASE("a budget of bytes: each has its bound, and while all have much nobody who has something gets more") {
  HeldBytes budget(100, 150);
  HeldBytes::Share one(budget), two(budget);
  CHECK_FALSE(one.full());
  one.take(99);
  CHECK_FALSE(one.full());
  one.take(1);
  CHECK(one.full());
  two.take(50);
  CHECK(two.full());
  CHECK_FALSE(two.full(50));
  {
    HeldBytes::Share three(budget);
    CHECK_FALSE(three.full());  // it has nothing
    three.take(60);
    CHECK(budget.bytes() == 210);
  }
  CHECK(budget.bytes() == 150);
  one.give_back(40);
  CHECK_FALSE(two.full());
  one.give_back_all();
  CHECK(budget.bytes() == 50);
}
