#include "http/chunks.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "http/head.h"

namespace wa::native {
namespace {

constexpr std::size_t kChunkLineBytesMax = 256;  // a size and its extensions
constexpr std::size_t kSizeDigitsMax = 16;

// Hex digits, then nothing or extensions after ";". False: it is not that.
bool read_size(std::string_view line, std::size_t& out) {
  const auto digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
  if (digits == 0 || digits > kSizeDigitsMax) return false;
  out = 0;
  for (const char c : line.substr(0, digits))
    out = out * 16 + static_cast<std::size_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  line.remove_prefix(digits);
  if (line.empty()) return true;
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const auto fits = [](char c) { return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\t'; };
  return line.starts_with(';') && std::ranges::all_of(line, fits);
}

}  // namespace

// Up to the end of the line that is being read.
Chunks::State Chunks::take_line(std::string_view& in) {
  while (!in.empty()) {
    const char c = in.front();
    in.remove_prefix(1);
    const bool after_return = line_.ends_with('\r');
    if ((c == '\n') != after_return) return State::bad;
    if (c == '\n') {
      line_.pop_back();
      return line_over();
    }
    line_ += c;
    const std::size_t line_max = at_ == At::trailer ? limits::kHeaderBytesMax : kChunkLineBytesMax;
    if (line_.size() > line_max) return State::bad;
  }
  return State::more;
}

Chunks::State Chunks::line_over() {
  const std::string line = std::exchange(line_, {});
  if (at_ == At::data_end) {
    if (!line.empty()) return State::bad;
    at_ = At::size;
  } else if (at_ == At::size) {
    if (!read_size(line, left_)) return State::bad;
    if (left_ > bytes_max_ - total_) return State::too_large;
    total_ += left_;
    at_ = left_ == 0 ? At::trailer : At::data;
    // An extension costs work and carries nothing: all of them together stay smaller than the body may be.
    overhead_ = left_ == 0 ? 0 : overhead_ + line.size();
    if (overhead_ > 2 * bytes_max_) return State::bad;
  } else {
    if (line.empty()) return State::done;
    overhead_ += line.size();
    if (!is_field_line(line) || overhead_ > limits::kHeaderBytesMax) return State::bad;
  }
  return State::more;
}

Chunks::State Chunks::take(std::string_view& in, std::string& body) {
  while (!in.empty() && end_ == State::more) {
    if (at_ == At::data) {
      const std::size_t count = std::min(left_, in.size());
      body += in.substr(0, count);
      in.remove_prefix(count);
      left_ -= count;
      if (left_ == 0) at_ = At::data_end;
    } else {
      end_ = take_line(in);
    }
  }
  return end_;
}

}  // namespace wa::native
