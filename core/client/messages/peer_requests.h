// What we ask of the own phone (07): serialised Messages without padding. The answers are read by read_content.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "wire/jid.h"

namespace wa::client {

Bytes build_key_request(const std::vector<Bytes>& key_ids);
// Asks for a message we could not decrypt (PLACEHOLDER_MESSAGE_RESEND).
struct PlaceholderKey { std::string id; wire::Jid chat; bool from_me = false; std::optional<wire::Jid> participant; };
Bytes build_placeholder_request(const PlaceholderKey& key);

}  // namespace wa::client
