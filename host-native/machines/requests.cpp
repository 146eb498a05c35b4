#include "machines/requests.h"

#include <vector>

namespace wa::native {

Reply not_stored_reply(bool disk_is_full) {
  if (!disk_is_full) return error_reply(500, "INTERNAL_ERROR", "the request could not be stored");
  return error_reply(507, "STORAGE_FULL", "the server's disk is full and nothing was stored; ask again when there is room");
}

RequestId Requests::add(Answer answer) {
  const RequestId id = next_++;
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  shard.waiting.emplace(id, Waiting{std::move(answer), std::chrono::steady_clock::now(), {}, nullptr});
  return id;
}

bool Requests::charge(RequestId id, const std::string& tenant) {
  std::string name = tenant;  // first: nothing may fail between the count and the note of it
  {
    const std::lock_guard lock(budgets_mutex_);
    if (!budgets_.enter(tenant)) return false;
  }
  Shard& shard = shard_of(id);
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.waiting.find(id);
    if (found != shard.waiting.end()) {
      found->second.tenant = std::move(name);
      return true;
    }
  }
  const std::lock_guard lock(budgets_mutex_);  // it was answered meanwhile
  budgets_.leave(tenant);
  return true;
}

void Requests::keep(RequestId id, std::shared_ptr<void> kept) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.waiting.find(id); found != shard.waiting.end()) found->second.kept.swap(kept);
}

std::shared_ptr<void> Requests::take_kept(RequestId id) {
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.waiting.find(id);
  return found == shard.waiting.end() ? nullptr : std::exchange(found->second.kept, nullptr);
}

void Requests::reply(Answered reply) {
  Shard& shard = shard_of(reply.request);
  Answer answer;
  std::shared_ptr<void> kept;  // its end may touch the disk: not under the lock
  std::string tenant;
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.waiting.find(reply.request);
    if (found == shard.waiting.end()) return;
    answer = std::move(found->second.answer);
    tenant = std::move(found->second.tenant);
    kept = std::move(found->second.kept);
    shard.waiting.erase(found);
  }
  if (!tenant.empty()) {
    const std::lock_guard lock(budgets_mutex_);
    budgets_.leave(tenant);
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
