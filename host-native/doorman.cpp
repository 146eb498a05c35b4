#include "doorman.h"

#include <algorithm>
#include <cstring>

#include "crypto/hash.h"
#include "gateway/directory.h"
#include "metrics.h"
#include "os_clock.h"

namespace wa::native {
namespace {

constexpr std::size_t kTokensKnownMax = 65'536;
constexpr AddressKey kEverybodyElse = ~AddressKey{0};

}  // namespace

AddressKey FailureLimit::slot_of(AddressKey address) const {
  return paid_until_ms_.count(address) != 0 || paid_until_ms_.size() < rates_.addresses_max ? address : kEverybodyElse;
}

std::int64_t FailureLimit::wait_s(AddressKey address, std::int64_t now_ms) const {
  const auto found = paid_until_ms_.find(slot_of(address));
  if (found == paid_until_ms_.end()) return 0;
  const std::int64_t ahead_ms = found->second - now_ms, free_ms = (rates_.at_once - 1) * rates_.refill_ms;
  return ahead_ms <= free_ms ? 0 : (ahead_ms - free_ms + 999) / 1000;
}

void FailureLimit::failed(AddressKey address, std::int64_t now_ms) {
  if (paid_until_ms_.size() >= rates_.addresses_max)
    std::erase_if(paid_until_ms_, [now_ms](const auto& one) { return one.second <= now_ms; });
  std::int64_t& until = paid_until_ms_[slot_of(address)];
  until = std::max(until, now_ms) + rates_.refill_ms;
}

void FailureLimit::succeeded(AddressKey address, std::int64_t now_ms) {
  const auto found = paid_until_ms_.find(slot_of(address));
  if (found == paid_until_ms_.end()) return;
  found->second -= rates_.refill_ms;
  if (found->second <= now_ms) paid_until_ms_.erase(found);
}

std::size_t Doorman::FirstBytes::operator()(const Hash& hash) const {
  std::size_t out = 0;
  std::memcpy(&out, hash.data(), sizeof out);
  return out;
}

Doorman::Doorman(Lookup lookup, bool by_address, FailureLimit::Rates rates)
    : lookup_(std::move(lookup)), by_address_(by_address), failures_(rates) {}

Doorman::Hash Doorman::hash_of(const std::string& authorization) {
  return crypto::sha256(view(gateway::token_of(authorization)));
}

Reply Doorman::unauthorized() {
  Reply out = error_reply(401, "UNAUTHORIZED", "Invalid token");
  out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

std::optional<Admission> Doorman::known(const HttpHead& head, AddressKey address) {
  // Nobody guesses with nothing: it costs no question and is not counted.
  if (gateway::token_of(head.authorization).empty()) return Admission{unauthorized(), {}};
  const Hash hash = hash_of(head.authorization);
  const std::int64_t now_ms = os_now().mono.ms;
  const std::lock_guard lock(mutex_);
  if (const auto found = tenants_.find(hash); found != tenants_.end()) return Admission{std::nullopt, found->second};
  if (!by_address_) return std::nullopt;
  if (const std::int64_t wait_s = failures_.wait_s(address, now_ms); wait_s > 0) {
    count(counters().auth_limited);
    constexpr const char* kText = "too many unknown tokens from this address; wait, then try with a valid one";
    return Admission{busy_reply(429, "RATE_LIMITED", kText, wait_s), {}};
  }
  failures_.failed(address, now_ms);
  return std::nullopt;
}

void Doorman::ask(const HttpHead& head, AddressKey address, std::function<void(Admission)> tell) {
  lookup_(head.authorization, [this, hash = hash_of(head.authorization), address, tell = std::move(tell)](const Found& found) {
    tell(told(found, hash, address));
  });
}

Admission Doorman::told(const Found& found, const Hash& hash, AddressKey address) {
  if (found.is == Found::Is::nobody) {
    count(counters().auth_failed);
    return {unauthorized(), {}};
  }
  const std::lock_guard lock(mutex_);
  if (by_address_) failures_.succeeded(address, os_now().mono.ms);
  if (found.is == Found::Is::unknown) return {};  // the directory says what is wrong with it
  if (tenants_.size() >= kTokensKnownMax) tenants_.clear();
  tenants_[hash] = found.tenant;
  return {std::nullopt, found.tenant};
}

void Doorman::forget(const std::string& authorization) {
  const Hash hash = hash_of(authorization);
  const std::lock_guard lock(mutex_);
  tenants_.erase(hash);
}

}  // namespace wa::native
