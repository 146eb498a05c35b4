// The C library's strtod reads through 128-bit floating point, which wasm does not have: 13 kB. This one counts in whole
// numbers: with the text as N/D, both powers brought to D <= N < 2D, it takes one bit of the answer after the other.
#include "abi/decimal.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace wa::wasm {
namespace {

// No double and no middle between two of them has more digits; whatever follows only says "a little more".
constexpr int kDigitsMax = 770;
constexpr int kFewDigits = 15;  // a double holds them exactly
constexpr int kExactPower = 22;  // and 10 to this
constexpr int kExponentMax = 100'000;  // of a text; far beyond every double

// A whole number of up to 4,096 bits: 10^(770 + 330) is 3,655 of them.
class Whole {
 public:
  explicit Whole(std::uint32_t value) { words_[0] = value; }

  void multiply_add(std::uint32_t factor, std::uint32_t more) {
    std::uint64_t carry = more;
    for (std::size_t i = 0; i < used_; ++i) {
      carry += std::uint64_t{words_[i]} * factor;
      words_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry) words_[used_++] = static_cast<std::uint32_t>(carry);
  }
  void times_power_of_ten(int power) {
    for (; power >= 9; power -= 9) multiply_add(1'000'000'000, 0);
    for (; power > 0; --power) multiply_add(10, 0);
  }
  void shift_left(int bits) {
    for (; bits > 0; bits -= 31) multiply_add(std::uint32_t{1} << std::min(bits, 31), 0);
  }
  void subtract(const Whole& other) {  // not larger than this
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < used_; ++i) {
      const std::uint64_t left = std::uint64_t{words_[i]} - other.words_[i] - borrow;
      words_[i] = static_cast<std::uint32_t>(left);
      borrow = left >> 63;
    }
    while (used_ > 1 && !words_[used_ - 1]) --used_;
  }
  int length() const { return static_cast<int>(used_ * 32) - std::countl_zero(words_[used_ - 1]); }  // in bits
  int compare(const Whole& other) const {
    if (used_ != other.used_) return used_ < other.used_ ? -1 : 1;
    for (std::size_t i = used_; i > 0; --i) {
      if (words_[i - 1] != other.words_[i - 1]) return words_[i - 1] < other.words_[i - 1] ? -1 : 1;
    }
    return 0;
  }

 private:
  std::size_t used_ = 1;  // words up to the highest that is not zero
  std::array<std::uint32_t, 128> words_{};
};

struct Decimal {  // digits * 10^power
  Whole digits{0};
  std::uint64_t few = 0;  // the digits, as long as they are not more than kFewDigits
  int count = 0, power = 0;  // `count` without leading zeros
  bool more = false;  // digits that were left out are not all zero

  void add(char digit, bool fraction) {
    if (count < kDigitsMax) {
      const auto value = static_cast<std::uint32_t>(digit - '0');
      digits.multiply_add(10, value);
      if (count < kFewDigits) few = few * 10 + value;
      count += count > 0 || digit != '0';
      power -= fraction;
    } else {
      more = more || digit != '0';
      power += !fraction;
    }
  }
};

double from_bits(std::uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

double nearest(Decimal& decimal) {
  if (decimal.count <= kFewDigits && std::abs(decimal.power) <= kExactPower) {  // one operation rounds once
    double power = 1;
    for (int i = std::abs(decimal.power); i > 0; --i) power *= 10;
    return decimal.power < 0 ? static_cast<double>(decimal.few) / power : static_cast<double>(decimal.few) * power;
  }
  constexpr std::uint64_t kInfinity = std::uint64_t{0x7ff} << 52;
  if (decimal.count == 0 || decimal.count + decimal.power < -330) return 0;
  if (decimal.count + decimal.power > 310) return from_bits(kInfinity);
  if (decimal.more) {  // one more digit that is not zero stands for all of them
    decimal.digits.multiply_add(10, 1);
    --decimal.power;
  }
  Whole& above = decimal.digits;
  Whole below{1};
  above.times_power_of_ten(decimal.power);
  below.times_power_of_ten(-decimal.power);
  int exponent = above.length() - below.length();
  below.shift_left(exponent);
  above.shift_left(-exponent);
  if (above.compare(below) < 0) {
    above.shift_left(1);
    --exponent;
  }
  std::uint64_t bits = 0;
  for (int left = std::min(53, exponent + 1075); left > 0; --left) {
    const bool one = above.compare(below) >= 0;
    if (one) above.subtract(below);
    above.shift_left(1);
    bits = bits << 1 | one;
  }
  const int rest = exponent < -1075 ? -1 : above.compare(below);
  bits += rest > 0 || (rest == 0 && (bits & 1));
  // The first bit of a normal number is not stored: it counts the exponent up instead, as does a carry into a 54th bit.
  if (exponent >= -1022) bits += static_cast<std::uint64_t>(exponent + 1022) << 52;
  return from_bits(std::min(bits, kInfinity));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

double parse_decimal(const char* text, char** end) {
  const char* at = text;
  const bool negative = *at == '-';
  at += negative;
  Decimal decimal;
  bool any = false;
  for (; is_digit(*at); any = true) decimal.add(*at++, false);
  if (*at == '.') {
    for (++at; is_digit(*at); any = true) decimal.add(*at++, true);
  }
  if (!any) at = text;
  if (any && (*at == 'e' || *at == 'E')) {
    const char* mark = at++;
    const bool down = *at == '-';
    at += down || *at == '+';
    int power = 0;
    if (!is_digit(*at)) at = mark;
    for (; is_digit(*at); ++at) power = std::min(power * 10 + (*at - '0'), kExponentMax);
    decimal.power += down ? -power : power;
  }
  *end = const_cast<char*>(at);
  if (!any) return 0;
  const double value = nearest(decimal);
  return negative ? -value : value;
}

}  // namespace wa::wasm
