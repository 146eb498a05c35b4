// Messages that are no plain texts (07): building them, and what the stanza around one must say. Pure functions;
// e2e.proto stays inside.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "client/message_body.h"
#include "stanza/outbound.h"

namespace wa::client {

// A serialised Message without padding. `chat`: as the keys of other messages in it are written.
Bytes build_body_content(const MessageBody&, const wire::Jid& chat, WallTime now, Random&);

// Attributes of `<message>` and `<enc>` that follow from the content.
struct StanzaTraits {
  const char* type = "text";        // of the message
  const char* edit = "";            // "1" edit, "7" our own taken back
  const char* media = "";           // of the enc
  const char* poll = "";            // of a <meta>
  bool hide_failure = false;        // who cannot decrypt it shows nothing
};
StanzaTraits traits_of(ByteView content);
void set_traits(stanza::OutgoingMessage&, ByteView content);

}  // namespace wa::client
