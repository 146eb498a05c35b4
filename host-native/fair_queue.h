// Jobs of many tenants, a bounded number at a time over all and for each; the others wait, in order within a tenant, and
// tenants take turns. From any thread.
// Does not start anything itself: whoever is given a job starts it, and says finished() once for each.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace wa::native {

template <class Job>
class FairQueue {
 public:
  FairQueue(std::size_t active_max, std::size_t active_each_max) : active_max_(active_max), each_max_(active_each_max) {}

  // The job back, to be started now; nullopt: it waits.
  std::optional<Job> add(const std::string& tenant, Job job) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[tenant];
    if (active_ < active_max_ && lane.active < each_max_) {
      ++active_;
      ++lane.active;
      return job;
    }
    lane.waiting.push_back(std::move(job));
    return std::nullopt;
  }

  // The next to be started, if any. Whoever waits does so because of the bound over all or of his own, so one job that is
  // over lets at most one begin.
  std::optional<Job> finished(const std::string& tenant) {
    const std::lock_guard lock(mutex_);
    --active_;
    if (const auto over = lanes_.find(tenant); --over->second.active == 0 && over->second.waiting.empty()) lanes_.erase(over);
    auto at = lanes_.upper_bound(last_);
    for (std::size_t seen = 0; seen < lanes_.size(); ++seen, ++at) {
      if (at == lanes_.end()) at = lanes_.begin();
      Lane& lane = at->second;
      if (lane.waiting.empty() || lane.active >= each_max_) continue;
      std::optional<Job> next(std::move(lane.waiting.front()));
      lane.waiting.pop_front();
      ++lane.active;
      ++active_;
      last_ = at->first;
      return next;
    }
    return std::nullopt;
  }

 private:
  struct Lane {
    std::size_t active = 0;
    std::deque<Job> waiting;
  };
  const std::size_t active_max_, each_max_;
  std::mutex mutex_;
  std::map<std::string, Lane> lanes_;   // those with an active or a waiting job
  std::string last_;
  std::size_t active_ = 0;
};

}  // namespace wa::native
