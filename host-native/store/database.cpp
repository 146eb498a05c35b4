#include "store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "store/data_directory.h"
#include "system/os_random.h"

namespace wa::native {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kClearMagic("SQLite format 3\0", 16);
constexpr const char* kLink = "it is a symbolic link, which is not followed; name the folder it lies in";
constexpr int kStepsBetweenLooks = 10'000;
constexpr const char* kTable =
    "CREATE TABLE kv(scope INTEGER NOT NULL, tbl INTEGER NOT NULL, id BLOB NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY(scope,tbl,id)) WITHOUT ROWID";
constexpr const char* kPut = "INSERT INTO kv(scope,tbl,id,value) VALUES(?1,?2,?3,?4)";
constexpr const char* kAll = "SELECT scope,tbl,id,value FROM kv ORDER BY scope,tbl,id";

// A statement of this function only.
class Statement {
 public:
  Statement(Database& database, const char* sql) : statement_(database.prepare(sql)) {}
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* statement_;
};

void put_key_check(Database& database, const StoreKeys& keys) {
  const store::Key row = key_check_row();
  const Bytes sealed = keys.seal_row(kStoreScope, row, view(kKeyCheck), OsRandom().bytes(StoreKeys::kNonceBytes));
  const Statement put(database, kPut);
  Use use(put.get());
  use.number(1, kStoreScope).number(2, static_cast<int>(row.table)).blob(3, view(row.id)).blob(4, sealed);
  if (use.step() != SQLITE_DONE) database.fail();
}

std::size_t copy_rows(Database& from, Database& to) {
  const Statement all(from, kAll), put(to, kPut);
  std::size_t rows = 0;
  for (Use row(all.get());; ++rows) {
    const int result = row.step();
    if (result == SQLITE_DONE) return rows;
    if (result != SQLITE_ROW) from.fail();
    Use use(put.get());
    use.number(1, row.column_number(0)).number(2, row.column_number(1)).blob(3, row.column(2)).blob(4, row.column(3));
    if (use.step() != SQLITE_DONE) to.fail();
  }
}

}  // namespace

Use::~Use() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}
Use& Use::number(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
  return *this;
}
// A pointer is always given: a null one would bind NULL, not x''.
Use& Use::blob(int index, ByteView value) {
  sqlite3_bind_blob64(statement_, index, value.empty() ? "" : reinterpret_cast<const char*>(value.data()), value.size(),
                      SQLITE_STATIC);
  return *this;
}
int Use::step() { return sqlite3_step(statement_); }
ByteView Use::column(int index) {
  return {static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, index)),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, index))};
}
std::int64_t Use::column_number(int index) { return sqlite3_column_int64(statement_, index); }

Database::Database(const fs::path& file, const SealedFiles* files, Mode mode) : file_(file.string()) {
  // The way to the folder may lead over links, the last step may not.
  std::error_code failed;
  const fs::path folder = fs::canonical(file.parent_path().empty() ? "." : file.parent_path(), failed);
  if (failed) throw StoreError("cannot open " + file_ + ": " + failed.message());
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_READWRITE |
                    (mode == Mode::make ? SQLITE_OPEN_CREATE : 0);
  const char* vfs = files == nullptr ? "unix" : files->name();
  if (sqlite3_open_v2((folder / file.filename()).c_str(), &db_, flags, vfs) != SQLITE_OK) {
    const bool link = sqlite3_extended_errcode(db_) == SQLITE_CANTOPEN_SYMLINK;
    const std::string why = link ? kLink : sqlite3_errmsg(db_);
    sqlite3_close(db_);
    throw StoreError("cannot open " + file_ + ": " + why);
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, 2000);  // nobody else should hold a lock at all
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  try_run("PRAGMA temp_store=MEMORY");
  if (mode == Mode::read) try_run("PRAGMA query_only=1");
  if (mode != Mode::make) return;
  int reserved = SealedFiles::kSealBytes;
  try_run("PRAGMA page_size=4096; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF");
  if (files != nullptr) sqlite3_file_control(db_, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
}

Database::~Database() { sqlite3_close(db_); }

void Database::run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}
bool Database::try_run(const char* sql) noexcept { return sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

sqlite3_stmt* Database::prepare(const char* sql) {
  sqlite3_stmt* out = nullptr;
  if (sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &out, nullptr) != SQLITE_OK) fail();
  return out;
}

std::string Database::text(const char* sql) {
  const Statement statement(*this, sql);
  const int result = sqlite3_step(statement.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
  const auto* value = result == SQLITE_ROW ? sqlite3_column_text(statement.get(), 0) : nullptr;
  return value == nullptr ? "" : reinterpret_cast<const char*>(value);
}

std::int64_t Database::number(const char* sql) {
  const Statement statement(*this, sql);
  const int result = sqlite3_step(statement.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
  return result == SQLITE_ROW ? sqlite3_column_int64(statement.get(), 0) : 0;
}

void Database::fold_log() {
  if (number("PRAGMA wal_checkpoint(TRUNCATE)") != 0) fail_in_use();
}

void Database::fail_in_use() const {
  throw StoreBusy(file_ + " is used by another program: stop that program, then try again");
}

void Database::fail() const {
  if ((sqlite3_errcode(db_) & 0xff) == SQLITE_BUSY) fail_in_use();
  switch (sqlite3_extended_errcode(db_)) {
    case SQLITE_IOERR_DATA:
    case SQLITE_NOTADB:
      throw StoreError(file_ + ": the key file does not belong to it (wrong key), or its bytes were changed");
    case SQLITE_INTERRUPT: throw StoreError(file_ + ": it takes too long to read; it is not what this program wrote");
    default: throw StoreError(file_ + ": " + sqlite3_errmsg(db_));
  }
}

void Database::give_up_after(std::chrono::seconds time) {
  deadline_ = std::chrono::steady_clock::now() + time;
  const auto late = [](void* database) {
    return static_cast<int>(std::chrono::steady_clock::now() > static_cast<Database*>(database)->deadline_);
  };
  sqlite3_progress_handler(db_, kStepsBetweenLooks, late, this);
}

void Database::check_schema(int version) {
  const std::int64_t found = number("PRAGMA user_version");
  if (found > version)
    throw StoreError(file_ + " was written by a newer version (schema " + std::to_string(found) + ", this one knows " +
                     std::to_string(version) + ")");
  const std::string all =
      text("SELECT group_concat(type||' '||name||' '||tbl_name||' '||coalesce(sql,''),';') FROM sqlite_master");
  if (found != version || all != std::string("table kv kv ") + kTable)
    throw StoreError(file_ + " is no database of this program: its tables are others than this program makes");
}

Found look_at_database(const fs::path& file) {
  const int in = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (in < 0 && errno == ENOENT) return Found::nothing;
  if (in < 0)
    throw StoreError("cannot open " + file.string() + ": " +
                     (errno == ELOOP ? kLink : std::strerror(errno)));
  struct stat facts {};
  char head[16] = {};
  const bool plain = ::fstat(in, &facts) == 0 && S_ISREG(facts.st_mode);
  const auto count = plain ? ::pread(in, head, sizeof head, 0) : 0;
  ::close(in);
  if (!plain) throw StoreError(file.string() + " is not a file");
  if (facts.st_size == 0) return Found::nothing;
  const std::string_view magic(head, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return magic == kClearMagic ? Found::in_the_clear : Found::sealed;
}

std::size_t check_rows(Database& database, const StoreKeys& keys) {
  const Statement all(database, kAll);
  std::size_t rows = 0;
  for (Use row(all.get());; ++rows) {
    const int result = row.step();
    if (result == SQLITE_DONE) return rows;
    if (result != SQLITE_ROW) database.fail();
    const std::int64_t table = row.column_number(1);
    const store::Key key{static_cast<store::Table>(table), to_string(row.column(2))};
    const bool known = table > 0 && table < 256;
    if (!known || !keys.open_row(row.column_number(0), key, row.column(3)))
      throw StoreError("a row was changed, or moved from where this key sealed it");
  }
}

void remove_logs(const fs::path& file) {
  for (const char* suffix : kLogSuffixes) {
    const fs::path log = fs::path(file).concat(suffix);
    if (::unlink(log.c_str()) != 0 && errno != ENOENT)
      throw StoreError("cannot remove " + log.string() + ": " + std::strerror(errno));
  }
  sync_names_beside(file);
}

std::size_t make_database(const fs::path& file, const SealedFiles& files, const StoreKeys& keys, Database* from) {
  ::unlink(file.c_str());
  remove_logs(file);
  write_private_file(file, {});
  std::size_t rows = 0;
  {
    Database out(file, &files, Database::Mode::make);
    out.run("BEGIN");
    out.run(kTable);
    out.run(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
    if (from == nullptr) put_key_check(out, keys);
    else rows = copy_rows(*from, out);
    out.run("COMMIT");
    out.run("PRAGMA journal_mode=WAL");
  }
  sync_file(file);
  return rows;
}

bool seal_database(const fs::path& file, const SealedFiles& files, const StoreKeys& keys) {
  const Found found = look_at_database(file);
  const fs::path sealed = fs::path(file).concat(".sealed");
  if (found == Found::sealed) return false;
  if (found == Found::nothing) {
    make_database(sealed, files, keys, nullptr);
  } else {
    Database old(file, nullptr, Database::Mode::write);
    // One whose maker died in its first moments holds nothing.
    const bool empty = old.number("SELECT count(*) FROM sqlite_master") == 0 && old.number("PRAGMA user_version") == 0;
    if (!empty) old.check_schema(kSchemaInTheClear);
    const bool no_rows = empty || old.number("SELECT count(*) FROM (SELECT 1 FROM kv LIMIT 1)") == 0;
    if (!no_rows) check_key(old, keys);
    // Its log is part of it.
    old.fold_log();
    if (old.text("PRAGMA journal_mode=DELETE") != "delete") old.fail_in_use();
    make_database(sealed, files, keys, no_rows ? nullptr : &old);
  }
  remove_logs(file);
  std::error_code failed;
  fs::rename(sealed, file, failed);
  if (failed) throw StoreError("cannot write " + file.string() + ": " + failed.message());
  sync_file(file);
  return found == Found::in_the_clear;
}

void check_key(Database& database, const StoreKeys& keys) {
  const Statement get(database, "SELECT value FROM kv WHERE scope=?1 AND tbl=?2 AND id=?3");
  const store::Key row = key_check_row();
  Use use(get.get());
  const int result = use.number(1, kStoreScope).number(2, static_cast<int>(row.table)).blob(3, view(row.id)).step();
  if (result != SQLITE_ROW && result != SQLITE_DONE) database.fail();
  const auto found = result == SQLITE_ROW ? keys.open_row(kStoreScope, row, use.column(0)) : std::nullopt;
  if (!found || text_of(*found) != kKeyCheck) throw StoreError("the key file does not belong to this data directory (wrong key)");
}

}  // namespace wa::native
