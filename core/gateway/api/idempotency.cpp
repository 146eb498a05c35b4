// tested by unit/gateway/api/idempotency_test.cpp
#include "gateway/api/idempotency.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/api/sending.h"
#include "gateway/http/idempotency_key.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr std::uint8_t kKeyRowVersion = 1;
constexpr store::RecentRows kKeys(store::Table::requests, 'k', limits::kRequestKeysKept);

struct KeptRequest {
  WallTime time;
  Bytes asked;             // SHA-256 of method, target and body
  std::string message_id;
  int status = 0;          // of the answer; 0: not answered yet
  std::string body;
};

std::optional<KeptRequest> load(const store::Txn& txn, std::string_view key, WallTime now) {
  const auto bytes = kKeys.find(txn, key);
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kKeyRowVersion);
  KeptRequest out;
  out.time.ms = row.i64();
  out.asked = row.bytes();
  out.message_id = row.text();
  out.status = static_cast<int>(row.u32());
  out.body = to_string(row.rest());
  if (!row.finish() || now - out.time > limits::kRequestKeyKeptMs) return std::nullopt;
  return out;
}

void save(store::Txn& txn, std::string_view key, const KeptRequest& kept) {
  RowWriter row(kKeyRowVersion);
  row.i64(kept.time.ms).bytes(kept.asked).text(kept.message_id).u32(static_cast<std::uint32_t>(kept.status));
  row.rest(view(kept.body));
  kKeys.remember(txn, key, std::move(row).finish());
}

Failure under_way() {
  Failure out = conflict("a request with this Idempotency-Key is under way");
  out.retry_after_s = 1;
  return out;
}

// An answer that left a message queued is out of date as soon as more is known of it.
std::optional<Reply> known_by_message(RequestId request, const KeptRequest& kept, const client::Turn& turn) {
  if (kept.message_id.empty() || (kept.status != 0 && kept.status != 504)) return std::nullopt;
  const auto state = find_state(turn.txn, kept.message_id, turn.now.wall);
  if (!state || (kept.status == 504 && state->stage == MessageStage::queued)) return std::nullopt;
  if (state->stage != MessageStage::failed) {
    return message_answer(request, kept.message_id, *state, state->stage == MessageStage::queued ? 202 : 200);
  }
  const auto chat = wire::parse_jid(state->chat);
  const bool group = chat && chat->server == wire::Server::group;
  Reply reply = build_failure(request, failure_of_send(state->why, state->upstream_code, group), turn.now.wall);
  append_member(reply, "message_id", compact(Json(kept.message_id)));
  return reply;
}

}  // namespace

std::optional<Reply> recall(const ApiRequest& request, RequestNotes& notes, const Device& device, client::Turn& turn) {
  if (request.idempotency_key.empty() || request.method == "GET") return std::nullopt;
  const auto refuse = [&](const Failure& failed) { return build_failure(request.request, failed, turn.now.wall); };
  if (!is_idempotency_key(request.idempotency_key)) return refuse(bad_idempotency_key());
  const std::string key = to_string(crypto::sha256(view(request.idempotency_key)));
  Bytes asked = to_bytes(digest_of(request));
  const auto kept = load(turn.txn, key, turn.now.wall);
  if (kept) {
    if (kept->asked != asked) return refuse(idempotency_mismatch());
    if (kept->status == 0 && device.waiting.has_key(key)) return refuse(under_way());
    auto reply = known_by_message(request.request, *kept, turn);
    if (!reply && kept->status != 0) reply = Reply{request.request, kept->status, {}, kept->body};
    if (reply) {
      reply->headers.emplace_back("Idempotency-Replayed", "true");
      return reply;
    }
    // Answered by nobody and of no message: it was cut off by a restart, and what it sets can be set again.
  }
  notes.key = key;
  kKeys.forget(turn.txn, key);
  save(turn.txn, key, {turn.now.wall, std::move(asked), {}, 0, {}});
  return std::nullopt;
}

void note_message(const RequestNotes& notes, client::Turn& turn) {
  auto kept = notes.key.empty() ? std::nullopt : load(turn.txn, notes.key, turn.now.wall);
  if (!kept) return;
  kept->message_id = notes.message_id;
  save(turn.txn, notes.key, *kept);
}

void keep_answer(const Reply& reply, const RequestNotes& notes, bool began, client::Turn& turn) {
  if (notes.key.empty()) return;
  const bool nothing_happened = (!began && reply.status >= 400) || reply.status == 429 || reply.status == 503;
  auto kept = load(turn.txn, notes.key, turn.now.wall);
  if (!kept || nothing_happened || reply.body.size() > limits::kKeptAnswerBytesMax) {
    kKeys.forget(turn.txn, notes.key);
    return;
  }
  kept->status = reply.status;
  kept->body = reply.body;
  save(turn.txn, notes.key, *kept);
}

}  // namespace wa::gateway
