#include "wire/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace wa::wire {
namespace {

constexpr std::size_t kChunkBytes = 16u << 10;

// A zlib header (RFC 1950): method 8 and a checksum of two bytes. Anything else is read as raw deflate (02).
bool has_zlib_header(ByteView data) {
  return data.size() >= 2 && (data[0] & 0x0F) == 8 && (data[0] * 256u + data[1]) % 31 == 0;
}

Result<std::size_t> measure(ByteView data, std::size_t max_bytes, std::span<std::uint8_t> first_chunk) {
  InflateStream stream(data);
  WA_TRY(std::size_t total, stream.read(first_chunk));
  ByteArray<kChunkBytes> scratch;
  while (total >= first_chunk.size()) {
    if (total > max_bytes) break;
    WA_TRY(std::size_t got, stream.read(scratch));
    if (got == 0) break;
    total += got;
  }
  if (total > max_bytes) return {Errc::too_large, "inflated data exceeds the limit"};
  return total;
}

}  // namespace

struct InflateStream::State {
  z_stream z{};
  ByteView rest;
  bool ready = false, ended = false;
};

InflateStream::InflateStream(ByteView zlib_data) : state_(std::make_unique<State>()) {
  state_->rest = zlib_data;
  state_->ready = inflateInit2(&state_->z, has_zlib_header(zlib_data) ? MAX_WBITS : -MAX_WBITS) == Z_OK;
}

InflateStream::~InflateStream() {
  if (state_->ready) inflateEnd(&state_->z);
}

Result<std::size_t> InflateStream::read(std::span<std::uint8_t> out) {
  State& s = *state_;
  if (!s.ready) return {Errc::bad_input, "compressed data is corrupt"};
  std::size_t filled = 0;
  while (filled < out.size() && !s.ended) {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const std::size_t in = std::min(s.rest.size(), kMost), room = std::min(out.size() - filled, kMost);
    s.z.next_in = const_cast<Bytef*>(s.rest.data());
    s.z.avail_in = static_cast<uInt>(in);
    s.z.next_out = out.data() + filled;
    s.z.avail_out = static_cast<uInt>(room);
    const int code = ::inflate(&s.z, Z_NO_FLUSH);
    const std::size_t used = in - s.z.avail_in, made = room - s.z.avail_out;
    s.rest = s.rest.subspan(used);
    filled += made;
    s.ended = code == Z_STREAM_END;
    if (!s.ended && (code != Z_OK || (used == 0 && made == 0))) {
      inflateEnd(&s.z);
      s.ready = false;
      return {code == Z_BUF_ERROR ? Errc::truncated : Errc::bad_input, "compressed data is corrupt"};
    }
  }
  return filled;
}

// What fits one chunk is inflated once. More is measured first and then inflated into exactly the room it needs: a bomb
// is refused after max_bytes of work with no more memory than the chunks.
Result<Bytes> inflate(ByteView zlib_data, std::size_t max_bytes) {
  ByteArray<kChunkBytes> first;
  WA_TRY(const std::size_t size, measure(zlib_data, max_bytes, first));
  if (size < first.size()) return Bytes(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(size));
  Bytes out(size);
  InflateStream again(zlib_data);
  WA_TRY(const std::size_t got, again.read(out));
  if (got != size) return {Errc::bad_input, "compressed data is corrupt"};
  return out;
}

Bytes deflate(ByteView data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  Bytes out(size);
  WA_ASSERT(compress2(out.data(), &size, data.data(), static_cast<uLong>(data.size()), Z_DEFAULT_COMPRESSION) == Z_OK);
  out.resize(size);
  return out;
}

}  // namespace wa::wire
