#include "net/resolver.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "system/background.h"

namespace wa::native {

namespace asio = boost::asio;
namespace ip = asio::ip;

namespace {

constexpr const char* kLookupFailed = "resolver.failed";

Endpoints at_port(const Resolver::Addresses& addresses, std::uint16_t port) {
  Endpoints out;
  for (const ip::address& address : addresses) out.emplace_back(address, port);
  return out;
}

}  // namespace

void Resolver::tell(const std::vector<Waiting>& waiting, const Addresses& found) noexcept {
  for (const Waiting& one : waiting) {
    try {
      one.done(at_port(found, one.port));
    } catch (const std::exception&) {
      note_exception(kLookupFailed, std::current_exception());
    }
  }
}

Resolver::Limits Resolver::Limits::for_service() {
  Limits out;
  out.at_once = 8;
  out.waiting_each = 4096;
  out.keep_failed = std::chrono::milliseconds(1000);
  return out;
}

Resolver::Limits Resolver::Limits::for_command() {
  Limits out;
  out.at_once = 1;
  return out;
}

Resolver::Addresses Resolver::ask_system(const std::string& host) {
  Addresses out;
  asio::io_context unused;
  ip::tcp::resolver resolver(unused);
  boost::system::error_code failed;
  for (const auto& item : resolver.resolve(host, "", failed)) out.push_back(item.endpoint().address());
  return out;
}

Resolver::Resolver(Limits limits, Lookup lookup)
    : limits_(limits), lookup_(std::move(lookup)), queue_(limits.at_once, limits.at_once_each), threads_(limits.at_once) {}

Resolver::~Resolver() {
  threads_.stop();
  threads_.join();
}

void Resolver::resolve(const std::string& tenant, const std::string& host, std::uint16_t port, Clock::time_point deadline,
                       Done done) {
  boost::system::error_code failed;
  if (const auto address = ip::make_address(host, failed); !failed) return done({{address, port}});
  const Clock::time_point now = Clock::now();
  Key key{tenant, host};
  std::unique_lock lock(mutex_);
  auto known = entries_.find(key);
  if (known != entries_.end() && !known->second.busy && now < known->second.until) {
    const Endpoints found = at_port(known->second.found, port);
    lock.unlock();
    return done(found);
  }
  if (!make_room(tenant, now)) {
    lock.unlock();
    return done({});
  }
  Entry& entry = entries_[key];
  entry.waiting.push_back({port, deadline, std::move(done)});
  if (std::exchange(entry.busy, true)) return;
  std::optional<Key> due;
  try {
    due = queue_.add(tenant, key);
  } catch (const std::exception&) {  // of memory: nobody else waits for it yet
    entries_.erase(key);
    throw;
  }
  lock.unlock();
  start(std::move(due));
}

void Resolver::start(std::optional<Key> due) noexcept {
  while (due) {
    try {
      return asio::post(threads_, [this, key = *due] { work(key); });
    } catch (const std::exception&) {
      note_exception(kLookupFailed, std::current_exception());
    }
    give_up(*due);
    due = queue_.finished(due->tenant);
  }
}

// Whoever waits for it is told that there is no such host.
void Resolver::give_up(const Key& key) noexcept {
  std::vector<Waiting> waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(key);
    if (at == entries_.end()) return;
    waiting.swap(at->second.waiting);
    entries_.erase(at);
  }
  tell(waiting, {});
}

// Forgets what of a tenant is old or no longer waited for. False: the tenant asks for too much.
bool Resolver::make_room(const std::string& tenant, Clock::time_point now) {
  std::size_t names = 0, waiting = 0;
  const auto first = entries_.lower_bound(Key{tenant, {}});
  for (auto at = first; at != entries_.end() && at->first.tenant == tenant;) {
    Entry& entry = at->second;
    std::erase_if(entry.waiting, [&](const Waiting& one) { return one.deadline <= now; });
    const bool unwanted = entry.busy ? !entry.begun && entry.waiting.empty() : entry.until <= now;
    if (unwanted && entry.busy) queue_.drop_waiting(tenant, [&](const Key& key) { return key.host == at->first.host; });
    if (unwanted) {
      at = entries_.erase(at);
      continue;
    }
    ++names;
    waiting += entry.waiting.size();
    ++at;
  }
  const auto remembered = [](const auto& item) { return !item.second.busy; };
  if (names >= limits_.names_each)
    names -= std::erase_if(entries_, [&](const auto& item) { return item.first.tenant == tenant && remembered(item); });
  if (entries_.size() >= limits_.names) std::erase_if(entries_, remembered);
  return waiting < limits_.waiting_each && names < limits_.names_each;
}

// On a thread: this name, then the next in turn.
void Resolver::work(Key due) noexcept {
  for (std::optional<Key> next = std::move(due); next;) {
    const Key key = *std::move(next);
    std::vector<Waiting> waiting;
    Addresses found;
    try {
      if (begin(key)) waiting = look_up(key, found);
    } catch (const std::exception&) {
      note_exception(kLookupFailed, std::current_exception());
      give_up(key);
    }
    next = queue_.finished(key.tenant);  // who is told finds the place free
    tell(waiting, found);
  }
}

// False: nobody waits for it any more.
bool Resolver::begin(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(key);
  if (at == entries_.end()) return false;
  Entry& entry = at->second;
  if (!entry.busy || entry.begun) return false;  // it was dropped and asked for again: its other turn counts
  std::erase_if(entry.waiting, [now = Clock::now()](const Waiting& one) { return one.deadline <= now; });
  entry.begun = !entry.waiting.empty();
  if (entry.begun) return true;
  entries_.erase(at);
  return false;
}

std::vector<Resolver::Waiting> Resolver::look_up(const Key& key, Addresses& found) {
  try {
    found = lookup_(key.host);
  } catch (const std::exception&) {  // of memory; the name counts as not found
  }
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[key];
  entry.found = found;
  entry.busy = entry.begun = false;
  entry.until = Clock::now() + (found.empty() ? limits_.keep_failed : limits_.keep);
  return std::exchange(entry.waiting, {});
}

}  // namespace wa::native
