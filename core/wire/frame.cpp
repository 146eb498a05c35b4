#include "wire/frame.h"

#include "base/limits.h"

namespace wa::wire {

Bytes build_intro(ByteView routing_info) {
  Bytes out;
  if (!routing_info.empty() && routing_info.size() <= limits::kFrameBytesMax) {
    append(out, ByteArray<4>{0x45, 0x44, 0x00, 0x01});
    append_be(out, routing_info.size(), 3);
    append(out, routing_info);
  }
  append(out, kIntro);
  return out;
}

Bytes encode_frame(ByteView payload) {
  WA_ASSERT(payload.size() <= limits::kFrameBytesMax);
  Bytes out;
  out.reserve(3 + payload.size());
  append_be(out, payload.size(), 3);
  append(out, payload);
  return out;
}

void FrameBuffer::push(ByteView bytes) { append(buffer_, bytes); }

std::optional<Bytes> FrameBuffer::next() {
  const ByteView rest = ByteView(buffer_).subspan(start_);
  const std::size_t size = rest.size() < 3 ? 0 : static_cast<std::size_t>(read_be(rest.first(3)));
  if (rest.size() < 3 + size) {
    if (rest.empty()) *this = FrameBuffer{};
    if (start_ > 0) {  // one move per batch of frames, not one per frame
      buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
      start_ = 0;
    }
    return std::nullopt;
  }
  Bytes payload = to_bytes(rest.subspan(3, size));
  start_ += 3 + size;
  if (start_ == buffer_.size()) *this = FrameBuffer{};
  return payload;
}

}  // namespace wa::wire
