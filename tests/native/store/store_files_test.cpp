// The files of the store: what they show, what becomes of old ones, what is refused about them and what a full disk does.
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <set>
#include <thread>

#include "native/store/old_database.h"
#include "native/store/sqlite_rows.h"
#include "native/support.h"

using namespace wa;
using namespace wa::native;
using namespace wa::native_test;
using store::Table;

namespace {

namespace fs = std::filesystem;
constexpr const char* kNumber = "5511987654321";
constexpr const char* kMail = "joana.pereira@example.org";
constexpr const char* kTenant = "padaria estrela";
const std::vector<std::string> kWords{kNumber, kMail, kTenant};

// Ids as the product makes them, of every table that names people, and then enough for many pages.
OldRows rows_that_name_people() {
  OldRows out;
  const Scope device = scope_of("device"), directory = scope_of("directory");
  const std::string number = kNumber, mail = kMail;
  for (const auto& [table, id] : std::vector<std::pair<Table, std::string>>{
           {Table::sessions, number + ".0"}, {Table::identities, number + ".3"}, {Table::sender_keys, "120363@g.us " + number},
           {Table::device_lists, number}, {Table::lid_map, "p" + number}, {Table::tokens, number}, {Table::chats, number + "@s.whatsapp.net"},
           {Table::contacts, number + "@s.whatsapp.net"}, {Table::cooldowns, "m" + number}, {Table::webhook_queue, "l" + number}})
    out[{device, {table, id}}] = "value of " + id;
  out[{directory, {Table::tenants, std::string("n") + kTenant}}] = "tenant";
  out[{directory, {Table::users, "e" + mail}}] = "user";
  for (int i = 0; i < 3000; ++i)
    out[{device, {Table::contacts, number + std::to_string(i) + "@s.whatsapp.net"}}] = "Maria " + std::to_string(i);
  return out;
}

store::WriteBatch batch_of(const OldRows& rows, Scope scope) {
  store::WriteBatch out;
  for (const auto& [where, value] : rows)
    if (where.first == scope) out.writes[where.second] = to_bytes(value);
  return out;
}

// What a store that does not open says.
std::string why(const fs::path& data, const fs::path& key = {}) {
  try {
    SqliteRows sqlite({data, key});
  } catch (const StoreError& problem) {
    return problem.what();
  }
  return "";
}

// Rows of all scopes, each read by its id; and that scans give them in order.
void check_same(const Committer& sqlite, const OldRows& rows) {
  std::map<std::pair<Scope, Table>, std::vector<std::string>> ids;
  std::size_t wrong = 0;
  for (const auto& [where, value] : rows) {
    bool ok = true;
    wrong += sqlite.read(where.first, where.second, ok) != to_bytes(value) || !ok;
    ids[{where.first, where.second.table}].push_back(where.second.id);
  }
  CHECK(wrong == 0);
  for (const auto& [table, expected] : ids) {
    bool ok = true;
    std::vector<std::string> found;
    for (const store::Row& row : sqlite.scan(table.first, table.second, "", 10'000, ok)) found.push_back(row.id);
    CHECK(ok);
    CHECK(found == expected);
  }
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> out;
  for (const auto& file : fs::directory_iterator(folder)) out.insert(file.path().filename().string());
  return out;
}

}  // namespace

TEST_CASE("no file shows whom the rows are about: while it is written, when it was closed, and when it was killed") {
  TemporaryDirectory directory;
  const OldRows rows = rows_that_name_people();
  {
    SqliteRows sqlite({directory.path(), {}});
    for (const char* scope : {"device", "directory"}) REQUIRE(commit(sqlite, scope_of(scope), batch_of(rows, scope_of(scope))));
    CHECK(fs::file_size(directory.path() / "wuts.db-wal") > 100'000);
    CHECK(found_in_files(directory.path(), kWords).empty());
    check_same(sqlite, rows);
  }
  CHECK(fs::file_size(directory.path() / "wuts.db") > 100'000);
  CHECK(found_in_files(directory.path(), kWords).empty());
  SqliteRows again({directory.path(), {}});
  check_same(again, rows);
}

TEST_CASE("a database of an older version is sealed when it is opened, and answers the same") {
  TemporaryDirectory directory;
  const OldRows rows = rows_that_name_people();
  write_old_database(directory.path(), rows);
  REQUIRE(found_in_files(directory.path(), kWords).size() >= 6);  // it is found where it is
  write_bytes(directory.path() / "wuts.db.sealed", "what an earlier attempt left");
  write_bytes(directory.path() / "wuts.db.sealed-wal", "and its log");
  for (int i = 0; i < 2; ++i) {
    SqliteRows sqlite({directory.path(), {}});
    check_same(sqlite, rows);
    CHECK(found_in_files(directory.path(), kWords).empty());
  }
  CHECK(names_in(directory.path()) == std::set<std::string>{"key", "lock", "wuts.db"});
}

TEST_CASE("a log that lies beside no database is not read into the next one") {
  TemporaryDirectory directory;
  const Scope device = scope_of("device");
  std::string log;
  {
    SqliteRows sqlite({directory.path(), {}});
    REQUIRE(commit(sqlite, device, batch_of(rows_that_name_people(), device)));
    log = bytes_of(directory.path() / "wuts.db-wal");
    REQUIRE(log.size() > 10'000);
  }
  fs::remove(directory.path() / "wuts.db");
  if (GENERATE(false, true)) write_bytes(directory.path() / "wuts.db", "");
  write_bytes(directory.path() / "wuts.db-wal", log);
  const SqliteRows sqlite({directory.path(), {}});
  bool ok = true;
  CHECK(sqlite.scan(device, Table::contacts, "", 10, ok).empty());
  CHECK(ok);
}

TEST_CASE("a database of an older version that another program reads is not sealed, and the error says what to do") {
  TemporaryDirectory directory;
  write_old_database(directory.path(), rows_that_name_people());
  sqlite3* reader = nullptr;
  REQUIRE(sqlite3_open((directory.path() / "wuts.db").c_str(), &reader) == SQLITE_OK);
  REQUIRE(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM kv", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK_THAT(why(directory.path()), Catch::Contains("stop that program"));
  sqlite3_close(reader);
  CHECK(why(directory.path()).empty());
}

TEST_CASE("a database that cannot be sealed stays as it is") {
  TemporaryDirectory directory;
  const bool newer = GENERATE(true, false);
  write_old_database(directory.path(), rows_that_name_people(), newer ? 3 : 1);
  if (!newer) write_bytes(directory.path() / "key", "a key of another data directory!");
  const std::string before = bytes_of(directory.path() / "wuts.db");
  CHECK_THAT(why(directory.path()), Catch::Contains(newer ? "newer version" : "wrong key"));
  if (newer) write_bytes(directory.path() / "wuts.db-wal", "");  // the log was folded in at most
  CHECK(bytes_of(directory.path() / "wuts.db").substr(0, 16) == before.substr(0, 16));
}

TEST_CASE("one changed bit in any page, or two pages exchanged: an error, never another answer") {
  TemporaryDirectory directory;
  const OldRows rows = rows_that_name_people();
  {
    SqliteRows sqlite({directory.path(), {}});
    REQUIRE(commit(sqlite, scope_of("device"), batch_of(rows, scope_of("device"))));
  }
  const fs::path file = directory.path() / "wuts.db";
  const std::string good = bytes_of(file);
  const std::size_t pages = good.size() / 4096;
  REQUIRE(pages > 60);
  const auto told = [&](const std::string& bytes) {
    write_bytes(file, bytes);
    if (!why(directory.path()).empty()) return true;
    SqliteRows sqlite({directory.path(), {}});
    bool ok = true, same = true;
    std::size_t seen = 0;
    for (const Table table : {Table::contacts, Table::chats, Table::sessions})
      for (const store::Row& row : sqlite.scan(scope_of("device"), table, "", 10'000, ok)) {
        ++seen;
        same = same && rows.at({scope_of("device"), {table, row.id}}) == text_of(row.value);
      }
    CHECK(same);
    return !ok || seen == 3003;  // whole, when the page held nothing of these tables
  };
  std::size_t untold = 0;
  for (std::size_t page = 0; page < pages; page += 3) {
    std::string bad = good;
    bad[page * 4096 + (page * 977) % 4096] ^= static_cast<char>(1 << page % 8);
    untold += !told(bad);
  }
  for (std::size_t page = 1; page + 1 < pages; page += 7) {
    std::string bad = good;
    std::swap_ranges(bad.begin() + static_cast<long>(page * 4096), bad.begin() + static_cast<long>((page + 1) * 4096),
                     bad.begin() + static_cast<long>((page + 1) * 4096));
    untold += !told(bad);
  }
  CHECK(untold == 0);
}

TEST_CASE("links in the data directory are not followed") {
  TemporaryDirectory directory, other;
  const fs::path data = directory.path() / "data", victim = other.path() / "victim";
  fs::create_directory(data);
  write_bytes(victim, "precious");
  for (const char* name : {"lock", "wuts.db"}) {
    fs::create_symlink(victim, data / name);
    CHECK_THAT(why(data), Catch::Contains("symbolic link"));
    fs::remove(data / name);
  }
  fs::create_hard_link(victim, data / "lock");
  CHECK_THAT(why(data), Catch::Contains("remove it"));
  fs::remove(data / "lock");
  CHECK(bytes_of(victim) == "precious");
  fs::create_directory_symlink(data, directory.path() / "way");  // to the directory any way leads
  CHECK(why(directory.path() / "way").empty());
}

TEST_CASE("without its key a database is refused, and nothing is written") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  { SqliteRows{{data, {}}}; }
  fs::remove(data / "key");
  fs::remove(data / "lock");
  const std::string before = bytes_of(data / "wuts.db");
  for (const fs::path& key : {fs::path(), directory.path() / "elsewhere"})
    CHECK_THAT(why(data, key), Catch::Contains("is missing") && Catch::Contains("put it back"));
  CHECK(names_in(data) == std::set<std::string>{"wuts.db"});
  CHECK(names_in(directory.path()) == std::set<std::string>{"data"});
  CHECK(bytes_of(data / "wuts.db") == before);
}

TEST_CASE("a key that others can read or own is refused") {
  TemporaryDirectory directory;
  const fs::path key = directory.path() / "key";
  { SqliteRows{{directory.path(), {}}}; }
  for (const mode_t mode : {0640u, 0604u, 0620u}) {
    ::chmod(key.c_str(), mode);
    CHECK_THAT(why(directory.path()), Catch::Contains("chmod 600"));
  }
  ::chmod(key.c_str(), 0600);
  CHECK(why(directory.path()).empty());
  if (::chown(key.c_str(), 12345, 12345) != 0) return;  // only root can try
  CHECK_THAT(why(directory.path()), Catch::Contains("belongs to another user"));
}

TEST_CASE("a full disk: the commit is refused and says why, reads go on, and it recovers by itself") {
  TemporaryDirectory directory;
  SqliteRows sqlite({directory.path(), {}});
  const auto small = [](int n) { return batch_of({{{1, {Table::chats, std::to_string(n)}}, "row"}}, 1); };
  REQUIRE(commit(sqlite, 1, small(0)));
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit whole{};
  ::getrlimit(RLIMIT_FSIZE, &whole);
  const rlimit none{0, whole.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &none);  // every write of a file fails, as it does without room
  const bool refused = !commit(sqlite, 1, small(1)), full = sqlite.full();
  bool ok = true;
  const auto rows = sqlite.scan(1, Table::chats, "", 10, ok);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // it is tried again meanwhile
  const bool still = sqlite.full() && !sqlite.reachable();
  ::setrlimit(RLIMIT_FSIZE, &whole);
  std::signal(SIGXFSZ, before);
  CHECK(refused);
  CHECK(full);
  CHECK(still);
  CHECK(ok);
  CHECK(rows.size() == 1);
  for (int i = 0; i < 100 && sqlite.full(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_FALSE(sqlite.full());
  CHECK(sqlite.reachable());
  CHECK(commit(sqlite, 1, small(2)));
}

TEST_CASE("a database that lost its name is not reachable") {
  TemporaryDirectory directory;
  SqliteRows sqlite({directory.path(), {}});
  CHECK(sqlite.reachable());
  fs::rename(directory.path() / "wuts.db", directory.path() / "moved.db");
  CHECK_FALSE(sqlite.reachable());
}
