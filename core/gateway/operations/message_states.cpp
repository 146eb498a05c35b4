// tested by unit/gateway/api/message_state_test.cpp
#include "gateway/operations/message_states.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr std::uint8_t kStateRowVersion = 1;
constexpr store::RecentRows kStates(store::Table::requests, 'm', limits::kMessageStatesKept);

void save(store::Txn& txn, const std::string& id, const MessageState& state) {
  RowWriter row(kStateRowVersion);
  row.u8(static_cast<std::uint8_t>(state.stage)).text(state.chat).i64(state.queued.ms).i64(state.at.ms);
  row.i64(state.sent ? state.sent->ms : 0).u8(static_cast<std::uint8_t>(state.why));
  row.u32(static_cast<std::uint32_t>(state.upstream_code));
  kStates.remember(txn, id, std::move(row).finish());
}

std::optional<MessageState> load(const store::Txn& txn, const std::string& id) {
  const auto bytes = id.size() <= limits::kIdCharsMax ? kStates.find(txn, id) : std::nullopt;
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kStateRowVersion);
  MessageState out;
  out.stage = static_cast<MessageStage>(row.u8());
  out.chat = row.text();
  out.queued.ms = row.i64();
  out.at.ms = row.i64();
  if (const std::int64_t sent = row.i64(); sent != 0) out.sent = WallTime{sent};
  out.why = static_cast<client::SendFailure>(row.u8());
  out.upstream_code = static_cast<int>(row.u32());
  if (!row.finish()) return std::nullopt;
  return out;
}

// A message that was given up is not sent after all; one that was sent may still fail for good.
void advance(store::Txn& txn, const std::string& id, MessageStage stage, WallTime at,
             const client::MessageFailed* failed) {
  auto state = load(txn, id);
  if (!state || state->stage >= stage) return;
  state->stage = stage;
  state->at = at;
  if (stage == MessageStage::sent) state->sent = at;
  if (failed) {
    state->why = failed->why;
    state->upstream_code = failed->upstream_code;
  }
  save(txn, id, *state);
}

}  // namespace

const char* stage_name(MessageStage stage) {
  switch (stage) {
    case MessageStage::queued: break;
    case MessageStage::failed: return "failed";
    case MessageStage::sent: return "sent";
    case MessageStage::delivered: return "delivered";
    case MessageStage::read: return "read";
  }
  return "queued";
}

const char* failure_name(client::SendFailure why) {
  switch (why) {
    case client::SendFailure::refused: break;
    case client::SendFailure::unknown_recipient: return "unknown_recipient";
    case client::SendFailure::no_devices: return "no_devices";
    case client::SendFailure::timeout: return "timeout";
    case client::SendFailure::queue_full: return "queue_full";
    case client::SendFailure::expired: return "expired";
    case client::SendFailure::no_file: return "no_file";
  }
  return "refused";
}

std::string new_message_id(Random& random) { return "3EB0" + hex_upper(random.array<9>()); }

void note_queued(store::Txn& txn, const std::string& id, const wire::Jid& chat, WallTime now) {
  save(txn, id, {MessageStage::queued, chat.text(), now, now, std::nullopt, client::SendFailure::refused, 0});
}

void note_progress(store::Txn& txn, const client::Event& event, WallTime now) {
  if (const auto* sent = std::get_if<client::MessageSent>(&event)) {
    if (!sent->from_other_device) advance(txn, sent->id, MessageStage::sent, sent->time, nullptr);
  } else if (const auto* failed = std::get_if<client::MessageFailed>(&event)) {
    advance(txn, failed->id, MessageStage::failed, now, failed);
  } else if (const auto* without = std::get_if<client::FileFailed>(&event)) {
    client::MessageFailed as{0, without->message_id, without->chat, client::SendFailure::no_file, without->status};
    if (!without->message_id.empty()) advance(txn, without->message_id, MessageStage::failed, now, &as);
  } else if (const auto* receipt = std::get_if<client::MessageReceipt>(&event)) {
    const bool arrived = receipt->kind == client::ReceiptKind::delivered;
    const MessageStage stage = arrived ? MessageStage::delivered : MessageStage::read;
    for (const std::string& id : receipt->ids) advance(txn, id, stage, receipt->time, nullptr);
  }
}

std::optional<MessageState> find_state(const store::Txn& txn, const std::string& id, WallTime now) {
  auto out = load(txn, id);
  if (out && now - out->queued > limits::kMessageStateKeptMs) out.reset();
  return out;
}

}  // namespace wa::gateway
