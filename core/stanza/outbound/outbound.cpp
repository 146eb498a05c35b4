#include "stanza/outbound/outbound.h"

namespace wa::stanza {
namespace {

Node enc_node(std::string_view type, ByteView ciphertext) {
  Node node("enc");
  node.attr("v", "2").attr("type", type).bytes(ciphertext);
  return node;
}

// With what the message asks of whoever cannot read it; only the body says what media it is.
Node enc_of(const MessageTraits& traits, std::string_view type, ByteView ciphertext, bool is_body) {
  Node enc = enc_node(type, ciphertext);
  if (is_body && !traits.media_type.empty()) enc.attr("mediatype", traits.media_type);
  if (traits.hide_failure) enc.attr("decrypt-fail", "hide");
  return enc;
}

Node message_node(std::string_view id, const Jid& to, const MessageTraits& traits) {
  Node node("message");
  node.attr("id", id).attr("to", to).attr("type", traits.type);
  if (!traits.edit.empty()) node.attr("edit", traits.edit);
  return node;
}

// What lets phones show buttons and lists (10 section 9). Each part by whoever reported that it works with it.
void add_flow(Node& node, std::string_view flow, bool group, std::int64_t t) {
  if (flow.empty()) return;
  Node biz("biz");
  if (flow == "list") {
    node.child(std::move(biz.child(std::move(Node("list").attr("type", "product_list").attr("v", "2")))));
    return;
  }
  if (!group) node.child(std::move(Node("bot").attr("biz_bot", "1")));
  biz.attr("actual_actors", "2").attr("host_storage", "2").attr("privacy_mode_ts", static_cast<std::uint64_t>(t));
  if (flow == "mixed") {
    Node interactive("interactive");
    interactive.attr("type", "native_flow").attr("v", "1");
    interactive.child(std::move(Node("native_flow").attr("v", "9").attr("name", flow)));
    biz.child(std::move(interactive)).child(std::move(Node("quality_control").attr("source_type", "third_party")));
  } else {
    biz.attr("native_flow_name", flow);
  }
  node.child(std::move(biz));
}

// The children that the content asks for, after those that carry it.
void add_traits(Node& node, const MessageTraits& traits, bool group, std::int64_t t) {
  if (!traits.meta.name.empty()) node.child(std::move(Node("meta").attr(traits.meta.name, traits.meta.value)));
  add_flow(node, traits.flow, group, t);
}

void add_bytes(Node& node, std::string_view tag, ByteView bytes) {
  if (!bytes.empty()) node.child(std::move(Node(tag).bytes(bytes)));
}

}  // namespace

Node build_call_reject(std::string_view id, const Jid& to, std::string_view call_id, const Jid& creator) {
  Node node("call");
  node.attr("id", id).attr("to", to.without_device());
  node.child(Node("reject").attr("call-id", call_id).attr("call-creator", creator).attr("count", "0"));
  return node;
}

Node build_message(const OutgoingMessage& message) {
  Node node = message_node(message.id, message.to, message.traits);
  if (message.peer_recipient_pn) node.attr("peer_recipient_pn", *message.peer_recipient_pn);
  if (!message.addressing_mode.empty()) node.attr("addressing_mode", message.addressing_mode);
  if (!message.phash.empty()) node.attr("phash", message.phash);
  const bool status = message.to.server == wire::Server::broadcast;
  if (!message.participants.empty() || !message.named.empty()) {
    Node participants("participants");
    for (const DeviceCiphertext& one : message.participants) {
      Node enc = enc_of(message.traits, one.type, one.ciphertext, status || !message.sender_key_ciphertext);
      participants.child(std::move(Node("to").attr("jid", one.device).child(std::move(enc))));
    }
    for (const Jid& one : message.named) participants.child(std::move(Node("to").attr("jid", one)));
    node.child(std::move(participants));
  }
  if (message.sender_key_ciphertext) node.child(enc_of(message.traits, "skmsg", *message.sender_key_ciphertext, true));
  add_bytes(node, "device-identity", message.device_identity);
  add_traits(node, message.traits, message.to.server == wire::Server::group, message.t);
  if (!message.reporting_token.empty()) {
    Node token("reporting_token");
    token.attr("v", "2").bytes(message.reporting_token);
    node.child(std::move(Node("reporting").child(std::move(token))));
  }
  add_bytes(node, "tctoken", message.tc_token);
  if (message.tc_token.empty()) add_bytes(node, "cstoken", message.cs_token);
  return node;
}

Node build_peer_message(const PeerMessage& message) {
  Node node("message");
  Jid to = message.to.user_jid();
  to.device = message.device;
  node.attr("id", message.id).attr("to", std::move(to)).attr("type", "text").attr("category", "peer");
  if (!message.push_priority.empty()) node.attr("push_priority", message.push_priority);
  if (message.privacy_sensitive) node.attr("privacy_sensitive", "1");
  node.child(std::move(Node("meta").attr("appdata", "default")));
  node.child(enc_node(message.enc_type, message.ciphertext));
  add_bytes(node, "device-identity", message.device_identity);
  return node;
}

Node build_resent_message(const ResentMessage& message) {
  Node node = message_node(message.id, message.to, message.traits);
  const bool status = message.to.server == wire::Server::broadcast;
  if (!status) node.attr("t", static_cast<std::uint64_t>(message.t));
  if (!status && message.to.server != wire::Server::group) node.attr("device_fanout", "false");
  if (message.participant) node.attr("participant", *message.participant);
  if (message.recipient) node.attr("recipient", *message.recipient);
  Node enc = enc_of(message.traits, message.enc_type, message.ciphertext, true);
  enc.attr("count", static_cast<std::uint64_t>(message.count));
  node.child(std::move(enc));
  add_bytes(node, "device-identity", message.device_identity);
  add_traits(node, message.traits, message.to.server == wire::Server::group, message.t);
  return node;
}

Node build_chat_state(const Jid& to, bool composing, bool audio) {
  Node state(composing ? "composing" : "paused");
  if (composing && audio) state.attr("media", "audio");
  Node node("chatstate");
  node.attr("to", to);
  node.child(std::move(state));
  return node;
}

Node build_presence_subscription(const Jid& to, ByteView tc_token) {
  Node node("presence");
  node.attr("type", "subscribe").attr("to", to);
  add_bytes(node, "tctoken", tc_token);
  return node;
}

Node build_presence(bool available, std::string_view push_name) {
  Node node("presence");
  if (!push_name.empty()) node.attr("name", push_name);
  node.attr("type", available ? "available" : "unavailable");
  return node;
}

Node build_offline_batch(std::uint32_t count) {
  Node node("ib");
  node.child(std::move(Node("offline_batch").attr("count", std::uint64_t{count})));
  return node;
}

}  // namespace wa::stanza
