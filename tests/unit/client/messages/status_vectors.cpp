// Statuses and privacy tokens as others write them: status.json, privacy_tokens.json. Stanzas are compared without the
// order of their attributes; ciphertexts are taken from the vector, whatever stands around them is ours.
#include "appstate/action.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/read_content.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/status_rows.h"
#include "crypto/hash.h"
#include "stanza/notifications/notification.h"
#include "stanza/outbound/answer.h"
#include "stanza/outbound/outbound.h"
#include "stanza/queries/people.h"
#include "stanza/queries/status.h"
#include "stanza/queries/users.h"
#include "store/memory_store.h"
#include "support/vector_nodes.h"

namespace status_vectors {

using namespace wa;
using nlohmann::json;
using test::hex_field;
using wire::Jid;
using wire::Node;

namespace {

Jid jid_of(const json& text) { return *wire::parse_jid(text.get<std::string>()); }

Node node_of(const json& object) { return test::vector_node(object); }
bool same(const Node& ours, const json& theirs) { return test::same_tree(ours, node_of(theirs)); }

std::vector<stanza::DeviceCiphertext> ciphertexts_in(const Node& message) {
  std::vector<stanza::DeviceCiphertext> out;
  const Node* participants = message.child_named("participants");
  for (const Node& to : participants ? participants->children() : Node::Children()) {
    const Node* enc = to.child_named("enc");
    if (enc) out.push_back({*to.jid_attr("jid"), enc->text_attr("type"), to_bytes(enc->content_bytes())});
  }
  return out;
}

Bytes bytes_in(const Node& node, std::string_view child) {
  const Node* found = node.child_named(child);
  return found ? to_bytes(found->content_bytes()) : Bytes();
}

// As status_delivery.cpp puts it together, for the audience of the vector.
bool sends(const json& vector) {
  const Node theirs = node_of(vector["node"]);
  const Bytes content = hex_field(vector, "message_hex");
  stanza::OutgoingMessage message;
  message.id = theirs.text_attr("id");
  message.to = client::status_chat();
  message.traits = client::traits_of(client::kind_of_content(content), content);
  message.traits.hide_failure = false;
  message.participants = ciphertexts_in(theirs);
  message.sender_key_ciphertext = bytes_in(theirs, "enc");
  message.device_identity = bytes_in(theirs, "device-identity");
  for (const json& one : vector["audience"]) {
    if (one["has_key"]) message.named.push_back(jid_of(one["user"]));
  }
  const Node* meta = theirs.child_named("meta");
  const std::string chosen = meta ? meta->text_attr("status_setting") : std::string();
  for (const auto audience : {client::StatusAudience::contacts, client::StatusAudience::allow_list,
      client::StatusAudience::deny_list}) {
    if (chosen != client::status_setting_name(audience)) continue;
    message.traits.meta = {"status_setting", client::status_setting_name(audience)};
  }
  return same(stanza::build_message(message), vector["node"]);
}

bool reacts(const json& vector) {
  const Node theirs = node_of(vector["node"]);
  stanza::OutgoingMessage message;
  message.id = theirs.text_attr("id");
  message.to = client::status_chat();
  const Bytes content = hex_field(vector, "message_hex");
  message.traits = client::traits_of(client::kind_of_content(content), content);
  message.participants = ciphertexts_in(theirs);
  return same(stanza::build_message(message), vector["node"]);
}

bool receipts(const json& vector) {
  const Node theirs = node_of(vector["node"]);
  const Jid author = jid_of(vector["author"]);
  const std::string id = theirs.text_attr("id");
  if (theirs.text_attr("type").empty()) {
    const stanza::AckInfo of{"message", id, "text", client::status_chat(), author, {}, {}};
    return same(stanza::build_receipt(of, stanza::ReceiptType::status), vector["node"]);
  }
  const std::optional<Jid> number =
      vector.contains("author_pn") ? std::optional(jid_of(vector["author_pn"])) : std::nullopt;
  return same(stanza::build_read_receipt({&id, 1}, client::status_chat(), author, *theirs.number_attr("t"), false,
      number),
              vector["node"]);
}

bool lists(const json& vector) {
  const Node iq = node_of(vector["node"]);
  const bool error = iq.text_attr("type") == "error";
  const auto told = client::status_lists_in(error ? client::QueryAnswer(stanza::IqError{"9", 404, "item-not-found", 0})
                                                  : client::QueryAnswer(iq));
  if (!told || told->all.size() != vector["lists"].size()) return false;
  std::size_t found = 0;
  for (const json& expected : vector["lists"]) {
    for (const stanza::StatusList& list : told->all) {
      json people = json::array();
      for (const Jid& jid : list.people) people.push_back(jid.text());
      found += list.type == expected["type"] && list.in_force == expected["default"] && people == expected["users"];
    }
  }
  const std::string active = vector["active"];
  return found == told->all.size() && told->all.front().type == active &&
         client::status_list_name(told->in_force.audience) == active;
}

appstate::Action action_of(const json& vector) {
  const json& value = vector["value"];
  if (vector["index"][0] == "userStatusMute") {
    return appstate::StatusMute{vector["index"][1], value["userStatusMuteAction"]["muted"]};
  }
  const json& privacy = value["statusPrivacy"];
  return appstate::StatusPrivacy{static_cast<appstate::StatusAudience>(privacy["mode"].get<int>()),
                                 privacy["userJid"].get<std::vector<std::string>>()};
}

// Written as the vector has it, and read back as what it was.
bool mutates(const json& vector) {
  const appstate::Action action = action_of(vector);
  const std::int64_t time_ms = vector["value"]["timestamp"];
  const appstate::Mutation ours = appstate::build_mutation(action, time_ms);
  appstate::Mutation theirs = ours;
  theirs.value = hex_field(vector, "value_hex");
  const appstate::ReadAction read = appstate::parse_action(theirs);
  const bool as_read = appstate::build_mutation(read.action, read.timestamp_ms).value == ours.value;
  const json index = json::parse(ours.index.begin(), ours.index.end());
  return index == vector["index"] && ours.version == vector["version"] && as_read && ours.value == theirs.value &&
         std::string(appstate::collection_name(appstate::collection_of(action))) == vector["collection"];
}

bool arrives(const json& vector) {
  const Node node = node_of(vector["node"]);
  const auto inbound = stanza::parse_inbound(node);
  const auto* message = std::get_if<stanza::Message>(&inbound);
  if (!message || message->encs.size() != 1) return false;
  const Node ack = stanza::build_ack(message->ack);
  return ack.text_attr("class") == vector["ack_class"] && ack.text_attr("id") == message->id &&
         ack.jid_attr("to") == client::status_chat() && ack.jid_attr("participant") == message->participant &&
         ack.text_attr("type") == message->type && message->from == client::status_chat();
}

// --- tokens

const Jid kContact{"70000000000002", wire::Server::lid};

bool expires(const json& vector) {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const json& t = vector["token_t"];
  client::store_token(txn, kContact, Bytes{1}, t.is_null() ? 0 : t.get<std::int64_t>());
  const WallTime now = WallTime::from_seconds(vector["now"]);
  return client::token_for(txn, kContact, now).has_value() == vector["usable"];
}

bool is_due(const json& vector) {
  store::MemoryStore rows;
  store::Txn txn(rows);
  if (!vector["last_issued"].is_null()) client::note_token_issued(txn, kContact, vector["last_issued"]);
  return client::token_issue_is_due(txn, kContact, WallTime::from_seconds(vector["now"])) == vector["issue"];
}

bool falls_back(const json& vector) {
  store::MemoryStore rows;
  store::Txn txn(rows);
  client::store_fallback_salt(txn, hex_field(vector, "nct_salt"));
  return client::fallback_token_for(txn, jid_of(vector["recipient_lid"])) == hex_field(vector, "cstoken");
}

// Stored as routing.cpp does.
bool is_told(const json& vector) {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const Node node = node_of(vector["node"]);
  const Jid contact = node.jid_attr("sender_lid").value_or(*node.jid_attr("from"));
  const json& expected = vector["expect"];
  if (expected.contains("stored_t")) client::store_token(txn, contact, Bytes{9}, expected["stored_t"]);
  const auto inbound = stanza::parse_inbound(node);
  const auto* notification = std::get_if<stanza::Notification>(&inbound);
  if (!notification) return false;
  const Bytes before = client::token_for(txn, contact, WallTime::from_seconds(1'791'121'994)).value_or(Bytes());
  for (const auto& kind : stanza::parse_notification(*notification)) {
    if (const auto* token = std::get_if<stanza::PrivacyToken>(&kind)) {
      client::store_token(txn, token->user, token->token, token->t);
    }
  }
  const Bytes after = client::token_for(txn, contact, WallTime::from_seconds(1'791'121'994)).value_or(Bytes());
  if (expected["store"].empty()) return after == before;
  const json& one = expected["store"][0];
  return client::token_for(txn, jid_of(one["contact"]), WallTime::from_seconds(1'791'121'994)) == hex_field(one,
      "token");
}

// Our stanza with the token of the vector: its children in the order of the vector. How buttons are named is of other
// vectors.
bool is_placed(const json& vector) {
  const Node theirs = node_of(vector["node"]);
  const Node* body = theirs.child_named("enc");
  stanza::OutgoingMessage message;
  message.id = theirs.text_attr("id");
  message.to = *theirs.jid_attr("to");
  message.participants = ciphertexts_in(theirs);
  if (body) message.sender_key_ciphertext = to_bytes(body->content_bytes());
  message.device_identity = bytes_in(theirs, "device-identity");
  message.tc_token = bytes_in(theirs, "tctoken");
  message.cs_token = bytes_in(theirs, "cstoken");
  const Node *meta = theirs.child_named("meta"), *reporting = theirs.child_named("reporting");
  if (meta) message.traits.meta = {"view_once", "true"};
  if (reporting) message.reporting_token = bytes_in(*reporting, "reporting_token");
  const Node ours = stanza::build_message(message);
  std::vector<std::string> found, expected;
  for (const Node& child : ours.children()) found.push_back(child.tag);
  for (const std::string& tag : vector["children"].get<std::vector<std::string>>()) {
    if (tag != "biz") expected.push_back(tag);
  }
  return found == expected;
}

using Check = bool (*)(const json&);

void check(const json& vector, const std::map<std::string, Check>& kinds, test::VectorReport& report) {
  const auto found = kinds.find(vector["kind"].get<std::string>());
  report.check(vector["name"], found != kinds.end() && found->second(vector));
}

}  // namespace

WA_VECTORS("status.json", file, report) {
  const std::map<std::string, Check> kinds = {
      {"send", sends},
      {"reaction", reacts},
      {"receipt", receipts},
      {"privacy_get", [](const json& vector) { return same(stanza::build_status_privacy_query(), vector["node"]); }},
      {"privacy_answer", lists},
      {"appstate", mutates},
      {"incoming", arrives},
  };
  for (const json& vector : file["vectors"]) {
    check(vector, kinds, report);
  }
}

WA_VECTORS("privacy_tokens.json", file, report) {
  const std::map<std::string, Check> kinds = {
      {"receiver_expiry", expires},
      {"issue", is_due},
      {"cstoken", falls_back},
      {"issue_iq", [](const json& vector) {
         return same(stanza::build_privacy_token_issue(jid_of(vector["jid"]), vector["t"]), vector["node"]);
       }},
      {"notification", is_told},
      {"placement", is_placed},
  };
  for (const json& vector : file["vectors"]) check(vector, kinds, report);
}

}  // namespace status_vectors
