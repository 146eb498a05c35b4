// tested by unit/stanza/queries/result_test.cpp
#include "stanza/queries/media.h"

#include "stanza/inbound/parts.h"
#include "stanza/queries/parts.h"

namespace wa::stanza {

Node build_media_conn_query() { return iq_of("w:m", "set", Node("media_conn")); }

Result<MediaConn> parse_media_conn(const Node& iq) {
  const Node* node = iq.child_named("media_conn");
  if (!node) return {Errc::bad_input, "media answer without media_conn"};
  MediaConn conn;
  conn.auth = node->text_attr("auth");
  conn.ttl_s = number_or_zero(*node, "ttl");
  conn.auth_ttl_s = number_or_zero(*node, "auth_ttl");
  for (const bool last : {false, true}) {
    for (const Node& host : node->children()) {
      if (host.tag != "host" || (host.text_attr("type") == "fallback") != last) continue;
      if (std::string name = host.text_attr("hostname"); !name.empty()) conn.hosts.push_back(std::move(name));
      if (std::string name = host.text_attr("fallback_hostname"); !name.empty())
        conn.fallbacks.push_back(std::move(name));
    }
  }
  return conn;
}

}  // namespace wa::stanza
