// One inspection, on the thread of whoever asks; it may take as long as its programs may (inspector.h).
#pragma once

#include "files/inspector.h"

namespace wa::native {

// `stop`: while it is true, no program runs.
Inspected inspect_file(const Inspection& what, const std::shared_ptr<FileRoom>& room, const MediaTools& tools,
                       const std::atomic<bool>* stop = nullptr);

// Of samples that come in pieces: 64 parts of equal length, the mean of the magnitudes of each, the largest is 100
// (09 section 3). Holds a mean for each short stretch of time, of the first hours.
class Waveform {
 public:
  void feed(ByteView samples_16le);
  Bytes finish() const;   // empty: there was no sound

 private:
  static constexpr std::size_t kStretch = 160, kStretchesMax = 1u << 20;
  std::vector<std::uint16_t> means_;
  std::uint32_t sum_ = 0;
  std::size_t count_ = 0;
  int low_ = -1;          // the first byte of a sample whose second has not come
};

}  // namespace wa::native
