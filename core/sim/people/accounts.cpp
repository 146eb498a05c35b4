// tested by sim/sim_test.cpp
// Accounts and their devices (04 section 7).
#include "base/encoding.h"
#include "crypto/hash.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

constexpr std::uint16_t kCompanionNumber = 77;
constexpr std::string_view kPictureId = "1781531102";  // everybody has the same picture

}  // namespace

void make_actor(Server& server, Device& device) {
  device.actor = std::make_unique<Actor>();
  Actor& actor = *device.actor;
  actor.own.identity = crypto::KeyPair::generate(server.random);
  actor.own.registration_id = 1 + server.random.below(16380);
  device.identity = actor.own.identity.public_key;
  device.registration_id = actor.own.registration_id;
  store::Txn txn(actor.store);
  signal::store_signed_prekey(txn, signal::make_signed_prekey(actor.own.identity, 1, server.now.wall.ms, server.random));
  actor.store.apply(txn.take());
}

Jid Device::pn() const { return Jid{account->pn, wire::Server::pn, number}; }
Jid Device::lid() const { return Jid{account->lid, wire::Server::lid, number}; }

std::string lid_digits(const std::string& pn) {
  const std::uint64_t number = read_be(ByteView(crypto::sha256(view(pn))).first(7));
  std::string digits = std::to_string(10'000'000'000'000ULL + number % 89'999'999'999'999ULL);
  return digits;
}

Account& account(Server& server, const std::string& pn) {
  auto& slot = server.accounts[pn];
  if (!slot) {
    slot = std::make_unique<Account>();
    slot->pn = pn;
    slot->lid = lid_digits(pn);
    slot->raw_id = server.random.u32() & 0x7fffffff;
    server.by_lid[slot->lid] = slot.get();
  }
  return *slot;
}

Account* find_account(Server& server, const Jid& jid) {
  if (jid.server == wire::Server::lid) {
    auto found = server.by_lid.find(jid.user);
    return found == server.by_lid.end() ? nullptr : found->second;
  }
  if (jid.server != wire::Server::pn || jid.user.empty()) return nullptr;
  return &account(server, jid.user);
}

Device* find_device(Server& server, const Jid& jid) {
  Account* owner = find_account(server, jid);
  if (!owner || !owner->known) return nullptr;
  if (jid.device == 0) return &phone(server, *owner);
  auto found = owner->devices.find(jid.device);
  return found == owner->devices.end() ? nullptr : found->second.get();
}

Device& register_device(Server&, Account& owner, std::uint16_t number) {
  auto& slot = owner.devices[number];
  if (!slot) slot = std::make_unique<Device>();
  slot->account = &owner;
  slot->number = number;
  return *slot;
}

Device& phone(Server& server, Account& owner) {
  auto found = owner.devices.find(0);
  if (found != owner.devices.end()) return *found->second;
  Device& device = register_device(server, owner, 0);
  make_actor(server, device);
  owner.adv_key = device.actor->own.identity;  // 03 section 3: one key
  return device;
}

Device& companion(Server& server, Account& owner) {
  phone(server, owner);
  auto found = owner.devices.find(kCompanionNumber);
  if (found != owner.devices.end()) return *found->second;
  Device& device = register_device(server, owner, kCompanionNumber);
  make_actor(server, device);
  device.key_index = owner.next_key_index++;
  device.signed_identity = signed_identity_of(server, owner, device.key_index, device.actor->own.identity);
  return device;
}

std::vector<Device*> wire_devices(Account& owner) {
  std::vector<Device*> out;
  for (auto& [number, device] : owner.devices) {
    if (!device->actor) out.push_back(device.get());
  }
  return out;
}

namespace {

Node device_list(Server& server, Account& owner) {
  Node list("device-list");
  const bool without_phone = owner.devices.size() > 1 && server.take_fault(FaultKind::phone_unlisted).has_value();
  for (const auto& [number, device] : owner.devices) {
    if (without_phone && number == 0) continue;
    Node entry("device");
    entry.attr("id", std::uint64_t{number});
    if (number != 0) entry.attr("key-index", std::uint64_t{device->key_index});
    list.child(std::move(entry));
  }
  return list;
}

Node user_answer(Server& server, const Node& user, const Node& query) {
  Node out("user");
  std::optional<Jid> jid = user.jid_attr("jid");
  Account* owner = nullptr;
  if (const Node* contact = user.child_named("contact")) {
    std::string number = to_string(contact->content_bytes());
    if (!number.empty() && number[0] == '+') number.erase(0, 1);
    if (const auto found = server.aliases.find(number); found != server.aliases.end()) number = found->second;
    owner = &account(server, number);
    jid = Jid{number, wire::Server::pn};
  } else if (jid) {
    owner = find_account(server, *jid);
  }
  if (!jid) return out;
  out.attr("jid", *jid);
  const bool known = owner && owner->known;
  if (query.child_named("contact")) {
    const Node* asked = user.child_named("contact");
    out.child(std::move(Node("contact").attr("type", known ? "in" : "out").bytes(asked ? asked->content_bytes() : ByteView{})));
  }
  if (!known) return out;
  phone(server, *owner);
  if (!owner->next_lid.empty() && query.child_named("lid")) {
    // The old one leads to the same person, but nobody should write there any more.
    owner->lid = std::exchange(owner->next_lid, {});
    owner->lid_since = server.now.mono;
    server.by_lid[owner->lid] = owner;
  }
  if (query.child_named("devices")) out.child(Node("devices").child(device_list(server, *owner)));
  if (query.child_named("status")) out.child(std::move(Node("status").bytes(view(owner->about))));
  if (query.child_named("picture")) out.child(std::move(Node("picture").attr("id", kPictureId)));
  if (query.child_named("lid")) out.child(Node("lid").attr("val", Jid{owner->lid, wire::Server::lid}));
  return out;
}

}  // namespace

void on_devices_query(Server& server, Connection& connection, const Node& iq) {
  const Node* usync = iq.child_named("usync");
  const Node* query = usync ? usync->child_named("query") : nullptr;
  const Node* list = usync ? usync->child_named("list") : nullptr;
  if (!query || !list || usync->text_attr("sid").empty()) {
    server.violation("usync query without sid, query or list");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  Node out("list");
  const bool unlisted = query->child_named("devices") && server.take_fault(FaultKind::unlisted).has_value();
  for (const Node& user : list->children()) {
    if (unlisted) break;
    if (auto jid = user.jid_attr("jid"); jid && jid->device != 0) server.violation("usync asked for a device, not a user");
    out.child(user_answer(server, user, *query));
  }
  answer(server, connection, iq, {Node("usync").child(std::move(out))});
}

void on_picture_query(Server& server, Connection& connection, const Node& iq) {
  const auto target = iq.jid_attr("target");
  const Node* asked = iq.child_named("picture");
  Account* owner = target ? find_account(server, *target) : nullptr;
  if (!asked || asked->text_attr("query") != "url") server.violation("picture query without <picture query=\"url\">");
  if (!owner || !owner->known || !asked) return answer_error(server, connection, iq, 404, "item-not-found");
  if (asked->text_attr("id") == kPictureId) return answer(server, connection, iq);
  Node picture("picture");
  picture.attr("id", kPictureId).attr("type", asked->text_attr("type"));
  picture.attr("url", "https://pps.whatsapp.net/v/t61/" + owner->pn + ".jpg").attr("direct_path", "/v/t61/" + owner->pn + ".jpg");
  answer(server, connection, iq, {std::move(picture)});
}

void on_blocklist_query(Server& server, Connection& connection, const Node& iq) {
  std::set<std::string>& blocked = connection.device->account->blocked;
  if (iq.text_attr("type") == "set") {
    const Node* item = iq.child_named("item");
    const auto jid = item ? item->jid_attr("jid") : std::nullopt;
    Account* owner = jid ? find_account(server, *jid) : nullptr;
    if (!owner) {
      server.violation("blocklist change without a known jid");
      return answer_error(server, connection, iq, 400, "bad-request");
    }
    if (item->text_attr("action") == "block") blocked.insert(owner->pn);
    else blocked.erase(owner->pn);
  }
  Node list("list");
  list.attr("dhash", static_cast<std::uint64_t>(server.now.wall.ms));
  for (const std::string& pn : blocked) list.child(std::move(Node("item").attr("jid", Jid{pn, wire::Server::pn})));
  answer(server, connection, iq, {std::move(list)});
}

}  // namespace wa::sim
