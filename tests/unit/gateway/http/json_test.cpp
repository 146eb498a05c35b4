#include "gateway/http/json.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/limits.h"
#include "gateway/http/fields.h"
#include "gateway/http/reply.h"
#include "gateway/http/target.h"

using namespace wa;
using namespace wa::gateway;

namespace {

// {"a0":0,"a1":0,...}, or one name again and again.
std::string members(std::size_t count, const std::string& name) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i > 0 ? ",\"" : "{\"") + name + (name.empty() ? "" : std::to_string(i)) + "\":0";
  return out + "}";
}

std::string values(std::size_t count) {  // in one array
  std::string out = "[0";
  for (std::size_t i = 1; i < count; ++i) out += ",0";
  return out + "]";
}

}  // namespace

TEST_CASE("JSON text is parsed whole or refused") {
  struct Row { const char* name; std::string text; bool ok; };
  const std::string deep(limits::kJsonDepthMax, '['), end(limits::kJsonDepthMax, ']');
  const Row rows[] = {
      {"object", R"({"a":1})", true},
      {"empty", "", false},
      {"cut", R"({"a":)", false},
      {"trailing", R"({"a":1} x)", false},
      {"two values", "{}{}", false},
      {"single quotes", "{'a':1}", false},
      {"comment", "{/**/}", false},
      {"NaN", R"({"a":NaN})", false},
      {"bare word", "tru", false},
      {"raw control character", "{\"a\":\"\n\"}", false},
      {"not UTF-8", "{\"a\":\"\xff\"}", false},
      {"overlong UTF-8", "{\"a\":\"\xc0\xaf\"}", false},
      {"lone surrogate", R"({"a":"\ud800"})", false},
      {"at the depth limit", deep + end, true},
      {"one deeper", "[" + deep + end + "]", false},
      {"20,000 deep", std::string(20'000, '['), false},
      {"20,000 objects deep", [] { std::string t; for (int i = 0; i < 20'000; ++i) t += "{\"a\":"; return t; }(),
          false},
      {"as many members as may be", members(kJsonMembersMax, "a"), true},
      {"one more", members(kJsonMembersMax + 1, "a"), false},
      {"one more, by one name", members(kJsonMembersMax + 1, ""), false},
      {"members are counted for each object", "[" + members(kJsonMembersMax, "a") + "," + members(kJsonMembersMax, "b") + "]", true},
      {"as many values as may be", values(kJsonValuesMax - 1), true},
      {"one more", values(kJsonValuesMax), false},
      {"brackets in a string do not nest", "{\"a\":\"" + std::string(1000, '[') + "\"}", true},
      {"escaped quote in a string", "{\"a\":\"\\\"" + std::string(1000, '[') + "\"}", true},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(parse_json(row.text).has_value() == row.ok);
  }
}

TEST_CASE("members keep their order and bad bytes do not end the process") {
  CHECK(compact(*parse_json(R"({"b":1,"a":2})")) == R"({"b":1,"a":2})");
  CHECK(compact(Json("a\xff")) == "\"a\xEF\xBF\xBD\"");
}

TEST_CASE("answers have the published shape") {
  const Reply good = build_success(7, {{"outcome", "confirmed"}});
  CHECK(good.body == R"({"success":true,"outcome":"confirmed"})");
  Failure failed = upstream_rejected("no", 463);
  failed.validation.push_back({"from", "bad", "x"});
  failed.validation.push_back({"text", "is required", nullptr});
  CHECK(build_failure(7, failed, {1'767'225'600'000}).body ==
        R"({"success":false,"error":"no","error_code":"UPSTREAM_REJECTED","timestamp":"2026-01-01T00:00:00Z",)"
        R"("validation":[{"field":"from","message":"bad","value":"x"},{"field":"text","message":"is required"}],)"
        R"("upstream_code":463})");
}

TEST_CASE("request targets are taken apart and decoded once") {
  const auto target = parse_target("/chats/5511999999999%40s.whatsapp.net/pin?a=1&b=x%20y+z&c&a=2&=&d=%26");
  REQUIRE(target);
  CHECK(target->segments == std::vector<std::string>{"chats", "5511999999999@s.whatsapp.net", "pin"});
  CHECK(target->query.at("a") == "1");
  CHECK(target->query.at("b") == "x y z");
  CHECK(target->query.at("d") == "&");
  CHECK(target->flag("c"));
  CHECK(parse_target("/a%2Fb/c%2540")->segments == std::vector<std::string>{"a/b", "c%40"});
  CHECK(parse_target("/")->segments.empty());
  CHECK(parse_target("/a/")->segments.size() == 2);
  CHECK(parse_target("//a")->segments.size() == 2);
  CHECK(parse_target("/+55")->segments[0] == "+55");  // a plus is a plus in a path
  for (const char* bad : {"", "a", "http://x/a", "/%", "/%4", "/%zz", "/%00", "/%ff", "/a?b=%f"}) {
    INFO(bad);
    CHECK_FALSE(parse_target(bad));
  }
}

TEST_CASE("chats are accepted in every published form") {
  struct Row { const char* text; const char* expected; };
  const Row rows[] = {
      {"5511999999999", "5511999999999@s.whatsapp.net"},
      {"+55 (11) 99999-9999", "5511999999999@s.whatsapp.net"},
      {"5511999999999@s.whatsapp.net", "5511999999999@s.whatsapp.net"},
      {"5511999999999:12@s.whatsapp.net", "5511999999999@s.whatsapp.net"},
      {"5511999999999@c.us", "5511999999999@s.whatsapp.net"},
      {"111222333444@lid", "111222333444@lid"},
      {"120363000000000000@g.us", "120363000000000000@g.us"},
      {"5511999999999-1400000000@g.us", "5511999999999-1400000000@g.us"},
      {"", nullptr},
      {"abc", nullptr},
      {"123", nullptr},
      {"5511999999999@", nullptr},
      {"@s.whatsapp.net", nullptr},
      {"abc@s.whatsapp.net", nullptr},
      {"5511999999999@example.com", nullptr},
      {"status@broadcast", nullptr},
      {"120363000000000000@newsletter", nullptr},
      {"1@2@s.whatsapp.net", nullptr},
      {"12345678901234567890", nullptr},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto parsed = parse_chat(row.text);
    CHECK(parsed.has_value() == (row.expected != nullptr));
    if (parsed && row.expected) CHECK(parsed->text() == row.expected);
  }
}

TEST_CASE("every bad field is named at once, secrets are not echoed") {
  const Json body = *parse_json(R"({"a":1,"b":"","c":"x","password":"short","n":1.5,"list":["x",2]})");
  Fields fields(body);
  fields.text("a", 10);
  fields.text("b", 10);
  fields.flag("c");
  fields.text("missing", 10);
  fields.optional_text("password", 99, 8);
  fields.optional_integer("n", 0, 9);
  fields.texts("list", true, 9);
  const auto failed = fields.failure();
  REQUIRE(failed);
  CHECK(std::string(failed->code) == "VALIDATION_ERROR");
  std::vector<std::string> names;
  for (const auto& bad : failed->validation) names.push_back(bad.field);
  CHECK(names == std::vector<std::string>{"a", "b", "c", "missing", "password", "n", "list[1]"});
  CHECK(failed->validation[4].value.is_null());
}

TEST_CASE("an answer names the first bad fields, however many there are") {
  Json body = Json::object();
  body["list"] = Json::array();
  for (int i = 0; i < 1000; ++i) body["list"].push_back(i);
  Fields fields(body);
  fields.texts("list", true, 1000);
  CHECK(fields.failure()->validation.size() == 64);
  Fields outer(body);
  outer.take(fields, "in.");
  outer.missing("more");
  CHECK(outer.failure()->validation.size() == 64);
}

TEST_CASE("a JID alone that cannot be parsed is INVALID_JID") {
  const Json body = *parse_json(R"({"from":"nobody","call_id":5})");
  Fields only(body);
  only.chat("from");
  CHECK(std::string(only.failure()->code) == "INVALID_JID");
  Fields both(body);
  both.chat("from");
  both.text("call_id", 5);
  CHECK(std::string(both.failure()->code) == "VALIDATION_ERROR");
  CHECK(both.failure()->validation.size() == 2);
}

TEST_CASE("members that nobody asked for are bad fields, or warnings") {
  const Json body = *parse_json(R"({"text":"x","tekst":"y","inner":{"a":1,"b":2},"success":true,"device_id":"d"})");
  const auto read = [](Fields& fields) {
    (void)fields.text("text", 10);
    Fields inner(*fields.optional_object("inner"));
    (void)inner.optional_integer("a", 0, 9);
    (void)inner.has("c");
    fields.take(inner, "inner.");
    return fields.failure();
  };
  Fields strict(GivenBody{body});
  const auto failed = read(strict);
  REQUIRE(failed);
  CHECK(failed->code == std::string("VALIDATION_ERROR"));
  REQUIRE(failed->validation.size() == 2);
  CHECK(failed->validation[0].field == "inner.b");
  CHECK(failed->validation[1].field == "tekst");

  std::vector<std::string> warnings;
  Fields loose(GivenBody{body, nullptr, &warnings});
  CHECK_FALSE(read(loose));
  CHECK(warnings == std::vector<std::string>{"unknown member: inner.b", "unknown member: tekst"});
}

TEST_CASE("who writes a phone number without quotes is told to quote it") {
  const Json body =
      *parse_json(R"({"number":5511999999999,"list":["5511888888888",5511999999999],"float":1e30,"no":[]})");
  Fields fields(body);
  (void)fields.chat("number");
  (void)fields.numbers("list", true, 5);
  (void)fields.phone_text("float", 64);
  (void)fields.chat("no");
  const auto failed = fields.failure();
  REQUIRE(failed);
  REQUIRE(failed->validation.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    INFO(failed->validation[i].field);
    CHECK((failed->validation[i].message.find("quote the number") != std::string::npos) == (i < 3));
  }
}

TEST_CASE("the texts of a form mean flags, numbers, lists and objects") {
  const Json body = *parse_json(R"({"a":"true","b":"3","c":"2.5","d":"x","e":"[\"x\",\"y\"]","f":["x"],)"
                                R"("g":"{\"h\":1}","i":"12","k":"[{\"l\":1}]"})");
  Fields form(GivenBody{body, nullptr, nullptr, true});
  CHECK(form.flag("a"));
  CHECK(form.optional_integer("b", 1, 5) == 3);
  CHECK(form.number("c", 0, 5) == 2.5);
  CHECK(form.texts("d", true, 5) == std::vector<std::string>{"x"});
  CHECK(form.texts("e", true, 5) == std::vector<std::string>{"x", "y"});
  CHECK(form.texts("f", true, 5) == std::vector<std::string>{"x"});
  REQUIRE(form.optional_object("g"));
  CHECK((*form.optional_object("g"))["h"] == 1);
  CHECK(form.text("i", 5) == "12");
  REQUIRE(form.objects("k", 1, 5).size() == 1);
  CHECK_FALSE(form.failure());
  CHECK_FALSE(form.optional_flag("d"));
  REQUIRE(form.failure());
  CHECK(form.failure()->validation.at(0).field == "d");
  Fields json(GivenBody{body});
  CHECK_FALSE(json.optional_flag("a"));
  CHECK_FALSE(json.optional_integer("b", 1, 5));
  CHECK(json.failure());
}
