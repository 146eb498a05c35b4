// Backups: what they show, and that none is put back but one that is whole and was made under this key.
#include <sqlite3.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "native/store/old_database.h"
#include "native/store/sqlite_rows.h"
#include "native/store/vandal.h"
#include "native/support.h"
#include "store/sqlite_backup.h"

using namespace wa;
using namespace wa::native;
using namespace wa::native_test;
using store::Table;

namespace {

namespace fs = std::filesystem;

OldRows people() {
  OldRows out;
  for (int i = 0; i < 900; ++i)
    out[{scope_of("d"), {Table::contacts, "55119888" + std::to_string(10000 + i) + "@s.whatsapp.net"}}] = "Maria " + std::to_string(i);
  return out;
}

struct Place {
  TemporaryDirectory directory;
  fs::path data = directory.path() / "data", other = directory.path() / "other", file = directory.path() / "copy.db";
  OldRows rows = people();

  Place() { fs::create_directory(other); }
  void fill() {
    SqliteRows sqlite({data, {}});
    store::WriteBatch batch;
    for (const auto& [where, value] : rows) batch.writes[where.second] = to_bytes(value);
    REQUIRE(commit(sqlite, scope_of("d"), batch));
    backup_store(data, {}, file);  // while it is in use
    take_key();
  }
  void take_key() { fs::copy_file(data / "key", other / "key", fs::copy_options::overwrite_existing); }
  std::string restore(const fs::path& from, RestoreOptions options = {}) {
    try {
      restore_store(other, {}, from, options);
    } catch (const StoreError& problem) {
      CHECK_FALSE(fs::exists(other / "wuts.db"));
      CHECK_FALSE(fs::exists(other / "restore"));
      return problem.what();
    }
    return "";
  }
  std::string restore_bytes(const std::string& bytes, RestoreOptions options = {}) {
    const fs::path changed = directory.path() / "changed.db";
    write_bytes(changed, bytes);
    return restore(changed, options);
  }
  void check_restored() {
    const SqliteRows sqlite({other, {}});
    bool ok = true;
    const auto found = sqlite.scan(scope_of("d"), Table::contacts, "", 10'000, ok);
    CHECK(ok);
    REQUIRE(found.size() == rows.size());
    std::size_t wrong = 0;
    for (const store::Row& row : found) wrong += rows[{scope_of("d"), {Table::contacts, row.id}}] != text_of(row.value);
    CHECK(wrong == 0);
  }
};

// A clear database as versions before made them, with what somebody without the key did to it.
std::string old_backup(Place& place, const std::string& sql) {
  write_old_database(place.data, place.rows);
  place.take_key();
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((place.data / "wuts.db").c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, ("PRAGMA journal_mode=DELETE; " + sql).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  return bytes_of(place.data / "wuts.db");
}

}  // namespace

TEST_CASE("a backup shows nobody, is for its owner only, and comes back as it was") {
  Place place;
  place.fill();
  CHECK(found_in_files(place.directory.path(), {"5511988810000", "5511988810899"}).empty());
  struct stat facts {};
  REQUIRE(::stat(place.file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 077) == 0);
  CHECK(place.restore(place.file).empty());
  place.check_restored();
  CHECK_THROWS_WITH(restore_store(place.other, {}, place.file, {}), Catch::Contains("--replace"));
  CHECK_NOTHROW(restore_store(place.other, {}, place.file, {true, false}));
  CHECK(fs::exists(place.other / "wuts.db.before-restore"));
  place.check_restored();
}

TEST_CASE("a backup that was changed anywhere, cut, lengthened or put together is refused") {
  Place place;
  place.fill();
  const std::string good = bytes_of(place.file);
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    std::string bad = good;
    const std::size_t at = i < 40 ? good.size() * i / 40 + i : good.size() - 1 - (i - 40) * 4;  // all over it, and its end
    bad[at] ^= static_cast<char>(1 << i % 8);
    accepted += place.restore_bytes(bad).empty();
  }
  CHECK(accepted == 0);
  CHECK_THAT(place.restore_bytes(good.substr(0, good.size() - 4096)), Catch::Contains("its end is missing"));
  CHECK_FALSE(place.restore_bytes(good.substr(0, good.size() - 4096 - 72) + good.substr(good.size() - 72)).empty());
  CHECK_FALSE(place.restore_bytes(good + good.substr(good.size() - 72)).empty());
  CHECK_FALSE(place.restore_bytes("").empty());
  // A page of an earlier backup of the same database is good by itself.
  { SqliteRows{{place.data, {}}}; }
  const fs::path second = place.directory.path() / "second.db";
  backup_store(place.data, {}, second);
  const std::string newer = bytes_of(second);
  REQUIRE(newer.size() == good.size());
  const std::size_t tenth = 9 * 4096;
  CHECK_THAT(place.restore_bytes(newer.substr(0, tenth) + good.substr(tenth, 4096) + newer.substr(tenth + 4096)),
             Catch::Contains("damaged, or was changed"));
  CHECK(place.restore(second).empty());
}

TEST_CASE("a backup under another key, and what is none") {
  Place place;
  place.fill();
  write_bytes(place.other / "key", "a key of another data directory!");
  CHECK_THAT(place.restore(place.file), Catch::Contains("wrong key"));
  REQUIRE(::mkfifo((place.directory.path() / "pipe").c_str(), 0600) == 0);
  CHECK_FALSE(place.restore(place.directory.path() / "pipe").empty());
  CHECK_FALSE(place.restore(place.directory.path() / "absent").empty());
  CHECK_FALSE(place.restore(place.directory.path()).empty());
}

TEST_CASE("a backup of an older version is put back only when asked for, sealed, and with every row checked") {
  Place place;
  const std::string old = old_backup(place, "SELECT 1");
  CHECK_THAT(place.restore_bytes(old), Catch::Contains("--unsealed"));
  CHECK(place.restore_bytes(old, {false, true}).empty());
  place.check_restored();
  CHECK(found_in_files(place.other, {"5511988810000", "5511988810899"}).empty());
}

TEST_CASE("what somebody without the key does to an old backup is found") {
  struct Case { const char *name, *sql; };
  const auto& one = GENERATE(
      Case{"a value overwritten", "UPDATE kv SET value=randomblob(60) WHERE id=x'6b6579' AND scope=0"},
      Case{"two rows exchanged", "UPDATE kv SET value=(SELECT value FROM kv WHERE scope<>0 LIMIT 1) WHERE scope<>0"},
      Case{"a row copied", "INSERT INTO kv SELECT scope,tbl,id||x'31',value FROM kv WHERE scope<>0 LIMIT 1"},
      Case{"a row of another table", "INSERT INTO kv SELECT scope,tbl+1,id,value FROM kv WHERE scope<>0 LIMIT 1"},
      Case{"a trigger", "CREATE TRIGGER t AFTER INSERT ON kv BEGIN DELETE FROM kv; END"},
      Case{"a view without end",
           "ALTER TABLE kv RENAME TO k2; CREATE VIEW kv AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) "
           "SELECT i AS scope, 1 AS tbl, x'00' AS id, x'00' AS value FROM n"},
      Case{"another table", "CREATE TABLE extra(x)"}, Case{"an index", "CREATE INDEX i ON kv(value)"},
      Case{"a newer schema", "PRAGMA user_version=7"}, Case{"no schema", "PRAGMA user_version=0"});
  INFO(one.name);
  Place place;
  CHECK_FALSE(place.restore_bytes(old_backup(place, one.sql), {false, true}).empty());
}

TEST_CASE("a log of before is never read over a restored database") {
  Place place;
  place.fill();
  std::string log;
  {
    SqliteRows sqlite({place.other, {}});  // under the same key
    store::WriteBatch batch;
    for (int i = 0; i < 500; ++i) batch.writes[{Table::contacts, "stale" + std::to_string(i)}] = to_bytes("stale");
    REQUIRE(commit(sqlite, scope_of("d"), batch));
    log = bytes_of(place.other / "wuts.db-wal");
    REQUIRE(log.size() > 10'000);
  }
  const bool replace = GENERATE(false, true);
  if (!replace) fs::remove(place.other / "wuts.db");
  write_bytes(place.other / "wuts.db-wal", log);
  const Restored done = restore_store(place.other, {}, place.file, {replace, false});
  CHECK(done.damage.empty());
  CHECK(done.kept.empty() == !replace);
  CHECK_FALSE(fs::exists(place.other / "wuts.db-wal"));
  place.check_restored();
}

TEST_CASE("a database that is damaged is replaced when asked for, and kept as it was") {
  Place place;
  place.fill();
  const std::string damaged = GENERATE(std::string(40'000, 'x'), std::string("no database"));
  write_bytes(place.other / "wuts.db", damaged);
  write_bytes(place.other / "wuts.db-wal", "its log");
  CHECK_THROWS_WITH(restore_store(place.other, {}, place.file, {}), Catch::Contains("--replace"));
  const Restored done = restore_store(place.other, {}, place.file, {true, false});
  CHECK_FALSE(done.damage.empty());
  CHECK(done.kept == place.other / "wuts.db.before-restore");
  CHECK(bytes_of(done.kept) == damaged);
  CHECK(bytes_of(place.other / "wuts.db.before-restore-wal") == "its log");
  place.check_restored();
}

TEST_CASE("a database whose log cannot be kept is not replaced") {
  Place place;
  place.fill();
  write_bytes(place.other / "wuts.db", "no database");
  fs::create_directory(place.other / "wuts.db-wal");
  CHECK_THROWS_WITH(restore_store(place.other, {}, place.file, {true, false}), Catch::Contains("cannot keep"));
  CHECK(bytes_of(place.other / "wuts.db") == "no database");
  CHECK(fs::exists(place.other / "wuts.db-wal"));
}

TEST_CASE("where nothing can be locked a backup is made without") {
  Place place;
  fs::create_directory(place.directory.path() / "copy.db.partial-lock");
  place.fill();
  CHECK(place.restore(place.file).empty());
  place.check_restored();
}

TEST_CASE("a database that another program reads is not replaced") {
  Place place;
  place.fill();
  Vandal reader(place.data);
  const std::string change = "UPDATE kv SET value=randomblob(60) WHERE scope<>0";
  reader.run(change + "; BEGIN; SELECT count(*) FROM kv");
  Vandal(place.data).run(change);
  CHECK_THROWS_WITH(restore_store(place.data, {}, place.file, {true, false}), Catch::Contains("stop that program"));
  CHECK_FALSE(fs::exists(place.data / "wuts.db.before-restore"));
  reader.run("ROLLBACK");
}

TEST_CASE("what an interrupted run left is in nobody's way, what another run writes is") {
  Place place;
  place.fill();
  write_bytes(place.other / "wuts.db.restored", "left");
  CHECK(place.restore(place.file).empty());
  CHECK_FALSE(fs::exists(place.other / "wuts.db.restored"));
  place.check_restored();
  const fs::path second = place.directory.path() / "second.db", partial = place.directory.path() / "second.db.partial";
  write_bytes(partial, "left");
  const fs::path lock = place.directory.path() / "second.db.partial-lock";
  write_bytes(lock, "");
  const int held = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(held, LOCK_EX | LOCK_NB) == 0);
  CHECK_THROWS_WITH(backup_store(place.data, {}, second), Catch::Contains("another run"));
  ::close(held);
  CHECK(backup_store(place.data, {}, second) > 900);
  CHECK_FALSE(fs::exists(partial));
  CHECK_FALSE(fs::exists(lock));
  place.file = second;
  CHECK_NOTHROW(restore_store(place.other, {}, second, {true, false}));
  place.check_restored();
}
