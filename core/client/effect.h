// Everything the machine may ask of the world: this file is the whole list. Effects are performed in order, after the
// writes of the same step are committed. They are nudges: what must happen is a row first (style.md 2).
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
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

// A class, not a name for the variant: copies and the destructor are compiled once, not in every file that sees it.
using EffectKinds = std::variant<Connect, Send, Disconnect, Fetch, Reply, PostWebhook, DeviceStatus, Log, Removed, Trace>;
struct Effect : EffectKinds {
  using EffectKinds::variant;
  Effect(const Effect&);
  Effect(Effect&&) noexcept;
  Effect& operator=(const Effect&);
  Effect& operator=(Effect&&) noexcept;
  ~Effect();
};

}  // namespace wa
