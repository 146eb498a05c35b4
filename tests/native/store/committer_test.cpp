// What stands above every backend: sealing, staging, the cache and group commit, over a backend in memory that fails
// and is slow, beside SQLite. The law: the same batches leave the same reads.
#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "native/store/memory_backend.h"
#include "native/store/sqlite_rows.h"
#include "native/support.h"
#include "store/memory_store.h"
#include "system/os_random.h"

using namespace wa;
using namespace wa::native;
using namespace wa::native_test;
using store::Key;
using store::Table;

namespace {

using Answer = CommitResult;

store::WriteBatch row_of(Table table, std::string id, std::string_view value) {
  store::WriteBatch out;
  out.writes[{table, std::move(id)}] = to_bytes(value);
  return out;
}

// Short ids over few bytes: they meet, and zero bytes, high bytes and the empty id all occur.
std::string random_id(OsRandom& random) {
  std::string out;
  for (std::uint32_t n = random.below(3); n > 0; --n)
    out += static_cast<char>(random.below(2) != 0 ? random.below(3) : 253 + random.below(3));
  return out;
}

store::WriteBatch random_batch(OsRandom& random) {
  store::WriteBatch out;
  for (std::uint32_t i = random.below(5); i > 0; --i) {
    const Key key{random.below(3) == 0 ? Table::sessions : Table::chats, random_id(random)};
    if (random.below(4) == 0) out.writes[key] = std::nullopt;
    else out.writes[key] = random.bytes(random.below(20) == 0 ? 2000 : random.below(40));  // 2000: not kept in memory
  }
  return out;
}

// As a machine does, until it is committed: what was refused is forgotten and written again.
int commit_at_last(Committer& store, DeviceView& view) {
  const store::WriteBatch batch = view.staged();
  for (int tries = 1;; ++tries) {
    const store::WriteBatch taken = view.take();
    const auto here = store.commit_here(view.scope(), taken);
    if (here ? *here : commit(store, view.scope(), taken)) return tries;
    view.heal();
    view.stage(batch);
  }
}

bool same_rows(const store::StoreView& a, const store::StoreView& b, Table table, std::string_view from,
               std::size_t limit) {
  const auto x = a.scan(table, from, limit), y = b.scan(table, from, limit);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](const auto& one, const auto& other) { return one.id == other.id && one.value == other.value; });
}

struct Answers {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<bool> told;
  Committer::Completion next() {
    return [this](bool ok) {
      const std::lock_guard lock(mutex);
      told.push_back(ok);
      changed.notify_all();
    };
  }
  std::vector<bool> wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return told.size() >= count; });
    return told;
  }
};

bool waits_for(const std::function<bool()>& what) {
  for (int i = 0; i < 200 && !what(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  return what();
}

}  // namespace

TEST_CASE("the same batches leave the same reads over every backend, also over one that refuses and has upkeep") {
  TemporaryDirectory directory;
  OsRandom random;
  SqliteRows sqlite({directory.path(), {}}, true);
  MemoryRows memory(true);
  int refused = 0;
  for (const std::size_t cached : {std::size_t{0}, std::size_t{4}, std::size_t{64}}) {  // none, few, whole tables
    const Scope scope = scope_of("machine" + std::to_string(cached));
    DeviceView one(sqlite, scope, cached), other(memory.store, scope, cached);
    store::MemoryStore expected;
    for (int round = 0; round < 300; ++round) {
      const store::WriteBatch batch = random_batch(random);
      expected.apply(batch);
      one.stage(batch);
      other.stage(batch);
      if (random.below(3) == 0) {
        if (random.below(3) == 0) memory.backend.answer_next({random.below(2) == 0 ? Answer::failed : Answer::no_room});
        if (random.below(5) == 0) memory.backend.want_upkeep();
        REQUIRE(commit_at_last(sqlite, one) == 1);
        refused += commit_at_last(memory.store, other) - 1;
      }
      if (random.below(50) == 0) one.shrink();
      if (random.below(50) == 0) other.shrink();
      const Key key{Table::chats, random_id(random)};
      const std::string from = random_id(random);
      const std::size_t limit = random.below(14);
      REQUIRE(one.get(key) == expected.get(key));
      REQUIRE(other.get(key) == expected.get(key));
      REQUIRE(same_rows(one, expected, Table::chats, from, limit));
      REQUIRE(same_rows(other, expected, Table::chats, from, limit));
    }
    CHECK_FALSE(one.poisoned());
    CHECK_FALSE(other.poisoned());
  }
  CHECK(refused > 0);
  CHECK(memory.backend.kept_up() > 0);
  CHECK(sqlite.scopes() == memory.store.scopes());
}

TEST_CASE("what waits while a commit is under way shares the next one, and each is answered once") {
  MemoryRows memory;
  const std::size_t before = memory.backend.groups().size();
  Answers answers;
  memory.backend.hold(true);
  memory.store.commit(1, row_of(Table::chats, "first", "x"), answers.next());
  memory.backend.wait_until_held();
  for (Scope scope = 2; scope <= 50; ++scope)
    memory.store.commit(scope, row_of(Table::chats, "one", std::to_string(scope)), answers.next());
  memory.store.erase(1, answers.next());
  memory.backend.hold(false);
  CHECK(answers.wait_for(51) == std::vector<bool>(51, true));
  const std::vector<std::size_t> groups = memory.backend.groups();
  CHECK(std::vector(groups.begin() + static_cast<std::ptrdiff_t>(before), groups.end()) ==
        std::vector<std::size_t>{1, 50});
  for (Scope scope = 2; scope <= 50; ++scope)
    CHECK(DeviceView(memory.store, scope).get({Table::chats, "one"}) == to_bytes(std::to_string(scope)));
  CHECK(memory.store.scopes().size() == 49);
}

TEST_CASE("of a group that is refused nothing is there, and all of it are told") {
  MemoryRows memory;
  Answers answers;
  memory.backend.hold(true);
  memory.store.commit(1, row_of(Table::chats, "first", "x"), answers.next());
  memory.backend.wait_until_held();
  memory.backend.answer_next({Answer::committed, Answer::failed});
  for (Scope scope = 2; scope <= 5; ++scope)
    memory.store.commit(scope, row_of(Table::chats, "one", "x"), answers.next());
  memory.backend.hold(false);
  CHECK(answers.wait_for(5) == std::vector<bool>{true, false, false, false, false});
  CHECK(memory.store.scopes() == std::vector<Scope>{1});
  CHECK_FALSE(memory.store.full());
}

TEST_CASE("a backend without room: reads go on, and it is noticed when there is room again") {
  MemoryRows memory(true);
  REQUIRE(commit(memory.store, 1, row_of(Table::chats, "one", "x")));
  memory.backend.answer_all(Answer::no_room);
  CHECK_FALSE(commit(memory.store, 1, row_of(Table::chats, "two", "x")));
  CHECK(memory.store.full());
  CHECK_FALSE(memory.store.reachable());
  CHECK_FALSE(memory.store.commit_here(1, row_of(Table::chats, "two", "x")).has_value());
  CHECK(DeviceView(memory.store, 1).scan(Table::chats, "", 10).size() == 1);
  CHECK(waits_for([&] { return memory.backend.kept_up() > 0; }));  // it was tried again
  CHECK(memory.store.full());
  memory.backend.answer_all(Answer::committed);
  CHECK(waits_for([&] { return !memory.store.full(); }));
  CHECK(memory.store.reachable());
}

TEST_CASE("a backend sees nothing in the clear, and what it mixes up poisons the view that reads it") {
  MemoryRows memory;
  const std::string secret = "a-very-recognisable-plaintext-value";
  REQUIRE(commit(memory.store, 1, row_of(Table::chats, "a", secret)));
  REQUIRE(commit(memory.store, 1, row_of(Table::chats, "b", "other")));
  REQUIRE(commit(memory.store, 2, row_of(Table::chats, "a", "other")));
  for (const auto& [where, value] : memory.backend.rows()) CHECK(to_string(value).find(secret) == std::string::npos);
  SECTION("two rows of a table") { memory.backend.swap_values({1, {Table::chats, "a"}}, {1, {Table::chats, "b"}}); }
  SECTION("two scopes") { memory.backend.swap_values({1, {Table::chats, "a"}}, {2, {Table::chats, "a"}}); }
  SECTION("reads that fail") { memory.backend.fail_reads(true); }
  DeviceView by_get(memory.store, 1), by_scan(memory.store, 1);
  CHECK_FALSE(by_get.get({Table::chats, "a"}).has_value());
  CHECK(by_get.poisoned());
  CHECK(by_scan.scan(Table::chats, "", 10).empty());
  CHECK(by_scan.poisoned());
}

TEST_CASE("a thread commits where it is only when nobody else writes, and nothing is due") {
  MemoryRows memory(true);
  const auto here = [&] { return memory.store.commit_here(1, row_of(Table::chats, "one", "x")); };
  CHECK(here() == true);
  {
    const auto turn = memory.backend.take_turn(true);
    CHECK_FALSE(here().has_value());
  }
  memory.backend.answer_next({Answer::failed});
  CHECK(here() == false);
  CHECK_FALSE(here().has_value());  // the committer finds out when it works again
  CHECK(waits_for([&] { return here() == true; }));
}

TEST_CASE("a store that is closed has answered everybody") {
  Answers answers;
  {
    MemoryRows memory;
    memory.backend.hold(true);
    for (Scope scope = 1; scope <= 20; ++scope)
      memory.store.commit(scope, row_of(Table::chats, "one", "x"), answers.next());
    memory.backend.wait_until_held();
    memory.backend.hold(false);
  }
  CHECK(answers.told == std::vector<bool>(20, true));
}
