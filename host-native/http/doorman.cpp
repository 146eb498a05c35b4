#include "http/doorman.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "crypto/hash.h"
#include "gateway/directory/directory.h"
#include "system/background.h"
#include "system/metrics.h"
#include "system/os_clock.h"

namespace wa::native {
namespace {

constexpr std::size_t kTokensKnownMax = 65'536;
constexpr AddressKey kEverybodyElse = ~AddressKey{0};
constexpr const char* kDoormanFailed = "doorman.exception";

void say(const std::function<void(Admission)>& tell, Admission admission) noexcept {
  try {
    tell(std::move(admission));
  } catch (const std::exception&) {  // its own matter: others wait
    note_exception(kDoormanFailed, std::current_exception());
  }
}

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
void Doorman::look_up(Question question) noexcept {
  std::shared_ptr<Question> asked;
  try {
    asked = std::make_shared<Question>(std::move(question));
    lookup_(asked->authorization, [this, asked](const Found& found) {
      Admission admission;
      try {
        admission = told(found, *asked);
      } catch (const std::exception&) {  // no memory to remember it: the directory decides
        note_exception(kDoormanFailed, std::current_exception());
      }
      over(*asked, std::move(admission));
    });
  } catch (const std::exception&) {
    note_exception(kDoormanFailed, std::current_exception());
    over(asked ? *asked : question, {});  // when there was no room for it, it is where it was
  }
}

// Once for each question, however often it is said.
void Doorman::over(Question& question, Admission admission) noexcept {
  std::function<void(Admission)> tell;
  {
    const std::lock_guard lock(mutex_);
    tell.swap(question.tell);
  }
  if (!tell) return;
  if (by_address_) answered(question.address);
  say(tell, std::move(admission));
}

Admission Doorman::told(const Found& found, const Question& question) {
  const std::lock_guard lock(mutex_);
  if (found.is == Found::Is::nobody) {
    count(counters().auth_failed);
    if (by_address_) failures_.failed(question.address, os_now().mono.ms);
    return {unauthorized(), {}};
  }
  if (found.is == Found::Is::unknown) return {};  // the directory says what is wrong with it
  if (tenants_.size() >= kTokensKnownMax) tenants_.clear();
  tenants_[question.hash] = found.tenant;
  return {std::nullopt, found.tenant};
}

// One of the address is decided: those that waited for it are told, or asked about now. Whoever does that goes on for all:
// what is decided meanwhile is only counted.
void Doorman::answered(AddressKey address) noexcept {
  {
    const std::lock_guard lock(mutex_);
    const auto found = lines_.find(address);
    if (found == lines_.end()) return;
    --found->second.asked;
    if (std::exchange(found->second.walked, true)) return;
  }
  for (;;) {
    Question next;
    std::optional<Admission> known;
    if (!next_of(address, next, known)) return;
    if (known) say(next.tell, *std::move(known));
    else look_up(std::move(next));
  }
}

// False: nobody waits, or whoever does may not be asked about yet.
bool Doorman::next_of(AddressKey address, Question& next, std::optional<Admission>& known) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = lines_.find(address);  // there while it is walked
  Line& line = found->second;
  if (!line.waiting.empty()) try {
    known = decided(line.waiting.front().hash, address);
  } catch (const std::exception&) {  // no memory for the answer: the directory decides
    note_exception(kDoormanFailed, std::current_exception());
    known.emplace();
  }
  if (line.waiting.empty() || (!known && !may_ask(address, line))) {
    line.walked = false;
    if (line.waiting.empty() && line.asked == 0) lines_.erase(found);
    return false;
  }
  next = std::move(line.waiting.front());
  line.waiting.pop_front();
  if (!known) ++line.asked;
  return true;
}

void Doorman::forget(const std::string& authorization) {
  const Hash hash = hash_of(authorization);
  const std::lock_guard lock(mutex_);
  tenants_.erase(hash);
}

}  // namespace wa::native
