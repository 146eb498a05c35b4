// Every published request of the families messages and chats that is neither a text nor a chat setting: what the client is
// told to do, and the exact answer.
#include "client/rows/sent_log.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

const char* const kFriend = "5511888888888@s.whatsapp.net";

json metadata(json more) {
  json out{{"device_id", test::kDeviceId}, {"user_id", test::kUserId}, {"processing_time_ms", 0}, {"presence_sent", false},
           {"presence_duration_seconds", 0}, {"mentions_processed", 0}, {"quoted_message_found", false},
           {"sent_at", "2026-01-01T00:00:00Z"}};
  out.update(more);
  return out;
}

// A command as JSON: every member that is not at its default, so that two are the same when their texts are.
json shown(const client::MessageRef& ref) {
  json out{{"id", ref.id}, {"from_me", ref.from_me}};
  if (ref.participant) out["participant"] = ref.participant->text();
  return out;
}

struct ShowBody {
  json operator()(const client::EmojiReaction& of) const { return {{"reaction", of.emoji}, {"target", shown(of.target)}}; }
  json operator()(const client::Location& of) const {
    return {{"latitude", of.latitude}, {"longitude", of.longitude}, {"name", of.name}, {"address", of.address},
            {"url", of.url}, {"comment", of.comment}};
  }
  json operator()(const client::ContactCards& of) const {
    json out = json::array();
    for (const auto& card : of.cards) out.push_back({{"name", card.name}, {"vcard", card.vcard}});
    return {{"cards", std::move(out)}};
  }
  json operator()(const client::Poll& of) const {
    return {{"question", of.question}, {"options", of.options}, {"several", of.several}};
  }
  json operator()(const client::Edit& of) const { return {{"edit", of.text}, {"target", shown(of.target)}}; }
  json operator()(const client::Revoke& of) const { return {{"revoke", shown(of.target)}}; }
  json operator()(const client::DisappearAfter& of) const { return {{"disappear_after", of.seconds}}; }
  json operator()(const client::Text& of) const { return {{"text", of.text}}; }
  template <class Other>
  json operator()(const Other&) const { return "see send_kinds_test"; }
};

struct ShowCommand {
  json operator()(const client::SendMessage& of) const { return {{"to", of.to.text()}, {"body", std::visit(ShowBody{}, of.body)}}; }
  json operator()(const client::ShowTyping& of) const {
    return {{"typing", of.chat.text()}, {"composing", of.composing}, {"audio", of.audio}};
  }
  json operator()(const client::ShowPresence& of) const { return {{"available", of.available}}; }
  json operator()(const client::WatchPresence& of) const { return {{"watch", of.who.text()}}; }
  json operator()(const client::MarkMessagesRead& of) const {
    return {{"read", of.chat.text()}, {"sender", of.sender.text()}, {"ids", of.ids}, {"time_ms", of.time.ms}};
  }
  template <class Other>
  json operator()(const Other&) const { return "another command"; }
};

json commands_of(const GatewayFixture& at) {
  json out = json::array();
  for (const auto& command : at.client.executed) out.push_back(std::visit(ShowCommand{}, command));
  return out;
}

json card(const char* name, const char* digits) {
  const std::string number = digits;
  return {{"name", name}, {"vcard", std::string("BEGIN:VCARD\nVERSION:3.0\nN:;") + name + ";;;\nFN:" + name +
                                        "\nTEL;type=CELL;type=VOICE;waid=" + number + ":+" + number + "\nEND:VCARD"}};
}

}  // namespace

TEST_CASE("sends that are no texts: command and answer") {
  struct Row { const char* method; const char* path; const char* body; json command; json answer; };
  const Row rows[] = {
      {"POST", "/send/reaction", R"({"number":"5511888888888","messageId":"3EB0BB","reaction":"👍","fromMe":true})",
       {{"reaction", "👍"}, {"target", {{"id", "3EB0BB"}, {"from_me", true}}}},
       {{"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"status", "sent"}, {"chat_jid", kFriend},
        {"metadata", metadata({{"original_message_id", "3EB0BB"}, {"reaction_emoji", "👍"}})}}},
      {"POST", "/send/location", R"({"to":"5511888888888","latitude":-23.55,"longitude":-46,"name":"Office"})",
       {{"latitude", -23.55}, {"longitude", -46.0}, {"name", "Office"}, {"address", ""}, {"url", ""}, {"comment", ""}},
       {{"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"message", "Location sent successfully"}}},
      {"POST", "/send/contact", R"({"to":"5511888888888","contact":{"display_name":"Maria","phone":"+55 11 99999-9999"}})",
       {{"cards", {card("Maria", "5511999999999")}}},
       {{"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"message", "Contact sent successfully"}}},
      {"POST", "/send/contacts", R"({"to":"5511888888888","contacts":[{"display_name":"A","phone":"5511999999999"},
        {"display_name":"B","phone":"5511777777777"}]})",
       {{"cards", {card("A", "5511999999999"), card("B", "5511777777777")}}},
       {{"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"message", "Contacts sent successfully"}, {"contact_count", 2}}},
      {"POST", "/send/poll", R"({"to":"5511888888888","question":"Lunch?","options":[{"option_name":"a"},{"option_name":"b"}]})",
       {{"question", "Lunch?"}, {"options", {"a", "b"}}, {"several", false}},
       {{"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"message", "Poll sent successfully"},
        {"options_count", 2}, {"multiple_choice", false}}},
      {"PUT", "/messages/3EB0BB", R"({"to":"5511888888888","message":"better"})",
       {{"edit", "better"}, {"target", {{"id", "3EB0BB"}, {"from_me", true}}}},
       {{"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"message", "Message edited successfully"}}},
      {"DELETE", "/messages/delete", R"({"messageId":"3EB0BB","chatJid":"5511888888888","deleteType":"for_everyone","reason":"typo"})",
       {{"revoke", {{"id", "3EB0BB"}, {"from_me", true}}}},
       {{"message_id", "3EB0BB"}, {"deleted_at", "2026-01-01T00:00:00Z"}, {"delete_type", "for_everyone"}, {"chat_jid", kFriend},
        {"metadata", {{"reason", "typo"}, {"processing_time_ms", 0}}}}},
      {"PUT", "/chats/5511888888888@s.whatsapp.net/disappearing", R"({"preset":"7d"})",
       {{"disappear_after", 604800}},
       {{"chat_jid", kFriend}, {"preset", "7d"}, {"seconds", 604800}, {"timestamp", "2026-01-01T00:00:00Z"}}},
      {"PUT", "/chats/5511888888888@s.whatsapp.net/disappearing", R"({"seconds":0})",
       {{"disappear_after", 0}},
       {{"chat_jid", kFriend}, {"preset", "off"}, {"seconds", 0}, {"timestamp", "2026-01-01T00:00:00Z"}}},
  };
  for (const Row& row : rows) {
    INFO(row.path << ' ' << row.body);
    GatewayFixture at;
    const auto id = at.ask(row.method, row.path, row.body);
    if (at.answered(id)) FAIL(at.replies[id].body.dump());
    const auto* command = at.client.last<client::SendMessage>();
    REQUIRE(command);
    CHECK(commands_of(at) == json::array({{{"to", kFriend}, {"body", row.command}}}));
    at.raise(client::MessageSent{command->command, "3EB0AA", command->to, {test::kStartMs}, false, 0});
    REQUIRE(at.answered(id));
    json expected = row.answer;
    expected["success"] = true;
    if (at.replies[id].body.contains("outcome")) {  // of 3EB0BB, which is not known to be ours
      expected["outcome"] = "unverified";
      expected["warning"] = at.replies[id].body["warning"];
    }
    CHECK(at.replies[id].body == expected);
  }
}

TEST_CASE("what is inside") {
  GatewayFixture at;
  at.ask("POST", "/send/contact", R"({"to":"5511888888888","contact":{"display_name":"Silva, M","phone":"5511999999999",
      "first_name":"M","last_name":"Silva","company":"Acme","email":"m@example.com"}})");
  const auto* cards = std::get_if<client::ContactCards>(&at.client.last<client::SendMessage>()->body);
  REQUIRE(cards);
  CHECK(cards->cards[0].vcard ==
        "BEGIN:VCARD\nVERSION:3.0\nN:Silva;M;;;\nFN:Silva\\, M\nORG:Acme;\nEMAIL;type=INTERNET:m@example.com\n"
        "TEL;type=CELL;type=VOICE;waid=5511999999999:+5511999999999\nEND:VCARD");
}

TEST_CASE("to a group, the author belongs to the key") {
  GatewayFixture at;
  at.ask("POST", "/send/reaction", R"({"number":"120363000000000000@g.us","messageId":"3EB0BB","reaction":"","participant":"5511888888888"})");
  CHECK(commands_of(at) == json::array({{{"to", "120363000000000000@g.us"},
        {"body", {{"reaction", ""}, {"target", {{"id", "3EB0BB"}, {"from_me", false}, {"participant", kFriend}}}}}}}));
  at.client.executed.clear();
  at.ask("POST", "/send/poll", R"({"to":"120363000000000000@g.us","question":"Q","allow_multiple_answers":true,
      "options":[{"option_name":"a"},{"option_name":"b"},{"option_name":"c"}]})");
  CHECK(commands_of(at) == json::array({{{"to", "120363000000000000@g.us"},
        {"body", {{"question", "Q"}, {"options", {"a", "b", "c"}}, {"several", true}}}}}));
  at.client.executed.clear();
  at.call("POST", "/messages/A/read", R"({"chat_jid":"120363000000000000@g.us","sender_jid":"5511888888888",
      "message_ids":["A","B"],"timestamp":"2025-12-31T23:00:00Z"})");
  CHECK(commands_of(at) == json::array({{{"read", "120363000000000000@g.us"}, {"sender", kFriend}, {"ids", {"A", "B"}},
        {"time_ms", test::kStartMs - 3'600'000}}}));
}

TEST_CASE("signs of life are said to be unconfirmed") {
  struct Row { const char* path; const char* body; json commands; json answer; };
  const auto typing = [](bool composing, bool audio) {
    return json::array({{{"typing", kFriend}, {"composing", composing}, {"audio", audio}}});
  };
  const json available = {{"available", true}};
  const Row rows[] = {
      {"/chats/5511888888888@s.whatsapp.net/typing", R"({"state":"typing","media":"text"})", typing(true, false),
       {{"chat_jid", kFriend}, {"state", "composing"}, {"media", "text"}}},
      {"/chats/5511888888888@s.whatsapp.net/typing", R"({"state":"recording"})", typing(true, true),
       {{"chat_jid", kFriend}, {"state", "composing"}, {"media", "audio"}}},
      {"/chats/5511888888888@s.whatsapp.net/typing", R"({"state":"paused"})", typing(false, false),
       {{"chat_jid", kFriend}, {"state", "paused"}, {"media", "text"}}},
      {"/presence", "", json::array({available}), {{"state", "available"}}},
      {"/presence", R"({"state":"online"})", json::array({available}), {{"state", "available"}}},
      {"/presence", R"({"state":"offline"})", json::array({{{"available", false}}}), {{"state", "unavailable"}}},
      {"/presence/subscribe", R"({"jid":"5511888888888@s.whatsapp.net","ensure_online":true})",
       json::array({available, {{"watch", kFriend}}}), {{"subject_jid", kFriend}}},
      {"/presence/subscribe", R"({"jid":"5511888888888"})", json::array({{{"watch", kFriend}}}), {{"subject_jid", kFriend}}},
      {"/messages/3EB0BB/read", R"({"chat_jid":"5511888888888","sender_jid":"5511888888888"})",
       json::array({{{"read", kFriend}, {"sender", kFriend}, {"ids", {"3EB0BB"}}, {"time_ms", test::kStartMs}}}),
       {{"chat_jid", kFriend}, {"sender_jid", kFriend}, {"message_ids", {"3EB0BB"}}, {"receipt_type", "read"},
        {"timestamp", "2026-01-01T00:00:00Z"}}},
  };
  for (const Row& row : rows) {
    INFO(row.path << ' ' << row.body);
    GatewayFixture at;
    json expected = row.answer;
    expected["success"] = true;
    expected["outcome"] = "unconfirmed";
    if (expected.contains("receipt_type")) {  // who hides read receipts tells the own devices only
      json hidden = expected;
      hidden["receipt_type"] = "read-self";
      CHECK(at.call("POST", row.path, row.body).body == hidden);
      at.client.executed.clear();
      at.disk.apply({{{{store::Table::device, "read_receipts"}, Bytes{1, 1}}}});
    }
    CHECK(at.call("POST", row.path, row.body).body == expected);
    CHECK(commands_of(at) == row.commands);
    at.client.status.link = client::LinkState::idle;
    CHECK(at.call("POST", row.path, row.body).status == 503);
  }
}

TEST_CASE("bad input names every bad field and does nothing") {
  struct Row { const char* method; const char* path; const char* body; int status; std::vector<std::string> fields; };
  const Row rows[] = {
      {"POST", "/send/reaction", "{}", 400, {"number", "messageId", "reaction"}},
      {"POST", "/send/location", R"({"to":"5511888888888","latitude":91})", 400, {"latitude", "longitude"}},
      {"POST", "/send/contact", R"({"to":"x","contact":{"phone":"1"}})", 400, {"to", "contact.display_name", "contact.phone"}},
      {"POST", "/send/contacts", R"({"to":"5511888888888","contacts":[]})", 400, {"contacts"}},
      {"POST", "/send/poll", R"({"to":"5511888888888","question":"q","options":[{"option_name":"a"},{"option_name":"a"}]})", 400,
       {"options[1].option_name"}},
      {"POST", "/send/poll", R"({"to":"5511888888888","question":"q","options":[{"option_name":"a"},7,{"option_name":"a"}]})", 400,
       {"options[1]", "options[2].option_name"}},
      {"POST", "/send/contacts", R"({"to":"5511888888888","contacts":[7,{"display_name":"A","phone":"x"},"y"]})", 400,
       {"contacts[0]", "contacts[2]", "contacts[1].phone"}},
      {"POST", "/messages/A/read", R"({"chat_jid":"5511888888888","sender_jid":"5511888888888","message_ids":["A",7,""]})", 400,
       {"message_ids[1]", "message_ids[2]"}},
      {"POST", "/send/text/mentions", R"({"number":"120363000000000000@g.us","text":"hi","mentions":{"specificUsers":[7,{"jid":"x"}]}})",
       400, {"mentions.specificUsers[0]", "mentions.specificUsers[1].jid"}},
      {"POST", "/contacts/resolve", R"({"jids":[7,"x"]})", 400, {"jids[0]", "jids[1]"}},
      {"POST", "/contact/check", R"({"numbers":[7,"x"]})", 400, {"numbers[0]", "numbers[1]"}},
      {"PUT", "/messages/3EB0BB", "{}", 400, {"to", "message"}},
      {"DELETE", "/messages/delete", R"({"messageId":"A","chatJid":"5511888888888","deleteType":"x"})", 400, {"deleteType"}},
      {"DELETE", "/messages/delete",
       R"({"messageId":"A","chatJid":"5511888888888","deleteType":"for_everyone","validateOwnership":true})", 404, {}},
      {"PUT", "/chats/5511888888888@s.whatsapp.net/disappearing", "{}", 400, {"preset"}},
      {"PUT", "/chats/5511888888888@s.whatsapp.net/disappearing", R"({"seconds":5})", 400, {"seconds"}},
      {"POST", "/presence", R"({"state":"away"})", 400, {"state"}},
      {"POST", "/chats/5511888888888@s.whatsapp.net/typing", R"({"state":"x","media":"y"})", 400, {"state", "media"}},
      {"PUT", "/chats/120363000000000000@g.us/disappearing", R"({"preset":"7d"})", 501, {}},
  };
  for (const Row& row : rows) {
    INFO(row.path << ' ' << row.body);
    GatewayFixture at;
    const auto answer = at.call(row.method, row.path, row.body);
    CHECK(answer.status == row.status);
    std::vector<std::string> fields;
    for (const auto& bad : answer.body.value("validation", json::array())) fields.push_back(bad["field"]);
    CHECK(fields == row.fields);
    CHECK(at.client.executed.empty());
  }
}

TEST_CASE("an edit or deletion of what is not known to be ours says so") {
  struct Row { const char *method, *target, *body; };
  for (const Row& row :
       {Row{"PUT", "/messages/%", R"({"to":"222333444@lid","message":"x"%})"},
        Row{"DELETE", "/messages/delete",
            R"({"messageId":"$","chatJid":"222333444@lid","deleteType":"for_everyone"%})"}}) {
    const auto filled = [&](const char* text, const std::string& id, const std::string& more) {
      std::string out;
      for (const char* c = text; *c; ++c) out += *c == '$' ? id : *c == '%' ? more : std::string(1, *c);
      return out;
    };
    const auto ask = [&](GatewayFixture& at, const std::string& id, const std::string& more) {
      return at.ask(row.method, filled(row.target, "", id), filled(row.body, id, more));
    };
    INFO(row.method);
    GatewayFixture at;
    const auto done = [&](RequestId id) {
      const auto command = *at.client.last<client::SendMessage>();
      at.raise(client::MessageSent{command.command, command.id, command.to, at.now.wall, false, 0});
      return at.replies[id];
    };
    const auto unknown = done(ask(at, "3EB0NEVER", ""));
    CHECK(unknown.status == 200);
    CHECK(unknown.body["outcome"] == "unverified");
    const std::string strict = R"(,"validateOwnership":true)";
    CHECK(at.replies[ask(at, "3EB0NEVER", strict)].status == 404);
    at.ask("POST", "/send/text", R"({"number":"222333444@lid","text":"x"})");
    const auto sent = *at.client.last<client::SendText>();
    CHECK(at.replies[ask(at, sent.id, strict)].status == 404);  // not sent yet
    at.raise(client::MessageSent{sent.command, sent.id, sent.to, at.now.wall, false, 0});
    const auto known = done(ask(at, sent.id, strict));
    CHECK(known.status == 200);
    CHECK_FALSE(known.body.contains("outcome"));
  }
}

TEST_CASE("texts that nobody can see are refused") {
  struct Row { const char *target, *body, *field; };
  for (const Row& row : {Row{"/send/text", R"({"number":"222333444@lid","text":" \t\n "})", "text"},
                         Row{"/send/text", R"({"number":"222333444@lid","text":"\u200b\u00a0\ufeff"})", "text"},
                         Row{"/send/poll", R"({"to":"222333444@lid","question":" ",
                                               "options":[{"option_name":"a"},{"option_name":"\u3000"}]})", "question"},
                         Row{"/send/contact", R"({"to":"222333444@lid",
                                                  "contact":{"display_name":" ","phone":"5511999999999"}})",
                             "contact.display_name"}}) {
    INFO(row.body);
    GatewayFixture at;
    const auto answer = at.call("POST", row.target, row.body);
    CHECK(answer.status == 400);
    CHECK(answer.body["validation"][0]["field"] == row.field);
  }
  GatewayFixture at;
  CHECK_FALSE(at.answered(at.ask("POST", "/send/text", R"({"number":"222333444@lid","text":" . "})")));
}

TEST_CASE("typing is shown, then paused, then the message leaves") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/send/text",
                         R"({"number":"222333444@lid","text":"x","delay":1,"typingDuration":12})");
  const auto sent = *at.client.last<client::SendText>();
  CHECK(sent.not_before == at.now.wall + 13'000);
  const auto typed = [&] {
    std::vector<bool> out;
    for (const auto& command : at.client.executed) {
      if (const auto* one = std::get_if<client::ShowTyping>(&command)) out.push_back(one->composing);
    }
    return out;
  };
  CHECK(typed().empty());
  CHECK(at.wake == at.now.mono + 1'000);
  at.advance(1'000);
  CHECK(typed() == std::vector<bool>{true});
  at.advance(10'000);
  CHECK(typed() == std::vector<bool>{true, true});
  at.advance(2'000);
  CHECK(typed() == std::vector<bool>{true, true, false});
  at.raise(client::MessageSent{sent.command, sent.id, sent.to, at.now.wall, false, 0});
  CHECK(at.replies[id].body["metadata"]["presence_sent"] == true);
  CHECK(at.replies[id].body["metadata"]["presence_duration_seconds"] == 12);
}

TEST_CASE("typing that could not be shown is not said to have been") {
  GatewayFixture at;
  at.client.on_execute = [](const client::Command& command, client::Turn&) -> Result<void> {
    if (std::holds_alternative<client::ShowTyping>(command)) return {Errc::not_ready, "x"};
    return {};
  };
  const auto id = at.ask("POST", "/send/text/mentions",
                         R"({"number":"120363000000000001@g.us","text":"x","mentions":{"mentionAll":true},
                             "typingDuration":2})");
  CHECK(at.client.count<client::ShowTyping>() == 1);
  at.advance(2'000);
  CHECK(at.client.count<client::ShowTyping>() == 1);
  const auto sent = *at.client.last<client::SendText>();
  at.raise(client::MessageSent{sent.command, sent.id, sent.to, at.now.wall, false, 0});
  CHECK(at.replies[id].body["metadata"]["presence_sent"] == false);
}
