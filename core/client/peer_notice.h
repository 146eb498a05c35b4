// What a received message means to other flows: values that Inbox returns and client.cpp hands on, in order, in the same
// step. Key shares, history and mappings come from own devices only (checked by Inbox).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/app_keys.h"
#include "client/chat_rows.h"
#include "crypto/media_cipher.h"

namespace wa::client {

struct KeyShareNotice { std::vector<SharedKey> keys; };

// HistorySyncNotification (07 section 9). After processing, the message gets a `hist_sync` receipt by its id.
struct HistoryNotice {
  std::string message_id;
  crypto::MediaFile file;
  std::string direct_path;
  int sync_type = 0;
  std::uint32_t chunk_order = 0, progress = 0;
  Bytes inline_payload;          // zlib; empty: download the file
};

// The newest message of a chat, as the archive of that chat must name it (05 section 6).
struct ChatNotice { wire::Jid chat; LastMessage last; };
struct PushNameNotice { wire::Jid who; std::string name; };

using PeerNotice = std::variant<KeyShareNotice, HistoryNotice, ChatNotice, PushNameNotice>;

}  // namespace wa::client
