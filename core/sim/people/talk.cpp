// tested by sim/sim_test.cpp
// What simulated people send: texts, group texts, peer messages, receipts; and what they do with receipts (07; 04 section 12).
#include "base/encoding.h"
#include "crypto/hash.h"
#include "signal/sender_key.h"
#include "sim/service/server.h"

namespace wa::sim {
Node group_message_from(Server& server, Device& by, const std::string& id, const std::string& group) {
  Node message("message");
  message.attr("from", chat_named(group)).attr("participant", server.options.by_lid ? by.lid() : by.pn());
  message.attr("id", id).attr("t", static_cast<std::uint64_t>(server.now.wall.seconds())).attr("type", "text");
  if (group != "status") message.attr("addressing_mode", server.options.by_lid ? "lid" : "pn");
  message.attr("notify", "Person " + by.account->pn.substr(by.account->pn.size() - 4));
  if (server.options.by_lid) message.attr("participant_pn", by.pn().user_jid());
  return message;
}

namespace {

constexpr std::size_t kSentMax = 256;
constexpr std::uint64_t kRetryMax = 5;

Node enc_node(std::string_view type, ByteView bytes) {
  Node enc("enc");
  enc.attr("v", "2").attr("type", type);
  return enc.bytes(bytes);
}

// First messages of companions prove whose they are (04 section 8).
void add_proof(Node& message, const Device& by, std::string_view enc_type) {
  if (enc_type == "pkmsg" && by.number != 0) message.child(bytes_node("device-identity", by.signed_identity));
}

void remember(Actor& actor, const std::string& id, SentText sent) {
  if (actor.sent.size() >= kSentMax) actor.sent.erase(actor.sent.begin());
  actor.sent[id] = std::move(sent);
}

void send_in_group(Server& server, Device& by, Account& to, const std::string& id, const Bytes& plaintext,
                   const TextOptions& options) {
  Actor& actor = *by.actor;
  const std::string group = chat_named(options.group).text();
  const signal::Address own = signal::address_of(by.lid());
  store::Txn txn(actor.store);
  const Bytes distribution = signal::create_distribution(txn, group, own, server.random);
  auto body = signal::encrypt_sender_key(txn, group, own, pad(server, plaintext), server.random);
  if (!body) return;
  actor.store.apply(txn.take());
  remember(actor, id, {with_distribution(plaintext, group, distribution), to.pn, options.group, false});
  GroupStore& shared = server.groups[group + "/" + by.pn().text()];
  for (Device* device : wire_devices(to)) {
    Node message = group_message_from(server, by, id, options.group);
    const bool fresh = !options.without_key && shared.shared_with.insert(device->pn().text()).second;
    if (fresh) {
      auto enc = encrypt_to(server, by, *device, pad(server, with_distribution({}, group, distribution)));
      if (!enc) continue;
      message.child(enc_node(enc->type, enc->bytes));
      add_proof(message, by, enc->type);
    }
    message.child(enc_node("skmsg", *body));
    if (options.status_stanza) message.tag = "status";
    deliver(server, *device, std::move(message));
  }
}

void send_one(Server& server, Device& by, Device& to, const std::string& id, const Bytes& plaintext, bool as_lid,
              const std::string& chat_for_copy, bool corrupt = false, const std::string& list = {}) {
  auto enc = encrypt_to(server, by, to, pad(server, chat_for_copy.empty() ? plaintext : own_copy(plaintext, chat_for_copy)));
  if (!enc) return;
  if (corrupt) enc->bytes[enc->bytes.size() / 2] ^= 0x10;
  Node message = message_from(server, by, to, id, as_lid);
  if (!chat_for_copy.empty()) message.attr("recipient", chat_for_copy);
  if (!list.empty()) {
    const Jid author = *message.jid_attr("from");
    message.attrs.front().second = Jid{list, wire::Server::broadcast};
    message.attr("participant", author);
    message.attr(as_lid ? "participant_pn" : "participant_lid", as_lid ? by.pn().user_jid() : by.lid().user_jid());
  }
  message.child(enc_node(enc->type, enc->bytes));
  add_proof(message, by, enc->type);
  deliver(server, to, std::move(message));
}

std::optional<signal::RemoteBundle> bundle_in(const Node& receipt) {
  const Node* keys = receipt.child_named("keys");
  const Node* registration = receipt.child_named("registration");
  if (!keys || !registration) return std::nullopt;
  const Node* identity = keys->child_named("identity");
  const Node* key = keys->child_named("key");
  const Node* skey = keys->child_named("skey");
  if (!identity || !skey || !skey->child_named("id") || !skey->child_named("value") || !skey->child_named("signature")) {
    return std::nullopt;
  }
  signal::RemoteBundle out;
  out.registration_id = static_cast<std::uint32_t>(read_be(registration->content_bytes().first(4)));
  out.identity = array_of<32>(identity->content_bytes());
  out.signed_prekey_id = static_cast<std::uint32_t>(read_be(skey->child_named("id")->content_bytes()));
  out.signed_prekey = array_of<32>(skey->child_named("value")->content_bytes());
  out.signed_prekey_signature = array_of<64>(skey->child_named("signature")->content_bytes());
  if (key && key->child_named("id") && key->child_named("value")) {
    out.prekey = std::pair(static_cast<std::uint32_t>(read_be(key->child_named("id")->content_bytes())),
                           array_of<32>(key->child_named("value")->content_bytes()));
  }
  return out;
}

// A wire device could not decrypt what a simulated one sent: a new session, and the message once more.
void answer_retry(Server& server, Device& by, Device& to, const Node& receipt, std::uint64_t count, bool as_lid) {
  Actor& actor = *by.actor;
  const std::string id = receipt.text_attr("id");
  auto sent = actor.sent.find(id);
  if (sent == actor.sent.end()) return;
  store::Txn txn(actor.store);
  const signal::Address address = signal::address_of(to.lid());
  if (std::optional<signal::RemoteBundle> bundle = bundle_in(receipt)) {
    if (bundle->identity != to.identity) server.violation("retry receipt carries another identity");
    if (!signal::start_session(txn, actor.own, address, *bundle, server.random)) {
      server.violation("keys of a retry receipt are not usable");
    }
  } else {
    signal::erase_session(txn, address);
  }
  actor.store.apply(txn.take());
  auto enc = encrypt_to(server, by, to, pad(server, sent->second.plaintext));
  if (!enc) return;
  Node message = sent->second.group.empty() ? message_from(server, by, to, id, as_lid)
                                            : group_message_from(server, by, id, sent->second.group);
  if (sent->second.peer) message.attr("category", "peer");
  Node node = enc_node(enc->type, enc->bytes);
  message.child(std::move(node.attr("count", count)));
  add_proof(message, by, enc->type);
  deliver(server, to, std::move(message));
  server.fact(RetryAnswered{by.account->pn, to.account->pn, id});
}

void on_retry(Server& server, Connection& connection, const Node& receipt) {
  const Node* retry = receipt.child_named("retry");
  const Node* registration = receipt.child_named("registration");
  const std::uint64_t count = retry ? retry->number_attr("count").value_or(0) : 0;
  if (!retry || count == 0 || count > kRetryMax || retry->text_attr("id") != receipt.text_attr("id") ||
      retry->text_attr("v") != "1" || retry->text_attr("t").empty() || !registration ||
      registration->content_bytes().size() != 4 || (count > 1 && !receipt.child_named("keys"))) {
    return server.violation("retry receipt is malformed");
  }
  std::optional<Jid> to = receipt.jid_attr("participant");
  if (!to) to = receipt.jid_attr("to");
  Device* by = to ? find_device(server, *to) : nullptr;
  if (!by) {
    // What a forger said is refused like anything else: the service has nobody to bring the receipt to.
    const bool forged = to && server.forged.count({connection.device->account->pn, to->device}) > 0;
    return forged ? void() : server.violation("retry receipt for an unknown device");
  }
  if (by->actor) return answer_retry(server, *by, *connection.device, receipt, count, to->server == wire::Server::lid);
  Node copy = receipt;
  copy.attrs.clear();
  copy.attr("from", to->server == wire::Server::lid ? connection.device->lid() : connection.device->pn());
  copy.attr("id", receipt.text_attr("id")).attr("type", "retry").attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  deliver(server, *by, std::move(copy));
}

void pass_on(Server& server, Connection& connection, const Node& receipt, const std::string& id) {
  const std::string type = receipt.text_attr("type");
  std::optional<Jid> to = receipt.jid_attr("to");
  std::optional<Jid> person = receipt.jid_attr("participant");
  Account* owner = find_account(server, person ? *person : to.value_or(Jid{}));
  server.fact(ReceiptSeen{connection.device->account->pn, owner ? owner->pn : std::string(), id, type});
  if (!owner || owner == connection.device->account || type == "inactive" || type == "read-self") return;
  for (Device* device : wire_devices(*owner)) {
    send_receipt(server, *connection.device, *device, id, type, to && to->server == wire::Server::lid);
  }
}

// 07 section 3: the type says whose message it was; group messages name their author.
void check_receipt_kind(Server& server, Device& device, const Node& receipt) {
  const std::string type = receipt.text_attr("type");
  for (const Pending& item : device.queue) {
    if (item.cls != "message" || !item.sent || item.id != receipt.text_attr("id")) continue;
    std::optional<Jid> from = item.node.jid_attr("from");
    const bool own = from && find_account(server, *from) == device.account;
    const bool peer = item.node.text_attr("category") == "peer";
    if (own && peer && type != "peer_msg") server.violation("peer message answered with receipt type '" + type + "'");
    if (own && !peer && type != "sender") server.violation("own copy answered with receipt type '" + type + "'");
    if (!own && !peer && !type.empty() && type != "inactive" && type != "read" && type != "read-self") {
      server.violation("message answered with receipt type '" + type + "'");
    }
    if (item.node.text_attr("participant") != receipt.text_attr("participant")) {
      server.violation("receipt of a message does not repeat participant");
    }
    return;
  }
}

}  // namespace

Node message_from(Server& server, Device& by, Device&, const std::string& id, bool as_lid) {
  Node message("message");
  message.attr("from", as_lid ? by.lid() : by.pn()).attr("id", id);
  message.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds())).attr("type", "text");
  message.attr("notify", "Person " + by.account->pn.substr(by.account->pn.size() - 4));
  if (as_lid) {
    message.attr("sender_pn", by.pn().user_jid());
  } else {
    message.attr("sender_lid", by.lid().user_jid());
  }
  return message;
}

void send_receipt(Server& server, Device& by, Device& to, const std::string& id, std::string_view type, bool as_lid,
                  const std::string& group) {
  Node receipt("receipt");
  write_sender(receipt, by, as_lid, group);
  receipt.attr("id", id);
  if (!type.empty()) receipt.attr("type", type);
  receipt.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  deliver(server, to, std::move(receipt));
}

std::string message_id(Server& server) { return "3EB0" + hex_upper(server.random.bytes(9)); }

std::string send_text(Server& server, Account& from, const std::string& to, std::string_view text, const TextOptions& options) {
  if (options.from_companion) companion(server, from);
  else phone(server, from);
  account(server, to);
  return send_plaintext(server, from, to, text_message(text), options, message_id(server));
}

std::string send_plaintext(Server& server, Account& from, const std::string& to, const Bytes& plaintext,
                           const TextOptions& options, const std::string& id) {
  Device& by = options.from_companion ? companion(server, from) : phone(server, from);
  Account& peer = account(server, to);
  const bool as_lid = server.options.by_lid && !options.by_pn;
  if (!options.group.empty()) {
    send_in_group(server, by, peer, id, plaintext, options);
    return id;
  }
  remember(*by.actor, id, {plaintext, to, {}, false});
  for (Device* device : wire_devices(peer)) {
    if (options.withheld) {
      const Jid chat = as_lid ? by.lid().user_jid() : by.pn().user_jid();
      server.withheld[id] = {chat.text(), plaintext, server.now.wall.seconds(), "Person"};
      deliver(server, *device, std::move(message_from(server, by, *device, id, as_lid).child(Node("unavailable"))));
      continue;
    }
    for (std::uint32_t i = 0; i < options.lost_before; ++i) (void)encrypt_to(server, by, *device, pad(server, plaintext));
    send_one(server, by, *device, id, plaintext, as_lid, {}, options.corrupt, options.list);
  }
  if (&peer == &from) return id;
  const Jid chat = as_lid ? Jid{peer.lid, wire::Server::lid} : Jid{peer.pn, wire::Server::pn};
  for (Device* device : wire_devices(from)) send_one(server, by, *device, id, plaintext, as_lid, chat.text());
  return id;
}

void send_peer(Server& server, Device& to, ByteView plaintext, Device* from) {
  Device& by = from ? *from : phone(server, *to.account);
  auto enc = encrypt_to(server, by, to, pad(server, to_bytes(plaintext)));
  if (!enc) return;
  const std::string id = message_id(server);
  remember(*by.actor, id, {to_bytes(plaintext), to.account->pn, {}, true});
  Node message("message");
  message.attr("from", server.options.by_lid ? by.lid() : by.pn()).attr("id", id).attr("type", "text").attr("category", "peer");
  message.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  message.child(enc_node(enc->type, enc->bytes));
  add_proof(message, by, enc->type);
  deliver(server, to, std::move(message));
}

std::string send_forged(Server& server, Account& as, std::uint16_t number, const std::string& chat, std::string_view text) {
  Device by;
  by.account = &as;
  by.number = number;
  make_actor(server, by);
  server.forged.emplace(as.pn, number);
  AppKey key;
  key.id = to_bytes("forged");
  key.data = server.random.array<32>();
  const std::string to = Jid{account(server, chat).lid, wire::Server::lid}.text(), id = message_id(server);
  const Bytes said = text.empty() ? key_share_message({key}) : own_copy(text_message(text), to);
  for (Device* device : wire_devices(as)) {
    auto enc = encrypt_to(server, by, *device, pad(server, said));
    if (!enc) continue;
    Node message = message_from(server, by, *device, id, server.options.by_lid);
    if (text.empty()) {
      message.attr("category", "peer");
    } else {
      message.attr("recipient", to);
    }
    deliver(server, *device, std::move(message.child(enc_node(enc->type, enc->bytes))));
  }
  return id;
}

void on_receipt(Server& server, Connection& connection, const Node& receipt) {
  const std::string id = receipt.text_attr("id"), to = receipt.text_attr("to"), type = receipt.text_attr("type");
  if (id.empty() || to.empty()) return server.violation("receipt without id or to");
  for (const char* call : {"offer", "accept", "reject", "enc_rekey"}) {
    if (const Node* child = receipt.child_named(call)) {
      if (child->text_attr("call-id").empty() || child->text_attr("call-creator").empty()) {
        server.violation("call receipt without call-id or call-creator");
      }
      return acknowledged(server, *connection.device, "call", id, to);
    }
  }
  if (type == "retry") return on_retry(server, connection, receipt);
  if (type == "server-error") return on_server_error(server, connection, receipt);
  if (type == "hist_sync") return pass_on(server, connection, receipt, id);  // in addition to the peer receipt (07 section 9)
  check_receipt_kind(server, *connection.device, receipt);
  acknowledged(server, *connection.device, "message", id, to);
  pass_on(server, connection, receipt, id);
  if (const Node* list = receipt.child_named("list")) {
    for (const Node& item : list->children()) {
      acknowledged(server, *connection.device, "message", item.text_attr("id"), to);
      pass_on(server, connection, receipt, item.text_attr("id"));
    }
  }
}

}  // namespace wa::sim
