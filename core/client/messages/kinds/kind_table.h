// Finds the kind of a message and asks its row (kind.h). Pure functions; e2e.proto stays inside.
#pragma once

#include "client/messages/kinds/kind.h"

namespace wa::client {

// A serialised Message without padding; empty: the kind of this body is only read. `chat`: as the keys of other
// messages in it are written.
Bytes build_body_content(const MessageBody&, const wire::Jid& chat, WallTime now, Random&);

// Of what we send.
stanza::MessageTraits traits_of(ByteView content);
// It can be the last one of its chat. Not: what changes or marks another message.
bool counts_as_last_message(ByteView content);

// Of what others send, without wrappers; nullptr: nothing to tell, or a kind newer than this program.
const Kind* told_kind_of(const proto::Reader&);

}  // namespace wa::client
