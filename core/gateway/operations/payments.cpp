// tested by unit/gateway/api/payments_test.cpp
#include "gateway/operations/payments.h"

#include <algorithm>

namespace wa::gateway {
namespace {

constexpr std::string_view kWithoutParts[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                              "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kOfThousand[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};

template <std::size_t Count>
bool is_in(const std::string_view (&codes)[Count], std::string_view code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

}  // namespace

bool is_currency(std::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::uint32_t minor_per_unit(std::string_view code) {
  if (is_in(kWithoutParts, code)) return 1;
  return is_in(kOfThousand, code) ? 1000 : 100;
}

std::string text_of_amount(std::uint64_t minor, std::string_view code) {
  const std::uint32_t per_unit = minor_per_unit(code);
  std::string out = std::to_string(minor / per_unit);
  if (per_unit > 1) {
    const std::string part = std::to_string(per_unit + minor % per_unit);   // with a 1 before it
    out += '.' + part.substr(1);
  }
  return out + ' ' + std::string(code);
}

}  // namespace wa::gateway
