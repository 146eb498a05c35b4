// Bounded zlib inflate. InflateStream never holds more than its window and the caller's output buffer.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace wa::wire {

// Errc::too_large beyond max_bytes (checked while inflating, before memory is taken), bad_input otherwise.
Result<Bytes> inflate(ByteView zlib_data, std::size_t max_bytes);
Bytes deflate(ByteView data);  // zlib form; used by tests and the simulator

class InflateStream {
 public:
  explicit InflateStream(ByteView zlib_data);  // the view must outlive the stream
  ~InflateStream();
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;
  // Fills `out` as far as data goes; 0 means the end was reached and was well-formed.
  Result<std::size_t> read(std::span<std::uint8_t> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wa::wire
