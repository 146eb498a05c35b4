// QR codes: the modules of a text, and a PNG of them. `qr_png` is the seam of gateway::Config::qr_png.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace wa::native {

struct QrModules {
  int width = 0;
  std::vector<bool> dark;  // row by row
  bool at(int x, int y) const {
    return x >= 0 && y >= 0 && x < width && y < width && dark[static_cast<std::size_t>(y * width + x)];
  }
};

std::optional<QrModules> qr_modules(std::string_view text);  // nullopt: too long for a QR code
Bytes qr_png(std::string_view text);                         // grey PNG with a quiet zone; empty on failure

}  // namespace wa::native
