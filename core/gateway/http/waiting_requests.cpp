#include "gateway/http/waiting_requests.h"

#include "base/limits.h"

namespace wa::gateway {

bool Waiting::full() const { return waiters_.size() >= limits::kRequestsPerDeviceMax; }

client::CommandId Waiting::add(Waiter waiter) {
  const client::CommandId id = next_++;
  deadlines_.emplace(waiter.deadline, id);
  waiters_.emplace(id, std::move(waiter));
  return id;
}

std::optional<Waiter> Waiting::take(client::CommandId id) {
  const auto found = waiters_.find(id);
  if (found == waiters_.end()) return std::nullopt;
  Waiter out = std::move(found->second);
  waiters_.erase(found);
  deadlines_.erase({out.deadline, id});
  return out;
}

std::optional<Waiter> Waiting::expired(MonoTime now) {
  if (deadlines_.empty() || now < deadlines_.begin()->first) return std::nullopt;
  return take(deadlines_.begin()->second);
}

std::optional<MonoTime> Waiting::deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

Waiter* Waiting::find(client::CommandId id) {
  const auto found = waiters_.find(id);
  return found == waiters_.end() ? nullptr : &found->second;
}

}  // namespace wa::gateway
