#include "backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "data_directory.h"
#include "sqlite_store.h"

namespace wa::native {
namespace {

namespace fs = std::filesystem;

class Database {
 public:
  Database(const fs::path& file, int flags) : file_(file.string()) {
    if (sqlite3_open_v2(file.c_str(), &db_, flags, nullptr) == SQLITE_OK) {
      sqlite3_busy_timeout(db_, 5000);
      return;
    }
    const std::string why = sqlite3_errmsg(db_);
    sqlite3_close(db_);
    throw StoreError("cannot open " + file_ + ": " + why);
  }
  ~Database() { sqlite3_close(db_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  sqlite3* get() const { return db_; }

  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  std::string text(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) fail();
    std::string out;
    if (sqlite3_step(statement) == SQLITE_ROW)
      if (const auto* value = sqlite3_column_text(statement, 0)) out = reinterpret_cast<const char*>(value);
    sqlite3_finalize(statement);
    return out;
  }
  [[noreturn]] void fail() const { throw StoreError(file_ + ": " + sqlite3_errmsg(db_)); }

 private:
  std::string file_;
  sqlite3* db_ = nullptr;
};

// One snapshot: a step that takes everything cannot be torn by a commit of the server.
void copy(Database& from, Database& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) to.fail();
  const int result = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE) throw StoreError(std::string("the copy failed: ") + sqlite3_errstr(result));
  to.run("PRAGMA journal_mode=DELETE");  // one file, no -wal beside it
}

std::size_t check(Database& database, const fs::path& file) {
  const std::string good = database.text("PRAGMA integrity_check(1)");
  if (good != "ok") throw StoreError(file.string() + " is damaged: " + good);
  if (database.text("SELECT count(*) FROM sqlite_master WHERE name='kv'") != "1" ||
      database.text("PRAGMA user_version") == "0")
    throw StoreError(file.string() + " is not a backup of this program");
  return std::stoul(database.text("SELECT count(*) FROM kv"));
}

void make_durable(const fs::path& file) {
  const int out = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (out >= 0) {
    ::fsync(out);
    ::close(out);
  }
  const int folder = ::open(file.parent_path().empty() ? "." : file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

// A file that is removed again unless it was kept.
struct Partial {
  explicit Partial(fs::path path) : file(std::move(path)) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) throw StoreError("cannot create " + file.string());
    ::close(made);
  }
  ~Partial() {
    std::error_code ignored;
    if (!kept) fs::remove(file, ignored);
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  fs::path file;
  bool kept = false;
};

void put_in_place(Partial& partial, const fs::path& to) {
  make_durable(partial.file);
  std::error_code failed;
  fs::rename(partial.file, to, failed);
  if (failed) throw StoreError("cannot write " + to.string() + ": " + failed.message());
  partial.kept = true;
  make_durable(to);
}

fs::path beside(const fs::path& file, const char* suffix) { return fs::path(file).concat(suffix); }

// Throws when the key does not open what is in `directory`.
void try_key(const fs::path& directory, const fs::path& key_file) { SqliteStore({directory, key_file}); }

}  // namespace

std::size_t backup_store(const fs::path& data_dir, const fs::path& to) {
  std::error_code ignored;
  if (fs::exists(to, ignored)) throw StoreError(to.string() + " exists already");
  Database from(data_dir / "wuts.db", SQLITE_OPEN_READWRITE);  // a reader of a WAL database writes its -shm
  from.run("PRAGMA query_only=1");
  Partial partial(beside(to, ".partial"));
  std::size_t rows = 0;
  {
    Database out(partial.file, SQLITE_OPEN_READWRITE);
    copy(from, out);
    rows = check(out, partial.file);
  }
  put_in_place(partial, to);
  return rows;
}

void restore_store(const fs::path& data_dir, const fs::path& key_file, const fs::path& from, bool replace) {
  std::error_code ignored;
  const fs::path database = data_dir / "wuts.db";
  const fs::path key = key_file.empty() ? data_dir / "key" : key_file;
  if (!fs::exists(key, ignored))
    throw StoreError("the key file " + key.string() + " is missing; put the one of the backup there first");
  const int lock = lock_directory(data_dir);
  const std::unique_ptr<const int, void (*)(const int*)> unlock(&lock, [](const int* file) { ::close(*file); });
  if (fs::exists(database, ignored) && !replace)
    throw StoreError(database.string() + " exists already; --replace puts the backup in its place");
  const fs::path trial = data_dir / "restore";
  fs::remove_all(trial, ignored);
  if (!fs::create_directory(trial, ignored)) throw StoreError("cannot create " + trial.string());
  const std::unique_ptr<const fs::path, void (*)(const fs::path*)> clean(&trial, [](const fs::path* folder) {
    std::error_code failed;
    fs::remove_all(*folder, failed);
  });
  {
    Database in(from, SQLITE_OPEN_READONLY);
    check(in, from);
    Partial copied(trial / "wuts.db");
    Database out(copied.file, SQLITE_OPEN_READWRITE);
    copy(in, out);
    copied.kept = true;
  }
  try_key(trial, key);
  if (fs::exists(database, ignored)) {
    // Its journal belongs to it: fold it in before the name changes.
    Database(database, SQLITE_OPEN_READWRITE).run("PRAGMA wal_checkpoint(TRUNCATE)");
    fs::remove(beside(database, ".before-restore"), ignored);
    std::error_code failed;
    fs::create_hard_link(database, beside(database, ".before-restore"), failed);  // the name is never without a file
    if (failed) throw StoreError("cannot keep the old database: " + failed.message());
  }
  Partial checked(beside(database, ".restored"));
  fs::rename(trial / "wuts.db", checked.file, ignored);
  put_in_place(checked, database);
}

}  // namespace wa::native
