// The exports of sim.wasm; sim_abi.h is the contract.
#include <cstdlib>
#include <map>
#include <memory>

#include "abi/abi.h"
#include "abi/codec.h"
#include "abi/sim_abi.h"
#include "base/encoding.h"
#include "sim/world/seeded_random.h"

namespace wa::wasm {
namespace {

using gateway::Json;

struct Simulation {
  Simulation(std::uint64_t seed, sim::Options options, Now now) : random(seed), network(std::move(options), random, now) {}
  sim::SeededRandom random;
  sim::SimNetwork network;
  std::vector<sim::Out> waiting;  // what a tick before a scripted call let out
};

std::map<std::uint32_t, std::unique_ptr<Simulation>>& simulations() {
  static std::map<std::uint32_t, std::unique_ptr<Simulation>> all;
  return all;
}

Simulation* find(std::uint32_t handle) {
  const auto found = simulations().find(handle);
  return found == simulations().end() ? nullptr : found->second.get();
}

const void* say(const Json& value) { return answer(to_bytes(gateway::compact(value))); }
const void* refuse(const char* why) { return say(Json{{"error", why}}); }

std::optional<std::uint64_t> seed_of(const Json& options) {
  const Json* seed = gateway::member(options, "seed");
  if (!seed) return 1;
  if (const auto* number = seed->get_ptr<const std::uint64_t*>(); number && seed->is_number_unsigned()) return *number;
  const auto* text = seed->get_ptr<const std::string*>();
  if (!text || text->empty() || text->size() > 19) return std::nullopt;
  std::uint64_t value = 0;
  for (char c : *text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

enum class NetKind : std::uint32_t { open, bytes, close, tick };

std::vector<sim::Out> feed(sim::SimNetwork& network, NetKind kind, sim::Conn conn, ByteView bytes, Now now) {
  switch (kind) {
    case NetKind::open: return network.on_open(conn, now);
    case NetKind::bytes: return network.on_bytes(conn, bytes, now);
    case NetKind::close: return network.on_close(conn, now);
    case NetKind::tick: break;
  }
  return network.on_tick(now);
}

void add(std::vector<sim::Out>& to, std::vector<sim::Out> more) {
  for (sim::Out& out : more) to.push_back(std::move(out));
}

}  // namespace

WA_EXPORT(sim_alloc) void* sim_alloc(std::uint32_t size) { return std::malloc(size); }
WA_EXPORT(sim_free) void sim_free(void* memory) { std::free(memory); }

WA_EXPORT(sim_open) const void* sim_open(const char* json, std::uint32_t size, double mono, double wall) {
  static std::uint32_t last = 0;
  const auto asked = gateway::parse_json({json, size});
  if (!asked || !asked->is_object()) return refuse("not a JSON object");
  const auto seed = seed_of(*asked);
  if (!seed) return refuse("seed is neither a number nor digits");
  sim::Options options;
  if (const auto wrong = read_options(*asked, options)) return refuse(wrong->c_str());
  auto simulation = std::make_unique<Simulation>(*seed, std::move(options), now_of(mono, wall));
  Json out;
  out["handle"] = ++last;
  out["root_key"] = hex(simulation->network.root_key());
  out["root_serial"] = simulation->network.root_serial();
  simulations()[last] = std::move(simulation);
  return say(out);
}

WA_EXPORT(sim_net)
const void* sim_net(std::uint32_t handle, std::uint32_t kind, std::uint32_t conn, const std::uint8_t* in, std::uint32_t size,
                    double mono, double wall) {
  Simulation* simulation = find(handle);
  if (!simulation) return nullptr;
  std::vector<sim::Out> outs = std::move(simulation->waiting);
  simulation->waiting.clear();
  add(outs, feed(simulation->network, static_cast<NetKind>(kind), conn, {in, size}, now_of(mono, wall)));
  ByteOut out;
  out.u32(outs.size());
  for (const sim::Out& one : outs) {
    out.u32(one.conn);
    out.bytes(one.bytes);
    out.flag(one.close);
  }
  out.wake(simulation->network.deadline());
  return answer(out.take());
}

WA_EXPORT(sim_call)
const void* sim_call(std::uint32_t handle, const char* json, std::uint32_t size, double mono, double wall) {
  Simulation* simulation = find(handle);
  if (!simulation) return refuse("no such handle");
  const auto asked = gateway::parse_json({json, size});
  if (!asked || !asked->is_object()) return refuse("not a JSON object");
  // A method acts at the time of the last input: that is now.
  add(simulation->waiting, simulation->network.on_tick(now_of(mono, wall)));
  return say(call_network(simulation->network, *asked));
}

WA_EXPORT(sim_media) const void* sim_media(std::uint32_t handle, const char* target, std::uint32_t size) {
  Simulation* simulation = find(handle);
  if (!simulation) return nullptr;
  const sim::MediaAnswer found = simulation->network.media({target, size});
  ByteOut out;
  out.i32(found.status);
  out.bytes(found.body);
  return answer(out.take());
}

WA_EXPORT(sim_inspect) const void* sim_inspect(const std::uint8_t* bytes, std::uint32_t size) {
  return say(inspect({bytes, size}));
}

WA_EXPORT(sim_drop) void sim_drop(std::uint32_t handle) { simulations().erase(handle); }

}  // namespace wa::wasm
