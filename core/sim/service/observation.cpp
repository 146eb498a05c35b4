// tested by sim/sim_test.cpp
#include "sim/service/observation.h"

namespace wa::sim {
namespace {

std::string flag(bool value, const char* text) { return value ? std::string(" ") + text : std::string(); }

struct Describe {
  std::string operator()(const DevicePaired& f) const { return "paired " + f.jid; }
  std::string operator()(const DeviceOnline& f) const { return "online " + f.pn + ":" + std::to_string(f.device); }
  std::string operator()(const DeviceOffline& f) const { return "offline " + f.pn + ":" + std::to_string(f.device); }
  std::string operator()(const DeviceRemoved& f) const { return "removed " + f.pn + flag(f.by_itself, "by itself"); }
  std::string operator()(const PrekeysUploaded& f) const {
    return "prekeys " + f.pn + " " + std::to_string(f.count) + " stored " + std::to_string(f.stored);
  }
  std::string operator()(const CallRinging& f) const {
    return "ringing " + f.pn + " by " + f.caller + " " + f.call_id + flag(f.video, "video") + flag(f.group, "group");
  }
  std::string operator()(const RejectSeen& f) const {
    return "reject " + f.call_id + " of " + f.caller + " x" + std::to_string(f.times);
  }
  std::string operator()(const CallEnded& f) const { return "call ended " + f.call_id + " " + f.reason; }
  std::string operator()(const TextDecrypted& f) const {
    return "text " + f.from + " -> " + f.at + ":" + std::to_string(f.device) + " " + f.id +
           flag(f.own_copy, "own copy") + flag(f.repeated, "repeated") + " \"" + f.text + "\"";
  }
  std::string operator()(const TextOverheard& f) const {
    return f.at + " left " + f.group + " and reads " + f.from + ": " + f.id;
  }
  std::string operator()(const DecryptFailed& f) const {
    return "undecryptable " + f.from + " -> " + f.at + " " + f.id + " error " + std::to_string(f.error);
  }
  std::string operator()(const ReceiptSeen& f) const { return "receipt " + f.from + " -> " + f.to + " " + f.id + " " + f.type; }
  std::string operator()(const RetryAnswered& f) const { return "retry answered " + f.from + " -> " + f.to + " " + f.id; }
  std::string operator()(const ChatArchived& f) const {
    return "chat " + f.chat + " of " + f.pn + (f.archived ? " archived" : " unarchived");
  }
  std::string operator()(const PatchApplied& f) const {
    return "patch " + f.pn + " " + f.collection + " v" + std::to_string(f.version) + flag(f.by_device, "by device");
  }
  std::string operator()(const PatchRefused& f) const {
    return "patch refused " + f.pn + " " + f.collection + " " + std::to_string(f.code);
  }
  std::string operator()(const KeysShared& f) const { return "app keys shared " + f.pn + " " + std::to_string(f.keys); }
  std::string operator()(const KeyRequested& f) const { return "app key requested " + f.pn; }
  std::string operator()(const HistorySent& f) const { return "history sent " + f.pn; }
  std::string operator()(const FileOpened& f) const {
    return "file " + f.from + " -> " + f.at + ":" + std::to_string(f.device) + " " + f.id + " " + f.kind + " " +
           std::to_string(f.bytes) + " bytes" + flag(f.own_copy, "own copy") + flag(f.repeated, "repeated");
  }
  std::string operator()(const FileStoredAt& f) const {
    return "file stored " + std::to_string(f.bytes) + " bytes" + flag(f.resumed, "resumed");
  }
  std::string operator()(const FileWanted& f) const {
    return "file asked for " + f.pn + " " + f.id + flag(f.found, "found");
  }
  std::string operator()(const StanzaRedelivered& f) const { return "redelivered " + f.cls + " " + f.id; }
};

}  // namespace

std::string describe(const Fact& fact) { return std::visit(Describe{}, fact); }

}  // namespace wa::sim
