// Finds the kind of a message and asks its row (kind.h). Pure functions; e2e.proto stays inside.
#pragma once

#include "client/messages/kinds/kind.h"

namespace wa::client {

// A serialised Message without padding, and its kind; empty: the kind of this body is only read. `chat`: as the keys of
// other messages in it are written.
struct WrittenBody { Bytes content; const Kind* kind = nullptr; };
WrittenBody write_body(const MessageBody&, const wire::Jid& chat, WallTime now, Random&, const MessageContext& = {});

// As rows name a kind; 0 and nullptr: none.
std::uint8_t number_of(const Kind*);
const Kind* kind_of_number(std::uint8_t);
// Of a row that does not say it, by reading what is sent. nullptr: no Message, or a kind newer than this program.
const Kind* kind_of_content(ByteView content);

// The traits of the stanza around it, and whether it can be the last message of its chat. A content without a kind is
// sent and counted like a text.
stanza::MessageTraits traits_of(const Kind*, ByteView content);
inline bool counts_as_last_message(const Kind* kind) { return !kind || kind->counts_as_last_message; }

// Of what others send, without wrappers; nullptr: nothing to tell, or a kind newer than this program.
const Kind* told_kind_of(const proto::Reader&);
// A kind that is told, by its name; nullptr: there is none.
const Kind* kind_named(std::string_view id);

}  // namespace wa::client
