// The methods of SimNetwork by name. Arguments have the names of network.h; the answer of each is what its line returns.
#include "abi/sim_abi.h"
#include "abi/sim_facts.h"
#include "base/encoding.h"
#include "sim/world/paired_rows.h"

namespace wa::wasm {
namespace {

using gateway::Json;
using sim::SimNetwork;

// Arguments by name. The first one that is missing or of a wrong type is kept in `wrong`.
struct Args {
  const Json& from;
  std::string wrong;
  bool failed() const { return !wrong.empty(); }

  const Json* find(const char* name, bool needed) {
    const Json* found = gateway::member(from, name);
    if (!found && needed && wrong.empty()) wrong = name;
    return found;
  }
  std::string text(const char* name, bool needed = true, std::string otherwise = {}) {
    const Json* found = find(name, needed);
    if (!found) return otherwise;
    if (found->is_string()) return *found->get_ptr<const std::string*>();
    if (wrong.empty()) wrong = name;
    return {};
  }
  bool flag(const char* name, bool needed, bool otherwise = false) {
    const Json* found = find(name, needed);
    if (!found) return otherwise;
    if (found->is_boolean()) return *found->get_ptr<const bool*>();
    if (wrong.empty()) wrong = name;
    return false;
  }
  std::uint32_t number(const char* name, bool needed, std::uint32_t otherwise = 0) {
    const Json* found = find(name, needed);
    if (!found) return otherwise;
    if (found->is_number_unsigned() && *found->get_ptr<const std::uint64_t*>() <= UINT32_MAX) {
      return static_cast<std::uint32_t>(*found->get_ptr<const std::uint64_t*>());
    }
    if (wrong.empty()) wrong = name;
    return 0;
  }
  // The index of a word in a list.
  template <std::size_t N>
  std::size_t word(const char* name, const char* const (&words)[N], bool needed) {
    const std::string said = text(name, needed, words[0]);
    for (std::size_t i = 0; i < N; ++i) {
      if (said == words[i]) return i;
    }
    if (wrong.empty()) wrong = name;
    return 0;
  }
};

constexpr const char* kCallTypes[] = {"audio", "video", "group", "lid", "companion", "notice"};
constexpr const char* kFaults[] = {
    "login_failure", "no_handshake", "bad_certificate", "stream_error", "drop_connection", "silence", "iq_silence",
    "iq_error", "message_refused", "message_ack_lost", "reject_refused", "reject_ack_lost", "patch_conflict",
    "patch_refused", "patch_ack_lost", "media_failure", "media_truncated", "media_flipped", "media_lost",
    "upload_failure", "upload_lost", "upload_silent", "phone_lacks_file", "deliver_twice", "peer_cannot_decrypt",
    "garbage_snapshot_mac", "hold_key_share", "unlisted", "phone_unlisted", "new_lid", "phone_lacks_keys"};
static_assert(std::size(kFaults) == static_cast<std::size_t>(sim::FaultKind::phone_lacks_keys) + 1);

// Each method reads all of its arguments first and acts only when none was wrong.
using Method = Json (*)(SimNetwork&, Args&);

Json scan(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), qr = in.text("qr_text");
  if (in.failed()) return {};
  return {{"known", net.scan(pn, qr)}};
}
Json enter_code(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), code = in.text("code");
  if (in.failed()) return {};
  return {{"known", net.enter_code(pn, code)}};
}
// The rows that a store must hold for a device that was paired earlier.
Json pair_directly(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  const bool uploaded = in.flag("uploaded", false, true);
  if (in.failed()) return {};
  const sim::PairedDevice device = net.pair_directly(pn, uploaded);
  Json rows = Json::array();
  for (const auto& write : sim::paired_rows(device, uploaded).writes) {
    if (!write.second) continue;
    const auto table = static_cast<int>(write.first.table);
    rows.push_back({{"table", table}, {"id", hex(view(write.first.id))}, {"value", hex(*write.second)}});
  }
  return {{"lid", device.lid}, {"device", device.device}, {"rows", std::move(rows)}};
}
Json remove_device(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  const auto device = static_cast<std::uint16_t>(in.number("device", true));
  if (in.failed()) return {};
  net.remove_device(pn, device);
  return Json::object();
}
Json drop(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  net.drop(pn);
  return Json::object();
}
Json stream_error(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), conflict = in.text("conflict", false);
  const auto code = static_cast<int>(in.number("code", true));
  if (in.failed()) return {};
  net.stream_error(pn, code, conflict);
  return Json::object();
}
Json fail_next(SimNetwork& net, Args& in) {
  sim::Fault fault;
  fault.kind = static_cast<sim::FaultKind>(in.word("kind", kFaults, true));
  fault.code = static_cast<int>(in.number("code", false));
  fault.detail = in.text("detail", false);
  if (in.failed()) return {};
  net.fail_next(std::move(fault));
  return Json::object();
}
Json clear_faults(SimNetwork& net, Args&) {
  net.clear_faults();
  return Json::object();
}

// --- calls and messages
Json ring(SimNetwork& net, Args& in) {
  const std::string callee = in.text("callee"), caller = in.text("caller");
  const auto type = static_cast<sim::CallType>(in.word("type", kCallTypes, false));
  if (in.failed()) return {};
  return {{"call_id", net.ring(callee, caller, type)}};
}
Json hangup(SimNetwork& net, Args& in) {
  const std::string call = in.text("call_id"), reason = in.text("reason", false, "timeout");
  if (in.failed()) return {};
  net.hangup(call, reason);
  return Json::object();
}
Json send_text(SimNetwork& net, Args& in) {
  const std::string from = in.text("from"), to = in.text("to"), text = in.text("text");
  sim::TextOptions options;
  options.from_companion = in.flag("from_companion", false);
  options.group = in.text("group", false);
  options.corrupt = in.flag("corrupt", false);
  options.without_key = in.flag("without_key", false);
  options.by_pn = in.flag("by_pn", false);
  if (in.failed()) return {};
  return {{"id", net.send_text(from, to, text, std::move(options))}};
}
Json send_receipt(SimNetwork& net, Args& in) {
  const std::string from = in.text("from"), to = in.text("to"), id = in.text("id"), type = in.text("type", false);
  if (in.failed()) return {};
  net.send_receipt(from, to, id, type);
  return Json::object();
}
Json send_garbage(SimNetwork& net, Args& in) {
  const std::string from = in.text("from"), to = in.text("to");
  if (in.failed()) return {};
  net.send_garbage(from, to);
  return Json::object();
}
Json forge_key_share(SimNetwork& net, Args& in) {
  const std::string from = in.text("from"), to = in.text("to");
  if (in.failed()) return {};
  net.forge_key_share(from, to);
  return Json::object();
}
Json reinstall(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), told = in.text("told");
  if (in.failed()) return {};
  net.reinstall(pn, told);
  return Json::object();
}
Json prekeys_low(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  net.prekeys_low(pn);
  return Json::object();
}
Json dirty(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), type = in.text("type");
  if (in.failed()) return {};
  net.dirty(pn, type);
  return Json::object();
}

// --- app state
Json archive_on_phone(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), chat = in.text("chat");
  const bool archived = in.flag("archived", true), notify = in.flag("notify", false, true);
  if (in.failed()) return {};
  net.archive_on_phone(pn, chat, archived, notify);
  return Json::object();
}
Json second_device_archives(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), chat = in.text("chat");
  const bool archived = in.flag("archived", true);
  if (in.failed()) return {};
  net.second_device_archives(pn, chat, archived);
  return Json::object();
}
Json fill_collection(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), collection = in.text("collection");
  const std::uint32_t records = in.number("records", true);
  if (in.failed()) return {};
  net.fill_collection(pn, collection, records);
  return Json::object();
}
Json rotate_app_key(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  const bool share = in.flag("share", true);
  if (in.failed()) return {};
  net.rotate_app_key(pn, share);
  return Json::object();
}

// --- looking
Json archived(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), chat = in.text("chat");
  if (in.failed()) return {};
  const auto value = net.archived(pn, chat);
  return {{"archived", value ? Json(*value) : Json(nullptr)}};
}
Json collection(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), name = in.text("name");
  if (in.failed()) return {};
  const auto state = net.collection(pn, name);
  return {{"version", state.version}, {"hash", hex(state.hash)}, {"records", state.records}};
}
Json records(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn"), name = in.text("name");
  if (in.failed()) return {};
  Json list = Json::array();
  for (const auto& record : net.records(pn, name)) {
    list.push_back({{"index", record.index}, {"index_mac", hex(record.index_mac)}, {"value_mac", hex(record.value_mac)},
                    {"value", hex(record.value)}});
  }
  return {{"records", std::move(list)}};
}
Json online(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  return {{"online", net.online(pn)}};
}
Json reachable(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  return {{"reachable", net.reachable(pn)}};
}
Json wire_devices(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  Json list = Json::array();
  for (std::uint16_t device : net.wire_devices(pn)) list.push_back(device);
  return {{"devices", std::move(list)}};
}
Json waiting(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  return {{"waiting", net.waiting(pn)}};
}
Json prekeys_left(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  return {{"left", net.prekeys_left(pn)}};
}
Json lid_of(SimNetwork& net, Args& in) {
  const std::string pn = in.text("pn");
  if (in.failed()) return {};
  return {{"lid", net.lid_of(pn)}};
}
// Observations from number `from` on; `next` is where to go on.
Json log(SimNetwork& net, Args& in) {
  const std::uint32_t from = in.number("from", false);
  if (in.failed()) return {};
  Json facts = Json::array();
  for (std::size_t i = from; i < net.log().size(); ++i) facts.push_back(fact_json(net.log()[i]));
  return {{"facts", std::move(facts)}, {"next", net.log().size()}};
}
Json clear_log(SimNetwork& net, Args&) {
  net.clear_log();
  return Json::object();
}
Json violations(SimNetwork& net, Args&) { return {{"violations", net.violations()}}; }

struct Named { const char* name; Method method; };
constexpr Named kMethods[] = {
    {"scan", scan}, {"enter_code", enter_code}, {"pair_directly", pair_directly}, {"remove_device", remove_device},
    {"drop", drop}, {"stream_error", stream_error}, {"fail_next", fail_next}, {"clear_faults", clear_faults},
    {"ring", ring}, {"hangup", hangup}, {"send_text", send_text}, {"send_receipt", send_receipt},
    {"send_garbage", send_garbage}, {"forge_key_share", forge_key_share}, {"reinstall", reinstall},
    {"prekeys_low", prekeys_low}, {"dirty", dirty},
    {"archive_on_phone", archive_on_phone}, {"second_device_archives", second_device_archives},
    {"fill_collection", fill_collection}, {"rotate_app_key", rotate_app_key},
    {"archived", archived}, {"collection", collection}, {"records", records}, {"online", online}, {"reachable", reachable},
    {"wire_devices", wire_devices}, {"waiting", waiting}, {"prekeys_left", prekeys_left}, {"lid_of", lid_of},
    {"log", log}, {"clear_log", clear_log}, {"violations", violations}};

}  // namespace

Json call_network(SimNetwork& network, const Json& call) {
  Args in{call, {}};
  const std::string name = in.text("do");
  for (const Named& known : kMethods) {
    if (name != known.name) continue;
    Json out = known.method(network, in);
    return !in.failed() ? out : Json{{"error", name + ": " + in.wrong + " is missing or wrong"}};
  }
  return {{"error", "no method " + name}};
}

std::optional<std::string> read_options(const Json& from, sim::Options& out) {
  Args in{from, {}};
  out.by_lid = in.flag("by_lid", false, out.by_lid);
  out.check = in.flag("check", false, out.check);
  out.keep_log = in.flag("keep_log", false, out.keep_log);
  out.edge_routing = in.flag("edge_routing", false, out.edge_routing);
  out.history = in.flag("history", false, out.history);
  out.history_as_blob = in.flag("history_as_blob", false, out.history_as_blob);
  out.conflict_with_patches = in.flag("conflict_with_patches", false, out.conflict_with_patches);
  out.patches_per_answer = in.number("patches_per_answer", false, static_cast<std::uint32_t>(out.patches_per_answer));
  out.external_mutations_from =
      in.number("external_mutations_from", false, static_cast<std::uint32_t>(out.external_mutations_from));
  out.prekeys_low = in.number("prekeys_low", false, out.prekeys_low);
  out.version_min = in.number("version_min", false, out.version_min);
  out.unacked_ms = in.number("unacked_ms", false, static_cast<std::uint32_t>(out.unacked_ms));
  out.share_delay_ms = in.number("share_delay_ms", false, static_cast<std::uint32_t>(out.share_delay_ms));
  out.media_host = in.text("media_host", false, out.media_host);
  if (!in.failed()) return std::nullopt;
  return in.wrong + " is of a wrong type";
}

}  // namespace wa::wasm
