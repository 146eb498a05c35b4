// What became of the messages sent from here: Table::requests, family 'm', id -> state, the newest kMessageStatesKept
// of the last 30 days. The row is written with the message itself, so that a state is known as soon as a message is
// owed. Guarantees: a state only goes forward. Does not: know messages of other devices, or contents.
#pragma once

#include <optional>
#include <string>

#include "client/contract.h"
#include "store/store.h"

namespace wa::gateway {

enum class MessageStage : std::uint8_t { queued = 1, failed = 2, sent = 3, delivered = 4, read = 5 };  // stored
struct MessageState {
  MessageStage stage = MessageStage::queued;
  std::string chat;             // a JID
  WallTime queued, at;          // when it was taken, when it came to this stage
  std::optional<WallTime> sent;
  client::SendFailure why = client::SendFailure::refused;  // of failed
  int upstream_code = 0;
};
const char* stage_name(MessageStage);
const char* failure_name(client::SendFailure);

// "3EB0" and 18 hex digits.
std::string new_message_id(Random&);
void note_queued(store::Txn&, const std::string& id, const wire::Jid& chat, WallTime now);
void note_progress(store::Txn&, const client::Event&, WallTime now);
std::optional<MessageState> find_state(const store::Txn&, const std::string& id, WallTime now);

}  // namespace wa::gateway
