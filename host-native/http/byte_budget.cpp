#include "http/byte_budget.h"

#include <algorithm>
#include <utility>

namespace wa::native {

std::size_t ByteBudget::held() const {
  const std::lock_guard lock(mutex_);
  return held_;
}
std::size_t ByteBudget::peak() const {
  const std::lock_guard lock(mutex_);
  return peak_;
}
std::size_t ByteBudget::holders() const {
  const std::lock_guard lock(mutex_);
  return by_holder_.size();
}

ByteBudget::Grant ByteBudget::judge(const std::string& holder, std::size_t bytes) const {
  if (holder.empty()) return Grant::lent;
  const auto found = by_holder_.find(holder);
  const std::size_t has = found == by_holder_.end() ? 0 : found->second;
  if (has + bytes <= bytes_max_ - held_ - bytes) return Grant::lent;  // not more than is free afterwards
  return has > 0 ? Grant::share_used : Grant::all_used;
}

ByteBudget::Grant ByteBudget::lend(const std::string& tenant, const std::string& address, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > bytes_max_ - held_) return Grant::all_used;
  for (const std::string* holder : {&tenant, &address})
    if (const Grant grant = judge(*holder, bytes); grant != Grant::lent) return grant;
  // First their rows, for which there may be no memory; then what cannot fail.
  std::size_t nobody = 0, *first = &nobody, *second = &nobody;
  if (!tenant.empty()) first = &by_holder_[tenant];
  try {
    if (!address.empty()) second = &by_holder_[address];
  } catch (const std::exception&) {
    if (*first == 0) by_holder_.erase(tenant);
    throw;
  }
  *first += bytes;
  *second += bytes;
  held_ += bytes;
  peak_ = std::max(peak_, held_);
  return Grant::lent;
}

void ByteBudget::take_back(const std::string& tenant, const std::string& address, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  held_ -= bytes;
  for (const std::string* holder : {&tenant, &address}) {
    if (holder->empty()) continue;
    const auto found = by_holder_.find(*holder);
    if ((found->second -= bytes) == 0) by_holder_.erase(found);
  }
}

ByteBudget::Loan::Loan(std::shared_ptr<ByteBudget> budget, std::string tenant, std::string address)
    : budget_(std::move(budget)), tenant_(std::move(tenant)), address_(std::move(address)) {}

ByteBudget::Loan::Loan(Loan&& other) noexcept
    : budget_(std::move(other.budget_)),
      tenant_(std::move(other.tenant_)),
      address_(std::move(other.address_)),
      bytes_(std::exchange(other.bytes_, 0)) {}

ByteBudget::Loan& ByteBudget::Loan::operator=(Loan&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  budget_ = std::move(other.budget_);
  tenant_ = std::move(other.tenant_);
  address_ = std::move(other.address_);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

ByteBudget::Grant ByteBudget::Loan::grow_to(std::size_t bytes) {
  if (bytes <= bytes_ || !budget_) return Grant::lent;
  const Grant grant = budget_->lend(tenant_, address_, bytes - bytes_);
  if (grant == Grant::lent) bytes_ = bytes;
  return grant;
}

void ByteBudget::Loan::give_back() {
  if (bytes_ > 0) budget_->take_back(tenant_, address_, std::exchange(bytes_, 0));
}

}  // namespace wa::native
