#include "stanza/outbound/answer.h"

#include "stanza/keys.h"

namespace wa::stanza {
namespace {

void add_route(Node& node, const AckInfo& of) {
  if (of.participant) node.attr("participant", *of.participant);
  if (of.recipient) node.attr("recipient", *of.recipient);
}

Node receipt_to(const AckInfo& of) {
  Node node("receipt");
  node.attr("id", of.id).attr("to", of.from);
  return node;
}

}  // namespace

Node build_ack(const AckInfo& of, Nack nack) {
  Node node("ack");
  node.attr("class", of.cls).attr("id", of.id);
  if (of.foreign_from.empty()) node.attr("to", of.from);
  else node.attr("to", of.foreign_from);
  if (!of.type.empty() && of.cls != "message") node.attr("type", of.type);
  add_route(node, of);
  if (nack != Nack::none) node.attr("error", static_cast<std::uint64_t>(nack));
  return node;
}

Node build_call_ack(const Call& call, const std::optional<Jid>& own) {
  const bool wants_receipt = call.kind == CallKind::offer || call.kind == CallKind::accept ||
                             call.kind == CallKind::reject || call.kind == CallKind::enc_rekey;
  if (!wants_receipt) return build_ack(call.ack);
  Node node = receipt_to(call.ack);
  if (own) node.attr("from", *own);
  add_route(node, call.ack);
  node.child(Node(call.tag).attr("call-id", call.call_id).attr("call-creator", call.creator));
  return node;
}

Node build_receipt(const AckInfo& of, ReceiptType type) {
  Node node = receipt_to(of);
  if (type == ReceiptType::inactive) node.attr("type", "inactive");
  if (type == ReceiptType::sender) node.attr("type", "sender");
  add_route(node, of);
  if (type == ReceiptType::status) node.attr("context", "status");
  return node;
}

Node build_peer_receipt(std::string_view message_id, const Jid& own_pn, PeerReceiptType type) {
  Node node("receipt");
  node.attr("id", message_id).attr("to", own_pn.user_jid());
  node.attr("type", type == PeerReceiptType::peer_msg ? "peer_msg" : "hist_sync");
  return node;
}

Node build_read_receipt(std::span<const std::string> ids, const Jid& chat, const std::optional<Jid>& participant,
                        std::int64_t t, bool as_self, const std::optional<Jid>& author_pn) {
  WA_ASSERT(!ids.empty());
  Node node("receipt");
  node.attr("id", ids.front()).attr("to", chat).attr("type", as_self ? "read-self" : "read");
  node.attr("t", static_cast<std::uint64_t>(t));
  if (participant) node.attr("participant", *participant);
  if (chat.server == wire::Server::broadcast && chat.user == "status") node.attr("context", "status");
  if (author_pn) node.attr("peer_participant_pn", *author_pn);
  if (ids.size() > 1) {
    Node list("list");
    for (const std::string& id : ids.subspan(1)) list.child(Node("item").attr("id", id));
    node.child(std::move(list));
  }
  return node;
}

Node build_retry_receipt(const RetryRequest& request) {
  Node node = receipt_to(request.of);
  node.attr("type", "retry");
  add_route(node, request.of);
  if (!request.category.empty()) node.attr("category", request.category);
  Node retry("retry");
  retry.attr("count", static_cast<std::uint64_t>(request.count)).attr("id", request.of.id);
  retry.attr("t", static_cast<std::uint64_t>(request.message_t)).attr("v", "1");
  if (request.error != 0) retry.attr("error", static_cast<std::uint64_t>(request.error));
  node.child(std::move(retry)).child(registration_node(request.registration_id));
  if (request.keys) {
    const RetryKeys& keys = *request.keys;
    Node holder("keys");
    holder.child(key_type_node()).child(Node("identity").bytes(keys.identity));
    if (keys.prekey_id) holder.child(key_node("key", *keys.prekey_id, keys.prekey_value));
    holder.child(key_node("skey", keys.signed_prekey_id, keys.signed_prekey_value)
                     .child(Node("signature").bytes(keys.signature)));
    if (!keys.device_identity.empty()) holder.child(Node("device-identity").bytes(keys.device_identity));
    node.child(std::move(holder));
  }
  return node;
}

}  // namespace wa::stanza
