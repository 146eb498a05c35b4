// The timer of disappearing messages in what is sent and read. Pure functions on serialised Messages; e2e.proto stays
// inside. Whose timer it is: rows/chat_rows.h.
#pragma once

#include <optional>

#include "client/rows/chat_rows.h"
#include "proto/reader.h"

namespace wa::client {

// The content with the timer of its chat. What has no place for it (reactions, changes of messages), and what is sent
// where messages stay, is as it was.
Bytes with_timer(ByteView message, const ChatTimer&);
// The timer that a content without wrappers was sent under; nullopt: it says none.
std::optional<ChatTimer> timer_in(const proto::Reader& message);

}  // namespace wa::client
