// What the simulated network saw: plain facts for tests, the demo and the web page. Nothing here is sent to anybody.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"

namespace wa::sim {

// People are named by the digits of their phone number.
struct DevicePaired { std::string pn, jid; };
struct DeviceOnline { std::string pn; std::uint16_t device = 0; };
struct DeviceOffline { std::string pn; std::uint16_t device = 0; };
struct DeviceRemoved { std::string pn; std::uint16_t device = 0; bool by_itself = false; };
struct PrekeysUploaded { std::string pn; std::uint32_t count = 0; std::size_t stored = 0; };
struct CallRinging { std::string pn, caller, call_id; bool video = false, group = false; };
struct RejectSeen { std::string pn, caller, call_id; int times = 0; };
struct CallEnded { std::string pn, call_id, reason; };
// `at`: the person whose simulated device decrypted it; `own_copy`: a copy for the sender's own other device.
struct TextDecrypted { std::string from, at, id, text; std::uint16_t device = 0; bool own_copy = false, repeated = false; };
struct DecryptFailed { std::string from, at, id; int error = 0; };
struct TextOverheard { std::string from, at, group, id; };  // somebody who left a group could still read it
struct ReceiptSeen { std::string from, to, id, type; };
struct RetryAnswered { std::string from, to, id; };
// A file of a message, as a simulated device opened it; `sha256` of its bytes, in hex.
struct FileOpened {
  std::string from, at, id, kind, sha256, caption, mimetype, file_name;
  std::uint64_t bytes = 0;
  std::uint16_t device = 0;
  bool own_copy = false, repeated = false;
};
struct FileStoredAt { std::string path; std::uint64_t bytes = 0; bool resumed = false; };   // an upload was completed
struct FileWanted { std::string pn, id; bool found = false; };   // the phone was asked to upload one again
struct ChatArchived { std::string pn, chat; bool archived = false; };
struct PatchApplied { std::string pn, collection; std::uint64_t version = 0; std::size_t mutations = 0; bool by_device = false; };
struct PatchRefused { std::string pn, collection; int code = 0; };
struct KeysShared { std::string pn; std::uint16_t device = 0; std::size_t keys = 0; };
struct KeyRequested { std::string pn; };
struct HistorySent { std::string pn; };
struct StanzaRedelivered { std::string pn, cls, id; };

using Fact = std::variant<DevicePaired, DeviceOnline, DeviceOffline, DeviceRemoved, PrekeysUploaded, CallRinging,
                          RejectSeen, CallEnded, TextDecrypted, DecryptFailed, TextOverheard, ReceiptSeen,
                          RetryAnswered, ChatArchived, PatchApplied, PatchRefused, KeysShared, KeyRequested,
                          HistorySent, StanzaRedelivered, FileOpened, FileStoredAt, FileWanted>;

struct Observation {
  MonoTime at;
  Fact fact;
};

std::string describe(const Fact&);  // one line, for traces and the demo feed

}  // namespace wa::sim
