// Builds texts, and what stands around a message that is sent (07): serialised Messages without padding. Pure functions;
// e2e.proto stays inside.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "client/messages/contract.h"

namespace wa::client {

Bytes build_text_content(const std::string& text, const std::optional<SendText::Quote>& quote,
                         const wire::Jid& quoted_author, std::span<const wire::Jid> mentioned = {});
// For own other devices: the message wrapped, its messageContextInfo copied outside.
Bytes build_device_sent(const wire::Jid& destination, ByteView message);
// `message` with the key of a group beside it; a message may be empty.
Bytes build_key_distribution(ByteView message, const wire::Jid& group, ByteView distribution);

}  // namespace wa::client
