// SimNetwork: a simulated WhatsApp, sans-I/O like the core: bytes of connections in, bytes and closes out, time as an
// argument, one Random. It holds accounts; each has a simulated phone (with its own Signal store and app-state keys),
// possibly more simulated devices, and the devices that connect over the wire.
// Guarantees: deterministic for the same calls and the same Random; any bytes from a client are survived; whatever a client
// does against the protocol pages is added to `violations()`, which tests expect to stay empty.
// Does not: know sockets, HTTP or the gateway.
//
// Scripted calls (second half of the class) act at the time of the last input; the bytes they cause come out of the next
// on_* call, so call on_tick after them. Accounts come into being when first named; a person is the digits of a PN.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/curve.h"
#include "sim/service/observation.h"

namespace wa::sim {

using Conn = std::uint32_t;  // chosen by whoever carries the bytes; never reused

struct Out {
  Conn conn = 0;
  Bytes bytes;         // one frame: send as one WebSocket message, or split it as you like
  bool close = false;  // then close the connection (on_close need not be called)
};

struct Options {
  bool migrated = true;                 // direct chats of accounts go by LID: else one that does not is refused
  bool by_lid = true;                   // messages and receipts come from LIDs (else from phone numbers)
  bool check = true;                    // checks that need memory: key reuse, id reuse
  bool keep_log = true;
  bool edge_routing = true;             // send routing info after login
  bool history = true;                  // the phone sends a history after the first login
  bool history_as_blob = false;
  bool conflict_with_patches = true;    // 409 carries what is missing
  std::size_t patches_per_answer = 3;   // then has_more_patches
  std::size_t external_mutations_from = 20;  // a patch of this many mutations travels as a file
  std::uint32_t prekeys_low = 5;        // notify below this
  std::uint32_t version_min = 0;        // tertiary app version below: failure 405
  std::int64_t unacked_ms = 60'000;     // then stream:error
  std::int64_t clock_ahead_ms = 0;      // its wall clock, before that of the client
  std::int64_t share_delay_ms = 300;    // from prekey upload to the key share
  std::string media_host = "127.0.0.1";   // named first; the client takes only those of the service
  std::vector<std::string> media_hosts = {"media-sim1-1.cdn.whatsapp.net", "media-sim2-1.cdn.whatsapp.net"};
  std::int64_t media_ttl_s = 300;
};

enum class CallType : std::uint8_t { audio, video, group, lid, companion, notice };

// What the network shall do wrong, once, at the next chance. `code` and `detail` as the kind needs.
enum class FaultKind : std::uint8_t {
  login_failure,     // code: <failure reason>
  no_handshake,      // never answers the client hello
  bad_certificate,
  stream_error,      // code (515, 503, 429, 500 ...), at the next stanza from a client
  drop_connection,   // close at the next stanza
  silence,           // the connection stays open and nothing is answered any more
  iq_silence,        // detail: xmlns; the next such query gets no answer
  iq_error,          // detail: xmlns; code
  message_refused,   // code (463, 479 ...) in the ack
  message_ack_lost,  // processed, but the ack never goes out
  reject_refused,    // code in the ack of a reject
  reject_ack_lost,
  patch_conflict,    // another device gets in first: a real patch by the phone, then 409
  patch_refused,     // code (400, 404, 500 ...)
  patch_ack_lost,    // the patch is accepted; no answer
  media_failure,     // code: HTTP status
  media_truncated,   // the next file that is fetched ends too early
  media_flipped,     // a bit of it is another one
  media_lost,        // the connection breaks
  upload_failure,    // code: HTTP status; 429: `detail` is Retry-After in seconds
  upload_lost,       // the connection breaks when half of the file is there
  upload_silent,     // 200, and nothing in it
  phone_lacks_file,  // the phone has no copy of the file that it is asked for
  deliver_twice,     // the next stanza to a device goes out twice
  peer_cannot_decrypt,  // the next message to a simulated device is answered with a retry receipt
  garbage_snapshot_mac, // the next patch of the phone carries a wrong snapshot MAC (LTHash drift)
  hold_key_share,    // the phone keeps its app-state keys until asked
  unlisted,          // the next device query names nobody
  phone_unlisted,    // the next device list lacks device 0
  new_lid,           // the recipient of the next message has another LID from then on; the ack says so
  phone_lacks_keys,  // the next time it is asked it says that it does not have them
};
struct Fault { FaultKind kind = FaultKind::drop_connection; int code = 0; std::string detail; };

// `status` 0: the connection broke.
struct MediaAnswer { int status = 404; Bytes body; std::int64_t retry_after_ms = -1; };

// A device that exists on the network without having been paired over the wire (see paired_rows.h).
struct PairedDevice {
  std::string pn, lid;
  std::uint16_t device = 0;
  crypto::KeyPair noise, identity;
  std::uint32_t registration_id = 0, signed_prekey_id = 1;
  crypto::KeyPair signed_prekey;
  crypto::Signature signed_prekey_signature{};
  ByteArray<32> adv_secret{};
  Bytes signed_identity;                    // ADVSignedDeviceIdentity, complete
  crypto::PublicKey phone_identity{};
  std::int64_t created_ms = 0;
};

struct TextOptions {
  bool from_companion = false;   // by the sender's second device
  std::string group;             // group id without server: sent with a sender key; "status": a status
  bool status_stanza = false;    // that comes as <status>
  bool corrupt = false;          // the ciphertext is damaged on the way: the receiver must ask again
  bool without_key = false;      // group: the sender key is kept back, so that the receiver must ask for it
  bool by_pn = false;            // addressed by phone number whatever the options say
  bool withheld = false;         // the content does not come: the own phone of the receiver has it
  std::string list;              // id of a list of people it goes to: the receiver sees that as where it comes from
  std::uint32_t lost_before = 0; // so many messages of the chain never arrive: the receiver steps over their keys
};

// A file that somebody sends.
struct MediaOptions {
  std::string kind = "image";    // image, video, voice, audio, document, sticker
  std::string mimetype = "image/jpeg", caption, file_name;
  std::string group;             // as in TextOptions
  bool forwarded = false;
};

// What the own phone has of a message and hands over when it is asked.
struct Withheld { std::string chat; Bytes plaintext; std::int64_t t = 0; std::string name; };

struct Server;

class SimNetwork {
 public:
  SimNetwork(Options, Random&, Now);
  ~SimNetwork();

  // --- what a client must be configured with
  crypto::PublicKey root_key() const;
  std::uint32_t root_serial() const { return 0; }

  // --- connections
  std::vector<Out> on_open(Conn, Now);
  std::vector<Out> on_bytes(Conn, ByteView, Now);
  std::vector<Out> on_close(Conn, Now);
  std::vector<Out> on_tick(Now);
  std::optional<MonoTime> deadline() const;
  MediaAnswer media(std::string_view target, std::string_view host = {});   // GET path with query
  MediaAnswer upload(std::string_view target, ByteView body, std::string_view host = {});   // POST

  // --- script: pairing and devices
  bool scan(const std::string& pn, std::string_view qr_text);         // false: the phone does not know this code
  bool enter_code(const std::string& pn, std::string_view code);
  // `uploaded`: the service believes in 812 prekeys, and keys and history were sent; else as right after pairing.
  PairedDevice pair_directly(const std::string& pn, bool uploaded = true);
  void remove_device(const std::string& pn, std::uint16_t device);    // by the phone: 401 device_removed
  void drop(const std::string& pn);                                   // cut all connections of the account
  void stream_error(const std::string& pn, int code, std::string conflict = {});
  void fail_next(Fault);
  void clear_faults();

  // --- script: calls and messages
  std::string ring(const std::string& callee, const std::string& caller, CallType = CallType::audio);  // call id
  void hangup(const std::string& call_id, std::string_view reason = "timeout");
  // A hosted device of the called account says that it cannot take the call; its siblings ring on.
  void cannot_take(const std::string& call_id, std::string_view tag, std::string_view reason);
  // Goes to the wire devices of `to`, and as a copy to those of `from`.
  std::string send_text(const std::string& from, const std::string& to, std::string_view text, TextOptions = {});
  std::string send_media(const std::string& from, const std::string& to, ByteView plain, MediaOptions = {});
  void send_receipt(const std::string& from, const std::string& to, const std::string& id, std::string_view type);
  void forget_files();                                                // the hosts lose all files of messages
  void media_host_away(const std::string& host, std::int64_t ms);     // it does not answer for so long
  void send_garbage(const std::string& from, const std::string& to);  // undecryptable ciphertext
  void forge_key_share(const std::string& from, const std::string& to);  // a stranger pretends to be the own phone
  // Somebody without a proof writes as device `device` of the account: a copy of a text to `chat`, or without text a share
  // of an app-state key with the id "forged".
  std::string forge_own(const std::string& pn, std::uint16_t device, const std::string& chat, std::string_view text);
  void reinstall(const std::string& pn, const std::string& told);     // new identity; `told` is notified
  void prekeys_low(const std::string& pn);
  void dirty(const std::string& pn, std::string_view type);
  void set_read_receipts(const std::string& pn, bool on);             // by the phone; its devices are notified

  // Who is in a group (digits); nobody: it does not exist. Its members are notified. By LIDs or numbers as by_lid says.
  void set_group(const std::string& group, const std::vector<std::string>& members);
  void alias(const std::string& typed, const std::string& pn);           // a query for `typed` finds the account `pn`
  void set_registered(const std::string& pn, bool registered);           // whether the number has the service

  // --- script: app state
  void archive_on_phone(const std::string& pn, const std::string& chat, bool archived, bool notify = true);
  void name_on_phone(const std::string& pn, const std::string& contact, const std::string& name);  // in its book
  void second_device_archives(const std::string& pn, const std::string& chat, bool archived) {
    archive_on_phone(pn, chat, archived, false);
  }
  void fill_collection(const std::string& pn, const std::string& collection, std::size_t records);
  void rotate_app_key(const std::string& pn, bool share);

  // --- looking
  std::optional<bool> archived(const std::string& pn, const std::string& chat) const;
  struct CollectionState { std::uint64_t version = 0; ByteArray<128> hash{}; std::size_t records = 0; };
  CollectionState collection(const std::string& pn, std::string_view name) const;
  struct RecordView { std::string index; Bytes index_mac, value_mac, value; };  // decrypted: index text, SyncActionValue
  std::vector<RecordView> records(const std::string& pn, std::string_view name) const;  // in the order of the index MACs
  bool blocked(const std::string& pn, const std::string& who) const;
  bool online(const std::string& pn) const;         // a wire device of this account is active
  bool reachable(const std::string& pn) const;      // a wire device has prekeys at the service: others can write to it
  std::vector<std::uint16_t> wire_devices(const std::string& pn) const;
  std::size_t waiting(const std::string& pn) const; // stanzas queued or not yet acknowledged
  std::size_t prekeys_left(const std::string& pn) const;
  std::string lid_of(const std::string& pn) const;  // digits
  const std::vector<Observation>& log() const;
  void clear_log();
  const std::vector<std::string>& violations() const;
  Server& inside() { return *server_; }             // server.h: for programs that play a part of the service themselves

 private:
  std::unique_ptr<Server> server_;
};

}  // namespace wa::sim
