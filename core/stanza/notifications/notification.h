// What a notification means (07 section 7). A kind is a struct here, and a function and a row in the file of its
// family, beside this one; table.cpp joins the files. Guarantees: total; what nobody reads is OtherNotification.
// Does not: acknowledge. A kind that changes something has its place in NotificationKind, and does not compile until
// client/rooms.h says what is done (on_notice). One that changes nothing and is told has its place in Told::What, and
// does not compile until gateway/webhooks/published/contacts.cpp says as what.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
// privacy_token.cpp
struct PrivacyToken { wire::Jid user; Bytes token; std::int64_t t = 0; };
// media_retry.cpp: what the own phone says of a file it was asked to upload again (09 section 7). Either it is sealed
// under the key of the file (client/media/media_retry.h), or there is only a code.
struct MediaRetried {
  std::string id;                // of the message
  std::optional<wire::Jid> chat, participant;
  bool from_me = false;
  Bytes enc_p, enc_iv;
  int error = 0;                 // of the form that is not sealed
};
// pairing.cpp
struct LinkCodePrimaryHello {
  std::string ref;
  Bytes wrapped_ephemeral, primary_identity;
  bool passkey = false;  // the wrapped key is missing
};
struct LinkCodeRefresh { bool force = false; };
struct PairRefresh {};         // make a new advSecret
struct PasskeyRequest {};

// --- told, of a person or group (contacts.cpp)
struct PictureChange { std::string id; };  // empty: removed
struct AboutChange { std::string about; };
struct Told {
  using What = std::variant<PictureChange, AboutChange>;
  wire::Jid of;
  std::optional<wire::Jid> author;
  std::int64_t t = 0;
  What what;
};

struct OtherNotification {};

using NotificationKind =
    std::variant<PrekeysLow, DigestWanted, IdentityChange, AppStateDirty, DevicesChanged, PrivacyChanged, GroupChanged,
                 PrivacyToken, MediaRetried, LinkCodePrimaryHello, LinkCodeRefresh, PairRefresh, PasskeyRequest, Told,
                 OtherNotification>;

// Which function reads a type. Where each child says something of its own, it is called with one child after the other.
struct NotificationRow {
  std::string_view type;
  NotificationKind (*parse)(const Notification&);
  bool each = false;
};
using NotificationRows = std::span<const NotificationRow>;

// All that it says; nothing for what nobody reads.
std::vector<NotificationKind> parse_notification(const Notification&);

}  // namespace wa::stanza
