#include "store/sqlite_store.h"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "store/database.h"
#include "system/log.h"
#include "system/metrics.h"
#include "system/os_random.h"

namespace wa::native {
namespace {

constexpr auto kProbeEvery = std::chrono::seconds(1);
constexpr auto kQuickCommit = std::chrono::milliseconds(5);
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
    for (sqlite3_stmt* statement : {get_one, scan, next_scope, begin, put, erase, erase_rows, end}) sqlite3_finalize(statement);
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

struct SqliteStore::Write {
  store::Key key;
  std::optional<Bytes> sealed;  // nullopt erases
};

struct SqliteStore::Job {
  Scope scope = kStoreScope;
  std::vector<Write> writes;
  bool erase_scope = false;
  Completion done;
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

SqliteStore::SqliteStore(const Options& options)
    : directory_(options.directory), may_commit_here_(options.commit_here) {
  if (sodium_init() < 0) throw StoreError("libsodium cannot start");
  try {
    open_files(options);
  } catch (...) {
    writer_.reset();
    if (lock_ >= 0) ::close(lock_);
    throw;
  }
  committer_ = std::thread([this] { run_committer(); });
}

SqliteStore::~SqliteStore() {
  {
    const std::lock_guard lock(jobs_mutex_);
    stopping_ = true;
  }
  jobs_waiting_.notify_all();
  committer_.join();
  readers_.clear();
  writer_->try_run("PRAGMA wal_checkpoint(TRUNCATE)");
  writer_.reset();
  ::close(lock_);
}

// A database without its key is looked at, and nothing is written: not even the lock.
void SqliteStore::open_files(const Options& options) {
  const std::filesystem::path file = directory_ / "wuts.db";
  const std::filesystem::path key_file = options.key_file.empty() ? directory_ / "key" : options.key_file;
  if (look_at_database(file) != Found::nothing) load_key(key_file, false);
  lock_ = lock_directory(directory_);
  ByteArray<32> key = load_key(key_file, look_at_database(file) == Found::nothing);
  keys_ = std::make_unique<StoreKeys>(key);
  sodium_memzero(key.data(), key.size());
  files_ = std::make_unique<SealedFiles>(keys_->pages());
  if (seal_database(file, *files_, *keys_)) log::info("store.sealed");
  writer_ = std::make_unique<Connection>(file, *files_, true);
  writer_->check_schema(kSchemaVersion);
  check_key(*writer_, *keys_);
  writer_->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096");
  // In place of SQLite's own checkpoints, which whoever commits would have to wait for.
  const auto count_pages = [](void* store, sqlite3*, const char*, int pages) {
    static_cast<SqliteStore*>(store)->log_pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(writer_->get(), count_pages, this);
  writer_->prepare_writes();
  writer_->prepare_reads();
}

// Sealed on the device's thread: the committer only writes.
void SqliteStore::commit(Scope scope, const store::WriteBatch& batch, Completion done) {
  Job job;
  job.scope = scope;
  job.done = std::move(done);
  job.writes = seal_all(scope, batch);
  enqueue(std::move(job));
}

std::optional<bool> SqliteStore::commit_here(Scope scope, const store::WriteBatch& batch) {
  if (!may_commit_here_ || !healthy_ || !quick_) return std::nullopt;
  const std::unique_lock writing(writer_mutex_, std::try_to_lock);
  if (!writing || log_pages_ >= kCheckpointPages) return std::nullopt;
  {
    const std::lock_guard lock(jobs_mutex_);
    if (!jobs_.empty()) return std::nullopt;
  }
  std::vector<Job> jobs(1);
  jobs[0].scope = scope;
  jobs[0].writes = seal_all(scope, batch);
  const bool committed = commit_jobs(jobs);
  if (!committed || log_pages_ >= kCheckpointPages) {  // work for the committer
    const std::lock_guard lock(jobs_mutex_);
    jobs_waiting_.notify_one();
  }
  return committed;
}

void SqliteStore::erase(Scope scope, Completion done) {
  Job job;
  job.scope = scope;
  job.erase_scope = true;
  job.done = std::move(done);
  enqueue(std::move(job));
}

void SqliteStore::enqueue(Job job) {
  {
    const std::lock_guard lock(jobs_mutex_);
    jobs_.push_back(std::move(job));
  }
  jobs_waiting_.notify_one();
}

// Whoever waits must learn of it: without memory for that, not before there is some.
void SqliteStore::tell(Job& job, bool committed) {
  for (;;) {
    try {
      return job.done(committed);
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

// Group commit: while one transaction is being synced the next batches gather.
void SqliteStore::run_committer() {
  std::vector<Job> jobs;
  for (;;) {
    {
      std::unique_lock lock(jobs_mutex_);
      const auto work = [this] { return stopping_ || !jobs_.empty(); };
      jobs_waiting_.wait(lock, [&] { return work() || !healthy_ || log_pages_ >= kCheckpointPages; });
      if (!healthy_) jobs_waiting_.wait_for(lock, kProbeEvery, work);
      if (jobs_.empty() && stopping_) return;
      jobs.swap(jobs_);
    }
    bool committed = true;
    {
      const std::lock_guard writing(writer_mutex_);
      if (!healthy_) checkpoint();  // a log that starts again needs no more room
      committed = jobs.empty() ? healthy_ || probe() : commit_jobs(jobs);
      if (log_pages_ >= kCheckpointPages) checkpoint();
    }
    for (Job& job : jobs)
      if (job.done) tell(job, committed);
    jobs.clear();
  }
}

bool SqliteStore::commit_jobs(const std::vector<Job>& jobs) {
  const auto begun = std::chrono::steady_clock::now();
  const bool committed = write_jobs(jobs);
  const auto took = std::chrono::steady_clock::now() - begun;
  quick_ = took < kQuickCommit;
  counters().commit_seconds.observe(took);
  count(committed ? counters().commits_good : counters().commits_failed);
  if (committed) full_ = false;
  if (committed != healthy_.exchange(committed))
    log::error(committed ? "store.recovered" : full_ ? "store.full" : "store.commit_failed");
  return committed;
}

// Whether it works again: only something written tells.
bool SqliteStore::probe() {
  std::vector<Job> jobs(1);
  jobs[0].writes = seal_all(kStoreScope, {{{key_check_row(), to_bytes(kKeyCheck)}}});
  return commit_jobs(jobs);
}

void SqliteStore::note_failure() {
  full_ = files_->take_no_room() || sqlite3_errcode(writer_->get()) == SQLITE_FULL;
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

bool SqliteStore::write_jobs(const std::vector<Job>& jobs) {
  Connection& db = *writer_;
  extend_log();
  files_->take_no_room();
  if (Use(db.begin).step() != SQLITE_DONE) return note_failure(), false;
  bool ok = true;
  for (const Job& job : jobs) {
    if (job.erase_scope) ok = ok && Use(db.erase_rows).number(1, job.scope).step() == SQLITE_DONE;
    for (const Write& write : job.writes) {
      if (!ok) break;
      Use use(write.sealed ? db.put : db.erase);
      use.number(1, job.scope).number(2, static_cast<int>(write.key.table)).blob(3, view(write.key.id));
      if (write.sealed) use.blob(4, *write.sealed);
      ok = use.step() == SQLITE_DONE;
    }
  }
  if (ok && Use(db.end).step() == SQLITE_DONE) return true;
  note_failure();
  db.try_run("ROLLBACK");
  return false;
}

// What a reader still needs stays in the log until the next time.
void SqliteStore::checkpoint() {
  log_pages_ = 0;  // until the next commit tells
  sqlite3_wal_checkpoint_v2(writer_->get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

bool SqliteStore::reachable() const noexcept {
  bool ok = true;
  const auto found = read(kStoreScope, key_check_row(), ok);
  if (!ok || !found || !healthy_) return false;
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
    if (result == SQLITE_ROW) {
      if (auto value = keys_->open_row(scope, key, use.column(0))) return value;
    }
  } catch (const std::exception&) {
  }
  ok = false;
  return std::nullopt;
}

std::vector<store::Row> SqliteStore::read_rows(Scope scope, store::Table table, std::string_view from,
                                               std::size_t limit, bool& ok) const noexcept {
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
      store::Key key{table, to_string(use.column(0))};
      auto value = keys_->open_row(scope, key, use.column(1));
      if (!value) break;
      out.push_back({std::move(key.id), *std::move(value)});
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

std::vector<SqliteStore::Write> SqliteStore::seal_all(Scope scope, const store::WriteBatch& batch) const {
  std::vector<Write> out;
  out.reserve(batch.writes.size());
  Bytes nonces(StoreKeys::kNonceBytes * batch.writes.size());
  OsRandom().fill(nonces);
  ByteView unused(nonces);
  for (const auto& [key, value] : batch.writes) {
    std::optional<Bytes> sealed;
    if (value) sealed = keys_->seal_row(scope, key, *value, unused.first(StoreKeys::kNonceBytes));
    out.push_back({key, std::move(sealed)});
    unused = unused.subspan(StoreKeys::kNonceBytes);
  }
  return out;
}

}  // namespace wa::native
