// tested by sim/sim_test.cpp
// Delivery to wire devices: one ordered queue per device, kept until acknowledged (07 sections 3, 5).
#include "sim/service/server.h"

namespace wa::sim {
namespace {

constexpr std::size_t kUnasked = 3;         // stanzas sent after the preview before anybody asks for a batch
constexpr std::size_t kQueueMax = 20'000;
constexpr std::size_t kInFlightMax = 2'000;

void count_preview(const Device& device, Node& preview) {
  std::uint64_t messages = 0, receipts = 0, notifications = 0, calls = 0;
  for (const Pending& item : device.queue) {
    if (item.cls == "message") ++messages;
    if (item.cls == "receipt") ++receipts;
    if (item.cls == "notification") ++notifications;
    if (item.cls == "call") ++calls;
  }
  preview.attr("count", std::uint64_t{device.queue.size()}).attr("message", messages).attr("receipt", receipts);
  preview.attr("notification", notifications).attr("appdata", std::uint64_t{0}).attr("call", calls);
}

void send_pending(Server& server, Connection& connection, Device& device, Pending& item) {
  Node node = item.node;
  if (item.offline) node.attr("offline", std::uint64_t{0});
  item.sent = true;
  item.sent_at = server.now.mono;
  if (!server.check_at) server.check_at = server.now.mono + server.options.unacked_ms;
  if (item.sent_before) server.fact(StanzaRedelivered{device.account->pn, item.cls, item.id});
  item.sent_before = true;
  send(server, connection, node);
  if (server.take_fault(FaultKind::deliver_twice)) send(server, connection, node);
}

void end_drain(Server& server, Connection& connection) {
  connection.draining = false;
  send(server, connection, Node("ib").child(Node("offline").attr("count", std::uint64_t{connection.drain_total})));
}

}  // namespace

void deliver(Server& server, Device& device, Node stanza) {
  Pending item;
  item.cls = stanza.tag;
  item.id = stanza.text_attr("id");
  item.from = stanza.text_attr("from");
  item.node = std::move(stanza);
  Connection* connection = connection_of(server, device);
  item.offline = !connection || !connection->active || connection->draining;
  if (device.queue.size() >= kQueueMax) device.queue.pop_front();
  device.queue.push_back(std::move(item));
  pump(server, device);
}

void pump(Server& server, Device& device) {
  Connection* connection = connection_of(server, device);
  if (!connection || !connection->active) return;
  std::size_t in_flight = 0;
  for (Pending& item : device.queue) {
    if (item.sent) {
      if (++in_flight > kInFlightMax) return;
      continue;
    }
    if (item.offline && connection->draining) {
      if (connection->drain_credit == 0) return;
      --connection->drain_credit;
    }
    send_pending(server, *connection, device, item);
  }
  if (connection->draining) end_drain(server, *connection);
}

void on_active(Server& server, Connection& connection) {
  if (!connection.device || connection.active) return;
  Device& device = *connection.device;
  connection.active = true;
  for (Pending& item : device.queue) {
    item.sent = false;
    item.offline = true;
  }
  if (!device.queue.empty()) {
    connection.draining = true;
    connection.drain_total = device.queue.size();
    connection.drain_credit = kUnasked;
    Node preview("offline_preview"), ib("ib");
    count_preview(device, preview);
    if (server.options.edge_routing) ib.child(edge_routing(device));  // one <ib> may say several things
    send(server, connection, ib.child(std::move(preview)));
  } else {
    send(server, connection, Node("ib").child(Node("offline").attr("count", std::uint64_t{0})));
  }
  server.fact(DeviceOnline{device.account->pn, device.number});
  pump(server, device);
}

void on_offline_batch(Server& server, Connection& connection, std::size_t count) {
  if (!connection.device || !connection.draining) return;
  connection.drain_credit += count;
  pump(server, *connection.device);
}

void acknowledged(Server& server, Device& device, std::string_view cls, const std::string& id, const std::string& to) {
  for (auto item = device.queue.begin(); item != device.queue.end(); ++item) {
    if (item->cls != cls || item->id != id || !item->sent) continue;
    if (!to.empty() && to != item->from) {
      // A message receipt may go to the user of the sending device, a peer receipt to the own phone number (07 section 3).
      std::optional<Jid> wanted = wire::parse_jid(item->from), got = wire::parse_jid(to);
      Account* wanted_owner = wanted ? find_account(server, *wanted) : nullptr;
      if (!wanted_owner || !got || find_account(server, *got) != wanted_owner) {
        continue;  // another person's stanza of the same id, acknowledged twice; a misaddressed one stays unacknowledged
      }
    }
    device.queue.erase(item);
    if (device.queue.empty()) device.queue.shrink_to_fit();
    pump(server, device);
    return;
  }
}

void on_ack(Server& server, Connection& connection, const Node& node) {
  if (!connection.device) return;
  const std::string cls = node.text_attr("class"), id = node.text_attr("id");
  if (cls.empty() || id.empty() || node.text_attr("to").empty()) {
    return server.violation("ack without class, id or to");
  }
  if (!node.text_attr("error").empty()) server.violation("negative acknowledgement of a " + cls);
  for (const Pending& item : connection.device->queue) {
    if (item.cls != cls || item.id != id || !item.sent) continue;
    for (const char* key : {"participant", "recipient"}) {
      if (item.node.text_attr(key) != node.text_attr(key)) {
        server.violation("ack of a " + cls + " does not repeat " + key);
      }
    }
    break;
  }
  acknowledged(server, *connection.device, cls, id, node.text_attr("to"));
}

void check_unacked(Server& server) {
  if (!server.check_at || server.now.mono < *server.check_at) return;
  server.check_at.reset();
  std::vector<Conn> late;
  for (auto& [id, connection] : server.connections) {
    if (!connection.active || !connection.device || connection.silent) continue;
    for (const Pending& item : connection.device->queue) {
      if (!item.sent) continue;
      const MonoTime limit = item.sent_at + server.options.unacked_ms;
      if (server.now.mono < limit) {
        if (!server.check_at || limit < *server.check_at) server.check_at = limit;
        continue;
      }
      server.violation(item.cls + " stanza was not acknowledged");
      Node error("stream:error");
      error.child(Node("ack").attr("id", item.id).attr("class", item.cls));
      send(server, connection, error);
      late.push_back(id);
      break;
    }
  }
  for (Conn id : late) close(server, server.connections[id]);
}

}  // namespace wa::sim
