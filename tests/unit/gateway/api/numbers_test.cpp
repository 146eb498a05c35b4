#include "gateway/operations/numbers.h"

#include "base/limits.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

TEST_CASE("a number is resolved once, and the account it has is used and shown") {
  struct Row { const char *typed, *account; };
  for (const Row& row : {Row{"5562988887777", "556288887777"}, Row{"525512345678", "5215512345678"},
                         Row{"5215512345678", "525512345678"}, Row{"5491123456789", "541123456789"},
                         Row{"4915112345678", "4915112345678"}}) {
    INFO(row.typed);
    GatewayFixture at;
    at.knows_numbers = false;
    at.accounts[row.typed] = row.account;
    const std::string account = std::string(row.account) + "@s.whatsapp.net";
    const auto id = at.ask("POST", "/send/text", json{{"number", row.typed}, {"text", "x"}}.dump());
    REQUIRE(at.client.last<client::AskNumbers>());
    CHECK(at.client.last<client::AskNumbers>()->numbers == std::vector<std::string>{row.typed});
    CHECK_FALSE(at.client.last<client::SendText>());
    CHECK_FALSE(at.answered(id));
    at.tell_numbers();
    const auto* sent = at.client.last<client::SendText>();
    REQUIRE(sent);
    CHECK(sent->to == jid(account.c_str()));
    at.raise(client::MessageSent{sent->command, sent->id, sent->to, {test::kStartMs}, false, 0});
    CHECK(at.replies[id].body["chat_jid"] == account);
    // Remembered, over a restart, for every form and route.
    at.client.executed.clear();
    at.reopen();
    at.ask("POST", std::string("/chats/") + row.typed + "@s.whatsapp.net/archive", R"({"archived":true})");
    REQUIRE(at.client.last<client::SetChat>());
    CHECK(at.client.last<client::SetChat>()->chat == jid(account.c_str()));
    at.ask("POST", "/chats/" + std::string(row.typed) + "/typing", R"({"state":"typing"})");
    CHECK(at.client.last<client::ShowTyping>()->chat == jid(account.c_str()));
    at.ask("POST", "/contacts/block", json{{"number", row.typed}}.dump());
    CHECK(at.client.last<client::ChangeBlock>()->who == jid(account.c_str()));
    CHECK(at.client.count<client::AskNumbers>() == 0);
    // For a while.
    at.now.wall.ms += limits::kNumberKeptMs + 1;
    at.ask("POST", "/send/text", json{{"number", row.typed}, {"text", "x"}}.dump());
    CHECK(at.client.count<client::AskNumbers>() == 1);
  }
}

TEST_CASE("on every route a number without an account is told, and nothing happens") {
  struct Row { const char *method, *target, *body; };
  for (const Row& row : {Row{"POST", "/send/text", R"({"number":"5511888888888","text":"x"})"},
                         Row{"POST", "/send/location", R"({"to":"5511888888888","latitude":1,"longitude":1})"},
                         Row{"POST", "/chats/5511888888888/archive", R"({"archived":true})"},
                         Row{"POST", "/chats/5511888888888@s.whatsapp.net/pin", ""},
                         Row{"POST", "/chats/5511888888888/labels", R"({"label_id":"1"})"},
                         Row{"POST", "/presence/subscribe", R"({"jid":"5511888888888"})"},
                         Row{"POST", "/contacts/block?number=5511888888888", ""},
                         Row{"GET", "/contacts/profile?number=5511888888888", ""},
                         Row{"PUT", "/messages/3EB0AA", R"({"to":"5511888888888","message":"x"})"}}) {
    INFO(row.method << " " << row.target);
    GatewayFixture at;
    at.accounts["5511888888888"] = "";
    const auto id = at.ask(row.method, row.target, row.body);
    if (!at.answered(id)) at.tell_numbers();
    REQUIRE(at.answered(id));
    CHECK(at.replies[id].status == 404);
    CHECK(at.replies[id].body["error_code"] == "CHAT_NOT_FOUND");
    CHECK(at.client.executed.empty());
  }
}

TEST_CASE("a number that cannot be looked up: said, and nothing was done") {
  GatewayFixture at;
  at.knows_numbers = false;
  const char* body = R"({"number":"5511888888888","text":"x"})";
  const auto refused = at.ask("POST", "/send/text", body);
  at.raise(client::PeopleFailed{at.client.last<client::AskNumbers>()->command, 429});
  CHECK(at.replies[refused].status == 502);
  const auto lost = at.ask("POST", "/send/text", body);
  at.raise(client::PeopleFailed{at.client.last<client::AskNumbers>()->command, -1});
  CHECK(at.replies[lost].status == 504);
  const auto late = at.ask("POST", "/send/text", body);
  at.advance(limits::kNumberTimeoutMs);
  CHECK(at.replies[late].status == 504);
  CHECK(at.replies[late].body["error"].get<std::string>().find("nothing was done") != std::string::npos);
  CHECK(at.client.count<client::SendText>() == 0);
  at.client.status.link = client::LinkState::idle;
  CHECK(at.call("POST", "/send/text", body).status == 503);
}

TEST_CASE("the own number is known, and a list that only reads asks nobody") {
  GatewayFixture at;
  at.knows_numbers = false;
  at.ask("POST", "/send/text", R"({"number":"5511999999999","text":"x"})");
  CHECK(at.client.count<client::SendText>() == 1);
  CHECK(at.call("GET", "/chats/5511888888888").status == 404);
  CHECK(at.client.count<client::AskNumbers>() == 0);
}
