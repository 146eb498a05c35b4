// The receipt that asks the own phone to upload a file again (09 section 7). What is sealed in it:
// client/media/media_retry.h.
#pragma once

#include "stanza/inbound.h"

namespace wa::stanza {

struct MediaRetryReceipt {
  std::string id;                 // of the message
  Jid own;                        // the own account, by its number; its device is removed
  std::optional<Jid> chat;  // as in the key of the message; none: a blob of the history, asked of the phone itself
  bool from_me = false;
  std::optional<Jid> participant; // groups and statuses: the author
  Bytes enc_p, enc_iv;
};
Node build_media_retry(const MediaRetryReceipt& receipt);

}  // namespace wa::stanza
