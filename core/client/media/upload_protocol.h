// How files are sent to the media hosts of the service and fetched from them (09 sections 1, 2, 6, 9): paths, and what
// answers mean. Pure: hosts of the machine perform the effects UploadFile and DownloadFile with what is made here.
// Guarantees: paths are clean (printable, begin with '/', bounded); answers are read totally.
// Does not: remember hosts, count tries, or wait (the transfers do).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "base/result.h"
#include "client/media/contract.h"
#include "stanza/queries/media.h"

namespace wa::client {

inline constexpr std::size_t kMediaPathBytesMax = 4096;
inline constexpr std::size_t kMediaHostsMax = 16;

// --- media connection (section 1)
struct MediaConnection {
  std::string auth;
  std::vector<std::string> hosts;   // service hosts only, primaries first
  std::int64_t usable_ms = 0;       // from now on: the shorter of both lifetimes, less 30 s
};
// bad_input: no auth, no host of the service, or no lifetime. `now_s`: seconds since 1970; a lifetime of 10^9 or more
// is a time.
Result<MediaConnection> media_connection_of(const stanza::MediaConn& answer, std::int64_t now_s);

// --- upload (section 2)
inline constexpr int kUploadRounds = 4;                            // over all hosts: the first and three more,
// 1, 2, 4 s after the one before.
constexpr std::int64_t upload_pause_ms(int round) { return 1000LL << (round < 1 ? 0 : round - 1); }
inline constexpr std::uint64_t kResumeFromBytes = 5 * kMiB;        // of the sealed file: shorter ones are sent at once

// `where`: upload_path of the kind's row. The hash is that of the sealed file.
std::string upload_path(std::string_view where, ByteView enc_sha256, std::string_view auth);
// Not encrypted (section 9); the hash is that of the file.
std::string newsletter_upload_path(MediaKind kind, ByteView sha256, std::string_view auth);
// Of a path made by one of these: does the host have some of it; and the rest of it from `offset` on.
std::string resume_check_path(std::string path);
std::string offset_path(std::string path, std::uint64_t offset);

enum class UploadNext : std::uint8_t {
  done,
  next_host,
  refresh,     // the hosts do not take this auth: ask for a new media connection, once
  throttled,   // not before `retry_after_ms`, and not at another host
};
struct UploadAnswer {
  UploadNext next = UploadNext::next_host;
  std::string url, direct_path;            // of done
  std::string handle;                      // newsletters: media_id of the message stanza
  std::string thumbnail_direct_path;       // newsletters
  Bytes thumbnail_sha256;
  std::int64_t retry_after_ms = -1;
};
UploadAnswer read_upload_answer(const FileAnswered& answer);

// complete: the host has the whole file, `uploaded` says where. Else what is to be sent begins at `offset`; 0: all of
// it.
struct ResumeAnswer {
  bool complete = false;
  UploadAnswer uploaded;
  std::uint64_t offset = 0;
};
ResumeAnswer read_resume_answer(const FileAnswered& answer, std::uint64_t sealed_size);

// --- download (section 6)
inline constexpr int kDownloadRepeats = 5;      // of the same host, before the next one
// When the service named no hosts.
inline constexpr std::string_view kDefaultMediaHosts[] = {"mmg.whatsapp.net", "mmg-fallback.whatsapp.net"};

bool is_direct_path(std::string_view path);
// What a received message says of where its file is: its direct path, else that of its url if a host of the service is
// named there. Empty: nothing that may be fetched.
std::string direct_path_of(std::string_view direct_path, std::string_view url);
// `mms_type`: of the kind's row. Without a hash, or for a path without a query, the plain path.
std::string download_path(std::string_view direct_path, ByteView enc_sha256, std::string_view mms_type);

enum class DownloadNext : std::uint8_t {
  refresh,     // 401, 403: once with new hosts, then it is gone
  gone,        // 404, 410: the own phone may have it (media_retry.h)
  again,       // the same host later: after (n + 1) s or Retry-After
  next_host,
};
DownloadNext read_download_status(int status);

}  // namespace wa::client
