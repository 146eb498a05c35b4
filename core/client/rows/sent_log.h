// What we sent lately, so that a device that could not decrypt it can get it again (04 section 12). Table::sent, at
// most kSentMessagesKeptMax; stored before the message leaves.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

struct SentMessage {
  wire::Jid chat;      // the recipient, no device
  Bytes content;       // the serialised Message, unpadded
  WallTime time;
  bool peer = false;   // to the own phone only
};
void remember_sent(store::Txn&, const std::string& id, const SentMessage&);
std::optional<SentMessage> find_sent(const store::Txn&, const std::string& id);

}  // namespace wa::client
