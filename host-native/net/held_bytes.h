// Bytes that the connections hold for a while, counted over all: what one holds for itself is bounded, and when all
// together hold much, those that hold something get no more.
#pragma once

#include <atomic>
#include <cstddef>

namespace wa::native {

class HeldBytes {
 public:
  HeldBytes(std::size_t each_max, std::size_t all_max) : each_max_(each_max), all_max_(all_max) {}

  // What one connection holds; given back at its end.
  class Share {
   public:
    explicit Share(HeldBytes& all) : all_(all) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { give_back_all(); }
    void take(std::size_t bytes) {
      bytes_ += bytes;
      all_.bytes_ += bytes;
    }
    void give_back(std::size_t bytes) {
      bytes_ -= bytes;
      all_.bytes_ -= bytes;
    }
    void give_back_all() {
      if (bytes_ > 0) give_back(bytes_);  // without any it may outlive the budget
    }
    // True: it should hold no more. `free`: what each may hold whatever the others do.
    bool full(std::size_t free = 0) const {
      return bytes_ >= all_.each_max_ || (bytes_ > free && all_.bytes_ >= all_.all_max_);
    }
    std::size_t bytes() const { return bytes_; }

   private:
    HeldBytes& all_;
    std::size_t bytes_ = 0;
  };
  std::size_t bytes() const { return bytes_; }

 private:
  const std::size_t each_max_, all_max_;
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace wa::native
