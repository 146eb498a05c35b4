// Payloads of IQ results: from the answer's node to values. Total functions: a payload that lacks what its kind demands
// is Errc::bad_input; entries of a list are judged one by one, so that one bad user does not cost the others.
// Facts: 03 section 4; 04 sections 6, 7; 05 section 6; 08 section 1.
#pragma once

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

Result<std::uint32_t> parse_prekey_count(const Node& iq);

struct SignedPrekeyAnswer {
  std::uint32_t id = 0;
  ByteArray<32> key{};
  ByteArray<64> signature{};     // not verified here
};
struct DigestAnswer {
  std::uint32_t registration_id = 0;
  ByteArray<32> identity{};
  SignedPrekeyAnswer signed_prekey;
  std::vector<std::uint32_t> prekey_ids;
  Bytes hash;                    // perhaps truncated: compare the prefix
};
Result<DigestAnswer> parse_digest(const Node& iq);

struct BundleAnswer {
  std::uint32_t registration_id = 0;
  ByteArray<32> identity{};
  SignedPrekeyAnswer signed_prekey;
  struct OneTime { std::uint32_t id = 0; ByteArray<32> key{}; };
  std::optional<OneTime> prekey; // may be missing
  Bytes device_identity;         // may be empty
};
struct UserBundle {
  Jid device;
  std::optional<BundleAnswer> bundle;  // nullopt: `error` says why; 0 is a malformed entry
  int error = 0;
};
Result<std::vector<UserBundle>> parse_bundles(const Node& iq);

struct UserDevices {
  Jid user;
  struct Device { std::uint16_t id = 0; std::optional<std::uint32_t> key_index; bool hosted = false; };
  std::vector<Device> devices;   // as listed: what to skip is the reader's decision (04 section 7)
  std::optional<Jid> lid;
  int error = 0;                 // the service refused this user
};
Result<std::vector<UserDevices>> parse_devices(const Node& iq);

struct GroupInfo {
  bool by_lid = false;           // addressing_mode
  std::uint32_t timer_s = 0;     // of disappearing messages: `<ephemeral expiration>`; 0: off
  struct Member { Jid user; std::optional<Jid> other; };  // `user` as the group addresses it, and the other form
  std::vector<Member> members;
};
Result<GroupInfo> parse_group(const Node& iq);

struct MediaConn {
  std::string auth;
  std::int64_t ttl_s = 0, auth_ttl_s = 0;
  std::vector<std::string> hosts;  // in order, fallbacks after their hosts
};
Result<MediaConn> parse_media_conn(const Node& iq);

struct CollectionAnswer {
  std::string name;
  std::optional<std::uint64_t> version;
  int error = 0;                 // 409 comes with patches
  std::string error_text;
  std::optional<Bytes> snapshot; // an ExternalBlobReference
  std::vector<Bytes> patches;    // SyncdPatch each
  bool has_more = false;
};
Result<std::vector<CollectionAnswer>> parse_app_state(const Node& iq);

// Name and value of each category, in the order given.
Result<std::vector<std::pair<std::string, std::string>>> parse_privacy(const Node& iq);
Result<std::string> parse_picture_id(const Node& iq);

Result<std::string> parse_link_code_ref(const Node& iq);

}  // namespace wa::stanza
