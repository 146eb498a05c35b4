#include "store/sqlite_store.h"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "store/data_directory.h"
#include "store/database.h"
#include "system/log.h"

namespace wa::native {
namespace {

constexpr int kCheckpointPages = 4000;
constexpr std::int64_t kLogFrameBytes = 4096 + 24;
constexpr std::size_t kZeroBytes = 4096;
constexpr int kLogPagesAhead = 64;

}  // namespace

struct SqliteStore::Connection : Database {
  Connection(const std::filesystem::path& file, const SealedFiles& files, bool writes)
      : Database(file, &files, writes ? Mode::write : Mode::read) {
    if (!writes) run("PRAGMA cache_size=-512");
  }
  ~Connection() {
    for (sqlite3_stmt* statement : {get_one, scan, next_scope, begin, put, erase, erase_rows, end})
      sqlite3_finalize(statement);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void prepare_reads() {
    get_one = prepare("SELECT value FROM kv WHERE scope=?1 AND tbl=?2 AND id=?3");
    scan = prepare("SELECT id,value FROM kv WHERE scope=?1 AND tbl=?2 AND id>=?3 ORDER BY id LIMIT ?4");
    next_scope = prepare("SELECT scope FROM kv WHERE scope>?1 ORDER BY scope LIMIT 1");
  }
  void prepare_writes() {
    begin = prepare("BEGIN IMMEDIATE");
    end = prepare("COMMIT");
    put = prepare("INSERT INTO kv(scope,tbl,id,value) VALUES(?1,?2,?3,?4) "
                  "ON CONFLICT(scope,tbl,id) DO UPDATE SET value=excluded.value");
    erase = prepare("DELETE FROM kv WHERE scope=?1 AND tbl=?2 AND id=?3");
    erase_rows = prepare("DELETE FROM kv WHERE scope=?1");
  }
  sqlite3_stmt *get_one = nullptr, *scan = nullptr, *next_scope = nullptr;
  sqlite3_stmt *begin = nullptr, *put = nullptr, *erase = nullptr, *erase_rows = nullptr, *end = nullptr;
};

// A connection to read over. The one that writes, when it is free: the pages are in its memory, while each commit makes
// every other connection read them again. Else one of the idle ones, or a new one.
class SqliteStore::Lease {
 public:
  explicit Lease(const SqliteStore& store) : store_(store), writing_(store.writer_mutex_, std::try_to_lock) {
    if (writing_) return;
    {
      const std::lock_guard lock(store.readers_mutex_);
      if (!store.readers_.empty()) {
        connection_ = std::move(store.readers_.back());
        store.readers_.pop_back();
        return;
      }
    }
    connection_ = std::make_unique<Connection>(store.directory_ / "wuts.db", *store.files_, false);
    connection_->prepare_reads();
  }
  ~Lease() {
    if (!connection_) return;
    const std::lock_guard lock(store_.readers_mutex_);
    store_.readers_.push_back(std::move(connection_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Connection* operator->() { return connection_ ? connection_.get() : store_.writer_.get(); }

 private:
  const SqliteStore& store_;
  std::unique_lock<std::mutex> writing_;
  std::unique_ptr<Connection> connection_;
};

SqliteStore::SqliteStore(const StoreOptions& options, std::unique_ptr<StoreKeys>& keys)
    : directory_(options.directory) {
  if (sodium_init() < 0) throw StoreError("libsodium cannot start");
  try {
    keys = open_files(options);
  } catch (...) {
    writer_.reset();
    if (lock_ >= 0) ::close(lock_);
    throw;
  }
}

SqliteStore::~SqliteStore() {
  readers_.clear();
  writer_->try_run("PRAGMA wal_checkpoint(TRUNCATE)");
  writer_.reset();
  ::close(lock_);
}

OpenStore open_sqlite(const StoreOptions& options) {
  OpenStore out;
  out.backend = std::make_unique<SqliteStore>(options, out.keys);
  return out;
}

// A database without its key is looked at, and nothing is written: not even the lock.
std::unique_ptr<StoreKeys> SqliteStore::open_files(const StoreOptions& options) {
  const std::filesystem::path file = directory_ / "wuts.db";
  const std::filesystem::path key_file = options.key_file.empty() ? directory_ / "key" : options.key_file;
  if (look_at_database(file) != Found::nothing) load_key(key_file, false);
  lock_ = lock_directory(directory_);
  ByteArray<32> key = load_key(key_file, look_at_database(file) == Found::nothing);
  auto keys = std::make_unique<StoreKeys>(key);
  sodium_memzero(key.data(), key.size());
  files_ = std::make_unique<SealedFiles>(keys->pages());
  if (seal_database(file, *files_, *keys)) log::info("store.sealed");
  writer_ = std::make_unique<Connection>(file, *files_, true);
  writer_->check_schema(kSchemaVersion);
  check_key(*writer_, *keys);
  writer_->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096");
  // In place of SQLite's own checkpoints, which whoever commits would have to wait for.
  const auto count_pages = [](void* store, sqlite3*, const char*, int pages) {
    static_cast<SqliteStore*>(store)->log_pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(writer_->get(), count_pages, this);
  writer_->prepare_writes();
  writer_->prepare_reads();
  return keys;
}

StoreBackend::Turn SqliteStore::take_turn(bool wait) {
  return wait ? Turn(writer_mutex_) : Turn(writer_mutex_, std::try_to_lock);
}

bool SqliteStore::upkeep_due() const noexcept { return log_pages_ >= kCheckpointPages; }

CommitResult SqliteStore::failure() {
  const bool full = files_->take_no_room() || sqlite3_errcode(writer_->get()) == SQLITE_FULL;
  return full ? CommitResult::no_room : CommitResult::failed;
}

// The log grows in large steps, by zeros, which end it as nothing does: a commit that only overwrites does not have to
// bring the file's new length to disk as well. What is not possible here SQLite does, or it fails there.
void SqliteStore::extend_log() {
  const std::int64_t wanted = (log_pages_ + kLogPagesAhead) * kLogFrameBytes;
  if (wanted <= log_bytes_) return;
  const int log = ::open((directory_ / "wuts.db-wal").c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (log < 0) return;
  struct stat now {};
  if (::fstat(log, &now) == 0 && (log_bytes_ = now.st_size) < wanted) {
    static ByteArray<kZeroBytes> zeros{};
    std::array<iovec, 256> all{};  // a MiB
    all.fill({zeros.data(), zeros.size()});
    const auto added = ::pwritev(log, all.data(), static_cast<int>(all.size()), now.st_size);
    if (added > 0) log_bytes_ += added;
  }
  ::close(log);
}

CommitResult SqliteStore::commit(std::span<const SealedBatch> group) {
  Connection& db = *writer_;
  extend_log();
  files_->take_no_room();
  if (Use(db.begin).step() != SQLITE_DONE) return failure();
  bool ok = true;
  for (const SealedBatch& batch : group) {
    if (batch.erase_scope) ok = ok && Use(db.erase_rows).number(1, batch.scope).step() == SQLITE_DONE;
    for (const SealedWrite& write : batch.writes) {
      if (!ok) break;
      Use use(write.sealed ? db.put : db.erase);
      use.number(1, batch.scope).number(2, static_cast<int>(write.key.table)).blob(3, view(write.key.id));
      if (write.sealed) use.blob(4, *write.sealed);
      ok = use.step() == SQLITE_DONE;
    }
  }
  if (ok && Use(db.end).step() == SQLITE_DONE) return CommitResult::committed;
  const CommitResult why = failure();
  db.try_run("ROLLBACK");
  return why;
}

// What a reader still needs stays in the log until the next time.
void SqliteStore::keep_up() {
  log_pages_ = 0;  // until the next commit tells
  sqlite3_wal_checkpoint_v2(writer_->get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

bool SqliteStore::reachable() const noexcept {
  try {
    Lease db(*this);
    int moved = 0;  // what is written to a file that has lost its name is lost with it
    return sqlite3_file_control(db->get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved == 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::optional<Bytes> SqliteStore::read(Scope scope, const store::Key& key, bool& ok) const noexcept {
  try {
    Lease db(*this);
    Use use(db->get_one);
    use.number(1, scope).number(2, static_cast<int>(key.table)).blob(3, view(key.id));
    const int result = use.step();
    if (result == SQLITE_DONE) return std::nullopt;
    if (result == SQLITE_ROW) return to_bytes(use.column(0));
  } catch (const std::exception&) {
  }
  ok = false;
  return std::nullopt;
}

std::vector<store::Row> SqliteStore::scan(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                                          bool& ok) const noexcept {
  std::vector<store::Row> out;
  try {
    Lease db(*this);
    Use use(db->scan);
    const auto most = static_cast<std::int64_t>(std::min<std::size_t>(limit, 1u << 30));
    use.number(1, scope).number(2, static_cast<int>(table)).blob(3, view(from)).number(4, most);
    for (;;) {
      const int result = use.step();
      if (result == SQLITE_DONE) return out;
      if (result != SQLITE_ROW) break;
      out.push_back({to_string(use.column(0)), to_bytes(use.column(1))});
    }
  } catch (const std::exception&) {
  }
  ok = false;
  return {};
}

std::vector<Scope> SqliteStore::scopes() const {
  std::vector<Scope> out;
  Lease db(*this);
  for (Scope last = kStoreScope;;) {
    Use use(db->next_scope);
    const int result = use.number(1, last).step();
    if (result == SQLITE_DONE) return out;
    if (result != SQLITE_ROW) throw StoreError("cannot read the database");
    out.push_back(last = use.column_number(0));
  }
}

}  // namespace wa::native
