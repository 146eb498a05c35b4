// Everything the machine may ask of the world: this file is the whole list. Effects are performed in order, after the
// writes of the same step are committed. They are nudges: what must happen is a row first (style.md 2).
#pragma once

#include <concepts>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "base/time.h"

namespace wa {

using ConnectionId = std::uint32_t;  // grows with every Connect; answers to older ones are ignored
using RequestId = std::uint64_t;     // given by the host with an ApiRequest
using FetchId = std::uint32_t;

// Open the WebSocket of this device (the host knows the URL). Answer: Opened, then Received..., at last one Closed.
struct Connect { ConnectionId connection = 0; };
// One binary WebSocket message.
struct Send { ConnectionId connection = 0; Bytes bytes; };
// Close the socket after what was sent. Closed follows.
struct Disconnect { ConnectionId connection = 0; };

// GET a media file: `path` is direct path plus query (08 section 1); `hosts` to try in order. Answer: Fetched.
struct Fetch { FetchId fetch = 0; std::vector<std::string> hosts; std::string path; std::size_t bytes_max = 0; };

// --- files (base/files.h). Each but WriteFile, ReplyFile and DropFile is answered by one FileDone with its job.
// Keep these bytes as a file: small ones, that came inside a request. That there is no room shows when it is used.
struct WriteFile { FileId file = 0; Bytes bytes; };
// GET a URL of the user into a file, by the rules of webhooks (egress). Answer: FileStored.
struct FetchUrl {
  FileJob job = 0;
  FileId into = 0;
  std::string url;
  std::uint64_t bytes_max = 0;
  std::int64_t timeout_ms = 30'000;
};
// Encrypt a file (09 section 4). Without a key: only its size and hashes are wanted, `into` is not used. Answer: FileSealed.
struct SealFile {
  FileJob job = 0;
  FileId from = 0, into = 0;
  Bytes media_key;                    // 32 bytes, or empty
  std::string info;                   // of the HKDF
  bool sidecar = false;
  std::uint64_t first_frame_length = 0;   // 0: no first_frame_sidecar
};
// POST the bytes of a file from `offset` on to one host of the service; `check`: no bytes, whether it has them. Headers
// beside Content-Length: Origin and Referer of the web client, application/octet-stream. Answer: FileAnswered.
struct UploadFile {
  FileJob job = 0;
  FileId file = 0;
  std::string host, path;             // https; path with its query. Never logged
  std::uint64_t offset = 0;
  bool check = false;
};
// GET a file of the service from one host. Nothing is kept unless all that is given holds (08 section 2). An empty key:
// it is not encrypted, `sha256` counts. Answer: FileStored of the plaintext, or http_status.
struct DownloadFile {
  FileJob job = 0;
  FileId into = 0;
  std::string host, path;
  Bytes media_key;
  std::string info;
  Bytes enc_sha256, sha256;           // empty: not checked
  std::uint64_t bytes_max = 0;        // of the plaintext
};
// What is this file? `kind` is one of kMediaKinds by its name ("image", "video", "voice", ...): what is made of it, and
// what `convert` makes (JPEG, MP4, Ogg Opus, WebP). Answer: FileInspected, warnings included.
struct InspectFile {
  FileJob job = 0;
  FileId file = 0, into = 0;          // `into`: of the conversion
  std::string kind;
  bool thumbnail = false, convert = false;
};
// The answer to an ApiRequest with bytes of a file as its body; content-length is count. The file stays.
struct ReplyFile {
  std::uint64_t request = 0;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  FileId file = 0;
  std::uint64_t offset = 0, count = 0;
};
// It is not used any more, once work that runs on it is done.
struct DropFile { FileId file = 0; };

// The answer to an ApiRequest; exactly one per request.
struct Reply {
  RequestId request = 0;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // beyond content-type and content-length
  std::string body;                                          // JSON unless a content-type header says otherwise
};

// POST a webhook. Answer: WebhookDone with the same delivery id.
struct PostWebhook {
  std::uint64_t delivery = 0;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::int64_t timeout_ms = 30'000;
};

// For the directory: what GET /devices shows of this device. Volatile, sent on every change.
struct DeviceStatus {
  bool connected = false;
  bool paired = false;
  std::string jid;
  std::int64_t last_seen_ms = 0;
  std::string webhook_url;
};

// For the operator's log. Literals and numbers only: a log line cannot contain user data by construction.
enum class LogLevel : std::uint8_t { debug, info, warning, error };
struct Log { LogLevel level = LogLevel::info; const char* text = ""; std::int64_t number = 0; };

// All data of this device is gone (DELETE /devices/{id}): the host drops the machine.
struct Removed {};

// For those who show the protocol (client Config.trace, else never made): one stanza as it stands inside the encrypted
// frame, flag byte first, in the order of the wire. Plaintext: a host that does not show it drops it.
struct Trace { bool sent = false; Bytes node; };

// Work on a file that is answered by a FileDone.
template <class E>
concept FileWork = requires(const E& effect) { { effect.job } -> std::convertible_to<FileJob>; };

// A class, not a name for the variant: copies and the destructor are compiled once, not in every file that sees it.
using EffectKinds = std::variant<Connect, Send, Disconnect, Fetch, Reply, PostWebhook, DeviceStatus, Log, Removed, Trace,
                                 WriteFile, FetchUrl, SealFile, UploadFile, DownloadFile, InspectFile, ReplyFile, DropFile>;
struct Effect : EffectKinds {
  using EffectKinds::variant;
  Effect(const Effect&);
  Effect(Effect&&) noexcept;
  Effect& operator=(const Effect&);
  Effect& operator=(Effect&&) noexcept;
  ~Effect();
};

}  // namespace wa
