// Everything that can happen to a gateway: a closed set.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/effect.h"
#include "base/delivery_fault.h"

namespace wa::gateway {

struct Opened { ConnectionId connection = 0; };
struct Received { ConnectionId connection = 0; Bytes bytes; };
struct Closed { ConnectionId connection = 0; };
struct Fetched { FetchId fetch = 0; bool ok = false; int status = 0; Bytes body; };

using wa::FileDone;   // work on a file ended

// A part of a request that the host took out of its body and keeps as a file. `member`: where it stood in the JSON, or
// the name of its part of a form; empty: the whole body is the file. The device drops it.
// `sha256`: by which a repeated request is known; empty: this host does not tell.
struct GivenFile {
  std::string member;
  FileId file = 0;
  std::uint64_t size = 0;
  std::string file_name, content_type;
  Bytes sha256 = {};
};

// An HTTP request: as it arrived for the directory; for a device, one that the directory has authenticated and
// addressed to it. http/target.h takes the target apart.
struct ApiRequest {
  RequestId request = 0;
  std::string method;
  std::string target;               // as received: path and query
  std::string authorization;        // header value; emptied by the directory before a device sees the request
  std::string content_type;
  std::string body;
  // Headers; of one that came several times the values, with ", " between them.
  std::string device_id = {};        // X-Device-Id
  std::string idempotency_key = {};  // Idempotency-Key
  std::string prefer = {};           // Prefer
  std::string range = {}, if_none_match = {};   // Range, If-None-Match: of GET and HEAD
  std::vector<GivenFile> files = {};
  bool form = false;                 // the body was a form, given as an object of texts: "true" and "3" are meant so
};
struct WebhookDone {
  std::uint64_t delivery = 0;
  int status = 0;                   // 0: no HTTP answer (refused, timeout, TLS)
  std::int64_t retry_after_ms = -1; // from Retry-After; -1 when absent
  WebhookFault fault = WebhookFault::none;  // why there was no answer, if the host can tell
};
struct Tick {};

using Input = std::variant<Opened, Received, Closed, Fetched, ApiRequest, WebhookDone, Tick, FileDone>;

}  // namespace wa::gateway
