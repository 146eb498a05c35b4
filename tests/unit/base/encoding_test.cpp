#include "base/encoding.h"

#include <catch2/catch.hpp>

#include "sim/world/seeded_random.h"

using namespace wa;

TEST_CASE("base64: RFC 4648 section 10, both alphabets") {
  struct Row { const char* plain; const char* coded; };
  const Row rows[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const Row& row : rows) {
    INFO(row.plain);
    CHECK(base64(view(row.plain)) == row.coded);
    CHECK(from_base64(row.coded) == to_bytes(std::string_view(row.plain)));
  }
  CHECK(base64_url(Bytes{0xfb, 0xff}) == "-_8");
  CHECK(from_base64("-_8") == Bytes{0xfb, 0xff});
  for (const char* bad : {"Z", "Z===", "Zg==Zg==", "Z g="}) {
    INFO(bad);
    CHECK_FALSE(from_base64(bad).has_value());
  }
}

TEST_CASE("hex: both cases in, lower case out, nothing else") {
  CHECK(hex(Bytes{0x00, 0xab, 0xff}) == "00abff");
  CHECK(hex_upper(Bytes{0xab}) == "AB");
  CHECK(from_hex("00aBfF") == Bytes{0x00, 0xab, 0xff});
  CHECK_FALSE(from_hex("0").has_value());
  CHECK_FALSE(from_hex("0g").has_value());
}

TEST_CASE("RFC 3339: examples of the standard, offsets, leap days, refusals") {
  struct Row { const char* text; std::int64_t ms; };
  const Row rows[] = {
      {"1985-04-12T23:20:50.52Z", 482196050520}, {"1996-12-19T16:39:57-08:00", 851042397000}, {"1970-01-01T00:00:00Z", 0},
      {"2024-02-29T12:00:00Z", 1709208000000},   {"2026-06-15T10:45:02-03:00", 1781531102000}, {"1969-12-31T23:59:59Z", -1000}};
  for (const Row& row : rows) {
    INFO(row.text);
    REQUIRE(parse_rfc3339(row.text).has_value());
    CHECK(parse_rfc3339(row.text)->ms == row.ms);
  }
  CHECK(rfc3339(WallTime{1781531102000}) == "2026-06-15T13:45:02Z");
  CHECK(rfc3339(WallTime{-1000}) == "1969-12-31T23:59:59Z");
  CHECK(rfc3339(WallTime{-62'167'219'200'000}) == "0000-01-01T00:00:00Z");
  CHECK(rfc3339(WallTime{253'402'300'799'999}) == "9999-12-31T23:59:59Z");
  CHECK(rfc3339(WallTime{253'402'300'800'000}) == "10000-01-01T00:00:00Z");
  for (const char* bad : {"", "2026-06-15", "2026-13-01T00:00:00Z", "2026-06-15T24:00:00Z", "2026-06-15T10:45:02", "2026-06-15T10:45:02.Z",
                          "2026-06-15T10:45:02+0300", "2026-06-15T10:45:02Zx", "yyyy-06-15T10:45:02Z"}) {
    INFO(bad);
    CHECK_FALSE(parse_rfc3339(bad).has_value());
  }
}

TEST_CASE("RFC 3339: printing and parsing are inverse over 400 years") {
  for (std::int64_t day = -146097; day < 146097; day += 97) {
    const WallTime time{day * 86'400'000 + 12'345'000};
    REQUIRE(parse_rfc3339(rfc3339(time)) == time);
  }
}

TEST_CASE("UTF-8: strict") {
  for (const char* good : {"", "plain", "ol\xc3\xa1", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) CHECK(is_utf8(good));
  for (const char* bad : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "a\xc3", "\xff"}) {
    CHECK_FALSE(is_utf8(bad));
  }
  CHECK(utf8_length("ol\xc3\xa1 \xf0\x9f\x98\x80") == 5);
}

TEST_CASE("UUID: version 4, and what counts as one") {
  sim::SeededRandom random{5};
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = uuid_v4(random);
    REQUIRE(is_uuid(uuid));
    CHECK(uuid[14] == '4');
    CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
  }
  CHECK_FALSE(is_uuid("7e0ad2f6-58a0-4c0e-9d4c-0d8ad9a3f11"));
  CHECK_FALSE(is_uuid("7e0ad2f6x58a0-4c0e-9d4c-0d8ad9a3f111"));
  CHECK_FALSE(is_uuid("7e0ad2f6-58a0-4c0e-9d4c-0d8ad9a3f11g"));
}
