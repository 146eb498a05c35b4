// Inputs that wait, a lane for each of those they come from: lanes take turns, each is in order. One thread at a time.
#pragma once

#include <deque>
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
    lanes_[lane].push_back(std::move(input));
    ++size_;
  }
  Input next() {  // not when empty
    auto at = lanes_.upper_bound(last_);
    if (at == lanes_.end()) at = lanes_.begin();
    Input out = std::move(at->second.front());
    at->second.pop_front();
    --size_;
    last_ = at->first;
    if (at->second.empty()) lanes_.erase(at);
    return out;
  }
  std::vector<Input> take_all() {
    std::vector<Input> out;
    while (!empty()) out.push_back(next());
    return out;
  }

 private:
  std::map<std::string, std::deque<Input>> lanes_;  // those that are not empty
  std::string last_;
  std::size_t size_ = 0;
};

}  // namespace wa::native
