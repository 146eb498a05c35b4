#include "store/sqlite_backup.h"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/data_directory.h"
#include "store/database.h"

namespace wa::native {
namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::minutes(30);
constexpr std::size_t kPieceBytes = 1u << 20;

// Behind the pages: what it is, under which key, how much comes before, and the seal over all of that.
constexpr std::string_view kTailMagic("WUTS backup 2\n\0\0", 16);
constexpr std::size_t kTailBytes = 16 + 16 + 8 + 32;

class Descriptor {
 public:
  Descriptor(const fs::path& file, int flags) : file_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {
    if (file_ < 0) throw StoreError("cannot open " + file.string());
  }
  explicit Descriptor(int file) : file_(file) {}
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  Descriptor(Descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  int get() const { return file_; }
  bool read(std::uint8_t* out, std::size_t count, std::uint64_t at) const {
    while (count > 0) {
      const auto got = ::pread(file_, out, count, static_cast<off_t>(at));
      if (got <= 0) return false;
      out += got;
      at += static_cast<std::uint64_t>(got);
      count -= static_cast<std::size_t>(got);
    }
    return true;
  }
  bool write(ByteView bytes) const {
    while (!bytes.empty()) {
      const auto put = ::write(file_, bytes.data(), bytes.size());
      if (put <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return true;
  }
  std::uint64_t size() const {
    struct stat facts {};
    return ::fstat(file_, &facts) == 0 && S_ISREG(facts.st_mode) ? static_cast<std::uint64_t>(facts.st_size) : 0;
  }

 private:
  int file_;
};

// The seal over the first `count` bytes of `in`, which go to `copy` on the way (null: nowhere), and over `head`.
ByteArray<32> seal_of(const Descriptor& in, std::uint64_t count, ByteView head, const StoreKeys& keys,
                      const Descriptor* copy) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, keys.backups().data(), keys.backups().size(), 32);
  Bytes piece(kPieceBytes);
  for (std::uint64_t at = 0; at < count;) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), count - at));
    if (!in.read(piece.data(), part, at)) throw StoreError("cannot read the backup");
    if (copy != nullptr && !copy->write(ByteView(piece).first(part)))
      throw StoreError("cannot write the copy: is the disk full?");
    crypto_generichash_update(&state, piece.data(), part);
    at += part;
  }
  crypto_generichash_update(&state, head.data(), head.size());
  ByteArray<32> out{};
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

Bytes tail_head(std::uint64_t pages_bytes, const StoreKeys& keys) {
  return concat({view(kTailMagic), keys.name(), be_bytes(pages_bytes, 8)});
}

// One snapshot: a step that takes everything cannot be torn by a commit of the server.
void copy(Database& from, Database& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) to.fail();
  const int result = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE) from.fail();
  to.run("PRAGMA journal_mode=MEMORY; PRAGMA journal_mode=WAL");
}

std::size_t check(Database& database, const StoreKeys& keys, int version) {
  database.give_up_after(kPatience);
  database.check_schema(version);
  const std::string good = database.text("PRAGMA integrity_check(1)");
  if (good != "ok") throw StoreError("the database is damaged: " + good);
  check_key(database, keys);
  return check_rows(database, keys);
}

fs::path beside(const fs::path& file, const char* suffix) { return fs::path(file).concat(suffix); }

// Held while a run writes a file: a file of its own beside it, since some network file systems lock only what is open
// for writing, and there the lock would meet those of SQLite. Where nothing can be locked a run goes on without.
class RunLock {
 public:
  explicit RunLock(const fs::path& written) : file_(beside(written, "-lock")) {
    own_ = Descriptor(::open(file_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    struct stat facts {};
    const bool held = own_.get() >= 0 && ::flock(own_.get(), LOCK_EX | LOCK_NB) == 0;
    // Without a name it was removed by the run that held it just now: the next one's is another file.
    const bool removed = held && ::fstat(own_.get(), &facts) == 0 && facts.st_nlink == 0;
    if (removed || (own_.get() >= 0 && !held && errno == EWOULDBLOCK))
      throw StoreBusy(written.string() + " is being written by another run: wait for it");
  }
  ~RunLock() {
    if (own_.get() >= 0) ::unlink(file_.c_str());
  }
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  const fs::path file_;
  Descriptor own_{-1};
};

// A file that is removed again unless it was kept. What a run left that was interrupted is in nobody's way; what a run
// writes that is not over is held by its lock.
class Partial {
 public:
  explicit Partial(fs::path path) : file(std::move(path)), lock_(file) {
    ::unlink(file.c_str());
    write_private_file(file, {});
    remove_logs(file);
  }
  ~Partial() {
    std::error_code ignored;
    if (!kept) fs::remove(file, ignored);
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  const fs::path file;
  bool kept = false;

 private:
  const RunLock lock_;
};

void put_in_place(const fs::path& made, const fs::path& to) {
  sync_file(made);
  std::error_code failed;
  fs::rename(made, to, failed);
  if (failed) throw StoreError("cannot write " + to.string() + ": " + failed.message());
  sync_file(to);
}

StoreKeys keys_of(const fs::path& data_dir, const fs::path& key_file) {
  if (sodium_init() < 0) throw StoreError("libsodium cannot start");
  return StoreKeys(load_key(key_file.empty() ? data_dir / "key" : key_file, false));
}

// The pages of a sealed backup, once the seal is good.
void take_pages(const fs::path& from, const fs::path& to, const StoreKeys& keys) {
  const Descriptor in(from, O_RDONLY | O_NONBLOCK);
  Bytes tail(kTailBytes);
  const std::uint64_t size = in.size();
  if (size < kTailBytes || !in.read(tail.data(), tail.size(), size - kTailBytes) ||
      text_of(ByteView(tail).first(16)) != kTailMagic)
    throw StoreError(from.string() + " is not a backup of this program, or its end is missing");
  const ByteView given(tail);
  if (!equal(given.subspan(16, 16), keys.name()))
    throw StoreError("the key file does not belong to " + from.string() + " (wrong key)");
  const Bytes head = tail_head(size - kTailBytes, keys);
  const Descriptor out(to, O_WRONLY | O_CREAT | O_EXCL);
  const ByteArray<32> seal = seal_of(in, size - kTailBytes, head, keys, &out);
  if (!equal(given.first(head.size()), head) || !equal_constant_time(given.last(32), seal))
    throw StoreError(from.string() + " is damaged, or was changed after it was made");
}

// A backup of a version without a seal is a database in the clear.
void take_rows(const fs::path& from, const fs::path& folder, const fs::path& to, const SealedFiles& files,
               const StoreKeys& keys) {
  const fs::path plain = folder / "clear.db";
  fs::copy_file(from, plain);
  fs::permissions(plain, fs::perms::owner_read | fs::perms::owner_write);
  Database old(plain, nullptr, Database::Mode::read);
  check(old, keys, kSchemaInTheClear);
  make_database(to, files, keys, &old);
}

// Where that cannot be found out it is taken for there: what is not kept is removed.
bool is_there(const fs::path& file) {
  struct stat facts {};
  return ::lstat(file.c_str(), &facts) == 0 || errno != ENOENT;
}

void keep(const fs::path& file, const fs::path& as) {
  std::error_code failed;
  fs::create_hard_link(file, as, failed);
  if (failed) throw StoreError("cannot keep the old database as " + as.string() + ": " + failed.message());
}

// The name is never without a file: the one that is replaced gets a second name, and loses the first with the rename.
// Its log is folded in before, and when it is too damaged for that, kept beside it.
Restored set_aside(const fs::path& database, const SealedFiles& files) {
  Restored out;
  const Found found = look_at_database(database);
  if (found == Found::nothing) return out;
  try {
    Database old(database, found == Found::sealed ? &files : nullptr, Database::Mode::write);
    sqlite3_db_config(old.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);  // what does not fold stays as it is
    old.fold_log();
  } catch (const StoreBusy&) {
    throw;
  } catch (const StoreError& problem) {
    out.damage = problem.what();
  }
  out.kept = beside(database, ".before-restore");
  ::unlink(out.kept.c_str());
  remove_logs(out.kept);
  if (!out.damage.empty())
    for (const char* suffix : {"-wal", "-journal"})
      if (is_there(beside(database, suffix))) keep(beside(database, suffix), beside(out.kept, suffix));
  keep(database, out.kept);
  sync_names_beside(database);
  return out;
}

}  // namespace

std::size_t backup_store(const fs::path& data_dir, const fs::path& key_file, const fs::path& to) {
  std::error_code ignored;
  if (fs::exists(to, ignored)) throw StoreError(to.string() + " exists already");
  const fs::path database = data_dir / "wuts.db";
  const Found found = look_at_database(database);
  if (found == Found::nothing) throw StoreError(database.string() + " does not exist");
  if (found == Found::in_the_clear)
    throw StoreError(database.string() + " is of an older version: start the server once, which seals it");
  const StoreKeys keys = keys_of(data_dir, key_file);
  const SealedFiles files(keys.pages());
  Partial partial(beside(to, ".partial"));
  std::size_t rows = 0;
  {
    Database from(database, &files, Database::Mode::read);  // a reader of a WAL database writes its -shm
    Database out(partial.file, &files, Database::Mode::make);
    copy(from, out);
    rows = check(out, keys, kSchemaVersion);
  }
  {
    const Descriptor out(partial.file, O_RDWR | O_APPEND);
    const std::uint64_t size = out.size();
    Bytes tail = tail_head(size, keys);
    append(tail, seal_of(out, size, tail, keys, nullptr));
    if (!out.write(tail)) throw StoreError("cannot write " + to.string());
  }
  put_in_place(partial.file, to);
  partial.kept = true;
  return rows;
}

Restored restore_store(const fs::path& data_dir, const fs::path& key_file, const fs::path& from, RestoreOptions options) {
  std::error_code ignored;
  const StoreKeys keys = keys_of(data_dir, key_file);
  const SealedFiles files(keys.pages());
  const int lock = lock_directory(data_dir);
  const std::unique_ptr<const int, void (*)(const int*)> unlock(&lock, [](const int* file) { ::close(*file); });
  const fs::path database = data_dir / "wuts.db";
  if (look_at_database(database) != Found::nothing && !options.replace)
    throw StoreError(database.string() + " exists already; --replace puts the backup in its place");
  const fs::path trial = data_dir / "restore";
  fs::remove_all(trial, ignored);
  if (!fs::create_directory(trial, ignored)) throw StoreError("cannot create " + trial.string());
  const std::unique_ptr<const fs::path, void (*)(const fs::path*)> clean(&trial, [](const fs::path* folder) {
    std::error_code failed;
    fs::remove_all(*folder, failed);
  });
  const bool clear = look_at_database(fs::canonical(from, ignored)) == Found::in_the_clear;
  if (clear && !options.unsealed)
    throw StoreError(from.string() + " was made by an older version, whose backups have no seal: nobody can say "
                     "whether rows were taken out of it or put back. "
                     "If it is yours and was out of others' reach, --unsealed restores it");
  if (clear) {
    take_rows(from, trial, trial / "wuts.db", files, keys);
  } else {
    take_pages(from, trial / "wuts.db", keys);
  }
  {
    Database copied(trial / "wuts.db", &files, Database::Mode::write);
    check(copied, keys, kSchemaVersion);
  }
  Restored out = set_aside(database, files);
  remove_logs(database);
  put_in_place(trial / "wuts.db", database);
  ::unlink(beside(database, ".restored").c_str());  // what an interrupted run of an older version left
  return out;
}

}  // namespace wa::native
