// tested by unit/client/messages/inbox_test.cpp
#include "client/messages/sender_work.h"

#include <algorithm>

#include "crypto/hash.h"

namespace wa::client {

signal::Work& SenderWork::of(const std::string& sender, MonoTime now) {
  constexpr std::int64_t kMsPerStep = 1000 / kWorkPerSecond;
  const std::int64_t steps = (now - refilled_) / kMsPerStep;
  if (spent_.empty() || steps > signal::kWorkMax) {
    refilled_ = now;
  } else {
    refilled_ = refilled_ + steps * kMsPerStep;
  }
  for (auto one = spent_.begin(); one != spent_.end();) {
    const std::int64_t left = one->work.left + steps;
    one->work.left = static_cast<std::uint32_t>(std::min<std::int64_t>(left, signal::kWorkMax));
    one = left >= signal::kWorkMax && one->sender != sender ? spent_.erase(one) : one + 1;
  }
  for (Spent& one : spent_) {
    if (one.sender == sender) return one.work;
  }
  if (spent_.size() >= kSendersMax) spent_.erase(spent_.begin());
  spent_.push_back({sender, {}});
  return spent_.back().work;
}

bool SenderWork::failed_before(ByteView ciphertext) const {
  return !failures_.empty() &&
         std::find(failures_.begin(), failures_.end(), crypto::sha256(ciphertext)) != failures_.end();
}

void SenderWork::note_failure(ByteView ciphertext) {
  if (failures_.size() >= kFailuresMax) failures_.erase(failures_.begin());
  failures_.push_back(crypto::sha256(ciphertext));
}

}  // namespace wa::client
