// A QR code as text for a UTF-8 terminal: two rows of modules per line, dark on light whatever the terminal's colours.
#pragma once

#include <string>
#include <string_view>

namespace wa::native {

std::string qr_terminal(std::string_view text);  // empty when the text does not fit a QR code

}  // namespace wa::native
