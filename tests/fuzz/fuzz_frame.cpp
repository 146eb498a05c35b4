// Law: how bytes are cut into messages does not matter.
#include "fuzz/fuzz.h"
#include "wire/frame.h"

using namespace wa;

namespace {

std::vector<Bytes> frames(ByteView input, std::size_t step) {
  wire::FrameBuffer buffer;
  std::vector<Bytes> out;
  for (std::size_t at = 0; at < input.size(); at += step) {
    buffer.push(input.subspan(at, std::min(step, input.size() - at)));
    while (auto frame = buffer.next()) out.push_back(*std::move(frame));
  }
  WA_ASSERT(buffer.buffered() <= input.size());
  return out;
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 4096) return;
  const auto whole = frames(input, input.size() + 1);
  WA_ASSERT(frames(input, 1) == whole);
  WA_ASSERT(frames(input, 7) == whole);
}
