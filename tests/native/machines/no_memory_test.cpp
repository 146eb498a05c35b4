// Counts and places while there is no memory: whatever allocation fails, what was taken is given back.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <set>

#include "base/limits.h"
#include "http/byte_budget.h"
#include "machines/fair_inbox.h"
#include "machines/requests.h"
#include "net/fair_jobs.h"
#include "support/allocations.h"

using namespace wa;
using namespace wa::native;
using wa::test::NoMemoryAfter;

namespace {

const std::string kTenant = "a tenant whose name takes memory of its own";
const std::string kAddress = "an address whose name takes memory of its own";

struct Job {
  std::string tenant;
  std::function<void(int)> done;
  int result = -1;
};

// With the 1st allocation failing, then the 2nd, ... until none is left to fail.
template <class Round>
int each_failure(const Round& round) {
  for (int good = 0;; ++good)
    if (!round(good)) return good;
}

template <class Work>
bool fails(int good, const Work& work) {
  try {
    const NoMemoryAfter none(good);
    work();
  } catch (const std::bad_alloc&) {
  }
  return NoMemoryAfter::failed();
}

}  // namespace

TEST_CASE("without memory nothing is lent") {
  CHECK(each_failure([](int good) {
    const auto budget = std::make_shared<ByteBudget>(1000);
    ByteBudget::Loan loan(budget, kTenant, kAddress);
    const bool failed = fails(good, [&] { loan.grow_to(100); });
    CHECK(budget->held() == (failed ? 0 : 100));
    CHECK(budget->holders() == (failed ? 0 : 2));
    loan.give_back();
    CHECK(budget->held() == 0);
    CHECK(budget->holders() == 0);
    return failed;
  }) >= 2);
}

TEST_CASE("without memory no request is counted") {
  CHECK(each_failure([](int good) {
    Requests requests;
    const RequestId id = requests.add([](const Reply&) {});
    const bool failed = fails(good, [&] { requests.charge(id, kTenant); });
    std::size_t charged = failed ? 0 : 1;
    while (charged < 10'000 && requests.charge(requests.add([](const Reply&) {}), kTenant)) ++charged;
    CHECK(charged == limits::kRequestsPerTenantMax);
    return failed;
  }) >= 2);
}

TEST_CASE("without memory no place of a queue is lost") {
  CHECK(each_failure([](int good) {
    FairQueue<int> queue(4, 1);
    REQUIRE(queue.add(kTenant, 1));
    std::optional<int> next;
    bool failed = fails(good, [&] { queue.add(kTenant, 2); });
    const bool waits = !failed;
    failed = fails(good, [&] { next = queue.finished(kTenant); }) || failed;
    CHECK(next.has_value() == waits);
    if (next) CHECK_FALSE(queue.finished(kTenant));
    CHECK(queue.add(kTenant, 3));
    return failed;
  }) >= 1);
}

TEST_CASE("without memory nothing that waits in an inbox is lost, and nothing is there that was not added") {
  CHECK(each_failure([](int good) {
    FairInbox<int> inbox;
    for (int i = 0; i < 3; ++i) inbox.add(kTenant, i);
    std::vector<int> out;
    out.reserve(8);
    bool failed = fails(good, [&] { inbox.add(kAddress, 3); });
    const std::size_t added = failed ? 3 : 4;
    CHECK(inbox.size() == added);
    failed = fails(good, [&] { out.push_back(inbox.next()); }) || failed;
    CHECK(inbox.size() + out.size() == added);
    std::vector<int> rest;
    failed = fails(good, [&] { rest = inbox.take_all(); }) || failed;
    CHECK(inbox.size() + out.size() + rest.size() == added);
    while (!inbox.empty()) out.push_back(inbox.next());
    CHECK(out.size() + rest.size() == added);
    return failed;
  }) >= 2);
}

TEST_CASE("jobs that end at once do so one after the other, and none on the stack of who adds it") {
  boost::asio::io_context io;
  FairJobs<Job> jobs(io, "test.failed", 1, 1, [](Job&) -> boost::asio::awaitable<void> { co_return; });
  constexpr int kJobs = 2000;
  std::vector<int> told;
  boost::asio::post(io, [&] {
    for (int i = 0; i < kJobs; ++i) jobs.add({kTenant, [&](int result) { told.push_back(result); }, i});
    CHECK(told.empty());
  });
  io.run();
  CHECK(told.size() == kJobs);
  CHECK(std::is_sorted(told.begin(), told.end()));
}

// One that cannot be begun is not tried: Asio itself does not survive a strand without memory.
TEST_CASE("a job that throws gives its place back and is told, like the others") {
  boost::asio::io_context io;
  std::vector<int> told;
  FairJobs<Job> jobs(io, "test.failed", 1, 1, [](Job& job) -> boost::asio::awaitable<void> {
    if (job.tenant == kAddress) throw std::bad_alloc();
    job.result = 7;
    co_return;
  });
  const auto done = [&](int result) {
    told.push_back(result);
    if (told.size() == 1) throw std::bad_alloc();  // as if there were none to tell it
  };
  const std::uint64_t before = counters().other_exceptions;
  for (const std::string* tenant : {&kTenant, &kAddress, &kTenant}) jobs.add({*tenant, done, -1});
  io.run();
  CHECK(std::multiset<int>(told.begin(), told.end()) == std::multiset<int>{-1, 7, 7});
  CHECK(counters().other_exceptions == before + 2);
}
