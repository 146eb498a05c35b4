// The modules' own reading of decimal numbers against the C library's of this machine: equal bits, equal ends.
#include "abi/decimal.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace {

std::uint64_t bits_of(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

double of_bits(std::uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

bool same(const std::string& text) {
  char *ours = nullptr, *theirs = nullptr;
  const double read = wa::wasm::parse_decimal(text.c_str(), &ours), expected = std::strtod(text.c_str(), &theirs);
  return bits_of(read) == bits_of(expected) && ours == theirs;
}

std::string print(const char* format, int digits, long double value) {
  char text[2048];
  std::snprintf(text, sizeof(text), format, digits, value);
  return text;
}

}  // namespace

TEST_CASE("decimal: what a shortened double says is read as the C library reads it") {
  std::mt19937_64 random(7);
  int wrong = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double value = of_bits(random());
    if (!std::isfinite(value)) continue;
    wrong += !same(print("%.*Lg", static_cast<int>(random() % 20) + 1, value)) + !same(print("%.*Le", 17, value));
  }
  CHECK(wrong == 0);
}

TEST_CASE("decimal: the middle between two doubles, and a little more than it") {
  std::mt19937_64 random(8);
  int wrong = 0;
  for (int i = 0; i < 300; ++i) {
    std::uint64_t bits = random();
    if (i % 3 == 0) bits &= 0x000fffffffffffff;  // subnormal
    if (i % 3 == 1) bits = (bits & 0x800fffffffffffff) | (random() % 2046 + 1) << 52;
    const double low = of_bits(bits), high = of_bits(bits + 1);
    if (!std::isfinite(low) || !std::isfinite(high)) continue;
    const std::string middle = print("%.*Le", 1100, (static_cast<long double>(low) + high) / 2);
    const auto mark = middle.find('e');
    wrong += !same(middle);
    wrong += !same(middle.substr(0, mark) + std::string(900, '0') + "1" + middle.substr(mark));
  }
  CHECK(wrong == 0);
}

TEST_CASE("decimal: edges") {
  for (const char* text : {
           "0", "-0", "0.0", "-0.0e5", "1e308", "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "4.9e-324",
           "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308", "2.2250738585072014e-308", "1e-400",
           "1e99999999999", "1e-99999999999", "0e99999", "123456789012345678901234567890", "9007199254740993", "9007199254740992.5",
           "9007199254740993.00000000000000000001", "1e22", "1e23", "123e-22", "1e", "1e+", "-", "", ".", "x", "1x"}) {
    CAPTURE(text);
    CHECK(same(text));
  }
  CHECK(same(std::string(10'000, '9')));
  CHECK(same("0." + std::string(10'000, '0') + "1"));
  CHECK(same("0." + std::string(400, '0') + "1e400"));
  CHECK(same(std::string(1'000, '1') + "e-900"));
  CHECK(same("1" + std::string(900, '0') + "1e-900"));
}
