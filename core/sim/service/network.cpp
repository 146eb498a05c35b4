// tested by sim/network_test.cpp
#include "sim/service/network.h"

#include "appstate/action.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

std::vector<Out> finish(Server& server) {
  for (Conn id : server.closed) server.connections.erase(id);
  server.closed.clear();
  return std::move(server.out);
}

void fire_shares(Server& server) {
  while (!server.shares.empty() && !(server.now.mono < server.shares.begin()->first)) {
    const auto [pn, number] = server.shares.begin()->second;
    server.shares.erase(server.shares.begin());
    Account& owner = account(server, pn);
    auto found = owner.devices.find(number);
    if (found == owner.devices.end()) continue;
    Device& device = *found->second;
    if (server.take_fault(FaultKind::hold_key_share)) {
      newest_key(server, owner);
    } else {
      share_keys(server, device);
    }
    if (!server.options.history || device.history_sent) continue;
    device.history_sent = true;
    send_peer(server, device, history_message(server, owner));
    server.fact(HistorySent{pn});
  }
}

}  // namespace

std::optional<Fault> Server::take_fault(FaultKind kind, std::string_view about) {
  for (auto it = faults.begin(); it != faults.end(); ++it) {
    if (it->kind != kind || (!it->detail.empty() && !about.empty() && it->detail != about)) continue;
    Fault found = *it;
    faults.erase(it);
    return found;
  }
  return std::nullopt;
}

SimNetwork::SimNetwork(Options options, Random& random, Now now) : server_(new Server(std::move(options), random, now)) {
  server_->root = crypto::KeyPair::generate(random);
  server_->intermediate = crypto::KeyPair::generate(random);
  server_->noise_static = crypto::KeyPair::generate(random);
}

SimNetwork::~SimNetwork() = default;

crypto::PublicKey SimNetwork::root_key() const { return server_->root.public_key; }

std::vector<Out> SimNetwork::on_open(Conn conn, Now now) {
  server_->set_clock(now);
  Connection& connection = server_->connections[conn];
  connection.id = conn;
  connection.opened = now.mono;
  return finish(*server_);
}

std::vector<Out> SimNetwork::on_bytes(Conn conn, ByteView bytes, Now now) {
  server_->set_clock(now);
  auto found = server_->connections.find(conn);
  if (found != server_->connections.end()) on_frames(*server_, found->second, bytes);
  return finish(*server_);
}

std::vector<Out> SimNetwork::on_close(Conn conn, Now now) {
  server_->set_clock(now);
  forget_connection(*server_, conn);
  return finish(*server_);
}

std::vector<Out> SimNetwork::on_tick(Now now) {
  server_->set_clock(now);
  fire_shares(*server_);
  check_unacked(*server_);
  return finish(*server_);
}

std::optional<MonoTime> SimNetwork::deadline() const {
  std::optional<MonoTime> out = server_->check_at;
  if (!server_->shares.empty() && (!out || server_->shares.begin()->first < *out)) out = server_->shares.begin()->first;
  return out;
}

MediaAnswer SimNetwork::media(std::string_view target, std::string_view host) {
  return fetch_media(*server_, host, target);
}

MediaAnswer SimNetwork::upload(std::string_view target, ByteView body, std::string_view host) {
  return upload_media(*server_, host, target, body);
}

bool SimNetwork::scan(const std::string& pn, std::string_view qr_text) { return scan_code(*server_, pn, qr_text); }

bool SimNetwork::enter_code(const std::string& pn, std::string_view code) { return enter_link_code(*server_, pn, code); }

PairedDevice SimNetwork::pair_directly(const std::string& pn, bool uploaded) {
  Server& server = *server_;
  Account& owner = account(server, pn);
  PairedDevice out;
  out.pn = pn;
  out.lid = owner.lid;
  out.phone_identity = phone(server, owner).identity;
  out.device = ++owner.next_device;
  out.noise = crypto::KeyPair::generate(server.random);
  out.identity = crypto::KeyPair::generate(server.random);
  out.registration_id = 1 + server.random.below(16380);
  const signal::SignedPrekey signed_prekey = signal::make_signed_prekey(out.identity, 1, server.now.wall.ms, server.random);
  out.signed_prekey = signed_prekey.key;
  out.signed_prekey_signature = signed_prekey.signature;
  out.adv_secret = server.random.array<32>();
  out.created_ms = server.now.wall.ms;
  Device& device = register_device(server, owner, out.device);
  device.key_index = owner.next_key_index++;
  device.signed_identity = signed_identity_of(server, owner, device.key_index, out.identity);
  device.noise = out.noise.public_key;
  device.identity = out.identity.public_key;
  device.registration_id = out.registration_id;
  signal::RemoteBundle bundle;
  bundle.registration_id = out.registration_id;
  bundle.identity = device.identity;
  bundle.signed_prekey_id = 1;
  bundle.signed_prekey = signed_prekey.key.public_key;
  bundle.signed_prekey_signature = signed_prekey.signature;
  if (uploaded) {
    device.signed_prekey = bundle;
    device.uploaded = true;
    device.prekeys_assumed = 812;
    device.keys_shared = device.history_sent = true;
  }
  out.signed_identity = device.signed_identity;
  return out;
}

void SimNetwork::remove_device(const std::string& pn, std::uint16_t number) {
  Server& server = *server_;
  Account& owner = account(server, pn);
  auto found = owner.devices.find(number);
  if (found == owner.devices.end()) return;
  if (Connection* connection = connection_of(server, *found->second)) {
    sim::stream_error(server, *connection, 401, "device_removed");
  }
  owner.devices.erase(number);
  server.fact(DeviceRemoved{pn, number, false});
}

void SimNetwork::drop(const std::string& pn) {
  for (Device* device : sim::wire_devices(account(*server_, pn))) {
    if (Connection* connection = connection_of(*server_, *device)) close(*server_, *connection);
  }
}

void SimNetwork::stream_error(const std::string& pn, int code, std::string conflict) {
  for (Device* device : sim::wire_devices(account(*server_, pn))) {
    if (Connection* connection = connection_of(*server_, *device)) {
      sim::stream_error(*server_, *connection, code, conflict);
    }
  }
}

void SimNetwork::fail_next(Fault fault) { server_->faults.push_back(std::move(fault)); }

void SimNetwork::clear_faults() {
  server_->faults.clear();
  for (auto& [id, connection] : server_->connections) {
    if (connection.silent) close(*server_, connection);
  }
}

std::string SimNetwork::ring(const std::string& callee, const std::string& caller, CallType type) {
  return sim::ring(*server_, callee, caller, type);
}

void SimNetwork::hangup(const std::string& call_id, std::string_view reason) {
  auto found = server_->calls.find(call_id);
  if (found != server_->calls.end() && !found->second.over) end_call(*server_, found->second, reason, nullptr);
}

void SimNetwork::cannot_take(const std::string& call_id, std::string_view tag, std::string_view reason) {
  auto found = server_->calls.find(call_id);
  if (found != server_->calls.end()) sim::cannot_take(*server_, found->second, tag, reason);
}

std::string SimNetwork::send_text(const std::string& from, const std::string& to, std::string_view text, TextOptions options) {
  return sim::send_text(*server_, account(*server_, from), to, text, options);
}

std::string SimNetwork::send_media(const std::string& from, const std::string& to, ByteView plain,
                                   MediaOptions options) {
  return sim::send_media(*server_, account(*server_, from), to, plain, options);
}

void SimNetwork::forget_files() {
  for (const std::string& path : server_->chat_media) server_->media.erase(path);
  server_->chat_media.clear();
}

void SimNetwork::media_host_away(const std::string& host, std::int64_t ms) {
  server_->hosts_away[host] = server_->now.mono + ms;
}

void SimNetwork::send_receipt(const std::string& from, const std::string& to, const std::string& id, std::string_view type) {
  Device& by = phone(*server_, account(*server_, from));
  for (Device* device : sim::wire_devices(account(*server_, to))) {
    sim::send_receipt(*server_, by, *device, id, type, server_->options.by_lid);
  }
}

void SimNetwork::send_garbage(const std::string& from, const std::string& to) {
  Server& server = *server_;
  Device& by = phone(server, account(server, from));
  for (Device* device : sim::wire_devices(account(server, to))) {
    Node message = message_from(server, by, *device, "3EB0BAD" + server.number(), server.options.by_lid);
    Node enc("enc");
    enc.attr("v", "2").attr("type", server.random.below(2) ? "msg" : "pkmsg").bytes(server.random.bytes(80));
    deliver(server, *device, message.child(std::move(enc)));
  }
}

void SimNetwork::forge_key_share(const std::string& from, const std::string& to) {
  Server& server = *server_;
  Device& by = phone(server, account(server, from));
  AppKey key;
  key.id = server.random.bytes(6);
  key.data = server.random.array<32>();
  for (Device* device : sim::wire_devices(account(server, to))) {
    auto sealed = encrypt_to(server, by, *device, pad(server, key_share_message({key})));
    if (!sealed) continue;
    Node message = message_from(server, by, *device, "3EB0F0" + server.number(), server.options.by_lid);
    message.attr("category", "peer");
    Node enc("enc");
    enc.attr("v", "2").attr("type", sealed->type).bytes(sealed->bytes);
    deliver(server, *device, message.child(std::move(enc)));
  }
}

std::string SimNetwork::forge_own(const std::string& pn, std::uint16_t device, const std::string& chat, std::string_view text) {
  return send_forged(*server_, account(*server_, pn), device, chat, text);
}

void SimNetwork::reinstall(const std::string& pn, const std::string& told) {
  Server& server = *server_;
  Account& owner = account(server, pn);
  owner.devices.erase(0);
  Device& fresh = phone(server, owner);
  for (Device* device : sim::wire_devices(account(server, told))) {
    Node notification("notification");
    notification.attr("type", "encrypt").attr("from", server.options.by_lid ? fresh.lid() : fresh.pn());
    notification.attr("id", "n-" + server.number()).attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
    deliver(server, *device, notification.child(Node("identity")));
  }
}

void SimNetwork::prekeys_low(const std::string& pn) {
  for (Device* device : sim::wire_devices(account(*server_, pn))) {
    while (device->prekeys.size() > 2) (void)bundle_of(*server_, *device);
  }
}

void SimNetwork::dirty(const std::string& pn, std::string_view type) {
  for (Device* device : sim::wire_devices(account(*server_, pn))) {
    Connection* connection = connection_of(*server_, *device);
    if (!connection || !connection->active) continue;
    Node child("dirty");
    child.attr("type", type).attr("timestamp", static_cast<std::uint64_t>(server_->now.wall.seconds()));
    send(*server_, *connection, Node("ib").child(std::move(child)));
  }
}

void SimNetwork::set_read_receipts(const std::string& pn, bool on) {
  account(*server_, pn).read_receipts = on;
  for (Device* device : sim::wire_devices(account(*server_, pn))) {
    Node notification("notification"), privacy("privacy");
    privacy.child(Node("category").attr("name", "readreceipts").attr("value", on ? "all" : "none"));
    notification.attr("type", "account_sync").attr("from", device->pn().user_jid()).attr("id", "n-" + server_->number());
    notification.attr("t", static_cast<std::uint64_t>(server_->now.wall.seconds()));
    deliver(*server_, *device, notification.child(std::move(privacy)));
  }
}

void SimNetwork::name_on_phone(const std::string& pn, const std::string& contact, const std::string& name) {
  Account& owner = account(*server_, pn);
  phone(*server_, owner);
  collection_of(*server_, owner, appstate::Collection::critical_unblock_low);
  const std::string jid = account(*server_, contact).pn + "@s.whatsapp.net";
  const auto record = appstate::build_mutation(appstate::Contact{jid, name, name, {}, {}, true}, server_->now.wall.ms);
  patch_by_phone(*server_, owner, appstate::Collection::critical_unblock_low, {record}, true);
}

void SimNetwork::archive_on_phone(const std::string& pn, const std::string& chat, bool archived, bool notify) {
  Account& owner = account(*server_, pn);
  phone(*server_, owner);
  collection_of(*server_, owner, appstate::Collection::regular_low);
  std::vector<appstate::Mutation> mutations(archived ? 2 : 1);
  mutations[0].index = to_bytes(archive_index(chat));
  mutations[0].value = archive_value(server_->now.wall.ms, archived);
  mutations[0].version = 3;
  if (archived) {
    mutations[1].index = appstate::build_index({"pin_v1", chat});
    mutations[1].value = pin_value(server_->now.wall.ms, false);
    mutations[1].version = 5;
  }
  patch_by_phone(*server_, owner, appstate::Collection::regular_low, mutations, notify);
}

void SimNetwork::fill_collection(const std::string& pn, const std::string& name, std::size_t records) {
  Account& owner = account(*server_, pn);
  const auto which = appstate::parse_collection(name);
  if (!which) return;
  phone(*server_, owner);
  collection_of(*server_, owner, *which);
  std::vector<appstate::Mutation> mutations(records);
  for (std::size_t i = 0; i < records; ++i) {
    mutations[i].index = appstate::build_index({"pin_v1", std::to_string(5511800000000ULL + i) + "@s.whatsapp.net"});
    mutations[i].value = pin_value(server_->now.wall.ms, i % 2 == 0);
    mutations[i].version = 5;
  }
  patch_by_phone(*server_, owner, *which, mutations, true);
}

void SimNetwork::rotate_app_key(const std::string& pn, bool share) {
  Account& owner = account(*server_, pn);
  AppKey next = newest_key(*server_, owner);
  next.id = concat({ByteView(next.id).first(2), be_bytes(read_be(ByteView(next.id).subspan(2)) + 1, 4)});
  next.data = server_->random.array<32>();
  next.created_ms = server_->now.wall.ms;
  next.shared = share;
  owner.app_keys.push_back(next);
  if (!share) return;
  for (Device* device : sim::wire_devices(owner)) share_keys(*server_, *device);
}

void SimNetwork::set_group(const std::string& group, const std::vector<std::string>& members) {
  sim::set_group(*server_, group, members);
}
void SimNetwork::alias(const std::string& typed, const std::string& pn) {
  server_->aliases[typed] = pn;
  set_registered(typed, false);
}
void SimNetwork::set_registered(const std::string& pn, bool registered) { account(*server_, pn).known = registered; }

bool SimNetwork::blocked(const std::string& pn, const std::string& who) const {
  return account(*server_, pn).blocked.count(who) != 0;
}

std::optional<bool> SimNetwork::archived(const std::string& pn, const std::string& chat) const {
  Account& owner = account(*server_, pn);
  const CollectionStore& store = owner.collections[appstate::Collection::regular_low];
  std::vector<std::string> forms = {chat};  // one chat, by phone number or by LID (05 section 10): the newer record counts
  if (auto jid = wire::parse_jid(chat); jid && jid->is_user()) {
    if (Account* other = find_account(*server_, *jid)) {
      forms = {Jid{other->pn, wire::Server::pn}.text(), Jid{other->lid, wire::Server::lid}.text()};
    }
  }
  std::optional<Archived> newest;
  for (const std::string& form : forms) {
    auto found = store.values.find(archive_index(form));
    auto here = found == store.values.end() ? std::nullopt : archived_in(found->second);
    if (here && (!newest || newest->timestamp_ms < here->timestamp_ms)) newest = here;
  }
  return newest ? std::optional<bool>(newest->archived) : std::nullopt;
}

SimNetwork::CollectionState SimNetwork::collection(const std::string& pn, std::string_view name) const {
  const auto which = appstate::parse_collection(name);
  if (!which) return {};
  const CollectionStore& store = account(*server_, pn).collections[*which];
  return {store.version, store.hash.lanes, store.records.size()};
}

std::vector<SimNetwork::RecordView> SimNetwork::records(const std::string& pn, std::string_view name) const {
  std::vector<RecordView> out;
  const auto which = appstate::parse_collection(name);
  if (!which) return out;
  const Account& owner = account(*server_, pn);
  const auto store = owner.collections.find(*which);
  if (store == owner.collections.end()) return out;
  for (const auto& [index_mac, record] : store->second.records) {
    RecordView view{{}, index_mac, to_bytes(record.value_mac()), {}};
    for (const AppKey& key : owner.app_keys) {
      if (!equal(key.id, record.key_id)) continue;
      if (const auto plain = appstate::decrypt_record(record, appstate::expand_keys(key.data))) {
        view.index = to_string(plain->index);
        view.value = plain->value;
      }
    }
    out.push_back(std::move(view));
  }
  return out;
}

bool SimNetwork::online(const std::string& pn) const {
  for (Device* device : sim::wire_devices(account(*server_, pn))) {
    const Connection* connection = connection_of(*server_, *device);
    if (connection && connection->active) return true;
  }
  return false;
}

bool SimNetwork::reachable(const std::string& pn) const {
  for (Device* device : sim::wire_devices(account(*server_, pn))) {
    if (device->uploaded) return true;
  }
  return false;
}

std::vector<std::uint16_t> SimNetwork::wire_devices(const std::string& pn) const {
  std::vector<std::uint16_t> out;
  for (Device* device : sim::wire_devices(account(*server_, pn))) out.push_back(device->number);
  return out;
}

std::size_t SimNetwork::waiting(const std::string& pn) const {
  std::size_t out = 0;
  for (Device* device : sim::wire_devices(account(*server_, pn))) out += device->queue.size();
  return out;
}

std::size_t SimNetwork::prekeys_left(const std::string& pn) const {
  std::size_t out = 0;
  for (Device* device : sim::wire_devices(account(*server_, pn))) out += device->prekeys.size();
  return out;
}

std::string SimNetwork::lid_of(const std::string& pn) const { return lid_digits(pn); }
const std::vector<Observation>& SimNetwork::log() const { return server_->log; }
void SimNetwork::clear_log() { server_->log.clear(); }
const std::vector<std::string>& SimNetwork::violations() const { return server_->violations; }

}  // namespace wa::sim
