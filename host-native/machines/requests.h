// The HTTP requests that wait for their reply. Guarantees that each gets exactly one: a second reply to an id is
// ignored, and what a machine forgot (it should not) is answered by `expire`.
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <unordered_map>

#include "gateway/directory/request_budget.h"
#include "http/server.h"

namespace wa::native {

// For a request whose writes were not committed.
Reply not_stored_reply(bool disk_is_full);

class Requests {
 public:
  RequestId add(Answer answer);
  // The request waits for a device of this tenant from now on; false: as many do as may (request_budget.h).
  bool charge(RequestId id, const std::string& tenant);
  void reply(Answered reply);
  // What came with a request: kept until its device takes it, or with the request's end.
  void keep(RequestId id, std::shared_ptr<void> kept);
  std::shared_ptr<void> take_kept(RequestId id);
  void expire(std::chrono::seconds older_than);
  std::size_t size() const;

 private:
  struct Waiting {
    Answer answer;
    std::chrono::steady_clock::time_point since;
    std::string tenant;  // once charged
    std::shared_ptr<void> kept = nullptr;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<RequestId, Waiting> waiting;
  };
  Shard& shard_of(RequestId id) { return shards_[id % shards_.size()]; }

  std::atomic<RequestId> next_{1};
  std::array<Shard, 16> shards_;
  std::mutex budgets_mutex_;
  gateway::RequestBudgets budgets_;
};

}  // namespace wa::native
