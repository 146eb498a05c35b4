// Jobs of many tenants, a bounded number at a time over all and for each; the others wait, in order within a tenant, and
// tenants take turns. The last quarter of the places is for tenants that have nothing under way, so that a few whose jobs
// hang cannot take them all. From any thread.
// finished() does not throw when moving a job does not.
// Does not start anything itself: whoever is given a job starts it, and says finished() once for each.
#pragma once

#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace wa::native {

template <class Job>
class FairQueue {
 public:
  FairQueue(std::size_t active_max, std::size_t active_each_max)
      : active_max_(active_max), shared_max_(active_max - active_max / 4), each_max_(active_each_max) {}

  // The job back, to be started now; nullopt: it waits.
  std::optional<Job> add(const std::string& tenant, Job job) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[tenant];
    if (may_start(lane)) {
      ++active_;
      ++lane.active;
      return job;
    }
    try {
      lane.waiting.push_back(std::move(job));
    } catch (const std::exception&) {
      if (lane.active == 0 && lane.waiting.empty()) lanes_.erase(tenant);
      throw;
    }
    return std::nullopt;
  }

  // The next to be started, if any: of a tenant that has nothing under way before those that have something. Whoever waits
  // does so because of a bound, so one job that is over lets at most one begin.
  std::optional<Job> finished(const std::string& tenant) {
    const std::lock_guard lock(mutex_);
    --active_;
    if (const auto over = lanes_.find(tenant); --over->second.active == 0 && over->second.waiting.empty()) lanes_.erase(over);
    auto at = lanes_.upper_bound(last_), next = lanes_.end();
    for (std::size_t seen = 0; seen < lanes_.size(); ++seen, ++at) {
      if (at == lanes_.end()) at = lanes_.begin();
      if (at->second.waiting.empty() || !may_start(at->second)) continue;
      if (next == lanes_.end() || at->second.active == 0) next = at;
      if (at->second.active == 0) break;
    }
    if (next == lanes_.end()) return std::nullopt;
    try {
      last_ = next->first;
    } catch (const std::exception&) {  // without memory for its name the turns go on from the one before
    }
    std::optional<Job> out(std::move(next->second.waiting.front()));
    next->second.waiting.pop_front();
    ++next->second.active;
    ++active_;
    return out;
  }

  // Forgets what waits and is no longer wanted.
  template <class Unwanted>
  void drop_waiting(const std::string& tenant, const Unwanted& unwanted) {
    const std::lock_guard lock(mutex_);
    const auto lane = lanes_.find(tenant);
    if (lane == lanes_.end()) return;
    std::erase_if(lane->second.waiting, unwanted);
    if (lane->second.active == 0 && lane->second.waiting.empty()) lanes_.erase(lane);
  }

 private:
  struct Lane {
    std::size_t active = 0;
    std::deque<Job> waiting;
  };
  bool may_start(const Lane& lane) const {
    return lane.active == 0 ? active_ < active_max_ : active_ < shared_max_ && lane.active < each_max_;
  }

  const std::size_t active_max_, shared_max_, each_max_;
  std::mutex mutex_;
  std::map<std::string, Lane> lanes_;   // those with an active or a waiting job
  std::string last_;
  std::size_t active_ = 0;
};

}  // namespace wa::native
