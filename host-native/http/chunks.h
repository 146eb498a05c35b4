// The chunked body of a request (RFC 9112 section 7.1), in pieces. Pure.
// Guarantees: the same bytes end at the same place as for every strict reader: sizes are hex digits alone, lines end with CR
// LF, extensions and trailers are checked, bounded and thrown away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wa::native {

class Chunks {
 public:
  enum class State : std::uint8_t { more, done, bad, too_large };
  explicit Chunks(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  // Takes bytes off the front of `in` and adds what they carry to `body`. What follows the body stays in `in`.
  State take(std::string_view& in, std::string& body);

 private:
  State take_line(std::string_view& in);
  State line_over();
  enum class At : std::uint8_t { size, data, data_end, trailer } at_ = At::size;
  std::size_t bytes_max_, left_ = 0, total_ = 0, overhead_ = 0;
  std::string line_;  // bounded
  State end_ = State::more;
};

}  // namespace wa::native
