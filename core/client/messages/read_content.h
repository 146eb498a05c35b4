// Reads what others put into an encrypted message (07) into a plain struct. Guarantees: any bytes give a Content or an
// error; a kind newer than this program is still a message. Pure functions; e2e.proto stays inside.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/app_state/contract.h"
#include "client/history/contract.h"
#include "client/messages/peer_requests.h"

namespace wa::client {

enum class ProtocolKind : std::uint8_t { none, key_share, key_request, history, lid_mappings, other };
struct ResentMessage;
struct Content {
  std::string type;  // Kind::id; empty: nothing to show (protocol messages, distributions alone)
  std::string text;
  bool counts_as_last_message = true;
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

}  // namespace wa::client
