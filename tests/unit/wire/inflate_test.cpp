#include "wire/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

#include "base/encoding.h"

using namespace wa;
using namespace wa::wire;

namespace {

// `size` zero bytes, compressed piece by piece so that making the bomb needs no memory either.
Bytes bomb(std::size_t size) {
  Bytes out(size / 100 + 1000), piece(64u << 10, 0);
  z_stream z{};
  REQUIRE(deflateInit(&z, Z_BEST_SPEED) == Z_OK);
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  for (std::size_t done = 0; done < size;) {
    const std::size_t take = std::min(piece.size(), size - done);
    done += take;
    z.next_in = piece.data();
    z.avail_in = static_cast<uInt>(take);
    REQUIRE(::deflate(&z, done == size ? Z_FINISH : Z_NO_FLUSH) == (done == size ? Z_STREAM_END : Z_OK));
  }
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

// High-water mark of resident memory since the last forget_peak(); 0 where the system does not tell.
std::size_t peak_kib() {
  std::size_t kib = 0;
  if (std::FILE* file = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, file)) {
      if (std::sscanf(line, "VmHWM: %zu", &kib) == 1) break;
    }
    std::fclose(file);
  }
  return kib;
}

void forget_peak() {
  if (std::FILE* file = std::fopen("/proc/self/clear_refs", "w")) {
    std::fputs("5", file);
    std::fclose(file);
  }
}

}  // namespace

TEST_CASE("data of many sizes comes back") {
  for (std::size_t size : {0u, 1u, 100u, 16383u, 16384u, 16385u, 100'000u}) {
    Bytes data(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(i * 31 + i / 7);
    const auto back = inflate(wa::wire::deflate(data), 1u << 20);
    CAPTURE(size);
    REQUIRE(back.ok());
    CHECK(*back == data);
  }
}

TEST_CASE("the limit is exact") {
  const Bytes packed = bomb(50'000);
  CHECK(inflate(packed, 50'000).ok());
  CHECK(inflate(packed, 49'999).error().code == Errc::too_large);
  CHECK(inflate(bomb(100), 99).error().code == Errc::too_large);
}

TEST_CASE("a bomb of 256 MiB is refused with little memory") {
  const Bytes packed = bomb(256u << 20);
  forget_peak();
  const std::size_t before = peak_kib();
  const auto refused = inflate(packed, 64u << 20);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::too_large);
  CHECK(peak_kib() <= before + 1024);
}

TEST_CASE("raw deflate is read too") {
  const Bytes packed = wa::wire::deflate(to_bytes("raw deflate without a header"));
  const auto back = inflate(ByteView(packed).subspan(2, packed.size() - 6), 1000);
  REQUIRE(back.ok());
  CHECK(to_string(*back) == "raw deflate without a header");
}

TEST_CASE("corrupt and truncated data") {
  const Bytes packed = wa::wire::deflate(to_bytes("some text, some text, some other text"));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(inflate(ByteView(packed).first(size), 1000).ok());
  }
  Bytes damaged = packed;
  damaged.back() ^= 1;
  CHECK_FALSE(inflate(damaged, 1000).ok());
  CHECK_FALSE(inflate(*from_hex("789c00ff00"), 1000).ok());
}

TEST_CASE("a stream gives the data in pieces") {
  Bytes data(100'000);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i % 251);
  const Bytes packed = wa::wire::deflate(data);
  InflateStream stream(packed);
  Bytes got, piece(777);
  for (;;) {
    const auto size = stream.read(piece);
    REQUIRE(size.ok());
    if (*size == 0) break;
    append(got, ByteView(piece).first(*size));
  }
  CHECK(got == data);
  InflateStream broken(ByteView(packed).first(packed.size() / 2));
  Bytes all(data.size() + 1);
  CHECK_FALSE(broken.read(all).ok());
}
