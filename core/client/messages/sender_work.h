// How much work each sender may still cause (signal/work.h), over all its messages, and what failed lately.
// Guarantees: a sender causes at most signal::kWorkMax steps at once and kWorkPerSecond afterwards; a ciphertext that
// failed its MAC is not tried again; at most kSendersMax senders and kFailuresMax ciphertexts are remembered.
// Memory only: a restart gives everybody a fresh limit.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "signal/work.h"

namespace wa::client {

class SenderWork {
 public:
  static constexpr std::uint32_t kWorkPerSecond = 500;
  static constexpr std::size_t kSendersMax = 256, kFailuresMax = 64;

  // What the sender may still cause. Valid until the next call.
  signal::Work& of(const std::string& sender, MonoTime now);
  bool charge(const std::string& sender, std::uint32_t steps, MonoTime now) { return of(sender, now).take(steps); }

  bool failed_before(ByteView ciphertext) const;
  void note_failure(ByteView ciphertext);
  void forget_failures() { failures_.clear(); }  // a new session may read them

 private:
  struct Spent { std::string sender; signal::Work work; };
  std::vector<Spent> spent_;  // of whom something was taken that has not come back yet
  std::vector<ByteArray<32>> failures_;
  MonoTime refilled_;
};

}  // namespace wa::client
