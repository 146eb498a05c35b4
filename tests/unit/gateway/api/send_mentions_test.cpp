// POST /send/text/mentions (api.md 3.7): what the client is told, the answer, the event.
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

const char* const kGroup = "120363000000000000@g.us";
const wire::Jid kMaria = jid("5511888888888@s.whatsapp.net"), kJoao = jid("5511777777777@s.whatsapp.net");

json body(const char* text, json mentions) { return {{"number", kGroup}, {"text", text}, {"mentions", std::move(mentions)}}; }

}  // namespace

TEST_CASE("mentions: what is sent") {
  struct Row { json body; const char* text; std::vector<wire::Jid> who; bool all; };
  const auto user = [](const char* number, json position = nullptr) {
    json out{{"jid", std::string(number) + "@s.whatsapp.net"}, {"name", "Somebody"}};
    if (!position.is_null()) out["position"] = std::move(position);
    return out;
  };
  const Row rows[] = {
      {body("Hello @5511888888888", {{"specificUsers", {user("5511888888888", {6, 20})}}}), "Hello @5511888888888", {kMaria}, false},
      {body("Hi (@5511888888888)", {{"specificUsers", {user("5511888888888", {3, 19})}}}), "Hi (@5511888888888)", {kMaria}, false},
      {body("Hello Maria!", {{"specificUsers", {user("5511888888888", {6, 11})}}}), "Hello @5511888888888!", {kMaria}, false},
      {body("Olá é, x", {{"specificUsers", {user("5511888888888", {4, 5})}}}), "Olá @5511888888888, x", {kMaria}, false},
      {body("A and B", {{"specificUsers", {user("5511888888888", {0, 1}), user("5511777777777", {6, 7})}}}),
       "@5511888888888 and @5511777777777", {kMaria, kJoao}, false},
      {body("at the end ", {{"specificUsers", {user("5511888888888", {11, 11})}}}), "at the end @5511888888888", {kMaria}, false},
      {body("no place", {{"specificUsers", {user("5511888888888"), user("5511888888888")}}}), "no place", {kMaria}, false},
      {body("Hello Maria", {{"silent", true}, {"specificUsers", {user("5511888888888", {6, 11})}}}), "Hello Maria", {kMaria}, false},
      {body("@all come", {{"mentionAll", true}, {"mentionAllPosition", {0, 4}}}), "@all come", {}, true},
  };
  for (const Row& row : rows) {
    INFO(row.body.dump());
    GatewayFixture at;
    const auto id = at.ask("POST", "/send/text/mentions", row.body.dump());
    if (at.answered(id)) FAIL(at.replies[id].body.dump());
    const auto* command = at.client.last<client::SendText>();
    REQUIRE(command);
    CHECK(at.client.executed.size() == 1);
    CHECK(command->to == jid(kGroup));
    CHECK(command->text == row.text);
    CHECK(command->mentioned == row.who);
    CHECK(command->mention_all == row.all);
    CHECK_FALSE((command->quoted || command->not_before || command->not_after || command->id.size() != 22));
  }
}

TEST_CASE("mentions: what is refused") {
  const json maria{{"jid", "5511888888888@s.whatsapp.net"}};
  const auto at_position = [&](json position) {
    json out = maria;
    out["position"] = std::move(position);
    return json{{"specificUsers", {out}}};
  };
  const json overlapping{{"specificUsers", {json{{"jid", "5511888888888"}, {"position", {0, 3}}}, json{{"jid", "5511777777777"}, {"position", {2, 4}}}}}};
  const json to_person{{"number", "5511888888888"}, {"text", "hello"}, {"mentions", {{"mentionAll", true}}}};
  const std::pair<json, std::string> rows[] = {
      {to_person, "number"},
      {{{"number", kGroup}, {"text", "hello"}}, "mentions"},
      {body("hello", json::object()), "mentions.specificUsers"},
      {body("hello", {{"specificUsers", json::array()}}), "mentions.specificUsers"},
      {body("hello", at_position({3, 6})), "mentions.specificUsers[0].position"},
      {body("hello", at_position({3, 2})), "mentions.specificUsers[0].position"},
      {body("hello", at_position({-1, 2})), "mentions.specificUsers[0].position"},
      {body("hello", at_position({1})), "mentions.specificUsers[0].position"},
      {body("hello", at_position("x")), "mentions.specificUsers[0].position"},
      {body("hello", overlapping), "mentions.specificUsers"},
      {body("hello", {{"mentionAll", true}, {"mentionAllPosition", {0, 9}}}), "mentions.mentionAllPosition"},
      {body("", {{"mentionAll", true}}), "text"},
      {body(std::string(4096, 'x').c_str(), at_position({0, 1})), "text"},
  };
  for (const auto& [request, field] : rows) {
    INFO(request.dump().substr(0, 300));
    GatewayFixture at;
    const auto answer = at.call("POST", "/send/text/mentions", request.dump());
    CHECK(answer.status == 400);
    REQUIRE(answer.body.contains("validation"));
    CHECK(answer.body["validation"].size() == 1);
    CHECK(answer.body["validation"][0]["field"] == field);
    CHECK(at.client.executed.empty());
  }
}

TEST_CASE("mentions: the answer and the event") {
  GatewayFixture at;
  at.configure_webhook({"message.sent", "mention.sent"});
  const auto id = at.ask("POST", "/send/text/mentions", body("all of you", {{"mentionAll", true}}).dump());
  const auto* command = at.client.last<client::SendText>();
  REQUIRE(command);
  at.raise(client::MessageSent{command->command, "3EB0AA", command->to, {test::kStartMs}, false, 0, {kMaria, kJoao}, true});
  REQUIRE(at.answered(id));
  CHECK(at.replies[id].body["metadata"]["mentions_processed"] == 2);
  CHECK(at.replies[id].body["chat_jid"] == kGroup);
  std::vector<json> told;
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(at.posts.size() > i);
    told.push_back(json::parse(at.posts[i].body));
    at.acknowledge(i);
  }
  CHECK(told[0]["event"] == "message.sent");
  CHECK(told[1]["event"] == "mention.sent");
  const json& data = told[1]["data"];
  CHECK(data["message_id"] == "3EB0AA");
  CHECK(data["chat_jid"] == kGroup);
  CHECK(data["mentioned"] == json{kMaria.text(), kJoao.text()});
  CHECK(data["mention_all"] == true);
}
