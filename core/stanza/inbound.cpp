#include "stanza/inbound.h"

#include <algorithm>

#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

Success parse_success(const Node& node) {
  return {number_or_zero(node, "t"), node.text_attr("lid"), node.text_attr("display_name")};
}

Failure parse_failure(const Node& node) {
  Failure failure;
  failure.reason = static_cast<int>(number_or_zero(node, "reason"));
  failure.code = static_cast<int>(number_or_zero(node, "code"));
  failure.expire_s = number_or_zero(node, "expire");
  failure.message = node.text_attr("message");
  return failure;
}

// 01 section 5: the code is an attribute, everything else is children.
StreamError parse_stream_error(const Node& node) {
  StreamError error;
  error.code = static_cast<int>(number_or_zero(node, "code"));
  if (const Node* conflict = node.child_named("conflict")) {
    error.conflict = conflict->text_attr("type");
    if (error.conflict.empty()) error.conflict = "unknown";
  }
  if (const Node* ack = node.child_named("ack")) {
    error.unacked_id = ack->text_attr("id");
    error.unacked_class = ack->text_attr("class");
  }
  error.not_well_formed = node.child_named("xml-not-well-formed") != nullptr;
  return error;
}

Inbound parse_ack(const Node& node) {
  Ack ack;
  ack.cls = node.text_attr("class");
  ack.id = node.text_attr("id");
  if (ack.id.empty()) return unknown(node);
  ack.type = node.text_attr("type");
  ack.phash = node.text_attr("phash");
  ack.error = static_cast<int>(number_or_zero(node, "error"));
  ack.t = number_or_zero(node, "t");
  ack.from = node.jid_attr("from");
  ack.refresh_lid = node.text_attr("refresh_lid") == "true";
  return ack;
}

Inbound parse_presence(const Node& node) {
  const auto from = node.jid_attr("from");
  if (!from) return unknown(node);
  return Presence{*from, node.text_attr("type"), number_or_zero(node, "last")};
}

Inbound parse_chat_state(const Node& node) {
  const auto from = node.jid_attr("from");
  if (!from || node.children().empty()) return unknown(node);
  const Node* known = node.child_named("composing");
  if (!known) known = node.child_named("paused");
  const Node& state = known ? *known : node.children().front();
  return ChatState{*from, node.jid_attr("participant"), state.tag, state.text_attr("media")};
}

}  // namespace

// Decoding bounds what is repeated here: whatever came can be acknowledged.
std::optional<AckInfo> unknown_ack(const Node& node) {
  AckInfo ack{node.tag, node.text_attr("id"), node.text_attr("type"), {}, node.jid_attr("participant"),
              node.jid_attr("recipient"), {}};
  if (const auto from = node.jid_attr("from")) ack.from = *from;
  else ack.foreign_from = node.text_attr("from");
  if (ack.id.empty() || (ack.foreign_from.empty() && !has_attr(node, "from"))) return std::nullopt;
  return ack;
}

std::optional<AckInfo> ack_info(const Node& node) {
  auto ack = unknown_ack(node);
  const bool usable = ack && ack->foreign_from.empty() && ack->id.size() <= limits::kIdCharsMax;
  return usable ? std::move(ack) : std::nullopt;
}

// Stanzas of these five classes come again until they are acknowledged, understood or not.
Unknown unknown(const Node& node) {
  Unknown result;
  result.tag = node.tag;
  const bool message = node.tag == "message" || node.tag == "status";
  if (message || node.tag == "receipt" || node.tag == "notification" || node.tag == "call") {
    result.ack = unknown_ack(node);
  }
  return result;
}

Inbound parse_inbound(Node node) {
  const std::string& tag = node.tag;
  if (tag == "message" || tag == "status") return parse_message(std::move(node));
  if (tag == "receipt") return parse_receipt(std::move(node));
  if (tag == "notification") return parse_notification_stanza(std::move(node));
  if (tag == "call") return parse_call(std::move(node));
  if (tag == "iq") return parse_iq(std::move(node));
  if (tag == "ack") return parse_ack(node);
  if (tag == "ib") return parse_ib(node);
  if (tag == "success") return parse_success(node);
  if (tag == "failure") return parse_failure(node);
  if (tag == "stream:error") return parse_stream_error(node);
  if (tag == "xmlstreamend") return StreamEnd{};
  if (tag == "presence") return parse_presence(node);
  if (tag == "chatstate") return parse_chat_state(node);
  return unknown(node);
}

std::vector<Node> take_more(Node& stanza) {
  std::vector<Node> more;
  auto* children = stanza.tag == "ib" ? std::get_if<Node::Children>(&stanza.content) : nullptr;
  if (!children || children->size() < 2) return more;
  const std::size_t parts = std::min(children->size(), limits::kStanzaPartsMax);
  for (std::size_t i = 1; i < parts; ++i) more.push_back(std::move(Node("ib").child(std::move((*children)[i]))));
  children->resize(1);
  return more;
}

Inbound::Inbound(const Inbound&) = default;
Inbound::Inbound(Inbound&&) noexcept = default;
Inbound& Inbound::operator=(const Inbound&) = default;
Inbound& Inbound::operator=(Inbound&&) noexcept = default;
Inbound::~Inbound() = default;

}  // namespace wa::stanza
