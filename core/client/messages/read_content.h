// Reads what others put into an encrypted message (07, 10) into a plain struct. Guarantees: any bytes give a Content or
// an error; a kind newer than this program is still a message; what only an own device may say is read from such a one
// only. Does not know other messages: what is sealed under the secret of one is opened by about.h. Pure functions;
// e2e.proto stays inside.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/app_state/contract.h"
#include "client/history/contract.h"
#include "client/messages/contract.h"
#include "client/messages/peer_requests.h"
#include "client/rows/chat_rows.h"

namespace wa::client {

enum class ProtocolKind : std::uint8_t { none, key_share, key_request, history, lid_mappings, resent, timer, other };
// Who speaks. The last two without doubt (own_devices.h): theirs alone are keys, and of the phone history and mappings.
enum class Speaker : std::uint8_t { other, own_device, own_phone };

// What an add-on is sealed for: each has its own key (10 section 7).
enum class Seal : std::uint8_t { vote, event_answer, reaction, comment, edit, event_edit, poll_edit, poll_option };
struct AddOn { Seal use = Seal::edit; Bytes payload, iv; };

struct ResentMessage;
struct Content : Said {  // type empty: nothing to show (protocol messages, distributions alone)
  bool counts_as_last_message = true;
  std::optional<wire::Jid> sent_to;      // deviceSentMessage: the chat
  struct Distribution { std::string group; Bytes message; };
  std::optional<Distribution> distribution;
  std::optional<PlaceholderKey> key;     // of the message it is about, as its writer sees that one
  std::optional<AddOn> sealed;
  std::uint32_t background_argb = 0;     // of a status that is a text; 0: none
  Bytes secret;                          // under which others seal what is about this message
  bool second_quality = false;           // of the file of `key`
  ProtocolKind protocol = ProtocolKind::none;
  using Timer = ChatTimer;
  std::optional<Timer> timer;  // how long messages of the chat live: of a setting, and of any message that says it
  std::vector<SharedKey> keys;
  std::optional<HistoryNotification> history;
  std::vector<std::pair<wire::Jid, wire::Jid>> mappings;  // PN, LID
  bool migrated = false;                                  // the account's direct chats go by LID, says the phone
  std::vector<ResentMessage> resent;                      // answers to build_placeholder_request
};
struct ResentMessage { PlaceholderKey key; Content content; std::int64_t t = 0; std::string push_name; };
// Errc::bad_input when it is not a Message.
Result<Content> parse_content(ByteView message, Speaker = Speaker::own_phone);
// A WebMessageInfo, as the phone hands messages over; nullopt: it names no message.
std::optional<ResentMessage> parse_web_message(ByteView);
// What was sealed, opened. False: it is not what it should be.
bool read_unsealed(Seal, ByteView plaintext, Content&);

}  // namespace wa::client
