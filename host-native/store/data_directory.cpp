#include "store/data_directory.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace wa::native {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSecretBytesMax = 64u << 10;

std::string reason() { return errno == ELOOP ? "it is a symbolic link, which is not followed" : std::strerror(errno); }

std::string owner_of_lock(int file) {
  char text[32] = {};
  const auto count = ::pread(file, text, sizeof text - 1, 0);
  if (count <= 0) return "unknown";
  return std::string(text, std::strcspn(text, "\n"));
}

struct Open {
  explicit Open(int descriptor) : file(descriptor) {}
  ~Open() {
    if (file >= 0) ::close(file);
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  int release() { return std::exchange(file, -1); }
  int file;
};

Open folder_of(const fs::path& file) {
  return Open(::open(file.parent_path().empty() ? "." : file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

// In this very directory, whatever its name leads to meanwhile. Its content is replaced: it must be a file of its own.
int open_lock(const fs::path& directory) {
  const Open folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::string name = (directory / "lock").string();
  if (folder.file < 0) throw StoreError("cannot open data directory " + directory.string() + ": " + reason());
  Open lock(::openat(folder.file, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (lock.file < 0) throw StoreError("cannot open " + name + ": " + reason());
  struct stat facts {};
  if (::fstat(lock.file, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_nlink != 1)
    throw StoreError(name + " is not a file of its own: remove it");
  return lock.release();
}

// What somebody typed for a trial: all bytes equal, or each by the same amount more than the one before.
bool is_known(const ByteArray<32>& key) {
  const auto step = static_cast<std::uint8_t>(key[1] - key[0]);
  for (std::size_t i = 1; i < key.size(); ++i)
    if (static_cast<std::uint8_t>(key[i] - key[i - 1]) != step) return false;
  return true;
}

}  // namespace

int lock_directory(const fs::path& directory) {
  std::error_code failed;
  if (!fs::exists(directory, failed)) {
    fs::create_directories(directory, failed);
    if (failed) throw StoreError("cannot create data directory " + directory.string() + ": " + failed.message());
    ::chmod(directory.c_str(), 0700);
  }
  Open lock(open_lock(directory));
  const bool held = ::flock(lock.file, LOCK_EX | LOCK_NB) == 0;
  if (!held && errno != EWOULDBLOCK)
    throw StoreError("cannot lock data directory " + directory.string() + ": " + reason());
  if (!held)
    throw StoreError("data directory " + directory.string() + " is in use by another process (pid " +
                     owner_of_lock(lock.file) + ")");
  // For whoever meets the lock. Not worth a refusal: on a full disk it cannot be written.
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.file, 0) == 0) (void)!::pwrite(lock.file, pid.data(), pid.size(), 0);
  return lock.release();
}

void sync_file(const fs::path& file) {
  if (const Open out(::open(file.c_str(), O_RDONLY | O_CLOEXEC)); out.file < 0 || ::fsync(out.file) != 0)
    throw StoreError("cannot write " + file.string() + ": " + reason());
  sync_names_beside(file);
}

void sync_names_beside(const fs::path& file) {
  if (const Open folder = folder_of(file); folder.file >= 0) ::fsync(folder.file);
}

void write_private_file(const fs::path& file, ByteView content) {
  Open out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (out.file < 0) throw StoreError("cannot create " + file.string() + ": " + reason());
  const bool written = ::write(out.file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                       ::fsync(out.file) == 0;
  if (!written) {
    const std::string why = reason();
    ::unlink(file.c_str());
    throw StoreError("cannot write " + file.string() + ": " + why);
  }
  // The name must survive a crash too: without the key the data is lost.
  sync_names_beside(file);
}

std::string read_secret_file(const fs::path& file, const std::string& what) {
  const std::string name = what + " " + file.string();
  const Open in(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (in.file < 0) throw StoreError("cannot read " + name + ": " + reason());
  struct stat facts {};
  if (::fstat(in.file, &facts) != 0 || !S_ISREG(facts.st_mode)) throw StoreError(name + " is not a file");
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid())
    throw StoreError(name + " belongs to another user, who could replace it: chown it to the one who runs this");
  // A credential of systemd belongs to root and shows the group bits of an access list that names only us.
  const mode_t forbidden = facts.st_uid == 0 && ::geteuid() != 0 ? 037 : 077;
  if ((facts.st_mode & forbidden) != 0) throw StoreError(name + " can be read by others: chmod 600 it");
  std::string out(kSecretBytesMax + 1, '\0');
  const auto count = ::read(in.file, out.data(), out.size());
  if (count < 0) throw StoreError("cannot read " + name + ": " + reason());
  if (static_cast<std::size_t>(count) > kSecretBytesMax) throw StoreError(name + " is too long to be one");
  out.resize(static_cast<std::size_t>(count));
  return out;
}

bool open_to_writers(const fs::path& directory) {
  struct stat facts {};
  return ::stat(directory.c_str(), &facts) == 0 && (facts.st_mode & 022) != 0;
}

ByteArray<32> load_key(const fs::path& file, bool may_make) {
  ByteArray<32> key{};
  std::error_code failed;
  const bool absent = fs::symlink_status(file, failed).type() == fs::file_type::not_found;
  if (absent && !may_make)
    throw StoreError("the key file " + file.string() + " is missing, and what is stored cannot be read without it: put it back");
  if (absent) {
    randombytes_buf(key.data(), key.size());
    write_private_file(file, key);
    return key;
  }
  std::string content = read_secret_file(file, "key file");
  if (content.size() != key.size()) throw StoreError("key file " + file.string() + " must hold exactly 32 bytes");
  key = array_of<32>(view(content));
  if (is_known(key))
    throw StoreError("key file " + file.string() + " holds one byte again and again, or counting: whoever has the database can " +
                     "guess it. Take `openssl rand 32`, or leave it out, and a random one is made for a new data directory");
  sodium_memzero(content.data(), content.size());
  return key;
}

}  // namespace wa::native
