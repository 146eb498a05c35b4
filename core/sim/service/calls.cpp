// tested by sim/sim_test.cpp
// Calls: ringing, rejecting, ending (06).
#include "base/encoding.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

Node call_from(Server& server, const Ringing& call, Device& caller) {
  Node node("call");
  node.attr("from", *wire::parse_jid(call.from)).attr("id", "c-" + server.number());
  node.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  node.attr("platform", "android")
      .attr("version", "2.24.1")
      .attr("notify", "Caller " + caller.account->pn.substr(caller.account->pn.size() - 4));
  return node;
}

Node call_child(std::string_view tag, const Ringing& call) {
  Node child(tag);
  return child.attr("call-id", call.call_id).attr("call-creator", *wire::parse_jid(call.creator));
}

Node offer_child(const Ringing& call, Device& caller, CallType type) {
  const bool notice = type == CallType::notice;
  Node offer = call_child(notice ? "offer_notice" : "offer", call);
  if (wire::parse_jid(call.creator)->server == wire::Server::lid) offer.attr("caller_pn", caller.pn().user_jid());
  if (type == CallType::group) offer.attr("group-jid", Jid{"120363000000000001", wire::Server::group});
  if (notice) return offer.attr("media", "audio").attr("type", "group");
  offer.child(Node("audio").attr("enc", "opus").attr("rate", std::uint64_t{16000}));
  if (type == CallType::video) offer.child(Node("video").attr("enc", "vp8"));
  offer.child(Node("net").attr("medium", std::uint64_t{3}));
  return offer;
}

void ack_reject(Server& server, Connection& connection, const Node& node, int error) {
  Node ack("ack");
  ack.attr("class", "call").attr("id", node.text_attr("id")).attr("type", "reject");
  if (auto to = node.jid_attr("to")) ack.attr("from", *to);
  if (error) ack.attr("error", static_cast<std::uint64_t>(error));
  send(server, connection, ack);
}

bool check_reject(Server& server, const Node& node, const Node& reject, const Ringing* call) {
  std::optional<Jid> to = node.jid_attr("to");
  bool good = true;
  const auto demand = [&](bool condition, const char* what) {
    if (!condition) server.violation(what);
    good = good && condition;
  };
  demand(!node.text_attr("id").empty(), "reject without id");
  demand(to && to->is_user() && to->device == 0, "reject is not addressed to a user");
  demand(!reject.text_attr("call-id").empty() && !reject.text_attr("call-creator").empty(),
         "reject without call-id or call-creator");
  demand(reject.text_attr("count") == "0", "reject without count 0");
  demand(reject.children().empty(), "reject has children");
  demand(node.children().size() == 1, "call stanza has more than one child");
  if (!call) return good;
  demand(reject.text_attr("call-creator") == call->creator, "call-creator of the reject is not that of the offer");
  demand(to && to->user_jid() == wire::parse_jid(call->from)->user_jid(), "reject does not go to the offer's sender");
  return good;
}

void on_reject(Server& server, Connection& connection, const Node& node, const Node& reject) {
  auto found = server.calls.find(reject.text_attr("call-id"));
  Ringing* call = found == server.calls.end() ? nullptr : &found->second;
  if (!check_reject(server, node, reject, call)) return ack_reject(server, connection, node, 400);
  if (auto fault = server.take_fault(FaultKind::reject_refused)) return ack_reject(server, connection, node, fault->code);
  if (call) {
    ++call->rejects;
    server.fact(RejectSeen{connection.device->account->pn, call->caller, call->call_id, call->rejects});
    if (!call->over && !call->group) end_call(server, *call, "rejected_elsewhere", connection.device);
    call->over = true;
  } else {
    server.fact(RejectSeen{connection.device->account->pn, {}, reject.text_attr("call-id"), 0});
  }
  if (server.take_fault(FaultKind::reject_ack_lost)) return;
  ack_reject(server, connection, node, 0);
}

}  // namespace

std::string ring(Server& server, const std::string& callee, const std::string& caller_pn, CallType type) {
  Account& owner = account(server, callee);
  Account& from = account(server, caller_pn);
  Device& caller = type == CallType::companion ? companion(server, from) : phone(server, from);
  const bool as_lid = type == CallType::lid || (server.options.by_lid && type != CallType::audio);
  const Jid jid = as_lid ? caller.lid() : caller.pn();
  Ringing call;
  call.call_id = hex_upper(server.random.bytes(16));
  call.callee = callee;
  call.caller = caller_pn;
  call.from = jid.text();
  call.creator = jid.text();
  call.group = type == CallType::group || type == CallType::notice;
  for (Device* device : wire_devices(owner)) {
    Node node = call_from(server, call, caller);
    deliver(server, *device, node.child(offer_child(call, caller, type)));
  }
  server.fact(CallRinging{callee, caller_pn, call.call_id, type == CallType::video, call.group});
  const std::string id = call.call_id;
  server.calls[id] = std::move(call);
  return id;
}

void end_call(Server& server, Ringing& call, std::string_view reason, Device* except) {
  call.over = true;
  Device& caller = phone(server, account(server, call.caller));
  for (Device* device : wire_devices(account(server, call.callee))) {
    if (device == except) continue;
    Node node = call_from(server, call, caller);
    Node child = call_child("terminate", call);
    deliver(server, *device, node.child(std::move(child.attr("reason", reason))));
  }
  server.fact(CallEnded{call.callee, call.call_id, std::string(reason)});
}

// Hosted devices have this number (02 section 4).
constexpr std::uint16_t kHostedDevice = 99;

void cannot_take(Server& server, Ringing& call, std::string_view tag, std::string_view reason) {
  Account& owner = account(server, call.callee);
  const bool as_lid = wire::parse_jid(call.creator)->server == wire::Server::lid;
  const Jid hosted = as_lid ? Jid{owner.lid, wire::Server::hosted_lid, kHostedDevice}
                            : Jid{owner.pn, wire::Server::hosted, kHostedDevice};
  for (Device* device : wire_devices(owner)) {
    Node node("call");
    node.attr("from", hosted).attr("id", "c-" + server.number());
    node.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
    Node child = call_child(tag, call);
    deliver(server, *device, node.child(std::move(child.attr("reason", reason))));
  }
}

void on_call(Server& server, Connection& connection, const Node& node) {
  if (const Node* reject = node.child_named("reject")) return on_reject(server, connection, node, *reject);
  server.violation("call stanza other than a reject");
}

}  // namespace wa::sim
