// What a file is by its first bytes, whatever it calls itself.
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace wa::native {

struct Sniffed {
  std::string_view mimetype;   // empty: not known
  std::string_view demuxer;    // FFmpeg's name for it; empty: it is not given to the programs
};
inline constexpr std::size_t kSniffBytes = 4096;
Sniffed sniff(ByteView head);

}  // namespace wa::native
