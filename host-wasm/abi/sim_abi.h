// The C ABI of sim.wasm: a simulated WhatsApp (core/sim/service/network.h) for pages and tests, bytes in and bytes out as in
// abi.h, with the same values and the same rule for answers. It draws no entropy: everything follows from the seed.
//
// Exports
//   _initialize(), sim_alloc(n) -> ptr, sim_free(ptr)
//   sim_open(json, len, mono_ms, wall_ms) -> answer, JSON
//       in: {"seed": number or decimal string, default 1, and the members of sim::Options by name}
//       out: {"handle": number, "root_key": hex, "root_serial": 0}; a device gets root_key and root_serial in its config
//   sim_net(handle, kind, conn, ptr, len, mono_ms, wall_ms) -> answer, or 0 when there is no such handle
//       kind: 0 a connection opened, 1 bytes arrived (ptr, len), 2 it closed, 3 tick (conn is ignored).
//       `conn` is chosen by the host and never used twice.
//       out: list of {u32 conn, bytes, bool close}: send the bytes, then close if so; optional i64 deadline: tick no later.
//   sim_call(handle, json, len, mono_ms, wall_ms) -> answer, JSON: one scripted or looking method of
// core/sim/service/network.h,
//       {"do": "ring", "callee": "5511999999999", "caller": "5511888888888", "type": "video"} -> {"call_id": "..."}.
//       Arguments are those of the method, by the names in network.h; a default may be left out. The answers are in
//       sim_calls.cpp beside each method. What went wrong: {"error": "..."}. What it puts on the wire comes out of the next
//       sim_net, so tick after it.
//   sim_media(handle, target, len) -> answer: i32 status, bytes body (GET of a path with query)
//   sim_inspect(bytes, len) -> answer, JSON: a stanza as in the effect Trace (flag byte first), as a tree to look at:
//       {"tag", "attrs": [[name, value, "text" or "jid"]], then at most one of "bytes" (hex), "text", "children"}; or {"error"}
//   sim_drop(handle)
#pragma once

#include "base/bytes.h"
#include "gateway/http/json.h"
#include "sim/service/network.h"

namespace wa::wasm {

gateway::Json call_network(sim::SimNetwork&, const gateway::Json& call);   // sim_calls.cpp
std::optional<std::string> read_options(const gateway::Json& from, sim::Options& out);  // what is wrong
gateway::Json inspect(ByteView stanza);

}  // namespace wa::wasm
