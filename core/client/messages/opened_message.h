// What a received message holds, once its parts are decrypted (07 sections 1, 2). Changes sessions and sender keys.
// Guarantees: any stanza gives an OpenedMessage; a part that failed its MAC is not tried again, and no sender makes us
// work beyond its limit (sender_work.h). A device that the own account did not sign gets no session; peer data of an
// own device without a proof is a failure, and its texts are given with its standing (own_devices.h).
// Does not tell, answer, or know whether the message was handled before: inbox.h does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/messages/read_content.h"
#include "client/messages/sender_work.h"
#include "client/rows/own_devices.h"
#include "client/turn.h"
#include "stanza/inbound.h"

namespace wa::client {

// Who wrote a message, in which chat.
struct MessageOrigin {
  wire::Jid sender;       // with device
  wire::Jid chat;         // no device
  bool own = false;       // written by this account
  bool is_group = false;  // or a broadcast: the author is the participant

  std::string key(const store::Txn&, const std::string& id) const;  // of one of its messages
  // The same as it was before the LIDs were known: a row of that time stands under it.
  std::string key_by_number(const store::Txn&, const std::string& id) const;
};

// What its parts contained.
struct OpenedMessage {
  std::vector<Content> contents;
  std::optional<Errc> failure;   // why the message is not readable; contents may hold what came beside it
  bool hide_failure = false;
  bool known_kind = false;       // at least one part was of a kind we read
  bool identity_changed = false;
  Standing standing = Standing::proven;  // of an own device, by what it wrote last
};

// nullopt: of a chat that messages do not come from.
std::optional<MessageOrigin> origin_of(const stanza::Message&, const Account&);
OpenedMessage open_all(const stanza::Message&, const MessageOrigin&, const Account&, SenderWork&, Turn&);

}  // namespace wa::client
