#include "data_directory.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sqlite_store.h"

namespace wa::native {
namespace {

std::string reason() { return std::strerror(errno); }

std::string owner_of_lock(int file) {
  char text[32] = {};
  const auto count = ::pread(file, text, sizeof text - 1, 0);
  if (count <= 0) return "unknown";
  return std::string(text, std::strcspn(text, "\n"));
}

}  // namespace

int lock_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  if (!std::filesystem::exists(directory, failed)) {
    std::filesystem::create_directories(directory, failed);
    if (failed) throw StoreError("cannot create data directory " + directory.string() + ": " + failed.message());
    ::chmod(directory.c_str(), 0700);
  }
  const auto path = directory / "lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw StoreError("cannot open " + path.string() + ": " + reason());
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const std::string owner = owner_of_lock(file);
    ::close(file);
    throw StoreError("data directory " + directory.string() + " is in use by another process (pid " + owner + ")");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0) {
    const std::string why = reason();
    ::close(file);
    throw StoreError("cannot write " + path.string() + ": " + why);
  }
  return file;
}

void write_private_file(const std::filesystem::path& file, ByteView content) {
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) throw StoreError("cannot create " + file.string() + ": " + reason());
  const bool written =
      ::write(out, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(out) == 0;
  ::close(out);
  if (!written) {
    ::unlink(file.c_str());
    throw StoreError("cannot write " + file.string());
  }
  // The name must survive a crash too: without the key the data is lost.
  const int folder =
      ::open(file.parent_path().empty() ? "." : file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

ByteArray<32> load_or_make_key(const std::filesystem::path& file) {
  ByteArray<32> key{};
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    randombytes_buf(key.data(), key.size());
    write_private_file(file, key);
    return key;
  }
  const int in = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) throw StoreError("cannot read key file " + file.string() + ": " + reason());
  struct stat facts {};
  std::uint8_t more = 0;
  const bool whole = ::fstat(in, &facts) == 0 && ::read(in, key.data(), key.size()) == 32 && ::read(in, &more, 1) == 0;
  ::close(in);
  if (!whole) throw StoreError("key file " + file.string() + " must hold exactly 32 bytes");
  // A credential of systemd belongs to root and shows the group bits of an access list that names only us.
  const mode_t forbidden = facts.st_uid == 0 && ::geteuid() != 0 ? 037 : 077;
  if ((facts.st_mode & forbidden) != 0)
    throw StoreError("key file " + file.string() + " can be read by others: chmod 600 it");
  return key;
}

}  // namespace wa::native
