// tested by sim/sim_test.cpp
// Groups and statuses wire devices write to: who is in them, what is relayed to whom (04 sections 5, 8).
#include "crypto/hash.h"
#include "signal.pb.h"
#include "signal/sender_key.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

Room* room_of(Server& server, const Jid& group) {
  const auto found = server.rooms.find(group.user);
  return found == server.rooms.end() || found->second.members.empty() ? nullptr : &found->second;
}

// In an order that is the same in every run.
std::vector<Device*> devices_in(Server& server, const Room& room) {
  std::vector<Device*> out;
  for (const std::string& pn : room.members) {
    Account& member = account(server, pn);
    phone(server, member);
    for (auto& [number, device] : member.devices) out.push_back(device.get());
  }
  return out;
}

void tell_members(Server& server, const std::string& group, const Room& room) {
  for (const std::string& pn : room.members) {
    for (Device* device : wire_devices(account(server, pn))) {
      Node notification("notification");
      notification.attr("type", "w:gp2").attr("from", Jid{group, wire::Server::group}).attr("id", "n-" + server.number());
      notification.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
      deliver(server, *device, notification.child(Node("modify")));
    }
  }
}

// The same rule as for pairwise keys: one iteration of a sender key, one plaintext.
void check_iteration(Server& server, const Device& from, const std::string& group, ByteView body) {
  if (!server.options.check) return;
  constexpr std::size_t kSignatureBytes = 64;
  pb::SenderKeyMessage message;
  if (body.size() <= 1 + kSignatureBytes ||
      !message.ParseFromArray(body.data() + 1, static_cast<int>(body.size() - 1 - kSignatureBytes))) {
    return server.violation("skmsg does not parse");
  }
  std::string key = from.pn().text() + '>' + group + '>' + std::to_string(message.id()) + '/';
  key += std::to_string(message.iteration());
  const auto digest = crypto::sha256(view(message.ciphertext()));
  auto [slot, fresh] = server.message_keys.emplace(std::move(key), digest);
  if (!fresh && slot->second != digest) server.violation("sender key iteration used twice for different plaintexts");
}

Result<Bytes> without_padding(Bytes plain) {
  const std::size_t count = plain.empty() ? 0 : plain.back();
  if (count == 0 || count > 16 || count > plain.size()) return Error{Errc::bad_input, "padding"};
  plain.resize(plain.size() - count);
  return plain;
}

Result<Bytes> open_body(Device& at, Device& from, const std::string& group, ByteView body) {
  store::Txn txn(at.actor->store);
  auto plain = signal::decrypt_sender_key(txn, group, signal::address_of(from.lid()), body);
  if (!plain) return plain.error();
  at.actor->store.apply(txn.take());
  return without_padding(*std::move(plain));
}

void take_key(Server& server, Device& at, Device& from, const std::string& group, const Understood& said) {
  if (said.distribution.empty()) return;
  if (said.group != group) server.violation("distribution names another group than the stanza");
  store::Txn txn(at.actor->store);
  if (!signal::process_distribution(txn, group, signal::address_of(from.lid()), said.distribution)) {
    server.violation("sender key distribution is not usable");
  }
  at.actor->store.apply(txn.take());
}

void actor_reads(Server& server, Device& at, Device& from, const std::string& id, const Understood& said,
                 const std::string& group) {
  if (!said.valid) return server.violation("decrypted group message is not a Message");
  if (said.own_copy) server.violation("deviceSentMessage in a group");
  const bool fresh = at.actor->seen.emplace(id, std::string()).second;
  const bool own = at.account == from.account;
  if (!said.text.empty()) server.fact(TextDecrypted{from.account->pn, at.account->pn, id, said.text, at.number, own, !fresh});
  send_receipt(server, at, from, id, own ? "sender" : "", server.options.by_lid, group);
}

// The pairwise part, if any, then the body.
void actor_receives(Server& server, Device& at, Device& from, const Node& message, const Node* key, ByteView body) {
  const std::string id = message.text_attr("id"), group = message.text_attr("to"), digits = group.substr(0, group.find('@'));
  const bool as_lid = server.options.by_lid;
  if (at.account != from.account && server.take_fault(FaultKind::peer_cannot_decrypt)) {
    return ask_again(server, at, from, id, as_lid, digits);
  }
  if (key) {
    check_message_key(server, from, at, key->text_attr("type"), key->content_bytes());
    auto plain = decrypt_from(server, at, from, key->text_attr("type"), key->content_bytes());
    if (plain) {
      const Understood said = understand(*plain);
      if (said.distribution.empty() || !said.text.empty()) server.violation("participants are not sent the key alone");
      take_key(server, at, from, group, said);
    } else if (plain.error().code != Errc::duplicate) {
      server.fact(DecryptFailed{from.account->pn, at.account->pn, id, static_cast<int>(plain.error().code)});
    }
  }
  auto plain = open_body(at, from, group, body);
  if (plain) return actor_reads(server, at, from, id, understand(*plain), digits);
  server.fact(DecryptFailed{from.account->pn, at.account->pn, id, static_cast<int>(plain.error().code)});
  if (plain.error().code != Errc::duplicate) ask_again(server, at, from, id, as_lid, digits);
}

// Whoever left still hears the line, but must not understand it.
void overhear(Server& server, const Room& room, Device& from, const Node& message, ByteView body) {
  for (const std::string& pn : room.former) {
    Device& at = phone(server, account(server, pn));
    const std::string group = message.text_attr("to");
    if (at.actor && open_body(at, from, group, body)) {
      server.fact(TextOverheard{from.account->pn, pn, group, message.text_attr("id")});
    }
  }
}

void wire_receives(Server& server, Device& to, Device& from, const Node& message, const Node* key, const Node& body) {
  Node copy = group_message_from(server, from, message.text_attr("id"), message.jid_attr("to")->user);
  for (const Node* enc : {key, &body}) {
    if (!enc) continue;
    Node part("enc");
    copy.child(std::move(part.attr("v", "2").attr("type", enc->text_attr("type")).bytes(enc->content_bytes())));
  }
  deliver(server, to, std::move(copy));
}

using Keys = std::map<Device*, const Node*>;

bool read_participants(Server& server, const Node& message, Device& from, const std::set<Device*>& members, Keys& out) {
  const Node* participants = message.child_named("participants");
  bool any_prekey = false;
  if (!participants) return true;
  for (const Node& target : participants->children()) {
    const auto jid = target.jid_attr("jid");
    Device* device = target.tag == "to" && jid ? find_device(server, *jid) : nullptr;
    const Node* enc = target.child_named("enc");
    if (!device || !members.count(device)) continue;  // gone
    if ((jid->server == wire::Server::lid) != server.options.by_lid) server.violation("participant in the wrong form");
    if (!enc || enc->text_attr("v") != "2" || device == &from || !out.emplace(device, enc).second) {
      server.violation("participant of a group message is malformed or repeated");
      continue;
    }
    any_prekey = any_prekey || enc->text_attr("type") == "pkmsg";
  }
  return check_identity(server, from, message, any_prekey);
}

}  // namespace

void set_group(Server& server, const std::string& group, const std::vector<std::string>& members) {
  Room& room = server.rooms[group];
  const std::set<std::string> before = std::move(room.members);
  room.members = std::set<std::string>(members.begin(), members.end());
  for (const std::string& pn : before) {
    if (!room.members.count(pn)) room.former.insert(pn);
  }
  for (const std::string& pn : room.members) room.former.erase(pn);
  tell_members(server, group, room);
}

void on_group_query(Server& server, Connection& connection, const Node& iq) {
  const auto group = iq.jid_attr("to");
  const Node* query = iq.child_named("query");
  if (!group || group->server != wire::Server::group || !query || query->text_attr("request") != "interactive") {
    server.violation("group query is malformed");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  const Room* room = room_of(server, *group);
  if (!room) return answer_error(server, connection, iq, 404, "item-not-found");
  if (!room->members.count(connection.device->account->pn)) return answer_error(server, connection, iq, 403, "forbidden");
  const bool as_lid = server.options.by_lid;
  Node out("group");
  out.attr("id", group->user).attr("subject", "Group").attr("addressing_mode", as_lid ? "lid" : "pn");
  for (const std::string& pn : room->members) {
    const Account& member = account(server, pn);
    const Jid number{member.pn, wire::Server::pn}, lid{member.lid, wire::Server::lid};
    Node participant("participant");
    participant.attr("jid", as_lid ? lid : number).attr(as_lid ? "phone_number" : "lid", as_lid ? number : lid);
    out.child(std::move(participant));
  }
  answer(server, connection, iq, {std::move(out)});
}

void on_group_message(Server& server, Connection& connection, const Node& message, const Jid& group) {
  Device& from = *connection.device;
  Room* room = room_of(server, group);
  if (!room) return send_ack(server, connection, message, 404, {});
  if (!room->members.count(from.account->pn)) return send_ack(server, connection, message, 403, {});
  const bool as_lid = server.options.by_lid;
  if (message.text_attr("addressing_mode") != (as_lid ? "lid" : "pn")) {
    return send_ack(server, connection, message, 421, {});
  }
  const std::vector<Device*> devices = devices_in(server, *room);
  const std::set<Device*> members(devices.begin(), devices.end());
  const Node* body = message.child_named("enc");
  Keys keys;
  if (!body || body->text_attr("type") != "skmsg" || body->text_attr("v") != "2" || message.text_attr("phash").empty()) {
    server.violation("group message without skmsg or phash");
    return send_ack(server, connection, message, 479, {});
  }
  if (!read_participants(server, message, from, members, keys)) return send_ack(server, connection, message, 479, {});
  check_iteration(server, from, group.text(), body->content_bytes());
  for (Device* device : devices) {
    if (device == &from) continue;
    const auto key = keys.find(device);
    const Node* enc = key == keys.end() ? nullptr : key->second;
    if (device->actor) {
      actor_receives(server, *device, from, message, enc, body->content_bytes());
    } else {
      wire_receives(server, *device, from, message, enc, *body);
    }
  }
  overhear(server, *room, from, message, body->content_bytes());
  const std::string phash = phash_of(members, as_lid);
  if (server.take_fault(FaultKind::message_ack_lost)) return;
  send_ack(server, connection, message, 0, phash == message.text_attr("phash") ? std::string() : phash);
}

void on_status_message(Server& server, Connection& connection, const Node& message) {
  Device& from = *connection.device;
  const Node *body = message.child_named("enc"), *participants = message.child_named("participants");
  const bool taken_back = message.text_attr("edit") == "7";
  if (!body || body->text_attr("type") != "skmsg" || body->text_attr("v") != "2" || !participants) {
    server.violation("status without skmsg or participants");
    return send_ack(server, connection, message, 479, {});
  }
  if (taken_back && message.child_named("meta")) return send_ack(server, connection, message, 479, {});
  if (message.child_named("tctoken") || message.child_named("cstoken")) server.violation("status with a privacy token");
  std::set<std::string> people;
  Keys keys;
  bool any_prekey = false;
  for (const Node& target : participants->children()) {
    const auto jid = target.jid_attr("jid");
    if (jid && jid->server == wire::Server::pn && server.options.migrated) {
      return send_ack(server, connection, message, 479, {});
    }
    Account* owner = target.tag == "to" && jid ? find_account(server, *jid) : nullptr;
    if (!owner) continue;
    people.insert(owner->pn);
    const Node* enc = target.child_named("enc");
    Device* device = enc ? find_device(server, *jid) : nullptr;
    if (enc && device && (device == &from || enc->text_attr("v") != "2" || !keys.emplace(device, enc).second)) {
      server.violation("participant of a status is malformed or repeated");
    }
    any_prekey = any_prekey || (enc && enc->text_attr("type") == "pkmsg");
  }
  if (!people.count(from.account->pn)) server.violation("status without the own account");
  if (!check_identity(server, from, message, any_prekey)) return send_ack(server, connection, message, 479, {});
  check_iteration(server, from, "status@broadcast", body->content_bytes());
  Room& viewers = server.rooms["status/" + from.account->pn];
  if (!taken_back) {
    for (const std::string& pn : viewers.members) {
      if (!people.count(pn)) viewers.former.insert(pn);
    }
    for (const std::string& pn : people) viewers.former.erase(pn);
    viewers.members = people;
  }
  Room named;
  named.members = people;
  for (Device* device : devices_in(server, named)) {
    if (device == &from) continue;
    const auto key = keys.find(device);
    const Node* enc = key == keys.end() ? nullptr : key->second;
    if (device->actor) actor_receives(server, *device, from, message, enc, body->content_bytes());
    else wire_receives(server, *device, from, message, enc, *body);
  }
  if (!taken_back) overhear(server, viewers, from, message, body->content_bytes());
  if (server.take_fault(FaultKind::message_ack_lost)) return;
  send_ack(server, connection, message, 0, {});
}

void group_resend(Server& server, Device& from, Device& to, const Node& message, const Node& enc) {
  const std::string id = message.text_attr("id"), group = message.text_attr("to");
  if (!to.actor) return wire_receives(server, to, from, message, nullptr, enc);
  check_message_key(server, from, to, enc.text_attr("type"), enc.content_bytes());
  auto plain = decrypt_from(server, to, from, enc.text_attr("type"), enc.content_bytes());
  const std::string digits = message.jid_attr("to")->user;
  if (!plain) {
    const Errc code = plain.error().code;
    if (code == Errc::duplicate) return send_receipt(server, to, from, id, {}, server.options.by_lid, digits);
    // Answered twice with the same keys, after a crash: the one-time key is used up.
    if (code != Errc::no_session && code != Errc::no_prekey) server.violation("a group message sent again does not decrypt");
    server.fact(DecryptFailed{from.account->pn, to.account->pn, id, static_cast<int>(code)});
    return ask_again(server, to, from, id, server.options.by_lid, digits);
  }
  const Understood said = understand(*plain);
  if (said.distribution.empty()) server.violation("a group message sent again does not bring the key");
  take_key(server, to, from, group, said);
  actor_reads(server, to, from, id, said, digits);
}

}  // namespace wa::sim
