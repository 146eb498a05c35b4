#include "wire/tokens.h"

#include <catch2/catch.hpp>

using namespace wa::wire;

TEST_CASE("every token finds its own number") {
  for (unsigned byte = 1; byte <= 235; ++byte) {
    const auto token = find_token(single_token(static_cast<std::uint8_t>(byte)));
    REQUIRE(token);
    CHECK(token->byte == byte);
    CHECK_FALSE(token->index);
  }
  for (unsigned dictionary = 0; dictionary < 4; ++dictionary) {
    for (unsigned index = 0; index < 256; ++index) {
      const auto text = double_token(static_cast<std::uint8_t>(dictionary), static_cast<std::uint8_t>(index));
      const auto token = find_token(text);
      REQUIRE(token);
      CHECK(token->byte == 236 + dictionary);
      CHECK(token->index == index);
    }
  }
}

TEST_CASE("known places, as the protocol page names them") {
  CHECK(single_token(1) == "xmlstreamstart");
  CHECK(single_token(2) == "xmlstreamend");
  CHECK(single_token(3) == "s.whatsapp.net");
  CHECK(single_token(0).empty());
  CHECK(single_token(236).empty());
  CHECK_FALSE(find_token(""));
  CHECK_FALSE(find_token("no such token"));
  CHECK_FALSE(find_token(std::string(4000, 'x')));
}
