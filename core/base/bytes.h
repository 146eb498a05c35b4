// Byte strings and the few operations every module needs on them. No encoding here (see encoding.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wa {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

inline ByteView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }
inline Bytes to_bytes(std::string_view text) { return to_bytes(view(text)); }
inline std::string to_string(ByteView bytes) { return std::string(text_of(bytes)); }

inline void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }
inline void append(Bytes& out, std::string_view more) { append(out, view(more)); }
// One allocation for the whole concatenation.
Bytes concat(std::initializer_list<ByteView> parts);

// Copies exactly N bytes; the caller has checked the size.
template <std::size_t N>
ByteArray<N> array_of(ByteView bytes) {
  ByteArray<N> out{};
  for (std::size_t i = 0; i < N && i < bytes.size(); ++i) out[i] = bytes[i];
  return out;
}

// Unsigned big-endian integer in exactly `width` bytes (1..8).
void append_be(Bytes& out, std::uint64_t value, std::size_t width);
Bytes be_bytes(std::uint64_t value, std::size_t width);
std::uint64_t read_be(ByteView bytes);  // of more than 8 bytes, the last 8

bool equal(ByteView a, ByteView b);                // ordinary comparison, public data
bool equal_constant_time(ByteView a, ByteView b);  // secrets; leaks only the lengths

}  // namespace wa
