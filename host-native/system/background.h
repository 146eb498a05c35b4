// Work that nobody waits for: what it throws ends it alone, is counted and logged.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "system/log.h"
#include "system/metrics.h"

namespace wa::native {

// Without memory for a line it is only counted.
inline void note_exception(const char* event, const std::exception_ptr& thrown,
                           std::atomic<std::uint64_t>& counted = counters().other_exceptions) noexcept {
  count(counted);
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& problem) {
    try {
      log::error(event, {{"reason", problem.what()}});
    } catch (const std::exception&) {
    }
  } catch (...) {
  }
}

template <class Executor>
void spawn(const Executor& executor, const char* event, boost::asio::awaitable<void> work) {
  boost::asio::co_spawn(executor, std::move(work), [event](const std::exception_ptr& thrown) {
    if (thrown) note_exception(event, thrown);
  });
}

}  // namespace wa::native
