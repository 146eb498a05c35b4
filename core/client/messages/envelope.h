// What is inside an encrypted message (07): building texts and peer requests, parsing what others send into a plain
// struct, padding, message ids. Pure functions; e2e.proto stays inside. Proved by misc.json (padding, ids).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "client/app_state/contract.h"
#include "client/history/contract.h"
#include "client/messages/contract.h"

namespace wa::client {

// --- building; all give a serialised Message without padding
Bytes build_text_content(const std::string& text, const std::optional<SendText::Quote>& quote,
                         const wire::Jid& quoted_author, std::span<const wire::Jid> mentioned = {});
// A text as its group wants it; anything else stays as it is.
struct GroupContext {
  std::vector<wire::Jid> names;      // of those who are mentioned, in order, as the group calls them: in the text, too
  std::vector<wire::Jid> everybody;  // mentioned instead, unless empty
  std::uint32_t timer_s = 0;         // of disappearing messages
};
Bytes in_group_context(ByteView message, const GroupContext&);
std::vector<wire::Jid> mentions_of(ByteView message);
// For own other devices: the message wrapped, its messageContextInfo copied outside.
Bytes build_device_sent(const wire::Jid& destination, ByteView message);
// `message` with the key of a group beside it; a message may be empty.
Bytes build_key_distribution(ByteView message, const wire::Jid& group, ByteView distribution);
Bytes build_key_request(const std::vector<Bytes>& key_ids);
// Asks the own phone for a message we could not decrypt (PLACEHOLDER_MESSAGE_RESEND).
struct PlaceholderKey { std::string id; wire::Jid chat; bool from_me = false; std::optional<wire::Jid> participant; };
Bytes build_placeholder_request(const PlaceholderKey& key);

// --- parsing
enum class ProtocolKind : std::uint8_t { none, key_share, key_request, history, lid_mappings, other };
struct ResentMessage;
struct Content {
  std::string type;  // "text", "image", ...; empty: nothing to show (protocol messages, distributions alone)
  std::string text;
  std::optional<wire::Jid> sent_to;      // deviceSentMessage: the chat
  struct Distribution { std::string group; Bytes message; };
  std::optional<Distribution> distribution;
  ProtocolKind protocol = ProtocolKind::none;
  std::vector<SharedKey> keys;
  std::optional<HistoryNotification> history;
  std::vector<std::pair<wire::Jid, wire::Jid>> mappings;  // PN, LID
  std::vector<ResentMessage> resent;                      // answers to build_placeholder_request
};
struct ResentMessage { PlaceholderKey key; Content content; std::int64_t t = 0; std::string push_name; };
// Errc::bad_input when it is not a Message.
Result<Content> parse_content(ByteView message);

// --- padding (04 section 9)
Bytes pad(ByteView message, Random&);
Result<Bytes> unpad(Bytes padded);

// --- ids: "3EB0" and 18 upper-case hex digits
std::string message_id(WallTime now, const wire::Jid& own, const ByteArray<16>& random);
std::string make_message_id(WallTime now, const wire::Jid& own, Random&);

}  // namespace wa::client
