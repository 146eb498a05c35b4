// Requests to the directory with an Idempotency-Key (api.md 6.6): Table::requests, user id -> the last 16 of them in a
// day, with their answers; "master" for the master token. Written in the step that does what was asked. Guarantees: an
// answer may hold a token that is shown once, so it lies here only under a key made of the caller's own token, which is
// nowhere stored. Does not: keep refusals, or answers over kAnswerBytesMax; those requests are carried out again.
#pragma once

#include <optional>

#include "gateway/directory/tenant_rows.h"
#include "gateway/http/reply.h"
#include "gateway/input.h"

namespace wa::gateway {

struct KeyedRequest {
  std::string owner;       // of the row
  std::string token;       // of the caller
  ByteArray<32> key{}, asked{};
};

// nullopt: it has no key that is looked at. `failed`: a key that is none.
std::optional<KeyedRequest> keyed_request(const ApiRequest&, const Principal&, std::string_view token,
                                          std::optional<Failure>& failed);
// What was answered before, or the refusal of another request with the same key.
std::optional<Reply> recall_answer(const KeyedRequest&, RequestId, const store::Txn&, WallTime now);
void keep_answer(const KeyedRequest&, const Reply&, store::Txn&, WallTime now);

}  // namespace wa::gateway
