// tested by unit/stanza/inbound_test.cpp
#include <algorithm>

#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

Enc parse_enc(Node& node) {
  Enc enc;
  enc.type = node.text_attr("type");
  enc.version = static_cast<int>(node.number_attr("v").value_or(2));
  enc.hide_failure = node.text_attr("decrypt-fail") == "hide";
  enc.ciphertext = take_bytes(node);
  return enc;
}

std::uint32_t id_of(const Node& node) {
  const ByteView bytes = bytes_of_child(node, "id");
  return bytes.size() <= 4 ? static_cast<std::uint32_t>(read_be(bytes)) : 0;
}

// 04 section 12: `<keys>` holds an optional one-time prekey and the signed one.
RetryKeys parse_retry_keys(const Node& node) {
  RetryKeys keys;
  keys.identity = to_bytes(bytes_of_child(node, "identity"));
  keys.device_identity = to_bytes(bytes_of_child(node, "device-identity"));
  if (const Node* prekey = node.child_named("key")) {
    keys.prekey_id = id_of(*prekey);
    keys.prekey_value = to_bytes(bytes_of_child(*prekey, "value"));
  }
  if (const Node* signed_prekey = node.child_named("skey")) {
    keys.signed_prekey_id = id_of(*signed_prekey);
    keys.signed_prekey_value = to_bytes(bytes_of_child(*signed_prekey, "value"));
    keys.signature = to_bytes(bytes_of_child(*signed_prekey, "signature"));
  }
  return keys;
}

void parse_retry(const Node& node, Receipt& receipt) {
  if (const Node* retry = node.child_named("retry")) {
    receipt.retry_count = static_cast<int>(number_or_zero(*retry, "count"));
  }
  const ByteView registration = bytes_of_child(node, "registration");
  if (registration.size() == 4) receipt.registration_id = static_cast<std::uint32_t>(read_be(registration));
  if (const Node* keys = node.child_named("keys")) receipt.keys = parse_retry_keys(*keys);
}

}  // namespace

Inbound parse_message(Node node) {
  auto ack = ack_info(node);
  if (!ack) return unknown(node);
  Message message;
  message.ack = std::move(*ack);
  message.id = message.ack.id;
  message.type = message.ack.type;
  message.from = message.ack.from;
  message.participant = message.ack.participant;
  message.recipient = message.ack.recipient;
  message.notify = node.text_attr("notify");
  message.category = node.text_attr("category");
  message.addressing_mode = node.text_attr("addressing_mode");
  message.edit = node.text_attr("edit");
  message.sender_pn = node.jid_attr("sender_pn");
  message.sender_lid = node.jid_attr("sender_lid");
  message.participant_pn = node.jid_attr("participant_pn");
  message.participant_lid = node.jid_attr("participant_lid");
  message.peer_recipient_pn = node.jid_attr("peer_recipient_pn");
  message.peer_recipient_lid = node.jid_attr("peer_recipient_lid");
  message.recipient_pn = node.jid_attr("recipient_pn");
  message.recipient_lid = node.jid_attr("recipient_lid");
  message.t = number_or_zero(node, "t");
  message.offline = has_attr(node, "offline");
  if (auto* children = std::get_if<Node::Children>(&node.content)) {
    for (Node& child : *children) {
      if (child.tag == "enc" && message.encs.size() < limits::kEncsPerMessageMax) message.encs.push_back(parse_enc(child));
      if (child.tag == "device-identity") message.device_identity = to_bytes(child.content_bytes());
      if (child.tag != "unavailable") continue;
      message.unavailable = child.text_attr("type");
      if (message.unavailable.empty()) message.unavailable = "unavailable";
    }
  }
  return message;
}

// `<participants key><user jid t/>..</participants>`: a message, and who did it. There may be several.
void parse_summary(const Node& node, Receipt& receipt) {
  std::string key = node.text_attr("key");
  if (key.empty()) key = receipt.ids.front();
  const bool first = receipt.ids.size() == 1 && receipt.users.empty();
  if (first) receipt.ids.front() = key;
  else if (std::find(receipt.ids.begin(), receipt.ids.end(), key) == receipt.ids.end()) receipt.ids.push_back(key);
  for (const Node& user : node.children()) {
    const auto jid = user.tag == "user" ? user.jid_attr("jid") : std::nullopt;
    if (!jid || receipt.users.size() == limits::kReceiptUsersMax) continue;
    receipt.users.push_back({key, *jid, static_cast<std::int64_t>(user.number_attr("t").value_or(receipt.t))});
  }
}

// 07 section 4: more ids stand in `<list>`; a group's summary names the message in `<participants key>`.
Inbound parse_receipt(Node node) {
  auto ack = ack_info(node);
  if (!ack) return unknown(node);
  Receipt receipt;
  receipt.ack = std::move(*ack);
  receipt.type = receipt.ack.type == "delivery" ? std::string() : receipt.ack.type;
  receipt.from = receipt.ack.from;
  receipt.participant = receipt.ack.participant;
  receipt.recipient = receipt.ack.recipient;
  receipt.t = number_or_zero(node, "t");
  receipt.offline = has_attr(node, "offline");
  receipt.ids.push_back(receipt.ack.id);
  for (const Node& child : node.children()) {
    if (child.tag == "participants") parse_summary(child, receipt);
    if (child.tag != "list") continue;
    for (const Node& item : child.children()) {
      if (std::string id = item.text_attr("id"); !id.empty()) receipt.ids.push_back(std::move(id));
    }
  }
  if (receipt.type == "retry" || receipt.type == "enc_rekey_retry") parse_retry(node, receipt);
  return receipt;
}

}  // namespace wa::stanza
