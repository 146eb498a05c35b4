// tested by unit/base/subscriber_test.cpp
#include "base/subscriber.h"

#include <string>

namespace wa {
namespace {

// Where the country writes one more digit for mobile phones: behind `head`, and `area` digits after it; the number with
// the digit has `digits`.
struct ExtraDigit { std::string_view head; std::size_t area; char digit; std::size_t digits; };
constexpr ExtraDigit kExtraDigits[] = {{"55", 2, '9', 13}, {"52", 0, '1', 13}, {"54", 0, '9', 13}};

std::string without_extra_digit(std::string_view digits) {
  std::string out(digits);
  for (const ExtraDigit& one : kExtraDigits) {
    const std::size_t at = one.head.size() + one.area;
    const bool fits = digits.size() == one.digits && digits.substr(0, one.head.size()) == one.head;
    if (fits && digits[at] == one.digit) return out.erase(at, 1);
  }
  return out;
}

}  // namespace

bool same_subscriber(std::string_view digits, std::string_view other) {
  return digits == other || without_extra_digit(digits) == without_extra_digit(other);
}

}  // namespace wa
