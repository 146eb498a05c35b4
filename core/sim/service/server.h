// The state behind SimNetwork and the functions of its parts (internal to core/sim). One file per part: service/link (frames,
// noise, login), service/pairing, service/queue (delivery and acknowledgement), service/prekeys, people/accounts (accounts,
// simulated devices), service/messages, service/calls, service/appstate, service/iq.
#pragma once

#include "sim/service/state.h"

namespace wa::sim {

struct Server {
  Options options;
  Random& random;
  Now now;
  crypto::KeyPair root, intermediate, noise_static;
  std::map<Conn, Connection> connections;
  std::map<std::string, std::unique_ptr<Account>> accounts;   // by PN digits
  std::map<std::string, Account*> by_lid;
  std::map<std::string, std::string> aliases;                 // a number as people write it -> PN
  std::map<std::string, Ringing> calls;
  std::map<std::string, GroupStore> groups;                   // "<group>/<sender>"
  std::map<std::string, Room> rooms;                          // group id
  std::map<std::string, Bytes> media;                         // direct path
  std::set<std::string> chat_media;                           // of these, files of messages
  std::map<std::string, Bytes> parts;   // token -> what came of an upload before the connection broke
  std::map<std::string, SentFile> sent_files;                 // by message id
  std::map<std::string, MonoTime> hosts_away;
  std::map<std::string, ByteArray<32>> message_keys;          // ratchet key + counter -> ciphertext
  std::vector<Fault> faults;
  std::vector<Out> out;
  std::vector<Conn> closed;                                   // to forget when the present call ends
  std::vector<Observation> log;
  std::vector<std::string> violations;
  std::map<std::string, Withheld> withheld;                   // message id -> what the own phone hands over when asked
  std::set<std::pair<std::string, std::uint16_t>> forged;  // PN digits and number of devices that somebody pretended to be
  std::uint64_t next_number = 1;
  std::multimap<MonoTime, std::pair<std::string, std::uint16_t>> shares;  // key shares to come
  std::optional<MonoTime> check_at;                           // when to look for unacknowledged stanzas

  Server(Options chosen, Random& source, Now start) : options(std::move(chosen)), random(source) { set_clock(start); }

  void set_clock(Now of_client) { now = {of_client.mono, of_client.wall + options.clock_ahead_ms}; }

  void fact(Fact value) { if (options.keep_log) log.push_back({now.mono, std::move(value)}); }
  void violation(std::string text) { if (violations.size() < 100) violations.push_back(std::move(text)); }
  std::optional<Fault> take_fault(FaultKind kind, std::string_view about = {});
  std::string number() { return std::to_string(next_number++); }
};

// --- service/link
void on_frames(Server&, Connection&, ByteView);
void send(Server&, Connection&, const Node&);
void close(Server&, Connection&);                     // after what was sent
void stream_error(Server&, Connection&, int code, std::string_view conflict);
void forget_connection(Server&, Conn);
Connection* connection_of(Server&, const Device&);
// --- service/login
void on_client_payload(Server&, Connection&, ByteView payload);
Node edge_routing(const Device&);
// --- service/iq
void on_stanza(Server&, Connection&, const Node&);
void answer(Server&, Connection&, const Node& iq, std::vector<Node> children = {});
void answer_error(Server&, Connection&, const Node& iq, int code, std::string_view text);
// --- service/pairing
void start_pairing(Server&, Connection&);
void on_pairing_result(Server&, Connection&, const Node& iq);
void on_md_query(Server&, Connection&, const Node& iq);
bool scan_code(Server&, const std::string& pn, std::string_view qr_text);
bool enter_link_code(Server&, const std::string& pn, std::string_view code);
Device& register_device(Server&, Account&, std::uint16_t number);
void sign_identity(Server&, Account&, std::uint32_t key_index, ByteView identity, Bytes& inner, Bytes& signature);
Bytes signed_identity_of(Server&, Account&, std::uint32_t key_index, const crypto::KeyPair& device);  // complete
// --- service/queue
void deliver(Server&, Device&, Node stanza);
void pump(Server&, Device&);
void on_active(Server&, Connection&);
void on_offline_batch(Server&, Connection&, std::size_t count);
void on_ack(Server&, Connection&, const Node&);        // <ack>
void acknowledged(Server&, Device&, std::string_view cls, const std::string& id, const std::string& to);
void check_unacked(Server&);
// --- service/prekeys
void on_encrypt_query(Server&, Connection&, const Node& iq);
std::optional<signal::RemoteBundle> bundle_of(Server&, Device&);  // consumes a one-time prekey
void after_prekeys(Server&, Device&);
// --- people/accounts
Account& account(Server&, const std::string& pn);
Account* find_account(Server&, const Jid&);
Device* find_device(Server&, const Jid&);              // null when there is none
void make_actor(Server&, Device&);                     // keys of its own
Device& phone(Server&, Account&);                      // device 0, simulated, made on first use
Device& companion(Server&, Account&);                  // a second simulated device
void on_devices_query(Server&, Connection&, const Node& iq);
void on_picture_query(Server&, Connection&, const Node& iq), on_blocklist_query(Server&, Connection&, const Node& iq);
std::vector<Device*> wire_devices(Account&);
std::string lid_digits(const std::string& pn);
// --- people/actor
struct SentEnc { std::string type; Bytes bytes; };
std::optional<SentEnc> encrypt_to(Server&, Device& from, Device& to, ByteView message);
Result<Bytes> decrypt_from(Server&, Device& at, Device& from, std::string_view type, ByteView ciphertext);
Bytes pad(Server&, Bytes message);
// --- service/messages
void on_message(Server&, Connection&, const Node&);
void on_receipt(Server&, Connection&, const Node&);
std::string send_text(Server&, Account& from, const std::string& to, std::string_view text, const TextOptions&);
void send_peer(Server&, Device& to, ByteView message, Device* by = nullptr);  // without `by`: from the own phone
std::string send_forged(Server&, Account& as, std::uint16_t number, const std::string& chat, std::string_view text);
// Of a group by its id, or of all statuses: "status".
Jid chat_named(const std::string& id);
void write_sender(Node& receipt, const Device& by, bool as_lid, const std::string& group);
void send_ack(Server&, Connection&, const Node& message, int error, const std::string& phash, bool new_lid = false);
bool check_identity(Server&, const Device& from, const Node& message, bool any_prekey);
std::string phash_of(const std::set<Device*>&, bool as_lid);
// `group`: in which the message was sent, or empty.
void ask_again(Server&, Device& at, Device& from, const std::string& id, bool as_lid, const std::string& group = {});
void check_message_key(Server&, Device& from, Device& to, std::string_view type, ByteView ciphertext);
void send_receipt(Server&, Device& by, Device& to, const std::string& id, std::string_view type, bool as_lid,
                  const std::string& group = {});
Node bytes_node(std::string_view tag, ByteView bytes);
Node group_message_from(Server&, Device& by, const std::string& id, const std::string& group);
Node message_from(Server&, Device& by, Device& to, const std::string& id, bool as_lid);
std::string send_media(Server&, Account& from, const std::string& to, ByteView plain, const MediaOptions&);
void on_server_error(Server&, Connection&, const Node& receipt);
std::string send_plaintext(Server&, Account& from, const std::string& to, const Bytes& plaintext, const TextOptions&,
                           const std::string& id);
std::string message_id(Server&);
// --- people/files
void open_file(Server&, const Device& at, const Device& from, const std::string& id, const FileSaid&, bool own_copy,
               bool repeated);
// --- service/media
MediaAnswer fetch_media(Server&, std::string_view host, std::string_view target);
MediaAnswer upload_media(Server&, std::string_view host, std::string_view target, ByteView body);
std::string store_chat_media(Server&, ByteView sealed);
std::string_view media_info(std::string_view kind);
// --- service/groups
void set_group(Server&, const std::string& group, const std::vector<std::string>& members);
void on_group_query(Server&, Connection&, const Node& iq);
void on_group_message(Server&, Connection&, const Node&, const Jid& group);
// Statuses go to whoever the stanza names, and to nobody else.
void on_status_message(Server&, Connection&, const Node&);
void group_resend(Server&, Device& from, Device& to, const Node& message, const Node& enc);
// --- people/content
Bytes text_message(std::string_view text), resent_message(const std::string& id, const Withheld&);
Bytes key_share_message(const std::vector<AppKey>&), key_lack_message(const std::vector<Bytes>& ids);
Bytes history_message(Server&, Account&), own_copy(Bytes message, const std::string& chat);
Bytes media_message(const FileSaid&, const MediaOptions&, std::int64_t now_s);
Bytes with_distribution(Bytes message, const std::string& group, ByteView distribution);
struct Understood {
  std::string text, destination;        // destination: a copy from an own device
  bool own_copy = false, key_request = false, resend_request = false, valid = false;
  std::vector<Bytes> key_ids;
  std::vector<std::string> resend_ids, mentioned;
  std::optional<FileSaid> file;
  std::string group;                    // of the distribution
  Bytes distribution;
};
Understood understand(ByteView message);
std::string archive_index(const std::string& chat);
Bytes archive_value(std::int64_t now_ms, bool archived), pin_value(std::int64_t now_ms, bool pinned);
struct Archived { bool archived = false; std::int64_t timestamp_ms = 0; };
std::optional<Archived> archived_in(ByteView value);
std::int64_t stamp_of(ByteView value);                // of a SyncActionValue, in milliseconds
// --- service/calls
void on_call(Server&, Connection&, const Node&);
std::string ring(Server&, const std::string& callee, const std::string& caller, CallType);
void cannot_take(Server&, Ringing&, std::string_view tag, std::string_view reason);
void end_call(Server&, Ringing&, std::string_view reason, Device* except);
// --- service/appstate
void on_appstate_query(Server&, Connection&, const Node& iq);
void share_keys(Server&, Device& to);
CollectionStore& collection_of(Server&, Account&, appstate::Collection);
void patch_by_phone(Server&, Account&, appstate::Collection, const std::vector<appstate::Mutation>&, bool notify);
AppKey& newest_key(Server&, Account&);
std::string store_media(Server&, ByteView encrypted);

}  // namespace wa::sim
