// What the simulated service knows: accounts, devices, connections, what waits for whom (internal to core/sim).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "appstate/patch.h"
#include "noise/handshake.h"
#include "noise/transport.h"
#include "signal/prekeys.h"
#include "signal/session.h"
#include "sim/service/network.h"
#include "store/memory_store.h"
#include "wire/frame.h"
#include "wire/node.h"

namespace wa::sim {

using wire::Jid;
using wire::Node;

struct Account;
struct Device;

// A stanza for a wire device: kept until it is acknowledged, sent again on the next login.
struct Pending {
  Node node;
  std::string cls, id;
  std::string from;      // text of the `from` attribute
  bool sent = false;     // on the present connection
  bool offline = false;
  bool sent_before = false;
  MonoTime sent_at;
};

struct SentText { Bytes plaintext; std::string to, group; bool peer = false; };

// The keys of a simulated device.
struct Actor {
  signal::OwnIdentity own;
  store::MemoryStore store;
  std::map<std::string, SentText> sent;                       // by message id: for retry receipts
  std::map<std::string, std::string> seen;                    // message id -> hash of what it said
};

struct Device {
  Account* account = nullptr;
  std::uint16_t number = 0;
  std::uint32_t key_index = 0;
  std::unique_ptr<Actor> actor;  // null: a device on the wire
  // wire devices
  crypto::PublicKey noise{}, identity{};
  std::uint32_t registration_id = 0;
  Bytes signed_identity;
  bool uploaded = false;
  std::optional<signal::RemoteBundle> signed_prekey;  // identity, registration and the signed prekey
  std::deque<std::pair<std::uint32_t, crypto::PublicKey>> prekeys;
  std::size_t prekeys_assumed = 0;   // devices made by pair_directly: count without keys
  bool low_told = false;
  std::deque<Pending> queue;
  Conn conn = 0;
  bool keys_shared = false, history_sent = false;
  Jid pn() const;
  Jid lid() const;
};

// One collection as the phone keeps it, decrypted, together with what the server stores.
struct CollectionStore {
  std::uint64_t version = 0;
  appstate::LtHash hash;
  std::map<Bytes, appstate::Record> records;     // index MAC
  std::map<std::string, Bytes> values;           // index text -> SyncActionValue
  std::map<std::uint64_t, Bytes> patches;        // version -> SyncdPatch with its version
  bool drifted = false;                          // a wrong MAC was planted
};

struct AppKey { Bytes id; ByteArray<32> data{}; std::int64_t created_ms = 0; bool shared = true; };

struct PendingPair {          // a scan or code in progress
  Conn conn = 0;
  std::uint16_t device = 0;
  std::string iq_id;
  Bytes inner_details, account_signature;
  std::uint32_t key_index = 0;
};

struct Account {
  std::string pn, lid, next_lid;                  // next_lid: from the next look-up on; acks say that there is one
  MonoTime lid_since;
  bool known = true;                              // false: the number is not registered
  std::string about = "Hey there";
  bool read_receipts = true;
  std::set<std::string> blocked;                  // PN digits
  crypto::KeyPair adv_key;
  std::uint32_t raw_id = 0, next_key_index = 1;
  std::uint16_t next_device = 1;
  std::map<std::uint16_t, std::unique_ptr<Device>> devices;
  std::vector<AppKey> app_keys;
  std::map<appstate::Collection, CollectionStore> collections;
};

// What an unregistered connection said of itself.
struct Registration {
  std::uint32_t registration_id = 0, signed_prekey_id = 0;
  crypto::PublicKey identity{}, signed_prekey{};
  crypto::Signature signature{};
  std::vector<std::string> refs;
  bool refs_acked = false;
  std::string code_ref, code_pn;                  // companion_hello
  Bytes wrapped_companion;
  std::optional<crypto::KeyPair> primary_ephemeral;
  crypto::PublicKey companion_ephemeral{};
  std::string refs_id;
  std::optional<PendingPair> pairing;
  std::optional<std::string> pair_account;
};

enum class Phase : std::uint8_t { hello, finish, open, dead };

struct Connection {
  Conn id = 0;
  Phase phase = Phase::hello;
  bool intro_done = false;
  wire::FrameBuffer frames;
  Bytes intro;
  std::optional<noise::SymmetricState> noise;
  crypto::KeyPair ephemeral;
  std::optional<noise::Transport> transport;
  crypto::PublicKey client_noise{};
  std::unique_ptr<Registration> registration;
  Device* device = nullptr;
  bool active = false;        // <active/> was received
  bool draining = false;      // the offline queue is not through
  std::size_t drain_total = 0, drain_credit = 0;
  bool silent = false;
  MonoTime opened;
  std::uint32_t next_id = 1;
  std::set<std::string> ids;  // of queries
};

struct Ringing {
  std::string call_id, callee, caller;
  std::string creator, from;  // texts as sent
  bool group = false, over = false;
  int rejects = 0;
};

// What a message says of its file.
struct FileSaid {
  std::string kind, direct_path, mimetype, caption, file_name;
  Bytes key, sha256, enc_sha256;
  std::uint64_t bytes = 0;
};
// A file of a message, as its author has it.
struct SentFile { std::string kind; Bytes key, sealed; };
inline constexpr const char* kMediaAuth = "sim+auth/=&";

struct GroupStore { std::string id; std::set<std::string> shared_with; };  // devices that have the sender key

// A group wire devices can write to.
struct Room { std::set<std::string> members, former; };       // PN digits

}  // namespace wa::sim
