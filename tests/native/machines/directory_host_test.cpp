// The directory's loop by itself, on one thread, while its store is busy or cannot be read.
#include <algorithm>
#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "machines/directory_host.h"
#include "native/machines/fake_machine.h"
#include "native/store/sqlite_rows.h"
#include "native/store/vandal.h"
#include "native/support.h"
#include "support/allocations.h"
#include "system/os_random.h"

using namespace wa;
using namespace wa::native;
using native_test::TemporaryDirectory;
using native_test::Vandal;

namespace {

using Is = Doorman::Found::Is;

struct Place {
  TemporaryDirectory directory;
  native_test::SqliteRows store{{directory.path(), {}}};
  boost::asio::io_context io;
  OsRandom random;
  Requests requests;
  std::vector<std::string> told;  // devices that were sent a request
  DirectoryHost host{{io, store, random, requests, {},
                      [this](const gateway::ToDevice& order) { told.push_back(order.device_id); },
                      [](const gateway::StartDevice&) {}, [](const gateway::RemoveDevice&) {}}};

  Place() {
    host.open();
    run();
  }
  ~Place() {  // no commit may end after this
    std::promise<void> over;
    store.commit(1, {}, [&](bool) { over.set_value(); });
    over.get_future().wait();
  }
  void run() {
    io.restart();
    io.poll();
  }
  template <class Done>
  bool run_until(const Done& done) {
    for (int i = 0; i < 2000 && !done(); ++i) {
      run();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
  }
  std::vector<std::string> answered;  // the tokens, in the order of the answers
  std::vector<int> steps;             // slow ones that were begun at each answer
  std::shared_ptr<int> ask(const std::string& target, const std::string& body = "",  // its status; 0: not yet
                           const std::string& token = "a token that takes memory of its own") {
    auto status = std::make_shared<int>(0);
    gateway::ApiRequest request;
    request.request = requests.add([this, status, token](const Reply& reply) {
      *status = reply.status;
      answered.push_back(token);
      steps.push_back(native_test::slow_steps());
    });
    request.target = target;
    request.body = body;
    request.authorization = token;
    host.feed(std::move(request));
    return status;
  }
  std::shared_ptr<std::optional<Is>> identify(const std::string& authorization) {
    auto out = std::make_shared<std::optional<Is>>();
    host.identify(authorization, [out](const Doorman::Found& found) { *out = found.is; });
    return out;
  }
};

// No row of the directory can be read, until it is mended.
class Damage {
 public:
  explicit Damage(Place& at) : vandal_(at.directory.path()) {
    const auto made = at.ask("/d/a/revoke", "nobody");  // a row
    REQUIRE(at.run_until([&] { return *made == 200; }));
    vandal_.run("CREATE TABLE kept AS SELECT * FROM kv");
    vandal_.run("UPDATE kv SET value=randomblob(length(value)) WHERE scope<>0");
  }
  void mend() {
    vandal_.run("UPDATE kv SET value=(SELECT value FROM kept k WHERE k.scope=kv.scope AND k.tbl=kv.tbl AND k.id=kv.id)");
  }

 private:
  Vandal vandal_;
};

}  // namespace

TEST_CASE("who a token belongs to is not told while a commit is under way that may take it away") {
  Place at;
  const auto before = at.identify("t");
  at.run();
  REQUIRE(before->value() == Is::somebody);
  Vandal vandal(at.directory.path());
  vandal.run("BEGIN IMMEDIATE");  // the commit waits
  const bool ends_well = GENERATE(true, false);
  const auto revoked = at.ask("/d/a/revoke", "t");
  at.run();
  const auto during = at.identify("t");
  at.run();
  CHECK_FALSE(during->has_value());
  if (ends_well) vandal.run("ROLLBACK");
  REQUIRE(at.run_until([&] { return during->has_value(); }));
  CHECK(*revoked == (ends_well ? 200 : 500));
  CHECK(during->value() == (ends_well ? Is::nobody : Is::somebody));
  if (!ends_well) vandal.run("ROLLBACK");
}

TEST_CASE("who asks while the directory stops is told that nobody knows") {
  Place at;
  Vandal vandal(at.directory.path());
  vandal.run("BEGIN IMMEDIATE");
  at.ask("/d/a/revoke", "t");
  at.run();
  const auto during = at.identify("t");
  at.host.stop();
  at.run();
  REQUIRE(during->has_value());
  CHECK(during->value() == Is::unknown);
  vandal.run("ROLLBACK");
}

TEST_CASE("what devices report while the directory cannot be read is kept, and it is opened once however many ask") {
  Place at;
  Damage damage(at);
  const auto burst = at.ask("/d/a/burst");  // the machine is lost, and cannot be opened again
  at.run();
  at.host.feed(gateway::DeviceReport{"a", {}});
  at.host.feed(gateway::DeviceReport{"b", {}});
  const auto late = at.ask("/d/a/new");
  at.run();
  CHECK(*burst == 500);
  CHECK(*late == 500);
  CHECK(at.told.empty());
  const int opened = native_test::directories_opened();
  for (int i = 0; i < 100; ++i) CHECK_FALSE(at.host.ready());
  at.run();
  CHECK(native_test::directories_opened() == opened + 1);
  damage.mend();
  at.host.ready();
  at.run();
  CHECK(at.host.ready());
  CHECK(at.told == std::vector<std::string>{"a", "b"});
}

TEST_CASE("while the directory cannot be read the last report of each device is kept, and a question that is answered again wakes it") {
  Place at;
  Damage damage(at);
  at.ask("/d/a/burst");
  at.run();
  for (const char* device : {"a", "b", "a", "c", "a", "b"}) at.host.feed(gateway::DeviceReport{device, {}});
  at.run();
  damage.mend();
  const auto who = at.identify("t");
  at.run();
  CHECK(who->value() == Is::somebody);
  CHECK(at.told == std::vector<std::string>{"c", "a", "b"});
}

TEST_CASE("what somebody throws who is told whose a token is costs neither the directory nor those behind him") {
  Place at;
  Vandal vandal(at.directory.path());
  vandal.run("BEGIN IMMEDIATE");  // the questions wait
  at.ask("/d/a/revoke", "other");
  at.run();
  int told = 0;
  at.host.identify("t", [&](const Doorman::Found&) {
    ++told;
    throw std::bad_alloc();
  });
  const auto behind = at.identify("t");
  at.run();
  const int opened = native_test::directories_opened();
  vandal.run("ROLLBACK");
  REQUIRE(at.run_until([&] { return behind->has_value(); }));
  CHECK(behind->value() == Is::somebody);
  CHECK(told == 1);
  CHECK(native_test::directories_opened() == opened);
}

TEST_CASE("one caller's slow requests do not stand before another's, however many came first") {
  Place at;
  for (int i = 0; i < 20; ++i) at.ask("/d/a/slow");
  at.ask("/d/a/slow", "", "other");
  at.run();
  REQUIRE(at.answered.size() == 21);
  const auto place = std::find(at.answered.begin(), at.answered.end(), "other") - at.answered.begin();
  CHECK(place <= 1);
}

TEST_CASE("an answer waits for its own commit, not for all requests that wait behind it") {
  Place at;
  Vandal vandal(at.directory.path());
  vandal.run("BEGIN IMMEDIATE");  // the first commit waits, and the requests gather
  at.ask("/d/a/revoke", "other");
  at.run();
  const int before = native_test::slow_steps();
  std::shared_ptr<int> last;
  for (int i = 0; i < 20; ++i) last = at.ask("/d/a/slow_write");
  at.run();
  CHECK(at.answered.empty());
  vandal.run("ROLLBACK");
  REQUIRE(at.run_until([&] { return *last != 0; }));
  CHECK(*last == 200);
  CHECK(at.steps.at(1) - before == 1);
}

TEST_CASE("a request for which there is no memory is answered, also when a commit is under way") {
  Place at;
  bool failed = true;
  for (int good = 0; failed; ++good) {
    INFO(good);
    Vandal vandal(at.directory.path());
    vandal.run("BEGIN IMMEDIATE");
    at.ask("/d/a/revoke", "other");
    at.run();
    const auto asked = at.ask("/d/a/echo");
    {
      const wa::test::NoMemoryAfter none(good);
      at.run();
    }
    failed = wa::test::NoMemoryAfter::failed();
    vandal.run("ROLLBACK");
    REQUIRE(at.run_until([&] { return *asked != 0; }));
    CHECK(*asked == (failed ? 500 : 404));
  }
}
