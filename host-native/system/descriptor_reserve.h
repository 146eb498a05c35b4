// File descriptors kept back for when everything else took the rest. From any thread.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <vector>

namespace wa::native {

class DescriptorReserve {
 public:
  explicit DescriptorReserve(std::size_t count) : count_(count) {
    kept_.reserve(count);  // what takes back must not need memory
    refill();
  }
  ~DescriptorReserve() {
    for (const int one : kept_) ::close(one);
  }
  DescriptorReserve(const DescriptorReserve&) = delete;
  DescriptorReserve& operator=(const DescriptorReserve&) = delete;

  // One is free for whoever opens next; false: none is left.
  bool lend() {
    const std::lock_guard lock(mutex_);
    if (kept_.empty()) return false;
    ::close(kept_.back());
    kept_.pop_back();
    return true;
  }
  // Takes back what it can; called when something was closed.
  void refill() {
    const std::lock_guard lock(mutex_);
    while (kept_.size() < count_) {
      const int one = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (one < 0) return;
      kept_.push_back(one);
    }
  }

 private:
  const std::size_t count_;
  std::mutex mutex_;
  std::vector<int> kept_;
};

}  // namespace wa::native
