// Files that a host holds for a device: how the core names them, and what comes of the work on them. The core never
// has the bytes of a file: it names it, and says what is asked for with it (client/effect.h).
// Guarantees: none; these are values. Files end with the process at the latest (a host erases what it finds at its
// start): what must survive is a row that can begin anew.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"

namespace wa {

using FileId = std::uint64_t;    // never 0. Random: whoever makes one, host or core, draws it
using FileJob = std::uint64_t;   // of an effect, comes back with its FileDone. Random, never 0

// Why work on a file ended without what it was for.
enum class FileFault : std::uint8_t {
  none,
  unsupported,    // this host cannot do it at all (no files, no tools)
  forbidden,      // the destination is not allowed (egress rules)
  unreachable,    // no HTTP answer: name, connection, TLS
  timeout,        // no progress, or not done in time
  http_status,    // an HTTP answer that is none of success: `status`
  too_large,      // more than `bytes_max`
  no_room,        // the quota of the tenant, or the disk
  broken,         // MAC, hash or padding are wrong: nothing was kept
  missing,        // there is no such file (any more)
  unreadable,     // of an inspection: not what it says it is, or its tools gave up
};

// A file is there now.
struct FileStored {
  std::uint64_t size = 0;
  Bytes sha256;
  std::string content_type;   // as its HTTP answer said; empty: it said nothing
  std::string file_name;      // by Content-Disposition or the last part of the URL
};
// What stands in the message besides the key (09 sections 3, 4). `sidecar`, `first_frame_sidecar`: only if asked for.
struct FileSealed {
  std::uint64_t size = 0, sealed_size = 0;   // of the plaintext; of ciphertext and MAC
  Bytes sha256, enc_sha256, sidecar, first_frame_sidecar;
};
// A host of the service answered an upload: any status. `body` is cut at 64 KiB.
struct FileAnswered { int status = 0; std::int64_t retry_after_ms = -1; std::string body; };
// What a file is, whatever it calls itself. `mimetype` empty: not known. `converted`: another file has the result.
struct FileInspected {
  std::string mimetype;
  std::uint32_t width = 0, height = 0, seconds = 0, pages = 0;
  bool animated = false;
  std::uint64_t first_frame_length = 0;      // animated WebP (09 section 3)
  Bytes thumbnail;                           // JPEG, at most 64 KiB; empty: none could be made
  Bytes waveform;                            // 64 values of 0..100
  bool converted = false;
  std::uint64_t size = 0;                    // of the result, when converted
  std::vector<std::string> warnings;         // for the caller: what could not be done, and why
};
using FileResult = std::variant<std::monostate, FileStored, FileSealed, FileAnswered, FileInspected>;

// Work on a file ended. `status`: of an HTTP answer that is none of success.
struct FileDone {
  FileJob job = 0;
  FileFault fault = FileFault::none;
  int status = 0;
  std::int64_t retry_after_ms = -1;
  FileResult result;
};

}  // namespace wa
