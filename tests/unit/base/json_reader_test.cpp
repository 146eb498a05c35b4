#include <catch2/catch.hpp>

#include "base/json_reader.h"

using namespace wa;

TEST_CASE("json texts: members and those one object deeper, escapes as UTF-8, anything else skipped") {
  const JsonTexts texts = json_texts(
      R"( { "url":"https:\/\/a\u002fb", "n" : -1.5e3, "list":[1,{"x":["y"]},"z"],)"
      R"( "deep":{"path":"\ud83d\ude00","more":{"lost":"1"}}, "t":true, "url":"last" } )");
  CHECK(text_of(texts, "url") == "last");
  CHECK(text_of(texts, "deep.path") == "\xF0\x9F\x98\x80");
  CHECK(text_of(texts, "deep.more.lost").empty());
  CHECK(texts.size() == 3);
  CHECK(texts[0].second == "https://a/b");
  CHECK(json_texts("{}").empty());
}

TEST_CASE("json texts: what is no object, or broken anywhere, gives nothing") {
  for (const char* broken : {"", "<html>", "[]", "\"a\"", "{", "{\"a\":\"b\"", "{\"a\":\"b\"} x", "{\"a\":\"b\",}",
                             "{\"a\" \"b\"}", "{\"a\":}", "{a:\"b\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\x\"}",
                             "{\"a\":[1,}", "{\"a\":\"b\"\x01}", "{\"a\":\"\n\"}"}) {
    CHECK(json_texts(std::string("") + broken).empty());
  }
  std::string deep = "{\"x\":\"y\",\"a\":";
  for (int i = 0; i < 40; ++i) deep += '[';
  for (int i = 0; i < 40; ++i) deep += ']';
  CHECK(json_texts(deep + "}").empty());
}
