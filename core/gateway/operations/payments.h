// Amounts of money, in the smallest part of their currency (ISO 4217).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wa::gateway {

inline constexpr std::int64_t kPaymentAmountMax = 100'000'000'000'000;

bool is_currency(std::string_view code);              // three capital letters
std::uint32_t minor_per_unit(std::string_view code);  // 100 for most; 1 and 1000 for some
std::string text_of_amount(std::uint64_t minor, std::string_view code);   // "150.00 BRL"

}  // namespace wa::gateway
