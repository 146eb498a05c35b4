// A whole Client between a store in memory and one scripted server side: effects are performed after the commit of their
// step, time moves from deadline to deadline.
#pragma once

#include <catch2/catch.hpp>
#include <deque>

#include "adv.pb.h"
#include "client/client.h"
#include "client/rows/account.h"
#include "server_side.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"
#include "unit/signal/scripted_random.h"

namespace wa::test {

// The account's signature over a companion, and the companion's over the account (03 section 3).
inline Bytes signed_by(const crypto::KeyPair& account, const crypto::KeyPair& device, Random& random) {
  pb::ADVDeviceIdentity details;
  details.set_raw_id(77);
  details.set_key_index(5);
  pb::ADVSignedDeviceIdentity out;
  out.set_details(details.SerializeAsString());
  out.set_account_signature_key(to_string(account.public_key));
  const Bytes by_account = concat({Bytes{6, 0}, view(out.details()), device.public_key});
  const Bytes by_device = concat({Bytes{6, 1}, view(out.details()), device.public_key, account.public_key});
  out.set_account_signature(to_string(crypto::xeddsa_sign(account.private_key, by_account, random.array<64>())));
  out.set_device_signature(to_string(crypto::xeddsa_sign(device.private_key, by_device, random.array<64>())));
  return to_bytes(out.SerializeAsString());
}

class ClientRig {
 public:
  explicit ClientRig(bool paired) : server(random_) {
    config.certificates = server.policy();
    if (paired) store_paired();
    reopen();
  }

  // --- the world
  client::Config config;
  store::MemoryStore disk;
  Now now{{5'000'000}, {1'750'000'000'000}};
  sim::SeededRandom random_{7}, own_random_{8};
  // The phone's: its identity is what signs the companions (test::MessageRig::own_phone has the same seed).
  ScriptedRandom phone_random_{13};
  crypto::KeyPair phone_key = crypto::KeyPair::generate(phone_random_);
  ServerSide server;
  std::unique_ptr<client::Client> client;
  std::vector<client::Event> events;
  std::vector<Trace> traces;
  int connects = 0, disconnects = 0;
  std::int64_t dropped = 0;  // stanzas, as the device counts them
  bool answer_connects = true, answer_pings = true;
  ConnectionId connection = 0;

  void reopen() {
    auto opened = client::Client::open(config, disk, now);
    REQUIRE(opened.ok());
    client = *std::move(opened);
  }

  // --- inputs
  template <class F>
  void input(F&& f) {
    store::Txn txn(disk);
    std::vector<Effect> effects;
    client::Turn turn{now, txn, random_, effects, events, config.trace};
    f(turn);
    disk.apply(txn.take());
    for (Effect& effect : effects) perform(effect);
  }
  Result<void> execute(client::Command command) {
    Result<void> out;
    input([&](client::Turn& turn) { out = client->execute(command, turn); });
    return out;
  }
  void say(const wire::Node& node) { bytes(server.seal(node)); }
  void bytes(ByteView received) {
    const Bytes copy = to_bytes(received);
    const ConnectionId id = connection;
    input([&](client::Turn& turn) { client->on_bytes(id, copy, turn); });
  }
  void closed() {
    const ConnectionId id = connection;
    input([&](client::Turn& turn) { client->on_closed(id, turn); });
  }
  void tick() {
    input([&](client::Turn& turn) { client->on_tick(turn); });
  }
  void advance(std::int64_t ms) {
    const MonoTime end = now.mono + ms;
    for (int guard = 0; guard < 100'000; ++guard) {
      const auto next = client->deadline();
      if (!next || end < *next) break;
      if (now.mono < *next) move(*next - now.mono);
      tick();
    }
    if (now.mono < end) move(end - now.mono);
  }
  void move(std::int64_t ms) {
    now.mono = now.mono + ms;
    now.wall = now.wall + ms;
  }

  // --- short cuts
  void start() { REQUIRE(execute(client::Start{}).ok()); }
  void go_online() {
    start();
    success();
    REQUIRE(client->status().link == client::LinkState::online);
  }
  void success() {
    wire::Node node("success");
    node.attr("t", service_s()).attr("lid", wire::Jid{"90000000000001", wire::Server::lid, 7});
    say(node);
    answer("passive");
  }
  // The service's clock, which is that of the device unless a test says how far it is ahead.
  std::int64_t clock_ahead_ms = 0;
  std::uint64_t service_s() const { return static_cast<std::uint64_t>((now.wall.ms + clock_ahead_ms) / 1000); }
  // A result for the last query of this namespace.
  void answer(std::string_view xmlns, std::vector<wire::Node> children = {}) {
    const wire::Node* query = last_query(xmlns);
    REQUIRE(query);
    wire::Node result("iq");
    result.attr("type", "result").attr("id", query->text_attr("id")).attr("from", wire::server_jid());
    for (wire::Node& child : children) result.child(std::move(child));
    say(result);
  }
  void pong() {
    const std::string id = last_query("w:p")->text_attr("id");
    wire::Node result("iq");
    result.attr("type", "result").attr("id", id).attr("from", wire::server_jid()).attr("t", service_s());
    say(result);
  }
  const wire::Node* last_query(std::string_view xmlns) const {
    for (auto it = server.received.rbegin(); it != server.received.rend(); ++it) {
      if (it->tag == "iq" && it->text_attr("xmlns") == xmlns) return &*it;
    }
    return nullptr;
  }
  const wire::Node* last(std::string_view tag) const {
    for (auto it = server.received.rbegin(); it != server.received.rend(); ++it) {
      if (it->tag == tag) return &*it;
    }
    return nullptr;
  }
  template <class T>
  const T* event() const {
    for (auto it = events.rbegin(); it != events.rend(); ++it) {
      if (const auto* found = std::get_if<T>(&*it)) return found;
    }
    return nullptr;
  }
  template <class T>
  int count() const {
    int out = 0;
    for (const auto& event : events) out += std::holds_alternative<T>(event);
    return out;
  }
  client::Account stored() const {
    auto account = client::load_account(disk);
    REQUIRE(account.ok());
    return account->value_or(client::Account{});
  }
  bool link_up() const { return server.open(); }

 private:
  void store_paired() {
    store::Txn txn(disk);
    client::Account account = client::make_account(txn, now, random_);
    account.paired = true;
    account.push_name = "Tester";
    account.signed_device_identity = signed_by(phone_key, account.identity, own_random_);
    account.pn = {"5511999999999", wire::Server::pn, 7};
    account.lid = {"90000000000001", wire::Server::lid, 7};
    client::store_account(txn, account);
    disk.apply(txn.take());
  }
  void perform(const Effect& effect) {
    if (const auto* trace = std::get_if<Trace>(&effect)) traces.push_back(*trace);
    if (const auto* log = std::get_if<Log>(&effect); log && std::string_view(log->text).find("stanza") != std::string_view::npos) {
      dropped = std::max(dropped, log->number);
    }
    if (const auto* connect = std::get_if<Connect>(&effect)) {
      ++connects;
      connection = connect->connection;
      server.restart();
      if (answer_connects) input([&](client::Turn& turn) { client->on_opened(connection, turn); });
    } else if (const auto* sent = std::get_if<Send>(&effect); sent && sent->connection == connection) {
      if (const Bytes reply = server.on_bytes(sent->bytes); !reply.empty()) bytes(reply);
      if (answer_pings && !server.received.empty() && server.received.back().text_attr("xmlns") == "w:p") pong();
    } else if (std::get_if<Disconnect>(&effect)) {
      ++disconnects;
    }
  }
};

}  // namespace wa::test
