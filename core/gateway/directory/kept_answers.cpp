// tested by unit/gateway/directory/kept_answers_test.cpp
#include "gateway/directory/kept_answers.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/http/idempotency_key.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr std::uint8_t kAnswersRowVersion = 1;
constexpr std::size_t kAnswersMax = 16, kAnswerBytesMax = 8'000;

struct KeptAnswer {
  ByteArray<32> key{}, asked{};
  WallTime time;
  int status = 0;
  Bytes sealed;
};

// The same both ways.
Bytes seal(const KeyedRequest& request, ByteView text) {
  Bytes out(text.size());
  crypto::hkdf_sha256(view(request.token), request.key, "wuts: a kept answer", out);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] ^= text[i];
  return out;
}

std::vector<KeptAnswer> load_answers(const store::Txn& txn, const std::string& owner, WallTime now) {
  std::vector<KeptAnswer> out;
  const auto bytes = txn.get(store::Table::requests, owner);
  if (!bytes) return out;
  RowReader row(*bytes, kAnswersRowVersion);
  while (row.more()) {
    KeptAnswer one;
    one.key = row.array<32>();
    one.asked = row.array<32>();
    one.time.ms = row.i64();
    one.status = static_cast<int>(row.u32());
    one.sealed = row.bytes();
    if (row.ok() && now - one.time <= limits::kRequestKeyKeptMs) out.push_back(std::move(one));
  }
  return out;
}

void save_answers(store::Txn& txn, const std::string& owner, const std::vector<KeptAnswer>& answers) {
  RowWriter row(kAnswersRowVersion);
  for (const KeptAnswer& one : answers) {
    row.bytes(one.key).bytes(one.asked).i64(one.time.ms).u32(static_cast<std::uint32_t>(one.status)).bytes(one.sealed);
  }
  txn.put(store::Table::requests, owner, std::move(row).finish());
}

}  // namespace

std::optional<KeyedRequest> keyed_request(const ApiRequest& request, const Principal& who, std::string_view token,
                                          std::optional<Failure>& failed) {
  if (request.idempotency_key.empty() || request.method == "GET") return std::nullopt;
  if (!is_idempotency_key(request.idempotency_key)) {
    failed = bad_idempotency_key();
    return std::nullopt;
  }
  KeyedRequest out;
  out.owner = who.master ? "master" : who.user_id;
  out.token = token;
  out.key = crypto::sha256(view(request.idempotency_key));
  out.asked = digest_of(request);
  return out;
}

std::optional<Reply> recall_answer(const KeyedRequest& request, RequestId id, const store::Txn& txn, WallTime now) {
  for (const KeptAnswer& one : load_answers(txn, request.owner, now)) {
    if (one.key != request.key) continue;
    if (one.asked != request.asked) return build_failure(id, idempotency_mismatch(), now);
    Reply reply{id, one.status, {}, to_string(seal(request, one.sealed))};
    if (!parse_json(reply.body)) return std::nullopt;  // sealed by a token that is no more
    reply.headers.emplace_back("Idempotency-Replayed", "true");
    return reply;
  }
  return std::nullopt;
}

void keep_answer(const KeyedRequest& request, const Reply& reply, store::Txn& txn, WallTime now) {
  if (reply.status >= 400 || reply.body.size() > kAnswerBytesMax) return;
  auto all = load_answers(txn, request.owner, now);
  std::erase_if(all, [&](const KeptAnswer& one) { return one.key == request.key; });
  if (all.size() == kAnswersMax) all.erase(all.begin());
  all.push_back({request.key, request.asked, now, reply.status, seal(request, view(reply.body))});
  save_answers(txn, request.owner, all);
}

}  // namespace wa::gateway
