// Messages that are no plain texts (07): building them, and what the stanza around one must say. Pure functions;
// e2e.proto stays inside.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "client/messages/contract.h"
#include "stanza/outbound/outbound.h"

namespace wa::client {

// A serialised Message without padding. `chat`: as the keys of other messages in it are written.
Bytes build_body_content(const MessageBody&, const wire::Jid& chat, WallTime now, Random&);

stanza::MessageTraits traits_of(ByteView content);
// A message of its chat, so that it can be the last one there. Not: what changes or marks another message.
bool is_of_chat(ByteView content);

}  // namespace wa::client
