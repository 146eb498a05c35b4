#include "machines/qr_png.h"

#include <png.h>
#include <qrencode.h>

#include <memory>
#include <string>

namespace wa::native {
namespace {

constexpr int kQuietModules = 4;   // ISO 18004
constexpr int kPixelsPerModule = 6;

}  // namespace

std::optional<QrModules> qr_modules(std::string_view text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                        QR_ECLEVEL_L),
      &QRcode_free);
  if (!code) return std::nullopt;
  QrModules out{code->width, {}};
  const auto count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  out.dark.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.dark.push_back((code->data[i] & 1) != 0);
  return out;
}

Bytes qr_png(std::string_view text) {
  const auto modules = qr_modules(text);
  if (!modules) return {};
  const int side = (modules->width + 2 * kQuietModules) * kPixelsPerModule;
  Bytes pixels(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const bool dark = modules->at(x / kPixelsPerModule - kQuietModules, y / kPixelsPerModule - kQuietModules);
      pixels[static_cast<std::size_t>(y * side + x)] = dark ? 0 : 255;
    }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(side);
  image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  if (!png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr)) return {};
  Bytes out(size);
  if (!png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr)) return {};
  out.resize(size);
  return out;
}

}  // namespace wa::native
