// A file that the process keeps for a device, and how it is written. Small ones are in memory, within a budget of the
// process; the others in a folder of the data directory, encrypted under a key that only this process has: whatever is
// left there when it dies is noise, and the next start removes it.
// Guarantees: a file is there for as long as somebody holds it, and gone with the last who does; bytes count for the
// tenant from before they are written until then; nothing is written when the disk is nearly full.
// Does not: prove that nobody changed the bytes on the disk. Whoever could do that can read this process too.
// From any thread; one FileWriter from one at a time. Reads and writes take at most kPieceBytes at once: a page of the
// system's cache, mostly.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/files.h"
#include "base/random.h"

namespace wa::native {

inline constexpr std::size_t kPieceBytes = 64u << 10;   // what work on a file takes at a time
inline constexpr std::size_t kSmallFileBytes = 64u << 10;

struct FileLimits {
  std::uint64_t tenant_bytes_max = 4096ull << 20;
  std::uint64_t memory_bytes_max = 16ull << 20;   // small files, over all
  std::uint64_t disk_free_min = 256ull << 20;     // what is left for the store
};

// The folder, its key and what of it is used. Holders of files keep it alive.
class FileRoom {
 public:
  // Makes the folder (0700) and empties it. Throws StoreError-like std::runtime_error when it cannot.
  FileRoom(std::filesystem::path folder, Random& random, FileLimits limits);
  ~FileRoom();
  FileRoom(const FileRoom&) = delete;
  FileRoom& operator=(const FileRoom&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::uint64_t bytes_of(const std::string& tenant) const;
  std::uint64_t memory_bytes() const;

 private:
  friend class KeptFile;
  friend class FileWriter;
  bool charge(const std::string& tenant, std::uint64_t bytes);   // false: more than the tenant may have
  void give_back(const std::string& tenant, std::uint64_t bytes);
  bool take_memory(std::uint64_t bytes);
  void free_memory(std::uint64_t bytes);
  std::uint64_t next_number();
  bool disk_has_room(std::uint64_t bytes);
  std::string path_of(std::uint64_t number) const;
  void crypt(std::uint64_t number, std::uint64_t offset, std::span<std::uint8_t> bytes) const;

  const std::filesystem::path folder_;
  const FileLimits limits_;
  ByteArray<32> key_{};
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> used_;   // by tenant
  std::uint64_t in_memory_ = 0, last_number_ = 0, unchecked_ = 0;
  bool room_left_ = true;
};

class KeptFile {
 public:
  ~KeptFile();
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

  std::uint64_t size() const { return size_; }
  // Exactly `out.size()` bytes from `offset` on; false: there are not so many, or they cannot be read.
  bool read(std::uint64_t offset, std::span<std::uint8_t> out) const;

 private:
  friend class FileWriter;
  KeptFile(std::shared_ptr<FileRoom> room, std::string tenant);
  std::shared_ptr<FileRoom> room_;
  std::string tenant_;
  std::uint64_t size_ = 0, charged_ = 0, number_ = 0;   // number 0: in memory
  Bytes bytes_;
  std::uint64_t memory_ = 0;
};
using FileHandle = std::shared_ptr<const KeptFile>;

class FileWriter {
 public:
  // `tenant`: who pays. More than `bytes_max` is too_large.
  FileWriter(std::shared_ptr<FileRoom> room, std::string tenant, std::uint64_t bytes_max = UINT64_MAX);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  FileFault append(ByteView bytes);     // what it said once it says again
  std::uint64_t size() const { return file_->size_ + pending_.size(); }
  FileHandle finish();                  // nullptr: see fault(). Nothing may be appended then
  FileFault fault() const { return fault_; }

 private:
  FileFault spill();
  std::shared_ptr<KeptFile> file_;
  std::uint64_t bytes_max_;
  Bytes pending_;
  int descriptor_ = -1;
  FileFault fault_ = FileFault::none;
};

// A whole file of these bytes; nullptr with a fault when there is no room.
FileHandle keep_bytes(const std::shared_ptr<FileRoom>& room, const std::string& tenant, ByteView bytes,
                      FileFault& fault);

}  // namespace wa::native
