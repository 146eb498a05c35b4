#include "stanza/queries/session.h"

#include "stanza/queries/parts.h"

namespace wa::stanza {

Node build_ping() {
  Node iq("iq");
  iq.attr("to", wire::server_jid()).attr("type", "get").attr("xmlns", "w:p");
  return iq;
}

std::int64_t parse_pong(const Node& iq) { return static_cast<std::int64_t>(iq.number_attr("t").value_or(0)); }

Node build_active() { return iq_of("passive", "set", Node("active")); }

Node build_props() { return iq_of("abt", "get", std::move(Node("props").attr("protocol", "1"))); }

bool is_prop_on(const Node& iq, std::uint32_t code) {
  const Node* props = iq.child_named("props");
  if (!props) return false;
  for (const Node& prop : props->children()) {
    if (prop.number_attr("config_code") != code) continue;
    const std::string value = prop.text_attr("config_value");
    return value == "1" || value == "true";
  }
  return false;
}

Node build_clean(const Dirty& dirty) {
  Node clean("clean");
  clean.attr("type", dirty.type);
  if (!dirty.timestamp.empty()) clean.attr("timestamp", dirty.timestamp);
  return iq_of("urn:xmpp:whatsapp:dirty", "set", std::move(clean));
}

Node build_iq_result(std::string_view id) { return iq_answer(id, "result"); }

Node build_iq_error(std::string_view id, int code, std::string_view text) {
  Node iq = iq_answer(id, "error");
  iq.child(std::move(Node("error").attr("code", static_cast<std::uint64_t>(code)).attr("text", text)));
  return iq;
}

}  // namespace wa::stanza
