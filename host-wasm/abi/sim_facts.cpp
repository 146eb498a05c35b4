#include "abi/sim_facts.h"

namespace wa::wasm {
namespace {

using gateway::Json;
using namespace sim;

struct FactJson {
  Json operator()(const DevicePaired& f) const { return {{"kind", "device_paired"}, {"pn", f.pn}, {"jid", f.jid}}; }
  Json operator()(const DeviceOnline& f) const { return {{"kind", "device_online"}, {"pn", f.pn}, {"device", f.device}}; }
  Json operator()(const DeviceOffline& f) const { return {{"kind", "device_offline"}, {"pn", f.pn}, {"device", f.device}}; }
  Json operator()(const DeviceRemoved& f) const {
    return {{"kind", "device_removed"}, {"pn", f.pn}, {"device", f.device}, {"by_itself", f.by_itself}};
  }
  Json operator()(const PrekeysUploaded& f) const {
    return {{"kind", "prekeys_uploaded"}, {"pn", f.pn}, {"count", f.count}, {"stored", f.stored}};
  }
  Json operator()(const CallRinging& f) const {
    return {{"kind", "call_ringing"}, {"pn", f.pn}, {"caller", f.caller}, {"call_id", f.call_id}, {"video", f.video},
            {"group", f.group}};
  }
  Json operator()(const RejectSeen& f) const {
    return {{"kind", "reject_seen"}, {"pn", f.pn}, {"caller", f.caller}, {"call_id", f.call_id}, {"times", f.times}};
  }
  Json operator()(const CallEnded& f) const {
    return {{"kind", "call_ended"}, {"pn", f.pn}, {"call_id", f.call_id}, {"reason", f.reason}};
  }
  Json operator()(const TextDecrypted& f) const {
    return {{"kind", "text_decrypted"}, {"from", f.from}, {"at_person", f.at}, {"id", f.id}, {"text", f.text},
            {"device", f.device}, {"own_copy", f.own_copy}, {"repeated", f.repeated}};
  }
  Json operator()(const DecryptFailed& f) const {
    return {{"kind", "decrypt_failed"}, {"from", f.from}, {"at_person", f.at}, {"id", f.id}, {"error", f.error}};
  }
  Json operator()(const TextOverheard& f) const {
    return {{"kind", "text_overheard"}, {"from", f.from}, {"at_person", f.at}, {"group", f.group}, {"id", f.id}};
  }
  Json operator()(const ReceiptSeen& f) const {
    return {{"kind", "receipt_seen"}, {"from", f.from}, {"to", f.to}, {"id", f.id}, {"type", f.type}};
  }
  Json operator()(const RetryAnswered& f) const {
    return {{"kind", "retry_answered"}, {"from", f.from}, {"to", f.to}, {"id", f.id}};
  }
  Json operator()(const ChatArchived& f) const {
    return {{"kind", "chat_archived"}, {"pn", f.pn}, {"chat", f.chat}, {"archived", f.archived}};
  }
  Json operator()(const PatchApplied& f) const {
    return {{"kind", "patch_applied"}, {"pn", f.pn}, {"collection", f.collection}, {"version", f.version},
            {"mutations", f.mutations}, {"by_device", f.by_device}};
  }
  Json operator()(const PatchRefused& f) const {
    return {{"kind", "patch_refused"}, {"pn", f.pn}, {"collection", f.collection}, {"code", f.code}};
  }
  Json operator()(const KeysShared& f) const {
    return {{"kind", "keys_shared"}, {"pn", f.pn}, {"device", f.device}, {"keys", f.keys}};
  }
  Json operator()(const KeyRequested& f) const { return {{"kind", "key_requested"}, {"pn", f.pn}}; }
  Json operator()(const HistorySent& f) const { return {{"kind", "history_sent"}, {"pn", f.pn}}; }
  Json operator()(const StanzaRedelivered& f) const {
    return {{"kind", "stanza_redelivered"}, {"pn", f.pn}, {"class", f.cls}, {"id", f.id}};
  }
  Json operator()(const FileOpened& f) const {
    return {{"kind", "file_opened"},        {"from", f.from},           {"at", f.at},
            {"id", f.id},                   {"file", f.kind},           {"sha256", f.sha256},
            {"caption", f.caption},         {"mimetype", f.mimetype},   {"file_name", f.file_name},
            {"bytes", f.bytes},             {"device", f.device},       {"own_copy", f.own_copy},
            {"repeated", f.repeated}};
  }
  Json operator()(const FileStoredAt& f) const {
    return {{"kind", "file_stored"}, {"path", f.path}, {"bytes", f.bytes}, {"resumed", f.resumed}};
  }
  Json operator()(const FileWanted& f) const {
    return {{"kind", "file_wanted"}, {"pn", f.pn}, {"id", f.id}, {"found", f.found}};
  }
};

}  // namespace

Json fact_json(const Observation& seen) {
  Json out{{"at", seen.at.ms}};
  const Json fact = std::visit(FactJson{}, seen.fact);
  for (auto it = fact.begin(); it != fact.end(); ++it) out[it.key()] = it.value();
  out["line"] = describe(seen.fact);
  return out;
}

}  // namespace wa::wasm
