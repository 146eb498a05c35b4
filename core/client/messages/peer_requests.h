// What we say to own devices (07): serialised Messages without padding. The answers are read by read_content.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "client/app_state/contract.h"
#include "wire/jid.h"

namespace wa::client {

Bytes build_key_request(const std::vector<Bytes>& key_ids);
Bytes build_key_share(const std::vector<SharedKey>& keys);
// Asks for a message we could not decrypt (PLACEHOLDER_MESSAGE_RESEND).
struct PlaceholderKey { std::string id; wire::Jid chat; bool from_me = false; std::optional<wire::Jid> participant; };
Bytes build_placeholder_request(const PlaceholderKey& key);
// Asks for messages of a chat before one of them (HISTORY_SYNC_ON_DEMAND).
struct HistoryWish { wire::Jid chat; std::string id; bool from_me = false; std::uint32_t count = 0; WallTime time; };
Bytes build_history_request(const HistoryWish&);
bool asks_for_history(ByteView request);
// What such a request was for; nothing of any other.
std::vector<Bytes> keys_asked_for(ByteView request);
std::optional<PlaceholderKey> message_asked_for(ByteView request);

}  // namespace wa::client
