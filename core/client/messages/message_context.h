// The ContextInfo of a content, wherever its kind has it (10 section 5): what it answers, whom it mentions, how
// often it
// was forwarded, how long it lives. Pure functions on serialised Messages; e2e.proto stays inside.
// Guarantees: what has no place for it (reactions, changes of messages) and what is no Message stays as it was; fields
// that are not known stay. Whose timer it is: rows/chat_rows.h.
#pragma once

#include <vector>

#include "client/messages/contract.h"
#include "client/rows/chat_rows.h"
#include "store/store.h"

namespace wa::client {

struct ContextEdit {
  // Whoever is named, by the ids that the chat goes by: in the text, too. Without a txn: as they are.
  const store::Txn* txn = nullptr;
  bool by_lid = false;
  std::vector<wire::Jid> everybody = {};   // mentioned instead, unless empty
  ChatTimer timer = {};                    // of the chat; 0 seconds: none
};
Bytes edit_context(ByteView message, const ContextEdit&);
// A content that has none yet. The author of what is quoted is its participant.
Bytes with_context(ByteView message, const MessageContext&);
std::vector<wire::Jid> mentions_of(ByteView message);

}  // namespace wa::client
