// The files of the database as SQLite sees them: pages in the clear. On disk each page is sealed by itself
// (XChaCha20-Poly1305, bound to its number), in the database and in its write-ahead log, so that neither shows ids,
// which name people and must stay in order, nor anything else but how much there is.
// The seal takes the last bytes of each page, which a database made with `kSealBytes` reserved leaves alone. A page that
// was changed, or lies in another's place, reads as an error; one of an older time does not.
// No other files: rollback journals and temporary tables must be in memory. A symbolic link is no file of a database.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

struct sqlite3_vfs;

namespace wa::native {

class SealedFiles {
 public:
  explicit SealedFiles(ByteView key);  // 32 bytes
  ~SealedFiles();                      // after the last connection
  SealedFiles(const SealedFiles&) = delete;
  SealedFiles& operator=(const SealedFiles&) = delete;
  const char* name() const { return name_.c_str(); }  // for sqlite3_open_v2
  bool take_no_room();  // whether a write found none, on the disk or under a limit, since it was asked last

  static constexpr int kPageBytes = 4096, kSealBytes = 40;
  struct Key;

 private:
  std::string name_;
  std::unique_ptr<Key> key_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace wa::native
