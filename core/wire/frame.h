// Frames (01 section 2): a 3-byte big-endian length, then the payload. WebSocket messages and frames are unrelated.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace wa::wire {

inline constexpr ByteArray<4> kIntro = {0x57, 0x41, 0x06, 0x03};

// Intro bytes for a new socket: `ED 00 01 len routing` when routing info is present, then kIntro.
Bytes build_intro(ByteView routing_info);
// Length prefix and payload; payload.size() <= kFrameBytesMax.
Bytes encode_frame(ByteView payload);

class FrameBuffer {
 public:
  // Bytes as they came, split or coalesced anywhere.
  void push(ByteView bytes);
  // The next whole payload, or nullopt. The buffer frees its memory when it is empty.
  std::optional<Bytes> next();
  std::size_t buffered() const { return buffer_.size() - start_; }
  std::size_t held() const { return buffer_.size(); }  // with what was given out already

 private:
  Bytes buffer_;
  std::size_t start_ = 0;
};

}  // namespace wa::wire
