// IQ queries we send, without the id: Requests gives it. And the IQs that answer the service's own.
// Facts: 01 sections 5-7; 03; 04 sections 6, 7, 11; 05 section 6; 07; 08 section 1.
#pragma once

#include <span>

#include "stanza/inbound.h"

namespace wa::stanza {

// --- session
Node build_ping();
Node build_active();
Node build_clean(const Dirty& dirty);
Node build_media_conn_query();

// --- pairing
Node build_iq_result(std::string_view id);                  // to the service: pair-device, ping
Node build_iq_error(std::string_view id, int code, std::string_view text);
Node build_pair_device_sign(std::string_view id, std::uint32_t key_index, ByteView device_identity);
struct CompanionHello {
  Jid phone;                     // PN of the account, no device
  Bytes wrapped_ephemeral;       // 80 bytes
  Bytes noise_public;
  std::string platform_id;       // client type as text: "1" is Chrome
  std::string platform_display;  // `<browser> (<OS>)`
  bool show_notification = true;
};
Node build_companion_hello(const CompanionHello& hello);
Node build_companion_finish(const Jid& phone, ByteView wrapped_key_bundle, ByteView identity_public,
                            std::string_view ref);
Node build_remove_companion(const Jid& own_pn);

// --- prekeys
struct PrekeyPublic {
  std::uint32_t id = 0;
  ByteArray<32> key{};
};
struct SignedPrekeyPublic {
  std::uint32_t id = 0;
  ByteArray<32> key{};
  ByteArray<64> signature{};
};
Node build_prekey_count_query();
Node build_prekey_upload(std::uint32_t registration_id, const ByteArray<32>& identity,
                         std::span<const PrekeyPublic> prekeys, const SignedPrekeyPublic& signed_prekey);
Node build_digest_query();
Node build_signed_prekey_rotation(const SignedPrekeyPublic& signed_prekey);
// At most limits::kBundlesPerQueryMax devices per query. `identity_changed` asks for the reason="identity" form.
Node build_bundle_query(std::span<const Jid> devices, bool identity_changed = false);

// --- users
// Device lists and LIDs of `users` (devices are removed). `sid`: unique per query.
Node build_devices_query(std::span<const Jid> users, std::string_view sid);
// Who is in a group.
Node build_group_query(const Jid& group);
// Hands out an own trusted-contact token (04 section 11).
Node build_privacy_token_issue(const Jid& user, std::int64_t t);

// --- the account
Node build_privacy_query();
Node build_own_picture(ByteView jpeg);

// --- app state
struct CollectionRequest {
  std::string name;
  std::uint64_t version = 0;
  bool snapshot = false;         // then the version is left out
  std::optional<Bytes> patch;    // an upload
};
Node build_app_state_query(std::span<const CollectionRequest> collections);

}  // namespace wa::stanza
