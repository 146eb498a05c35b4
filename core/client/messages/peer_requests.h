// What we say to own devices (07): serialised Messages without padding. The answers are read by read_content.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "client/app_state/contract.h"
#include "wire/jid.h"

namespace wa::client {

Bytes build_key_request(const std::vector<Bytes>& key_ids);
Bytes build_key_share(const std::vector<SharedKey>& keys);
// Asks for a message we could not decrypt (PLACEHOLDER_MESSAGE_RESEND).
struct PlaceholderKey { std::string id; wire::Jid chat; bool from_me = false; std::optional<wire::Jid> participant; };
Bytes build_placeholder_request(const PlaceholderKey& key);
// What such a request was for; nothing of any other.
std::vector<Bytes> keys_asked_for(ByteView request);
std::optional<PlaceholderKey> message_asked_for(ByteView request);

}  // namespace wa::client
