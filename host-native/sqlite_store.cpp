#include "sqlite_store.h"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "data_directory.h"
#include "log.h"
#include "metrics.h"
#include "os_random.h"

namespace wa::native {
namespace {

constexpr int kSchemaVersion = 1;
constexpr auto kProbeEvery = std::chrono::seconds(1);
constexpr auto kQuickCommit = std::chrono::milliseconds(5);
constexpr int kCheckpointPages = 4000;
constexpr std::int64_t kLogFrameBytes = 4096 + 24;
constexpr std::size_t kZeroBytes = 4096;
constexpr int kLogPagesAhead = 64;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr Scope kStoreScope = 0;  // of the store itself; no hash of a name is 0
constexpr std::string_view kKeyCheck = "wuts key check";

// A prepared statement in use; given back clean, so that no read transaction stays open behind it.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
  ~Use() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Use& number(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); return *this; }
  // The bytes must live until the statement has run. A pointer is always given: a null one would bind NULL, not x''.
  Use& blob(int index, ByteView value) {
    sqlite3_bind_blob64(statement_, index, value.empty() ? "" : reinterpret_cast<const char*>(value.data()),
                        value.size(), SQLITE_STATIC);
    return *this;
  }
  int step() { return sqlite3_step(statement_); }
  ByteView column(int index) {
    return {static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, index)),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, index))};
  }
  std::int64_t column_number(int index) { return sqlite3_column_int64(statement_, index); }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

struct SqliteStore::Connection {
  Connection(const std::filesystem::path& file, bool writes) {
    const int flags =
        SQLITE_OPEN_NOMUTEX | (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);
    if (sqlite3_open_v2(file.c_str(), &db, flags, nullptr) != SQLITE_OK) {
      const std::string why = sqlite3_errmsg(db);
      sqlite3_close(db);
      throw StoreError("cannot open " + file.string() + ": " + why);
    }
    sqlite3_busy_timeout(db, 2000);  // nobody else should hold a lock at all
    if (!writes) run("PRAGMA cache_size=-512; PRAGMA query_only=1");
  }
  ~Connection() {
    for (sqlite3_stmt* statement : {get, scan, next_scope, begin, put, erase, erase_rows, end}) sqlite3_finalize(statement);
    sqlite3_close(db);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void run(const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw StoreError(std::string("database: ") + sqlite3_errmsg(db));
  }
  bool try_run(const char* sql) noexcept { return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* out = nullptr;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &out, nullptr) != SQLITE_OK)
      throw StoreError(std::string("database: ") + sqlite3_errmsg(db));
    return out;
  }
  void prepare_reads() {
    get = prepare("SELECT value FROM kv WHERE scope=?1 AND tbl=?2 AND id=?3");
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
  std::int64_t number(const char* sql) {
    sqlite3_stmt* statement = prepare(sql);
    const std::int64_t out = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return out;
  }

  sqlite3* db = nullptr;
  sqlite3_stmt *get = nullptr, *scan = nullptr, *next_scope = nullptr;
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
    connection_ = std::make_unique<Connection>(store.directory_ / "wuts.db", false);
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
  lock_ = lock_directory(directory_);
  try {
    key_ = load_or_make_key(options.key_file.empty() ? directory_ / "key" : options.key_file);
    writer_ = std::make_unique<Connection>(directory_ / "wuts.db", true);
    ::chmod((directory_ / "wuts.db").c_str(), 0600);
    writer_->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096");
    // In place of SQLite's own checkpoints, which whoever commits would have to wait for.
    const auto count_pages = [](void* store, sqlite3*, const char*, int pages) {
      static_cast<SqliteStore*>(store)->log_pages_ = pages;
      return SQLITE_OK;
    };
    sqlite3_wal_hook(writer_->db, count_pages, this);
    check_schema();
    writer_->prepare_writes();
    writer_->prepare_reads();
    check_key();
  } catch (...) {
    writer_.reset();
    ::close(lock_);
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
  sodium_memzero(key_.data(), key_.size());
  ::close(lock_);
}

void SqliteStore::check_schema() {
  const std::int64_t version = writer_->number("PRAGMA user_version");
  if (version > kSchemaVersion)
    throw StoreError("the data directory was written by a newer version (schema " + std::to_string(version) +
                     ", this one knows " + std::to_string(kSchemaVersion) + ")");
  if (version == kSchemaVersion) return;
  writer_->run(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE kv(scope INTEGER NOT NULL, tbl INTEGER NOT NULL, id BLOB NOT NULL, value BLOB NOT NULL,"
      " PRIMARY KEY(scope,tbl,id)) WITHOUT ROWID;"
      "PRAGMA user_version=1;"
      "COMMIT");
}

// One row that only the right key opens.
void SqliteStore::check_key() {
  const store::Key check{store::Table::device, "key"};
  if (writer_->number("SELECT count(*) FROM (SELECT 1 FROM kv LIMIT 1)") == 0) {
    Job job;
    job.writes = seal_all(job.scope, {{{check, to_bytes(kKeyCheck)}}});
    std::vector<Job> jobs;
    jobs.push_back(std::move(job));
    if (!commit_jobs(jobs)) throw StoreError("cannot write to the database");
  }
  bool ok = true;
  const auto found = read(kStoreScope, check, ok);
  if (!ok || !found || text_of(*found) != kKeyCheck)
    throw StoreError("the key file does not belong to this data directory (wrong key)");
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
      if (!healthy_) jobs_waiting_.wait_for(lock, kProbeEvery, work);  // then an empty transaction tells whether it works again
      if (jobs_.empty() && stopping_) return;
      jobs.swap(jobs_);
    }
    bool committed = true;
    {
      const std::lock_guard writing(writer_mutex_);
      if (!jobs.empty() || !healthy_) committed = commit_jobs(jobs);
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
  if (committed != healthy_.exchange(committed)) log::error(committed ? "store.recovered" : "store.commit_failed");
  return committed;
}

// The log grows in large steps, by zeros, which end it as nothing does: a commit that only overwrites does not have to
// bring the file's new length to disk as well. What is not possible here SQLite does, or it fails there.
void SqliteStore::extend_log() {
  const std::int64_t wanted = (log_pages_ + kLogPagesAhead) * kLogFrameBytes;
  if (wanted <= log_bytes_) return;
  const int log = ::open((directory_ / "wuts.db-wal").c_str(), O_WRONLY | O_CLOEXEC);
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
  if (Use(db.begin).step() != SQLITE_DONE) return false;
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
  db.try_run("ROLLBACK");
  return false;
}

// What a reader still needs stays in the log until the next time.
void SqliteStore::checkpoint() {
  log_pages_ = 0;  // until the next commit tells
  sqlite3_wal_checkpoint_v2(writer_->db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

bool SqliteStore::reachable() const noexcept {
  bool ok = true;
  const auto found = read(kStoreScope, {store::Table::device, "key"}, ok);
  return ok && found.has_value() && healthy_;
}

std::optional<Bytes> SqliteStore::read(Scope scope, const store::Key& key, bool& ok) const noexcept {
  try {
    Lease db(*this);
    Use use(db->get);
    use.number(1, scope).number(2, static_cast<int>(key.table)).blob(3, view(key.id));
    const int result = use.step();
    if (result == SQLITE_DONE) return std::nullopt;
    if (result == SQLITE_ROW) {
      if (auto value = open(scope, key, use.column(0))) return value;
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
      auto value = open(scope, key, use.column(1));
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

namespace {

Bytes associated_data(Scope scope, const store::Key& key) {
  Bytes out = be_bytes(static_cast<std::uint64_t>(scope), 8);
  out.push_back(static_cast<std::uint8_t>(key.table));
  append(out, key.id);
  return out;
}

}  // namespace

std::vector<SqliteStore::Write> SqliteStore::seal_all(Scope scope, const store::WriteBatch& batch) const {
  std::vector<Write> out;
  out.reserve(batch.writes.size());
  Bytes nonces(kNonceBytes * batch.writes.size());
  OsRandom().fill(nonces);
  ByteView unused(nonces);
  for (const auto& [key, value] : batch.writes) {
    out.push_back({key, value ? std::optional(seal(scope, key, *value, unused.first(kNonceBytes))) : std::nullopt});
    unused = unused.subspan(kNonceBytes);
  }
  return out;
}

Bytes SqliteStore::seal(Scope scope, const store::Key& key, ByteView value, ByteView nonce) const {
  const Bytes aad = associated_data(scope, key);
  Bytes out(kNonceBytes + value.size() + kTagBytes);
  std::copy(nonce.begin(), nonce.end(), out.begin());
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonceBytes, nullptr, value.data(), value.size(), aad.data(),
                                             aad.size(), nullptr, out.data(), key_.data());
  return out;
}

std::optional<Bytes> SqliteStore::open(Scope scope, const store::Key& key, ByteView sealed) const {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const Bytes aad = associated_data(scope, key);
  Bytes out(sealed.size() - kNonceBytes - kTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, sealed.data() + kNonceBytes,
                                                 sealed.size() - kNonceBytes, aad.data(), aad.size(), sealed.data(),
                                                 key_.data()) != 0)
    return std::nullopt;
  return out;
}

Scope scope_of(std::string_view name) {
  ByteArray<crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), view(name).data(), name.size(), nullptr, 0);
  const auto bits = read_be(ByteView(digest).first(8)) & 0x7FFF'FFFF'FFFF'FFFFu;
  return bits == 0 ? 1 : static_cast<Scope>(bits);
}

}  // namespace wa::native
