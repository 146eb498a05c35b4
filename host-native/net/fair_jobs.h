// Jobs of many tenants that are coroutines: each is begun in its turn (fair_queue.h), on a strand of its own.
// Guarantees: whatever a job throws, and whether or not it could be begun, its place is given back and its asker is told
// once, of the result as it then is.
#pragma once

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/strand.hpp>
#include <functional>
#include <memory>

#include "net/fair_queue.h"
#include "system/background.h"

namespace wa::native {

// A Job has a `tenant`, a `result`, and `done`, which is called with it.
template <class Job>
class FairJobs {
 public:
  using Work = std::function<boost::asio::awaitable<void>(Job&)>;
  FairJobs(boost::asio::io_context& io, const char* failed, std::size_t active_max, std::size_t active_each_max,
           Work work)
      : io_(io), failed_(failed), queue_(active_max, active_each_max), work_(std::move(work)) {}

  void add(Job job) {
    auto held = std::make_shared<Job>(std::move(job));
    if (auto now = queue_.add(held->tenant, held)) start(*std::move(now));
  }

 private:
  using Held = std::shared_ptr<Job>;

  void start(Held job) noexcept {
    while (job) {
      try {
        // Not on the stack of whoever is here: jobs that end at once would stand on each other, and one that has ended
        // must not come back as one that could not begin.
        const auto strand = boost::asio::make_strand(io_);
        return spawn(boost::asio::require(strand, boost::asio::execution::blocking.never), failed_, run(job));
      } catch (const std::exception&) {
        note_exception(failed_, std::current_exception());
      }
      const Held over = std::exchange(job, queue_.finished(job->tenant).value_or(nullptr));
      tell(*over);
    }
  }

  boost::asio::awaitable<void> run(Held job) {
    try {
      co_await work_(*job);
    } catch (const std::exception&) {
      note_exception(failed_, std::current_exception());
    }
    start(queue_.finished(job->tenant).value_or(nullptr));
    tell(*job);  // last: whoever waits for it may drop the client
  }

  void tell(Job& job) noexcept {
    try {
      job.done(std::move(job.result));
    } catch (const std::exception&) {
      note_exception(failed_, std::current_exception());
    }
  }

  boost::asio::io_context& io_;
  const char* failed_;
  FairQueue<Held> queue_;
  Work work_;
};

}  // namespace wa::native
