// tested by sim/sim_test.cpp
// Messages from wire devices: checking, decrypting at simulated devices, routing to other wire devices (04 section 8; 07).
#include <algorithm>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "sim/service/server.h"

namespace wa::sim {

Jid chat_named(const std::string& id) {
  return {id, id == "status" ? wire::Server::broadcast : wire::Server::group};
}

void write_sender(Node& receipt, const Device& by, bool as_lid, const std::string& group) {
  const Jid person = as_lid ? by.lid() : by.pn();
  if (group.empty()) {
    receipt.attr("from", person);
  } else {
    receipt.attr("from", chat_named(group)).attr("participant", person);
    if (group == "status") receipt.attr("context", "status");
  }
}

void send_ack(Server& server, Connection& connection, const Node& message, int error, const std::string& phash,
              bool new_lid) {
  Node ack("ack");
  ack.attr("class", "message").attr("id", message.text_attr("id"));
  if (auto to = message.jid_attr("to")) ack.attr("from", *to);
  ack.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  if (error) ack.attr("error", static_cast<std::uint64_t>(error));
  if (!phash.empty()) ack.attr("phash", phash);
  if (new_lid) ack.attr("refresh_lid", "true");
  send(server, connection, ack);
}

void ask_again(Server& server, Device& at, Device& from, const std::string& id, bool as_lid, const std::string& group) {
  Node receipt("receipt"), retry("retry"), registration("registration");
  write_sender(receipt, at, as_lid, group);
  receipt.attr("id", id).attr("type", "retry");
  receipt.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  retry.attr("count", std::uint64_t{1}).attr("id", id).attr("v", std::uint64_t{1});
  retry.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  registration.bytes(be_bytes(at.actor->own.registration_id, 4));
  receipt.child(std::move(retry)).child(std::move(registration));
  const std::optional<signal::RemoteBundle> bundle = bundle_of(server, at);
  if (bundle && bundle->prekey) {
    const auto leaf = [](std::string_view tag, ByteView bytes) {
      Node node(tag);
      node.bytes(bytes);
      return node;
    };
    Node keys("keys"), key("key"), skey("skey");
    key.child(leaf("id", be_bytes(bundle->prekey->first, 3))).child(leaf("value", bundle->prekey->second));
    skey.child(leaf("id", be_bytes(bundle->signed_prekey_id, 3))).child(leaf("value", bundle->signed_prekey));
    skey.child(leaf("signature", bundle->signed_prekey_signature));
    keys.child(leaf("type", Bytes{5})).child(leaf("identity", bundle->identity));
    keys.child(std::move(key)).child(std::move(skey));
    if (at.number != 0) keys.child(leaf("device-identity", at.signed_identity));
    receipt.child(std::move(keys));
  }
  deliver(server, from, std::move(receipt));
}

bool check_identity(Server& server, const Device& from, const Node& message, bool any_prekey) {
  const Node* identity = message.child_named("device-identity");
  if (!any_prekey) return true;
  if (!identity) {
    server.violation("pkmsg without device-identity");
    return false;
  }
  if (!equal(identity->content_bytes(), from.signed_identity)) server.violation("device-identity is not the registered one");
  return true;
}

std::string phash_of(const std::set<Device*>& devices, bool as_lid) {
  std::set<std::string> names;
  for (const Device* device : devices) {
    const Jid jid = as_lid ? device->lid() : device->pn();
    names.insert(jid.user + ".0:" + std::to_string(jid.device) + "@" + std::string(wire::server_name(jid.server)));
  }
  std::string all;
  for (const std::string& name : names) all += name;
  return "2:" + base64(ByteView(crypto::sha256(view(all))).first(6));
}

namespace {

// The service drops such a message without a word (10 section 1).
void check_media(Server& server, const Node& message) {
  if (message.text_attr("type") != "media") return;
  bool said = true;
  if (const Node* body = message.child_named("enc")) said = !body->text_attr("mediatype").empty();
  else if (const Node* all = message.child_named("participants")) {
    for (const Node& to : all->children()) {
      const Node* enc = to.child_named("enc");
      said = said && enc && !enc->text_attr("mediatype").empty();
    }
  }
  if (!said) server.violation("a media message does not say what media it is");
}

constexpr std::size_t kSeenMax = 4000;
constexpr std::int64_t kLidToldMs = 120'000;   // what was under way, or lost its ack

// One ciphertext for a simulated device.
// A companion has what the phone has made, whether or not it shared it with this device.
void answer_key_request(Server& server, Device& at, Device& from, const std::vector<Bytes>& ids) {
  if (at.number == 0) {
    server.fact(KeyRequested{at.account->pn});
    if (server.take_fault(FaultKind::phone_lacks_keys)) return send_peer(server, from, key_lack_message(ids));
    for (AppKey& key : at.account->app_keys) key.shared = true;
    return share_keys(server, from);
  }
  std::vector<AppKey> held;
  for (const AppKey& key : at.account->app_keys) {
    if (std::find(ids.begin(), ids.end(), key.id) != ids.end()) held.push_back(key);
  }
  send_peer(server, from, held.empty() ? key_lack_message(ids) : key_share_message(held), &at);
}

void actor_receives(Server& server, Device& at, Device& from, const Node& stanza, const Node& enc, bool as_lid) {
  const std::string id = stanza.text_attr("id");
  const bool again = !enc.text_attr("count").empty();
  if (!again && from.account != at.account && server.take_fault(FaultKind::peer_cannot_decrypt)) {
    return ask_again(server, at, from, id, as_lid);
  }
  auto plain = decrypt_from(server, at, from, enc.text_attr("type"), enc.content_bytes());
  if (!plain) {
    const Errc code = plain.error().code;
    if (code == Errc::duplicate) return send_receipt(server, at, from, id, {}, as_lid);
    if (code != Errc::no_session && code != Errc::no_prekey) server.violation("message does not decrypt at its receiver");
    server.fact(DecryptFailed{from.account->pn, at.account->pn, id, static_cast<int>(code)});
    return ask_again(server, at, from, id, as_lid);
  }
  const Understood said = understand(*plain);
  if (!said.valid) return server.violation("decrypted message is not a Message");
  const std::string digest = hex(ByteView(crypto::sha256(concat({view(said.text), view(said.destination),
                                                                 said.file ? ByteView(said.file->key) : ByteView()})))
                                     .first(8));
  auto [seen, fresh] = at.actor->seen.emplace(id, digest);
  if (!fresh && seen->second != digest) server.violation("message id used for two different messages");
  if (at.actor->seen.size() > kSeenMax) at.actor->seen.erase(at.actor->seen.begin());
  if (said.own_copy != (at.account == from.account) && stanza.text_attr("category") != "peer") {
    server.violation(said.own_copy ? "deviceSentMessage sent to somebody else" : "own device got a message without wrapper");
  }
  if (said.own_copy) {
    auto chat = wire::parse_jid(said.destination);
    auto to = stanza.jid_attr("to");
    if (!chat || !to || find_account(server, *chat) != find_account(server, *to)) {
      server.violation("deviceSentMessage names another chat than the stanza");
    }
  }
  if (said.file) open_file(server, at, from, id, *said.file, said.own_copy, !fresh);
  if (!said.text.empty()) {
    server.fact(TextDecrypted{from.account->pn, at.account->pn, id, said.text, at.number, said.own_copy, !fresh});
  }
  if (at.account == from.account) {
    if (said.key_request) answer_key_request(server, at, from, said.key_ids);
    for (const std::string& wanted : said.resend_ids) {
      const auto kept = at.number == 0 ? server.withheld.find(wanted) : server.withheld.end();
      if (kept != server.withheld.end()) send_peer(server, from, resent_message(wanted, kept->second));
    }
    if (stanza.text_attr("category") != "peer") send_receipt(server, at, from, id, "sender", as_lid);
    return;
  }
  send_receipt(server, at, from, id, {}, as_lid);
}

void hand_over(Server& server, Device& from, Device& to, const Node& stanza, const Node& enc, bool as_lid) {
  check_message_key(server, from, to, enc.text_attr("type"), enc.content_bytes());
  if (to.actor) return actor_receives(server, to, from, stanza, enc, as_lid);
  Node message = message_from(server, from, to, stanza.text_attr("id"), as_lid);
  if (from.account == to.account) message.attr("recipient", stanza.text_attr("to"));
  Node copy("enc");
  copy.attr("v", "2").attr("type", enc.text_attr("type")).bytes(enc.content_bytes());
  if (auto count = enc.text_attr("count"); !count.empty()) copy.attr("count", count);
  message.child(std::move(copy));
  if (enc.text_attr("type") == "pkmsg" && from.number != 0) {
    Node identity("device-identity");
    identity.bytes(from.signed_identity);
    message.child(std::move(identity));
  }
  deliver(server, to, std::move(message));
}

std::set<Device*> addressees(Server& server, Account& to, Device& from) {
  phone(server, to);
  phone(server, *from.account);
  std::set<Device*> out;
  for (Account* owner : {&to, from.account}) {
    for (auto& [number, device] : owner->devices) {
      if (device.get() != &from) out.insert(device.get());
    }
  }
  return out;
}

void on_fanout(Server& server, Connection& connection, const Node& message, const Jid& to, Account& peer) {
  Device& from = *connection.device;
  const Node* participants = message.child_named("participants");
  if (!participants || participants->children().empty()) {
    server.violation("message without participants");
    return send_ack(server, connection, message, 479, {});
  }
  const bool as_lid = to.server == wire::Server::lid;
  std::set<Device*> reached;
  bool any_prekey = false;
  for (const Node& target : participants->children()) {
    std::optional<Jid> jid = target.jid_attr("jid");
    Device* device = target.tag == "to" && jid ? find_device(server, *jid) : nullptr;
    const Node* enc = target.child_named("enc");
    if (!device) continue;  // a device that is gone: the service drops it and answers with its own phash
    if (!enc || enc->text_attr("v") != "2" || device == &from || !reached.insert(device).second ||
        (device->account != &peer && device->account != from.account)) {
      server.violation("participant is malformed, repeated or not addressed");
      continue;
    }
    any_prekey = any_prekey || enc->text_attr("type") == "pkmsg";
  }
  if (!check_identity(server, from, message, any_prekey)) return send_ack(server, connection, message, 479, {});
  for (const Node& target : participants->children()) {
    std::optional<Jid> jid = target.jid_attr("jid");
    Device* device = jid ? find_device(server, *jid) : nullptr;
    const Node* enc = target.child_named("enc");
    if (device && enc && reached.count(device)) hand_over(server, from, *device, message, *enc, as_lid);
  }
  const std::set<Device*> wanted = addressees(server, peer, from);
  const std::string phash = wanted == reached ? std::string() : phash_of(wanted, as_lid);
  if (server.take_fault(FaultKind::new_lid)) peer.next_lid = lid_digits(peer.pn + server.number());
  const bool new_lid = as_lid && (!peer.next_lid.empty() || to.user != peer.lid);
  if (server.take_fault(FaultKind::message_ack_lost)) return;
  send_ack(server, connection, message, 0, phash, new_lid);
}

// One enc directly in the stanza: a peer message, or a resend to one device.
void on_single(Server& server, Connection& connection, const Node& message, const Jid& to, bool peer) {
  Device& from = *connection.device;
  const Node* enc = message.child_named("enc");
  Device* device = find_device(server, to);  // of peer messages the phone, or a companion by its number
  if (auto participant = message.jid_attr("participant")) device = find_device(server, *participant);
  if (!enc || !device || enc->text_attr("v") != "2" || (peer && device->account != from.account) ||
      (!peer && enc->text_attr("count").empty())) {
    server.violation(peer ? "peer message is malformed" : "resent message is malformed");
    return send_ack(server, connection, message, 479, {});
  }
  if (peer && !message.child_named("meta")) server.violation("peer message without meta");
  if (!check_identity(server, from, message, enc->text_attr("type") == "pkmsg")) {
    return send_ack(server, connection, message, 479, {});
  }
  if (!peer) server.fact(RetryAnswered{from.account->pn, device->account->pn, message.text_attr("id")});
  if (to.server == wire::Server::group || to.server == wire::Server::broadcast) {
    group_resend(server, from, *device, message, *enc);
  } else {
    hand_over(server, from, *device, message, *enc, to.server == wire::Server::lid);
  }
  if (server.take_fault(FaultKind::message_ack_lost)) return;
  send_ack(server, connection, message, 0, {});
}

}  // namespace

void on_message(Server& server, Connection& connection, const Node& message) {
  Device& from = *connection.device;
  std::optional<Jid> to = message.jid_attr("to");
  const std::string id = message.text_attr("id");
  if (!to || id.empty() || message.text_attr("type").empty()) return server.violation("message without to, id or type");
  if (!from.uploaded && from.prekeys_assumed == 0) server.violation("message before prekeys were uploaded");
  if (auto fault = server.take_fault(FaultKind::message_refused)) {
    return send_ack(server, connection, message, fault->code, {});
  }
  check_media(server, message);
  const bool peer = message.text_attr("category") == "peer";
  if (peer && (message.child_named("tctoken") || message.child_named("participants"))) {
    server.violation("peer message with tctoken or participants");
    return send_ack(server, connection, message, 479, {});
  }
  const bool status = *to == chat_named("status");
  if (status || to->server == wire::Server::group) {
    if (message.child_named("enc") && !message.child_named("enc")->text_attr("count").empty())
      return on_single(server, connection, message, *to, false);
    if (status) return on_status_message(server, connection, message);
    return on_group_message(server, connection, message, *to);
  }
  Account* owner = find_account(server, *to);
  if (!owner || !owner->known) return send_ack(server, connection, message, 406, {});
  if (peer || message.text_attr("device_fanout") == "false") return on_single(server, connection, message, *to, peer);
  const bool old_lid = to->server == wire::Server::lid && to->user != owner->lid;
  if (old_lid && server.now.mono - owner->lid_since > kLidToldMs) server.violation("message to a LID of former times");
  if (!server.options.migrated && to->server == wire::Server::lid) {
    return send_ack(server, connection, message, 400, {});
  }
  if (to->device != 0) server.violation("message is addressed to a device");
  on_fanout(server, connection, message, *to, *owner);
}

}  // namespace wa::sim
