// tested by native/files/kept_file_test.cpp
#include "files/kept_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace wa::native {
namespace {

constexpr std::uint64_t kEntryBytes = 4096;       // what the least file counts: a thousand empty ones are not free
constexpr std::uint64_t kDiskCheckEvery = 8u << 20;

struct OpenedFile {
  explicit OpenedFile(int descriptor) : file(descriptor) {}
  ~OpenedFile() {
    if (file >= 0) ::close(file);
  }
  OpenedFile(const OpenedFile&) = delete;
  OpenedFile& operator=(const OpenedFile&) = delete;
  int file;
};

bool write_piece(int file, ByteView bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool read_piece(int file, std::uint64_t offset, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto count = ::pread(file, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    offset += static_cast<std::uint64_t>(count);
    out = out.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

// Only what was made here: a folder that somebody put a link into is not followed.
void empty_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw std::runtime_error("cannot create " + folder.string() + ": " + failed.message());
  if (std::filesystem::is_symlink(folder, failed))
    throw std::runtime_error(folder.string() + " is a symbolic link, which is not followed");
  if (::chmod(folder.c_str(), 0700) != 0) throw std::runtime_error("cannot close " + folder.string() + " to others");
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    std::filesystem::remove_all(entry.path(), failed);
    if (failed) throw std::runtime_error("cannot remove " + entry.path().string() + ": " + failed.message());
  }
}

}  // namespace

FileRoom::FileRoom(std::filesystem::path folder, Random& random, FileLimits limits)
    : folder_(std::move(folder)), limits_(limits) {
  empty_folder(folder_);
  random.fill(key_);
}

FileRoom::~FileRoom() { sodium_memzero(key_.data(), key_.size()); }

std::uint64_t FileRoom::bytes_of(const std::string& tenant) const {
  const std::lock_guard lock(mutex_);
  const auto found = used_.find(tenant);
  return found == used_.end() ? 0 : found->second;
}

std::uint64_t FileRoom::memory_bytes() const {
  const std::lock_guard lock(mutex_);
  return in_memory_;
}

bool FileRoom::charge(const std::string& tenant, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = used_.find(tenant);
  const std::uint64_t has = found == used_.end() ? 0 : found->second;
  if (bytes > limits_.tenant_bytes_max || has > limits_.tenant_bytes_max - bytes) return false;
  used_[tenant] = has + bytes;
  return true;
}

void FileRoom::give_back(const std::string& tenant, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = used_.find(tenant);
  if (found == used_.end()) return;
  found->second -= std::min(bytes, found->second);
  if (found->second == 0) used_.erase(found);
}

bool FileRoom::take_memory(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (in_memory_ + bytes > limits_.memory_bytes_max) return false;
  in_memory_ += bytes;
  return true;
}

void FileRoom::free_memory(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  in_memory_ -= bytes;
}

std::uint64_t FileRoom::next_number() {
  const std::lock_guard lock(mutex_);
  return ++last_number_;
}

// Asked of the system now and then only: what is written in between is small beside the least that stays free.
bool FileRoom::disk_has_room(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  unchecked_ += bytes;
  if (last_number_ > 1 && unchecked_ < kDiskCheckEvery && room_left_) return true;
  unchecked_ = 0;
  struct statvfs disk {};
  room_left_ = ::statvfs(folder_.c_str(), &disk) != 0 ||
               static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize >= limits_.disk_free_min + bytes;
  return room_left_;
}

std::string FileRoom::path_of(std::uint64_t number) const { return (folder_ / std::to_string(number)).string(); }

// ChaCha20 with the file's number as its nonce: a number never comes again under this key, and a file is written once.
void FileRoom::crypt(std::uint64_t number, std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  constexpr std::uint64_t kBlock = 64;
  ByteArray<8> nonce{};
  for (std::size_t i = 0; i < nonce.size(); ++i) nonce[i] = static_cast<std::uint8_t>(number >> (8 * i));
  if (const std::uint64_t inside = offset % kBlock;
      inside != 0 && !bytes.empty()) {  // the rest of a block that was begun
    ByteArray<64> block{};
    const std::size_t count = std::min<std::size_t>(bytes.size(), kBlock - inside);
    std::copy_n(bytes.begin(), count, block.begin() + static_cast<std::ptrdiff_t>(inside));
    crypto_stream_chacha20_xor_ic(block.data(), block.data(), block.size(), nonce.data(), offset / kBlock, key_.data());
    std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(inside), count, bytes.begin());
    offset += count;
    bytes = bytes.subspan(count);
  }
  if (bytes.empty()) return;
  crypto_stream_chacha20_xor_ic(bytes.data(), bytes.data(), bytes.size(), nonce.data(), offset / kBlock, key_.data());
}

KeptFile::KeptFile(std::shared_ptr<FileRoom> room, std::string tenant)
    : room_(std::move(room)), tenant_(std::move(tenant)) {}

KeptFile::~KeptFile() {
  if (number_ != 0) ::unlink(room_->path_of(number_).c_str());
  if (memory_ != 0) room_->free_memory(memory_);
  if (charged_ != 0) room_->give_back(tenant_, charged_);
}

bool KeptFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset > size_ || out.size() > size_ - offset) return false;
  if (number_ == 0) {
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return true;
  }
  // Opened for each piece: who reads slowly holds no descriptor meanwhile.
  const OpenedFile in(::open(room_->path_of(number_).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (in.file < 0 || !read_piece(in.file, offset, out)) return false;
  room_->crypt(number_, offset, out);
  return true;
}

FileWriter::FileWriter(std::shared_ptr<FileRoom> room, std::string tenant, std::uint64_t bytes_max)
    : file_(new KeptFile(std::move(room), std::move(tenant))), bytes_max_(bytes_max) {
  if (!file_->room_->charge(file_->tenant_, kEntryBytes)) fault_ = FileFault::no_room;
  else file_->charged_ = kEntryBytes;
}

FileWriter::~FileWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileFault FileWriter::append(ByteView bytes) {
  while (fault_ == FileFault::none && !bytes.empty()) {
    if (bytes.size() > bytes_max_ - std::min(bytes_max_, size())) return fault_ = FileFault::too_large;
    const ByteView some = bytes.first(std::min(bytes.size(), kPieceBytes - pending_.size()));
    const std::uint64_t needed = size() + some.size();
    if (needed > file_->charged_) {
      const std::uint64_t more = std::max<std::uint64_t>(needed - file_->charged_, kEntryBytes);
      if (!file_->room_->charge(file_->tenant_, more)) return fault_ = FileFault::no_room;
      file_->charged_ += more;
    }
    wa::append(pending_, some);
    bytes = bytes.subspan(some.size());
    if (pending_.size() == kPieceBytes && !bytes.empty()) spill();
  }
  return fault_;
}

// What waits goes to the disk.
FileFault FileWriter::spill() {
  KeptFile& file = *file_;
  if (!file.room_->disk_has_room(pending_.size())) return fault_ = FileFault::no_room;
  if (descriptor_ < 0) {
    file.number_ = file.room_->next_number();
    descriptor_ =
        ::open(file.room_->path_of(file.number_).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor_ < 0) return fault_ = FileFault::no_room;
  }
  file.room_->crypt(file.number_, file.size_, pending_);
  if (!write_piece(descriptor_, pending_)) return fault_ = FileFault::no_room;
  file.size_ += pending_.size();
  pending_.clear();
  return fault_;
}

FileHandle FileWriter::finish() {
  if (fault_ != FileFault::none) return nullptr;
  KeptFile& file = *file_;
  const std::size_t held = pending_.size();
  if (descriptor_ < 0 && file.room_->take_memory(held)) {
    file.memory_ = held;
    file.size_ = held;
    pending_.shrink_to_fit();
    file.bytes_ = std::move(pending_);
  } else if (held > 0 || descriptor_ < 0) {
    if (spill() != FileFault::none) return nullptr;
  }
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  pending_ = {};
  return file_;
}

FileHandle keep_bytes(const std::shared_ptr<FileRoom>& room, const std::string& tenant, ByteView bytes,
                      FileFault& fault) {
  FileWriter writer(room, tenant);
  writer.append(bytes);
  FileHandle out = writer.finish();
  fault = writer.fault();
  return out;
}

}  // namespace wa::native
