#include "gateway/http/waiting_requests.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::gateway {

client::CommandId command_of(const client::Event& event) {
  return std::visit(
      [](const auto& one) -> client::CommandId {
        if constexpr (requires { one.command; }) return one.command;
        else return 0;
      },
      static_cast<const client::EventKinds&>(event));
}

bool Waiting::full() const { return waiters_.size() >= limits::kRequestsPerDeviceMax; }

client::CommandId Waiting::add(Waiter waiter) {
  const client::CommandId id = next_++;
  deadlines_.emplace(waiter.deadline, id);
  if (waiter.endpoint->watch) watching_.insert(id);
  waiters_.emplace(id, std::move(waiter));
  return id;
}

bool Waiting::has_key(std::string_view key) const {
  return std::any_of(waiters_.begin(), waiters_.end(), [&](const auto& one) { return one.second.notes.key == key; });
}

Waiter* Waiting::find(client::CommandId id) {
  const auto found = waiters_.find(id);
  return found == waiters_.end() ? nullptr : &found->second;
}

std::optional<Waiter> Waiting::take(client::CommandId id) {
  const auto found = waiters_.find(id);
  if (found == waiters_.end()) return std::nullopt;
  Waiter out = std::move(found->second);
  waiters_.erase(found);
  watching_.erase(id);
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

std::vector<client::CommandId> Waiting::watching() const { return {watching_.begin(), watching_.end()}; }

std::vector<client::CommandId> Waiting::started_by(StartFunction start) const {
  std::vector<client::CommandId> out;
  for (const auto& [id, waiter] : waiters_) {
    if (waiter.endpoint->start == start) out.push_back(id);
  }
  return out;
}

}  // namespace wa::gateway
