// Inputs that wait, a lane for each of those they come from: lanes take turns, each is in order. Without
// memory what was not added is not there, and what waits goes on waiting. One thread at a time.
#pragma once

#include <algorithm>
#include <deque>
#include <exception>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace wa::native {

template <class Input>
class FairInbox {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t size_of(const std::string& lane) const {
    const auto found = lanes_.find(lane);
    return found == lanes_.end() ? 0 : found->second.size();
  }
  void add(const std::string& lane, Input input) {
    const auto at = lanes_.try_emplace(lane).first;
    try {
      at->second.push_back(std::move(input));
    } catch (const std::exception&) {
      if (at->second.empty()) lanes_.erase(at);
      throw;
    }
    ++size_;
  }
  Input next() {  // not when empty
    auto at = lanes_.upper_bound(last_);
    if (at == lanes_.end()) at = lanes_.begin();
    last_ = at->first;  // before anything is taken: there may be no memory for it
    Input out = std::move(at->second.front());
    at->second.pop_front();
    --size_;
    if (at->second.empty()) lanes_.erase(at);
    return out;
  }
  std::vector<Input> take_all() {  // lane by lane
    std::vector<Input> out;
    out.reserve(size_);
    for (auto& [lane, waiting] : lanes_) std::move(waiting.begin(), waiting.end(), std::back_inserter(out));
    lanes_.clear();
    size_ = 0;
    return out;
  }

 private:
  std::map<std::string, std::deque<Input>> lanes_;  // those that are not empty
  std::string last_;
  std::size_t size_ = 0;
};

}  // namespace wa::native
