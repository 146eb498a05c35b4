// The SQLite store against the store in memory, and what only a real store can get wrong.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <fstream>
#include <future>
#include <thread>

#include "native/store/sqlite_rows.h"
#include "native/store/vandal.h"
#include "native/support.h"
#include "store/memory_store.h"
#include "system/os_random.h"

using namespace wa;
using namespace wa::native;
using native_test::commit;
using native_test::SqliteRows;
using native_test::TemporaryDirectory;
using native_test::Vandal;
using store::Key;
using store::Table;

namespace {

// As a device does: on this thread when that is possible now.
bool commit_somewhere(Committer& sqlite, Scope scope, const store::WriteBatch& batch) {
  const auto here = sqlite.commit_here(scope, batch);
  return here ? *here : commit(sqlite, scope, batch);
}

bool erase(Committer& sqlite, Scope scope) {
  std::promise<bool> done;
  sqlite.erase(scope, [&](bool ok) { done.set_value(ok); });
  return done.get_future().get();
}

store::WriteBatch one(Table table, std::string id, std::string value) {
  store::WriteBatch out;
  out.writes[{table, std::move(id)}] = to_bytes(value);
  return out;
}

std::string why(const StoreOptions& options) {
  try {
    SqliteRows sqlite(options);
  } catch (const StoreError& problem) {
    return problem.what();
  }
  return "";
}

bool same(const store::StoreView& a, const store::StoreView& b, Table table, std::string_view from, std::size_t limit) {
  const auto x = a.scan(table, from, limit), y = b.scan(table, from, limit);
  if (x.size() != y.size()) return false;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i].id != y[i].id || x[i].value != y[i].value) return false;
  return true;
}

}  // namespace

TEST_CASE("random batches leave the same rows as the store in memory, also after opening again") {
  TemporaryDirectory directory;
  OsRandom random;
  std::map<Scope, store::MemoryStore> expected;
  const std::vector<Scope> scopes{scope_of("directory"), scope_of("one"), scope_of("two")};
  auto sqlite = std::make_unique<SqliteRows>(StoreOptions{directory.path(), {}});
  for (int round = 0; round < 300; ++round) {
    const Scope scope = scopes[random.below(3)];
    store::WriteBatch batch;
    for (std::uint32_t i = random.below(6); i > 0; --i) {
      // Short ids over few bytes: collisions, zero bytes, high bytes and the empty id all occur.
      std::string id;
      for (std::uint32_t n = random.below(3); n > 0; --n)
        id += static_cast<char>(random.below(2) != 0 ? random.below(3) : 253 + random.below(3));
      const Key key{random.below(2) != 0 ? Table::sessions : Table::chats, id};
      if (random.below(4) == 0) {
        batch.writes[key] = std::nullopt;
      } else {
        batch.writes[key] = random.bytes(random.below(300));
      }
    }
    REQUIRE(commit(*sqlite, scope, batch));
    expected[scope].apply(batch);
    if (round == 150) {
      sqlite.reset();
      sqlite = std::make_unique<SqliteRows>(StoreOptions{directory.path(), {}});
    }
  }
  for (const Scope scope : scopes) {
    const DeviceView view(*sqlite, scope);
    for (const Table table : {Table::sessions, Table::chats, Table::device})
      for (const char* from : {"", "\x01", "\xfe", "\xff\xff"})
        for (const std::size_t limit : {std::size_t{0}, std::size_t{3}, std::size_t{1000}})
          CHECK(same(view, expected[scope], table, from, limit));
    for (const auto& [key, value] : expected[scope].rows()) CHECK(view.get(key) == value);
    CHECK_FALSE(view.get({Table::intents, "nothing"}).has_value());
    CHECK_FALSE(view.poisoned());
  }
}

TEST_CASE("commits of many devices that wait together are all durable, each is answered once") {
  TemporaryDirectory directory;
  SqliteRows sqlite({directory.path(), {}});
  constexpr int kDevices = 500;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> answers(kDevices, 0);
  int total = 0;
  for (int i = 0; i < kDevices; ++i)
    sqlite.commit(scope_of(std::to_string(i)), one(Table::device, "creds", std::to_string(i)), [&, i](bool ok) {
      const std::lock_guard lock(mutex);
      answers[static_cast<std::size_t>(i)] += ok ? 1 : 100;
      ++total;
      changed.notify_one();
    });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return total == kDevices; });
  for (int i = 0; i < kDevices; ++i) {
    CHECK(answers[static_cast<std::size_t>(i)] == 1);
    CHECK(DeviceView(sqlite, scope_of(std::to_string(i))).get({Table::device, "creds"}) == to_bytes(std::to_string(i)));
  }
}

TEST_CASE("threads that commit where they are and the committer do not lose each other's rows, and the log stays bounded") {
  TemporaryDirectory directory;
  constexpr std::size_t kThreads = 4, kCommits = 1500;
  std::atomic<std::size_t> here{0}, refused{0};
  {
    SqliteRows asked({directory.path(), {}});
    CHECK_FALSE(asked.commit_here(scope_of("d"), one(Table::device, "creds", "x")).has_value());  // not wanted by this owner
  }
  SqliteRows sqlite({directory.path(), {}}, true);
  CHECK(sqlite.commit_here(scope_of("d"), one(Table::device, "creds", "x")) == true);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t n = 1; n <= kCommits; ++n) {
        const auto batch = one(Table::chats, std::to_string(n), std::string(200, static_cast<char>('a' + t)));
        const auto done = sqlite.commit_here(scope_of(std::to_string(t)), batch);
        if (done) ++here;
        if (!(done ? *done : commit(sqlite, scope_of(std::to_string(t)), batch))) ++refused;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(here > 0);
  CHECK(here < kThreads * kCommits);
  CHECK(refused == 0);
  for (std::size_t t = 0; t < kThreads; ++t)
    CHECK(DeviceView(sqlite, scope_of(std::to_string(t))).scan(Table::chats, "", 2 * kCommits).size() == kCommits);
  CHECK(std::filesystem::file_size(directory.path() / "wuts.db-wal") < (20u << 20));  // 4,000 pages and what came meanwhile
}

TEST_CASE("a removed device leaves nothing, its neighbours stay") {
  TemporaryDirectory directory;
  SqliteRows sqlite({directory.path(), {}});
  REQUIRE(commit(sqlite, scope_of("gone"), one(Table::device, "creds", "secret")));
  REQUIRE(commit(sqlite, scope_of("kept"), one(Table::device, "creds", "other")));
  REQUIRE(erase(sqlite, scope_of("gone")));
  CHECK_FALSE(DeviceView(sqlite, scope_of("gone")).get({Table::device, "creds"}).has_value());
  CHECK(DeviceView(sqlite, scope_of("kept")).get({Table::device, "creds"}).has_value());
  CHECK(sqlite.scopes() == std::vector{scope_of("kept")});
}

TEST_CASE("the files do not show what is stored") {
  TemporaryDirectory directory;
  const std::string secret = "a-very-recognisable-plaintext-value";
  {
    SqliteRows sqlite({directory.path(), {}});
    REQUIRE(commit(sqlite, scope_of("x"), one(Table::device, "creds", secret)));
    for (const auto& file : std::filesystem::directory_iterator(directory.path())) {
      std::ifstream in(file.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(in)), {});
      CHECK(content.find(secret) == std::string::npos);
    }
  }
  for (const char* name : {"key", "wuts.db"}) {
    struct stat facts {};
    REQUIRE(::stat((directory.path() / name).c_str(), &facts) == 0);
    CHECK((facts.st_mode & 077) == 0);
  }
}

TEST_CASE("refusals are told in words") {
  TemporaryDirectory directory;
  const StoreOptions options{directory.path(), {}};
  const auto key = directory.path() / "key";

  SECTION("a second opening of the same directory names the process") {
    SqliteRows sqlite(options);
    CHECK_THAT(why(options), Catch::Contains("in use by another process (pid " + std::to_string(::getpid())));
  }
  SECTION("a key file that others can read") {
    SqliteRows{options};
    ::chmod(key.c_str(), 0640);
    CHECK_THAT(why(options), Catch::Contains("can be read by others"));
  }
  SECTION("a key of another directory") {
    SqliteRows{options};
    std::ofstream(key) << "a key of another data directory!";
    CHECK_THAT(why(options), Catch::Contains("wrong key"));
  }
  SECTION("a key that is the same byte again and again, or counts") {
    std::string counts;
    for (char c = 1; counts.size() < 32; ++c) counts += c;
    for (const std::string& weak : {std::string(32, 'x'), std::string(32, '\0'), counts}) {
      std::ofstream(key, std::ios::trunc) << weak;
      ::chmod(key.c_str(), 0600);
      CHECK_THAT(why(options), Catch::Contains("openssl rand 32"));
    }
  }
  SECTION("a key file of the wrong size") {
    SqliteRows{options};
    std::filesystem::resize_file(key, 31);
    CHECK_THAT(why(options), Catch::Contains("exactly 32 bytes"));
  }
  SECTION("a schema with more in it") {
    SqliteRows{options};
    Vandal(directory.path()).run("CREATE TRIGGER t AFTER INSERT ON kv BEGIN DELETE FROM kv; END");
    CHECK_THAT(why(options), Catch::Contains("its tables are others"));
  }
  SECTION("a newer schema") {
    SqliteRows{options};
    Vandal(directory.path()).run("PRAGMA user_version=99");
    CHECK_THAT(why(options), Catch::Contains("newer version"));
  }
}

TEST_CASE("a value that was moved to another row poisons the view that reads it") {
  TemporaryDirectory directory;
  const StoreOptions options{directory.path(), {}};
  {
    SqliteRows sqlite(options);
    REQUIRE(commit(sqlite, scope_of("a"), one(Table::device, "x", "one")));
    REQUIRE(commit(sqlite, scope_of("a"), one(Table::device, "y", "two")));
  }
  Vandal(directory.path()).run("UPDATE kv SET value=(SELECT value FROM kv WHERE scope=" + std::to_string(scope_of("a")) +
                               " AND id=x'78') WHERE scope=" + std::to_string(scope_of("a")) + " AND id=x'79'");
  SqliteRows sqlite(options);
  DeviceView by_get(sqlite, scope_of("a")), by_scan(sqlite, scope_of("a")), untouched(sqlite, scope_of("a"));
  CHECK(untouched.get({Table::device, "x"}) == to_bytes("one"));
  CHECK_FALSE(untouched.poisoned());
  CHECK_FALSE(by_get.get({Table::device, "y"}).has_value());
  CHECK(by_get.poisoned());
  CHECK(by_scan.scan(Table::device, "", 10).empty());
  CHECK(by_scan.poisoned());
  by_scan.heal();
  CHECK_FALSE(by_scan.poisoned());
}

TEST_CASE("kill -9: what was answered as committed is there, and every batch is whole") {
  TemporaryDirectory directory;
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      // Writes counters, two rows in one batch, and reports each commit through the pipe.
      SqliteRows sqlite({directory.path(), {}}, round % 2 == 0);
      for (std::uint32_t n = 1;; ++n) {
        store::WriteBatch batch;
        batch.writes[{Table::device, "a"}] = be_bytes(n, 4);
        batch.writes[{Table::chats, "b"}] = be_bytes(n, 4);
        if (!commit_somewhere(sqlite, scope_of("d"), batch)) ::_exit(3);
        if (::write(pipe_ends[1], &n, sizeof n) != sizeof n) ::_exit(4);
      }
    }
    ::close(pipe_ends[1]);
    std::uint32_t last = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100 + 40 * round);
    while (std::chrono::steady_clock::now() < end || last == 0)
      if (::read(pipe_ends[0], &last, sizeof last) != sizeof last) break;
    ::kill(child, SIGKILL);
    for (std::uint32_t n = 0; ::read(pipe_ends[0], &n, sizeof n) == sizeof n;) last = n;
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    SqliteRows sqlite({directory.path(), {}});
    const DeviceView view(sqlite, scope_of("d"));
    const auto a = view.get({Table::device, "a"}), b = view.get({Table::chats, "b"});
    REQUIRE(a.has_value());
    CHECK(a == b);
    CHECK(read_be(*a) >= last);
    CHECK(read_be(*a) <= last + 1);
  }
}

TEST_CASE("a view shows what was staged as if it were committed") {
  TemporaryDirectory directory;
  SqliteRows sqlite({directory.path(), {}});
  OsRandom random;
  for (const std::size_t cached : {std::size_t{0}, std::size_t{4}, std::size_t{64}}) {  // none, hardly any, whole tables
    DeviceView view(sqlite, scope_of("staged" + std::to_string(cached)), cached);
    store::MemoryStore expected;
    for (int round = 0; round < 400; ++round) {
      store::WriteBatch batch;
      for (std::uint32_t i = random.below(4); i > 0; --i) {
        const Key key{random.below(3) == 0 ? Table::sessions : Table::chats,
                      std::string(1, static_cast<char>('a' + random.below(12)))};
        if (random.below(3) == 0) {
          batch.writes[key] = std::nullopt;
        } else {
          batch.writes[key] = random.bytes(random.below(20) == 0 ? 2000 : 4);  // 2000: too large to be kept
        }
      }
      expected.apply(batch);
      view.stage(batch);
      if (random.below(3) == 0) REQUIRE(commit(sqlite, view.scope(), view.take()));
      if (random.below(50) == 0) view.shrink();
      const std::string from(random.below(2), static_cast<char>('a' + random.below(12)));
      REQUIRE(same(view, expected, Table::chats, from, random.below(14)));
      const Key key{Table::chats, std::string(1, static_cast<char>('a' + random.below(12)))};
      REQUIRE(view.get(key) == expected.get(key));
    }
  }
}
