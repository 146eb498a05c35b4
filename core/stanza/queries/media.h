// Where files are fetched from and sent to: the question and its answer.
// Questions are IQs without the id: Requests gives it.
// Answers are read totally: one that lacks what its kind demands is Errc::bad_input.
// Facts: 08 section 1, 09 section 1.
#pragma once

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

Node build_media_conn_query();

struct MediaConn {
  std::string auth;
  std::int64_t ttl_s = 0, auth_ttl_s = 0;
  std::vector<std::string> hosts;      // in order, those of type fallback last
  std::vector<std::string> fallbacks;  // other names that hosts have beside their own
};
Result<MediaConn> parse_media_conn(const Node& iq);

}  // namespace wa::stanza
