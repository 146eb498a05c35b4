// Messages about other messages (10 sections 7, 8): whose the other one is, whether the sender may, and what was sealed
// under the secret of the other one. Guarantees: an edit counts from the author alone, a revocation from the author or
// from whom the service let through as an admin; what is opened was sealed by this sender for this message. Without the
// secret it is told, as unreadable.
#pragma once

#include "client/messages/opened_message.h"

namespace wa::client {

// Finds the target of a content and opens what was sealed; names people as users know them. False: not to be told.
bool settle_content(Content&, const stanza::Message&, const MessageOrigin&, const Account&, Turn&);
// So that what others will seal under it can be opened, and votes are counted. Of a message of `author`.
void keep_secret(const Content&, const std::string& id, const wire::Jid& author, const wire::Jid& chat, bool ours,
                 Turn&);

// What a message of ours says, as others of ours are told; keeps its secret.
void say_sent(ByteView content, const Account&, MessageSent&, Turn&);

// One add-on, opened; bad_mac: of another message, or by somebody else. JIDs as they stand in the derivation.
Result<Bytes> open_add_on(const AddOn&, ByteView secret, const std::string& id, const wire::Jid& author,
                          const wire::Jid& sender);

}  // namespace wa::client
