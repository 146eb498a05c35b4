// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

struct CallTag {
  std::string_view tag;
  CallKind kind;
};
// 06 section 1; tags that are not here are in-call signalling: acknowledged and ignored.
constexpr CallTag kCallTags[] = {
    {"offer", CallKind::offer},           {"offer_notice", CallKind::offer_notice},
    {"accept", CallKind::accept},         {"preaccept", CallKind::pre_accept},
    {"reject", CallKind::reject},         {"terminate", CallKind::terminate},
    {"relaylatency", CallKind::relay_latency}, {"transport", CallKind::transport},
    {"enc_rekey", CallKind::enc_rekey},
};

CallKind kind_of(std::string_view tag) {
  for (const CallTag& entry : kCallTags) {
    if (entry.tag == tag) return entry.kind;
  }
  return CallKind::other;
}

void parse_child(const Node& child, Call& call) {
  call.tag = child.tag;
  call.kind = kind_of(child.tag);
  call.call_id = child.text_attr("call-id");
  call.creator = child.jid_attr("call-creator").value_or(call.from);
  call.caller_pn = child.jid_attr("caller_pn");
  call.caller_lid = child.jid_attr("caller_lid");
  call.reason = child.text_attr("reason");
  call.group = child.jid_attr("group-jid");
  call.video = child.child_named("video") || child.text_attr("media") == "video";
  call.is_group = call.group || child.text_attr("type") == "group" || child.child_named("group_info");
  call.silenced = child.child_named("silence") != nullptr;
  if (const auto duration = child.number_attr("duration")) call.duration_s = static_cast<std::int64_t>(*duration);
}

}  // namespace

// 06 section 1 knows one child. Of several, the first that speaks of a call stands for the stanza.
const Node& main_child(const Node& node) {
  for (const Node& child : node.children()) {
    if (kind_of(child.tag) != CallKind::other && !child.text_attr("call-id").empty()) return child;
  }
  return node.children().front();
}

// A stanza without a child, or an understood child without a call id, is acknowledged and nothing else.
Inbound parse_call(Node node) {
  auto ack = ack_info(node);
  if (!ack || node.children().empty()) return unknown(node);
  Call call;
  call.ack = std::move(*ack);
  const Node& main = main_child(node);
  call.ack.type = main.tag;
  call.from = call.ack.from;
  call.participant = call.ack.participant;
  call.platform = node.text_attr("platform");
  call.version = node.text_attr("version");
  call.notify = node.text_attr("notify");
  call.sender_lid = node.jid_attr("sender_lid");
  call.t = number_or_zero(node, "t");
  call.offline = has_attr(node, "offline");
  parse_child(main, call);
  if (call.call_id.empty() && call.kind != CallKind::other) return Unknown{std::move(call.ack), std::move(node.tag)};
  std::vector<Call> also;
  for (const Node& child : node.children()) {
    if (&child == &main || kind_of(child.tag) == CallKind::other || child.text_attr("call-id").empty()) continue;
    if (also.size() == limits::kStanzaPartsMax) break;
    parse_child(child, also.emplace_back(call));
  }
  call.also = std::move(also);
  return call;
}

}  // namespace wa::stanza
