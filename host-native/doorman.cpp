#include "doorman.h"

#include <algorithm>
#include <cstring>

#include "background.h"
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

std::int64_t FailureLimit::wait_s(AddressKey address, std::int64_t now_ms, std::size_t under_way) const {
  const auto found = paid_until_ms_.find(slot_of(address));
  const std::int64_t owed_ms = found == paid_until_ms_.end() ? 0 : std::max<std::int64_t>(0, found->second - now_ms);
  const std::int64_t ahead_ms = owed_ms + static_cast<std::int64_t>(under_way) * rates_.refill_ms;
  const std::int64_t free_ms = (rates_.at_once - 1) * rates_.refill_ms;
  return ahead_ms <= free_ms ? 0 : (ahead_ms - free_ms + 999) / 1000;
}

void FailureLimit::failed(AddressKey address, std::int64_t now_ms) {
  if (paid_until_ms_.size() >= rates_.addresses_max)
    std::erase_if(paid_until_ms_, [now_ms](const auto& one) { return one.second <= now_ms; });
  std::int64_t& until = paid_until_ms_[slot_of(address)];
  until = std::max(until, now_ms) + rates_.refill_ms;
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
  const std::lock_guard lock(mutex_);
  return decided(hash, address);
}

// What needs no question.
std::optional<Admission> Doorman::decided(const Hash& hash, AddressKey address) const {
  if (const auto found = tenants_.find(hash); found != tenants_.end()) return Admission{std::nullopt, found->second};
  const std::int64_t wait_s = by_address_ ? failures_.wait_s(address, os_now().mono.ms) : 0;
  if (wait_s == 0) return std::nullopt;
  count(counters().auth_limited);
  constexpr const char* kText = "too many unknown tokens from this address; wait, then try with a valid one";
  return Admission{busy_reply(429, "RATE_LIMITED", kText, wait_s), {}};
}

bool Doorman::may_ask(AddressKey address, const Line& line) const {
  return line.asked == 0 || failures_.wait_s(address, os_now().mono.ms, line.asked) == 0;
}

void Doorman::ask(const HttpHead& head, AddressKey address, std::function<void(Admission)> tell) {
  Question question{head.authorization, hash_of(head.authorization), address, std::move(tell)};
  if (by_address_) {
    const std::lock_guard lock(mutex_);
    Line& line = lines_[address];
    if (!may_ask(address, line)) return line.waiting.push_back(std::move(question));
    ++line.asked;
  }
  look_up(std::move(question));
}

// Whatever fails, the question is answered and its place is free again.
void Doorman::look_up(Question question) {
  const AddressKey address = question.address;
  const auto over = [this, address, tell = question.tell](Admission admission) {
    if (by_address_) answered(address);
    tell(std::move(admission));
  };
  try {
    lookup_(question.authorization, [this, hash = question.hash, address, over](const Found& found) {
      Admission admission;
      try {
        admission = told(found, hash, address);
      } catch (const std::exception&) {  // no memory to remember it: the directory decides
        note_exception("doorman.exception", std::current_exception());
      }
      over(std::move(admission));
    });
  } catch (const std::exception&) {
    note_exception("doorman.exception", std::current_exception());
    over({});
  }
}

Admission Doorman::told(const Found& found, const Hash& hash, AddressKey address) {
  const std::lock_guard lock(mutex_);
  if (found.is == Found::Is::nobody) {
    count(counters().auth_failed);
    if (by_address_) failures_.failed(address, os_now().mono.ms);
    return {unauthorized(), {}};
  }
  if (found.is == Found::Is::unknown) return {};  // the directory says what is wrong with it
  if (tenants_.size() >= kTokensKnownMax) tenants_.clear();
  tenants_[hash] = found.tenant;
  return {std::nullopt, found.tenant};
}

// One of the address is decided: those that waited for it are told, or asked about now.
void Doorman::answered(AddressKey address) {
  for (bool first = true;; first = false) try {
    Question next;
    std::optional<Admission> known;
    {
      const std::lock_guard lock(mutex_);
      const auto found = lines_.find(address);
      if (found == lines_.end()) return;
      Line& line = found->second;
      if (first) --line.asked;
      if (line.waiting.empty()) {
        if (line.asked == 0) lines_.erase(found);
        return;
      }
      known = decided(line.waiting.front().hash, address);
      if (!known && !may_ask(address, line)) return;
      next = std::move(line.waiting.front());
      line.waiting.pop_front();
      if (!known) ++line.asked;
    }
    if (known) next.tell(*std::move(known));
    else look_up(std::move(next));
  } catch (const std::exception&) {
    return note_exception("doorman.exception", std::current_exception());
  }
}

void Doorman::forget(const std::string& authorization) {
  const Hash hash = hash_of(authorization);
  const std::lock_guard lock(mutex_);
  tenants_.erase(hash);
}

}  // namespace wa::native
