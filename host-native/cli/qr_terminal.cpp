#include "cli/qr_terminal.h"

#include "machines/qr_png.h"

namespace wa::native {

std::string qr_terminal(std::string_view text) {
  constexpr int kQuiet = 2;
  const auto modules = qr_modules(text);
  if (!modules) return {};
  std::string out;
  for (int y = -kQuiet; y < modules->width + kQuiet; y += 2) {
    out += "\x1b[30;107m";  // black on bright white: scanners want dark on light
    for (int x = -kQuiet; x < modules->width + kQuiet; ++x) {
      const bool upper = modules->at(x, y), lower = modules->at(x, y + 1);
      out += upper ? (lower ? "\u2588" : "\u2580") : (lower ? "\u2584" : " ");
    }
    out += "\x1b[0m\n";
  }
  return out;
}

}  // namespace wa::native
