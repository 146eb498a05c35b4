#include "wire/jid.h"

#include <catch2/catch.hpp>

using namespace wa::wire;

TEST_CASE("text form and back") {
  struct Row { const char* name; const char* text; Jid jid; };
  const Row rows[] = {
      {"phone number", "5511999999999@s.whatsapp.net", {"5511999999999", Server::pn}},
      {"companion", "5511999999999:12@s.whatsapp.net", {"5511999999999", Server::pn, 12}},
      {"hidden id", "440000000000001@lid", {"440000000000001", Server::lid}},
      {"hidden id of a companion", "440000000000001:99@lid", {"440000000000001", Server::lid, 99}},
      {"group", "120363000000000001@g.us", {"120363000000000001", Server::group}},
      {"old group", "5511999999999-1400000000@g.us", {"5511999999999-1400000000", Server::group}},
      {"status", "status@broadcast", {"status", Server::broadcast}},
      {"server alone", "s.whatsapp.net", {"", Server::pn}},
      {"groups server alone", "g.us", {"", Server::group}},
      {"hosted", "5511999999999:99@hosted", {"5511999999999", Server::hosted, 99}},
      {"hosted lid", "440000000000001:99@hosted.lid", {"440000000000001", Server::hosted_lid, 99}},
      {"legacy", "5511999999999@c.us", {"5511999999999", Server::legacy}},
      {"interop", "7-1000123:2@interop", {"1000123", Server::interop, 2, 7}},
      {"agent", "5511999999999.5:3@s.whatsapp.net", {"5511999999999", Server::pn, 3, 0, 5}},
      {"messenger", "7684739457:300@msgr", {"7684739457", Server::msgr, 300}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(row.jid.text() == row.text);
    const auto parsed = parse_jid(row.text);
    REQUIRE(parsed);
    CHECK(*parsed == row.jid);
  }
}

TEST_CASE("other spellings are read") {
  CHECK(parse_jid("@s.whatsapp.net") == Jid{});
  CHECK(parse_jid("5511999999999:0@s.whatsapp.net") == Jid{"5511999999999", Server::pn});
}

TEST_CASE("what is no JID") {
  for (const char* text : {"a.b.0@lid", "", "5511999999999", "a@b", "@", "5511999999999@", "5511999999999@S.WHATSAPP.NET", "1@2@lid",
                           "5511999999999:@lid", "5511999999999:65536@lid", "5511999999999:-1@lid", ":1@lid", "1:2:3@lid",
                           "1\n2@lid", "1 2@lid", "120363000000000001:1@g.us", "1.x@lid", "1.256@lid", "x-1@interop",
                           "\xC3\xA9@lid", "lid", "call"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_jid(text));
  }
  CHECK_FALSE(parse_jid(std::string(129, '1') + "@lid"));
}

TEST_CASE("what callers type") {
  struct Row { const char* input; const char* jid; };
  const Row rows[] = {
      {"5511999999999", "5511999999999@s.whatsapp.net"},
      {"+55 11 99999-9999", "5511999999999@s.whatsapp.net"},
      {" +55 (11) 99999-9999 ", "5511999999999@s.whatsapp.net"},
      {"1234567890", "1234567890@s.whatsapp.net"},
      {"123456789012345", "123456789012345@s.whatsapp.net"},
      {"5511999999999@s.whatsapp.net", "5511999999999@s.whatsapp.net"},
      {"+55 11 99999-9999@s.whatsapp.net", "5511999999999@s.whatsapp.net"},
      {"+5511999999999@s.whatsapp.net", "5511999999999@s.whatsapp.net"},
      {"5511999999999@c.us", "5511999999999@s.whatsapp.net"},
      {"5511999999999:7@s.whatsapp.net", "5511999999999:7@s.whatsapp.net"},
      {"440000000000001@lid", "440000000000001@lid"},
      {"120363000000000001@g.us", "120363000000000001@g.us"},
      {"123456789", ""},
      {"1234567890123456", ""},
      {"", ""},
      {"+", ""},
      {"55+11999999999", ""},
      {"++5511999999999", ""},
      {"55.11.99999.9999", "5511999999999@s.whatsapp.net"},
      {"\u202a+55 11 99999-9999\u202c", "5511999999999@s.whatsapp.net"},
      {"5511\u200e999999999", "5511999999999@s.whatsapp.net"},
      {"55\u00a011\u202f99999\u20119999", "5511999999999@s.whatsapp.net"},
      {"+55\t11\t999999999", "5511999999999@s.whatsapp.net"},
      {"(+55) 11.99999\u22129999", "5511999999999@s.whatsapp.net"},
      {"\ufeff5511999999999\u2069", "5511999999999@s.whatsapp.net"},
      {"005511999999999", "5511999999999@s.whatsapp.net"},
      {"00 55 (11) 99999-9999", "5511999999999@s.whatsapp.net"},
      {"0055 11 99999 9999@s.whatsapp.net", "5511999999999@s.whatsapp.net"},
      {"\u200e120363000000000001@g.us\u200e", "120363000000000001@g.us"},
      {"\u00a0440000000000001@lid ", "440000000000001@lid"},
      {"00123456789", ""},
      {"+0055", ""},
      {"00", ""},
      {"55\u00e911999999999", ""},
      {"55\xe2\x80", ""},
      {"\u202a", ""},
      {"5511999999999x", ""},
      {"phone@s.whatsapp.net", ""},
      {"s.whatsapp.net", ""},
      {"@s.whatsapp.net", ""},
      {"abc@lid", ""},
      {"5511999999999@example.com", ""},
      {"5511999999999\n", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.input);
    const auto jid = parse_user_input(row.input);
    CHECK((jid ? jid->text() : "") == row.jid);
  }
}

TEST_CASE("user and server parts") {
  const Jid companion{"5511999999999", Server::pn, 3};
  CHECK(companion.user_jid() == Jid{"5511999999999", Server::pn});
  CHECK(companion.is_user());
  CHECK_FALSE(Jid{}.is_user());
  CHECK(Jid{}.is_server());
  CHECK_FALSE(Jid{"120363000000000001", Server::group}.is_user());
  CHECK(companion.user_jid() < companion);
  CHECK_FALSE(companion < companion);
}
