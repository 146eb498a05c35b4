// The token dictionaries of 02 section 1: short byte forms of frequent strings. Constant data, no start-up work.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wa::wire {

// How a string is written as a token: one byte, or a dictionary byte (236..239) and an index.
struct Token {
  std::uint8_t byte = 0;
  std::optional<std::uint8_t> index;
};

std::string_view single_token(std::uint8_t byte);  // "" for 0 and for bytes beyond 235
std::string_view double_token(std::uint8_t dictionary, std::uint8_t index);  // dictionary 0..3
std::optional<Token> find_token(std::string_view text);

}  // namespace wa::wire
