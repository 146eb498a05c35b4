#include "gateway/directory/request_budget.h"

namespace wa::gateway {

bool RequestBudgets::enter(std::string tenant) {
  std::size_t& waiting = waiting_.try_emplace(std::move(tenant)).first->second;
  if (waiting >= most_) return false;
  ++waiting;
  return true;
}

void RequestBudgets::leave(const std::string& tenant) {
  const auto found = waiting_.find(tenant);
  if (found != waiting_.end() && --found->second == 0) waiting_.erase(found);
}

std::size_t RequestBudgets::waiting(const std::string& tenant) const {
  const auto found = waiting_.find(tenant);
  return found == waiting_.end() ? 0 : found->second;
}

}  // namespace wa::gateway
