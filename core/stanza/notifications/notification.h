// What a notification means (07 section 7). A kind is a struct here and a file beside this one that reads it; a line of
// table.cpp joins each to the type it comes as. Guarantees: total; what nobody reads is OtherNotification.
// Does not: acknowledge. Adding a kind: its struct and its place in NotificationKind here, `<kind>.cpp`, a line of
// table.cpp; then the client does not compile until client/routing.cpp says what is done (on_notice).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "wire/jid.h"

namespace wa::stanza {

struct Notification;  // inbound.h

// encrypt.cpp
struct PrekeysLow { std::uint32_t left = 0; };
struct DigestWanted {};        // <digest>: compare what the service holds of our prekeys
struct IdentityChange { wire::Jid user; };
// server_sync.cpp
struct AppStateDirty { std::vector<std::pair<std::string, std::uint64_t>> collections; };
// devices.cpp
struct DevicesChanged { wire::Jid user; std::optional<wire::Jid> lid; };   // devices, and account_sync with <devices>
struct PrivacyChanged {};      // account_sync with <privacy>
// groups.cpp
struct GroupChanged { wire::Jid group; };   // members, subject, settings
// picture.cpp: of a person or group; without id it was removed
struct PictureChange { wire::Jid of; std::string id; std::optional<wire::Jid> author; std::int64_t t = 0; };
// privacy_token.cpp
struct PrivacyToken { wire::Jid user; Bytes token; std::int64_t t = 0; };
// pairing.cpp
struct LinkCodePrimaryHello {
  std::string ref;
  Bytes wrapped_ephemeral, primary_identity;
  bool passkey = false;  // the wrapped key is missing
};
struct LinkCodeRefresh { bool force = false; };
struct PairRefresh {};         // make a new advSecret
struct PasskeyRequest {};

struct OtherNotification {};

using NotificationKind =
    std::variant<PrekeysLow, DigestWanted, IdentityChange, AppStateDirty, DevicesChanged, PrivacyChanged, GroupChanged,
                 PictureChange, PrivacyToken, LinkCodePrimaryHello, LinkCodeRefresh, PairRefresh, PasskeyRequest,
                 OtherNotification>;
NotificationKind parse_notification(const Notification&);

}  // namespace wa::stanza
