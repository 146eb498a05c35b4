// tested by sim/sim_test.cpp
// What comes from a client after the handshake: routing of stanzas, and the small queries (01 sections 6, 7; 08 section 1).
#include "sim/service/server.h"

namespace wa::sim {
namespace {

constexpr std::size_t kIdsMax = 20'000;

bool check_query(Server& server, Connection& connection, const Node& iq) {
  const std::string id = iq.text_attr("id");
  if (id.empty()) {
    server.violation("iq without id");
    return false;
  }
  const std::string type = iq.text_attr("type");
  if (type == "result" || type == "error") return true;
  const bool to_group = iq.text_attr("xmlns") == "w:g2";
  if (!to_group && iq.text_attr("to") != "s.whatsapp.net") server.violation("iq is not addressed to s.whatsapp.net");
  if (iq.text_attr("xmlns").empty()) server.violation("iq query without xmlns");
  if (server.options.check && connection.ids.size() < kIdsMax && !connection.ids.insert(id).second) {
    server.violation("iq id used twice on one connection");
  }
  return true;
}

void on_media_conn(Server& server, Connection& connection, const Node& iq) {
  Node answer_node("media_conn");
  answer_node.attr("auth", kMediaAuth).attr("ttl", static_cast<std::uint64_t>(server.options.media_ttl_s));
  answer_node.attr("auth_ttl", std::uint64_t{3600});
  answer_node.attr("max_buckets", std::uint64_t{12});
  answer_node.child(Node("host").attr("hostname", server.options.media_host));
  for (const std::string& host : server.options.media_hosts) {
    answer_node.child(Node("host").attr("hostname", host).attr("type", "primary"));
  }
  answer(server, connection, iq, {std::move(answer_node)});
}

void on_passive(Server& server, Connection& connection, const Node& iq) {
  answer(server, connection, iq);
  if (iq.child_named("active")) on_active(server, connection);
}

void on_privacy_query(Server& server, Connection& connection, const Node& iq) {
  constexpr std::pair<const char*, const char*> kSettings[] = {
      {"groupadd", "all"}, {"last", "contacts"},    {"status", "contacts"}, {"profile", "all"},
      {"calladd", "all"},  {"online", "match_last_seen"}, {"messages", "all"},    {"defense", "off"},    {"stickers", "contacts"},
  };
  Node privacy("privacy");
  for (const auto& [name, value] : kSettings) {
    privacy.child(std::move(Node("category").attr("name", name).attr("value", value)));
  }
  const char* receipts = connection.device->account->read_receipts ? "all" : "none";
  privacy.child(std::move(Node("category").attr("name", "readreceipts").attr("value", receipts)));
  answer(server, connection, iq, {std::move(privacy)});
}

void on_picture_upload(Server& server, Connection& connection, const Node& iq) {
  const Node* picture = iq.child_named("picture");
  if (!picture || picture->content_bytes().empty()) return answer_error(server, connection, iq, 400, "bad-request");
  Node stored("picture");
  stored.attr("id", static_cast<std::uint64_t>(server.now.wall.seconds()));
  answer(server, connection, iq, {std::move(stored)});
}

void on_query(Server& server, Connection& connection, const Node& iq) {
  const std::string xmlns = iq.text_attr("xmlns");
  if (server.take_fault(FaultKind::iq_silence, xmlns)) return;
  if (auto fault = server.take_fault(FaultKind::iq_error, xmlns)) {
    return answer_error(server, connection, iq, fault->code, "scripted");
  }
  if (xmlns == "w:p") {
    Node pong("iq");
    pong.attr("type", "result").attr("id", iq.text_attr("id")).attr("from", wire::server_jid());
    return send(server, connection, pong.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds())));
  }
  if (xmlns == "md") return on_md_query(server, connection, iq);
  if (!connection.device) {
    server.violation("query " + xmlns + " on an unregistered connection");
    return answer_error(server, connection, iq, 401, "not-authorized");
  }
  if (xmlns == "passive") return on_passive(server, connection, iq);
  if (xmlns == "encrypt") return on_encrypt_query(server, connection, iq);
  if (xmlns == "w:profile:picture") {
    const bool upload = iq.text_attr("type") == "set";
    return upload ? on_picture_upload(server, connection, iq) : on_picture_query(server, connection, iq);
  }
  if (xmlns == "blocklist") return on_blocklist_query(server, connection, iq);
  if (xmlns == "w:g2") return on_group_query(server, connection, iq);
  if (xmlns == "usync") return on_devices_query(server, connection, iq);
  if (xmlns == "w:sync:app:state") return on_appstate_query(server, connection, iq);
  if (xmlns == "w:m") return on_media_conn(server, connection, iq);
  if (xmlns == "privacy" && iq.child_named("privacy")) return on_privacy_query(server, connection, iq);
  if (xmlns == "status") {
    Node list("list"), privacy("privacy");
    list.attr("type", "contacts").attr("default", "true");
    return answer(server, connection, iq, {std::move(privacy.child(std::move(list)))});
  }
  if (xmlns == "abt") {
    Node prop("prop"), props("props");
    prop.attr("config_code", "9435").attr("config_value", server.options.migrated ? "1" : "0");
    return answer(server, connection, iq, {std::move(props.child(std::move(prop)))});
  }
  if (xmlns == "urn:xmpp:whatsapp:dirty" || xmlns == "privacy") {
    return answer(server, connection, iq);
  }
  server.violation("unknown query " + xmlns);
  answer_error(server, connection, iq, 400, "bad-request");
}

void on_ib(Server& server, Connection& connection, const Node& node) {
  if (const Node* batch = node.child_named("offline_batch")) {
    on_offline_batch(server, connection, static_cast<std::size_t>(batch->number_attr("count").value_or(0)));
  }
}

// True when a scripted fault has eaten the stanza.
bool misbehave(Server& server, Connection& connection) {
  if (!connection.device) return false;
  if (server.take_fault(FaultKind::silence)) connection.silent = true;
  if (connection.silent) return true;
  if (auto fault = server.take_fault(FaultKind::stream_error)) {
    stream_error(server, connection, fault->code, fault->detail);
    return true;
  }
  if (server.take_fault(FaultKind::drop_connection)) {
    close(server, connection);
    return true;
  }
  return false;
}

}  // namespace

void on_stanza(Server& server, Connection& connection, const Node& node) {
  if (misbehave(server, connection)) return;
  if (node.tag == "iq") {
    if (!check_query(server, connection, node)) return;
    const std::string type = node.text_attr("type");
    if (type == "result" || type == "error") return on_pairing_result(server, connection, node);
    return on_query(server, connection, node);
  }
  if (!connection.device) {
    if (node.tag != "ack") server.violation("stanza " + node.tag + " on an unregistered connection");
    return;
  }
  if (node.tag == "ib") return on_ib(server, connection, node);
  if (node.tag == "ack") return on_ack(server, connection, node);
  if (node.tag == "receipt") return on_receipt(server, connection, node);
  if (node.tag == "presence" || node.tag == "chatstate") return;
  if (!connection.active) server.violation("stanza " + node.tag + " before <active/>");
  if (node.tag == "message") return on_message(server, connection, node);
  if (node.tag == "call") return on_call(server, connection, node);
  server.violation("unknown stanza " + node.tag);
}

void answer(Server& server, Connection& connection, const Node& iq, std::vector<Node> children) {
  Node out("iq");
  out.attr("type", "result").attr("id", iq.text_attr("id")).attr("from", wire::server_jid());
  for (Node& child : children) out.child(std::move(child));
  send(server, connection, out);
}

void answer_error(Server& server, Connection& connection, const Node& iq, int code, std::string_view text) {
  Node out("iq");
  out.attr("type", "error").attr("id", iq.text_attr("id")).attr("from", wire::server_jid());
  out.child(Node("error").attr("code", static_cast<std::uint64_t>(code)).attr("text", text));
  send(server, connection, out);
}

}  // namespace wa::sim
