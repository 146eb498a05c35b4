#include "wire/frame.h"

#include <catch2/catch.hpp>

#include "base/encoding.h"
#include "base/limits.h"

using namespace wa;
using namespace wa::wire;

namespace {

std::vector<Bytes> drain(FrameBuffer& buffer) {
  std::vector<Bytes> frames;
  while (auto frame = buffer.next()) frames.push_back(std::move(*frame));
  return frames;
}

}  // namespace

TEST_CASE("frames arrive split at any byte") {
  const std::vector<Bytes> payloads = {{1, 2, 3}, {}, Bytes(300, 9), {7}};
  Bytes wire;
  for (const Bytes& payload : payloads) append(wire, encode_frame(payload));
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    CAPTURE(cut);
    FrameBuffer buffer;
    buffer.push(ByteView(wire).first(cut));
    std::vector<Bytes> got = drain(buffer);
    buffer.push(ByteView(wire).subspan(cut));
    for (Bytes& frame : drain(buffer)) got.push_back(std::move(frame));
    CHECK(got == payloads);
    CHECK(buffer.buffered() == 0);
  }
}

TEST_CASE("frames arrive byte by byte") {
  FrameBuffer buffer;
  std::vector<Bytes> got;
  const auto wire = from_hex("000002aabb000000000001cc");
  for (std::uint8_t byte : *wire) {
    buffer.push(ByteArray<1>{byte});
    for (Bytes& frame : drain(buffer)) got.push_back(std::move(frame));
  }
  CHECK(got == std::vector<Bytes>{{0xAA, 0xBB}, {}, {0xCC}});
}

TEST_CASE("what was given out is not kept, wherever the pieces end") {
  const Bytes frame = encode_frame(Bytes(1000, 7));
  for (const std::size_t tail : {0u, 1u, 2u, 3u, 500u}) {  // bytes of the next frame at the end of each piece
    CAPTURE(tail);
    FrameBuffer buffer;
    buffer.push(ByteView(frame).first(tail));
    CHECK(drain(buffer).empty());
    for (int i = 0; i < 100; ++i) {
      buffer.push(concat({ByteView(frame).subspan(tail), ByteView(frame).first(tail)}));
      CHECK(drain(buffer).size() == 1);
      CHECK(buffer.buffered() == tail);
      CHECK(buffer.held() == tail);
    }
  }
}

TEST_CASE("length prefix") {
  CHECK(hex(encode_frame(Bytes{5})) == "00000105");
  const Bytes longer = encode_frame(Bytes(70'000, 1));
  CHECK(hex(ByteView(longer).first(3)) == "011170");
  const Bytes largest = encode_frame(Bytes(limits::kFrameBytesMax, 1));
  FrameBuffer buffer;
  buffer.push(largest);
  CHECK(buffer.next()->size() == limits::kFrameBytesMax);
}

TEST_CASE("intro") {
  CHECK(hex(build_intro({})) == "57410603");
  CHECK(hex(build_intro(Bytes{0xDE, 0xAD})) == "45440001000002dead57410603");
}
