// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

Inbound parse_iq_error(const Node& node, std::string id) {
  IqError error;
  error.id = std::move(id);
  if (const Node* child = node.child_named("error")) {
    error.code = static_cast<int>(number_or_zero(*child, "code"));
    error.text = child->text_attr("text");
    error.backoff_s = number_or_zero(*child, "backoff");
  }
  return error;
}

Inbound parse_pair_device(const Node& child, std::string id) {
  PairDevice pair;
  pair.id = std::move(id);
  for (const Node& ref : child.children()) {
    const ByteView text = ref.content_bytes();
    if (ref.tag == "ref" && !text.empty() && text.size() <= limits::kEchoBytesMax) pair.refs.push_back(to_string(text));
  }
  return pair;
}

Inbound parse_pair_success(const Node& iq, const Node& child, std::string id) {
  const Node* device = child.child_named("device");
  const auto jid = device ? device->jid_attr("jid") : std::nullopt;
  if (!jid || bytes_of_child(child, "device-identity").empty()) return unknown(iq);
  PairSuccess success;
  success.id = std::move(id);
  success.device_identity = to_bytes(bytes_of_child(child, "device-identity"));
  success.jid = *jid;
  success.lid = device->jid_attr("lid");
  success.client_props = to_bytes(bytes_of_child(child, "client-props"));
  if (const Node* platform = child.child_named("platform")) success.platform = platform->text_attr("name");
  if (const Node* business = child.child_named("biz")) success.business_name = business->text_attr("name");
  return success;
}

Inbound parse_dirty(const Node& child) { return Dirty{child.text_attr("type"), child.text_attr("timestamp")}; }

Inbound parse_offline_preview(const Node& child) {
  const auto count = [&](std::string_view key) { return child.number_attr(key).value_or(0); };
  return OfflinePreview{count("count"),        count("message"), count("receipt"),
                        count("notification"), count("appdata"), count("call")};
}

}  // namespace

// Answers are matched by id; of the service's own queries three are known, the rest goes unanswered.
Inbound parse_iq(Node node) {
  std::string id = node.text_attr("id");
  const std::string type = node.text_attr("type");
  if (id.empty()) return unknown(node);
  if (type == "result") return IqResult{std::move(id), std::move(node)};
  if (type == "error") return parse_iq_error(node, std::move(id));
  if (const Node* child = node.child_named("pair-device")) return parse_pair_device(*child, std::move(id));
  if (const Node* child = node.child_named("pair-success")) return parse_pair_success(node, *child, std::move(id));
  const bool is_ping = node.text_attr("xmlns") == "urn:xmpp:ping" || node.child_named("ping") != nullptr;
  if (type == "get" && is_ping) return Ping{std::move(id), node.jid_attr("from").value_or(wire::server_jid())};
  return unknown(node);
}

// The first child that is known; take_more has parted them.
Inbound parse_ib(const Node& node) {
  for (const Node& child : node.children()) {
    if (child.tag == "edge_routing") {
      const ByteView routing = bytes_of_child(child, "routing_info");
      if (!routing.empty()) return EdgeRouting{to_bytes(routing)};
    }
    if (child.tag == "offline_preview") return parse_offline_preview(child);
    if (child.tag == "offline") return OfflineDone{child.number_attr("count").value_or(0)};
    if (child.tag == "dirty") return parse_dirty(child);
    if (child.tag == "downgrade_webclient") return DowngradeWebclient{};
    if (child.tag == "client_expiration") return ClientExpiration{number_or_zero(child, "t")};
  }
  return OtherIb{};
}

}  // namespace wa::stanza
