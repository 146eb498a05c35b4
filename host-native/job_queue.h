// Jobs of one kind, a bounded number at a time; the others wait in order. From any thread.
// Does not start anything itself: whoever is given a job starts it, and says finished() once for each.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

namespace wa::native {

template <class Job>
class JobQueue {
 public:
  explicit JobQueue(std::size_t active_max) : active_max_(active_max) {}

  // The job back, to be started now; nullopt: it waits.
  std::optional<Job> add(Job job) {
    const std::lock_guard lock(mutex_);
    if (active_ >= active_max_) {
      waiting_.push_back(std::move(job));
      return std::nullopt;
    }
    ++active_;
    return job;
  }

  // The next to be started, if any.
  std::optional<Job> finished() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      --active_;
      return std::nullopt;
    }
    std::optional<Job> next(std::move(waiting_.front()));
    waiting_.pop_front();
    return next;
  }

 private:
  const std::size_t active_max_;
  std::mutex mutex_;
  std::deque<Job> waiting_;
  std::size_t active_ = 0;
};

}  // namespace wa::native
