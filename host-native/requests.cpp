#include "requests.h"

#include <vector>

namespace wa::native {

RequestId Requests::add(Answer answer) {
  const RequestId id = next_++;
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  shard.waiting.emplace(id, Waiting{std::move(answer), std::chrono::steady_clock::now()});
  return id;
}

void Requests::reply(Reply reply) {
  Shard& shard = shard_of(reply.request);
  Answer answer;
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.waiting.find(reply.request);
    if (found == shard.waiting.end()) return;
    answer = std::move(found->second.answer);
    shard.waiting.erase(found);
  }
  answer(std::move(reply));
}

void Requests::expire(std::chrono::seconds older_than) {
  const auto limit = std::chrono::steady_clock::now() - older_than;
  std::vector<RequestId> late;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [id, waiting] : shard.waiting)
      if (waiting.since < limit) late.push_back(id);
  }
  for (const RequestId id : late) {
    Reply answer = error_reply(504, "UPSTREAM_TIMEOUT", "no answer in time; the request may still take effect");
    answer.request = id;
    reply(std::move(answer));
  }
}

std::size_t Requests::size() const {
  std::size_t out = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    out += shard.waiting.size();
  }
  return out;
}

}  // namespace wa::native
