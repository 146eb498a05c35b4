// API requests that wait for something to happen: whose they are, since when, until when. Bounded by
// kRequestsPerDeviceMax; every entry leaves exactly once, by take() or expired(), and each leaving is one Reply.
// Does not: know what they wait for; that is the endpoint's.
#pragma once

#include <any>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "client/contract.h"
#include "gateway/http/route.h"

namespace wa::gateway {

// What its answer will say beside what the endpoint says.
struct RequestNotes {
  std::vector<std::string> warnings;
  std::string key;                         // of its row, when it has an Idempotency-Key
  std::string message_id;                  // of the message it sends
  std::optional<std::int64_t> wait_ms;     // for that message; then the answer is 202
  bool typing_shown = false;               // before it
  std::vector<FileId> given;               // files that came with it and that nobody has taken: dropped with the answer
  // The answer has these bytes of a file as its body.
  struct Part { FileId file = 0; std::uint64_t offset = 0, count = 0; };
  std::optional<Part> part;
};

struct Waiter {
  RequestId request = 0;
  MonoTime started, deadline;
  const Endpoint* endpoint = nullptr;  // whose functions answer it
  std::any context;                    // what they must know of the request: a type of theirs, context_of<T>()
  RequestNotes notes = {};
};

template <class T>
T& context_of(Waiter& waiter) {
  T* context = std::any_cast<T>(&waiter.context);
  WA_ASSERT(context != nullptr);  // start and finish of one endpoint disagree
  return *context;
}

// The command an event answers; 0 when it answers none.
client::CommandId command_of(const client::Event& event);

class Waiting {
 public:
  bool full() const;
  bool empty() const { return waiters_.empty(); }
  client::CommandId add(Waiter waiter);               // never 0; the caller has checked full()
  bool has_key(std::string_view key) const;           // a request with these notes waits
  Waiter* find(client::CommandId id);                 // nullptr: nobody waits (0, or answered already)
  std::optional<Waiter> take(client::CommandId id);
  std::optional<Waiter> expired(MonoTime now);        // one whose deadline has passed, removed
  std::optional<MonoTime> deadline() const;
  // In order of arrival.
  std::vector<client::CommandId> watching() const;    // of endpoints with `watch`
  std::vector<client::CommandId> started_by(StartFunction start) const;

 private:
  std::map<client::CommandId, Waiter> waiters_;
  std::set<client::CommandId> watching_;
  std::set<std::pair<MonoTime, client::CommandId>> deadlines_;
  client::CommandId next_ = 1;
};

}  // namespace wa::gateway
