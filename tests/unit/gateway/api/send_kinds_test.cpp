// Messages to choose from, live locations, and what every message may be asked beside its content: the command, read
// back
// from what it writes, and the answer.
#include "client/messages/kinds/kind_table.h"
#include "e2e.pb.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

const char* const kFriend = "5511888888888@s.whatsapp.net";
const char* const kGroup = "120363000000000000@g.us";

template <class Part>
Part read(const std::string& bytes) {
  Part out;
  REQUIRE(out.ParseFromString(bytes));
  return out;
}

struct Sent {
  client::SendMessage command;
  pb::Message message;
};

// What the last command would send.
Sent written(GatewayFixture& at) {
  const auto* command = at.client.last<client::SendMessage>();
  REQUIRE(command);
  Sent out{*command, {}};
  test::CountingRandom random;
  const auto body = client::write_body(command->body, command->to, at.now.wall, random, command->context);
  REQUIRE(out.message.ParseFromArray(body.content.data(), static_cast<int>(body.content.size())));
  return out;
}

json finish(GatewayFixture& at, RequestId id) {
  const auto* command = at.client.last<client::SendMessage>();
  REQUIRE(command);
  at.raise(client::MessageSent{command->command, "3EB0AA", command->to, {test::kStartMs}, false, 0});
  REQUIRE(at.answered(id));
  CHECK(at.replies[id].status == 200);
  return at.replies[id].body;
}

json flat(const char* message) {
  return {{"success", true}, {"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"message", message}};
}

}  // namespace

TEST_CASE("live locations: what is sent of them, and what is not") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/send/live-location",
                         R"({"to":"5511888888888","latitude":-22.5,"longitude":-43.25,"accuracy_in_meters":12,
                             "speed_in_mps":3.5,"degrees_clockwise_from_magnetic_north":90,"caption":"on my way",
                             "time_offset":2,"duration_in_seconds":3600})");
  const auto place = read<pb::LiveLocationMessage>(written(at).message.live_location_message());
  CHECK(place.degrees_latitude() == -22.5);
  CHECK(place.degrees_longitude() == -43.25);
  CHECK(place.accuracy_in_meters() == 12);
  CHECK(place.speed_in_mps() == 3.5f);
  CHECK(place.degrees_clockwise_from_magnetic_north() == 90);
  CHECK(place.caption() == "on my way");
  CHECK(place.sequence_number() == test::kStartMs * 1000);
  CHECK(place.time_offset() == 2);
  json answer = finish(at, id);
  CHECK(answer["warnings"].size() == 2);
  answer.erase("warnings");
  CHECK(answer == flat("Live location sent successfully"));
}

TEST_CASE("buttons go as a native flow, or as lines that everybody can read") {
  const std::string body = R"({"to":"5511888888888","message":"Today?","footer":"Aurora",
      "buttons":[{"id":"y","display_text":"Yes \"now\""},{"id":"n","display_text":"No"}])";
  GatewayFixture at;
  auto id = at.ask("POST", "/send/buttons", body + "}");
  const auto message = read<pb::InteractiveMessage>(written(at).message.interactive_message());
  CHECK(message.body().text() == "Today?");
  CHECK(message.footer().text() == "Aurora");
  CHECK_FALSE(message.has_header());
  REQUIRE(message.native_flow_message().buttons_size() == 2);
  CHECK(message.native_flow_message().message_version() == 1);
  const auto& first = message.native_flow_message().buttons(0);
  CHECK(first.name() == "quick_reply");
  CHECK(json::parse(first.button_params_json()) == json{{"display_text", "Yes \"now\""}, {"id", "y"}});
  json answer = finish(at, id);
  CHECK(answer["warnings"].size() == 1);
  answer.erase("warnings");
  CHECK(answer == flat("Buttons sent successfully"));
  id = at.ask("POST", "/send/buttons", body + R"(,"as_text":true})");
  CHECK(written(at).message.conversation() == "Today?\n1. Yes \"now\"\n2. No\n\nAurora");
  CHECK(finish(at, id) == flat("Buttons sent successfully"));
}

TEST_CASE("lists, templates, products, catalogs") {
  GatewayFixture at;
  auto id = at.ask("POST", "/send/interactive",
                   R"({"to":"5511888888888","title":"Aurora","body":"What?","footer":"f","button_text":"Open",
                       "sections":[{"title":"Pizzas","rows":[{"id":"r1","title":"A","description":"m"},{"id":"r2",
                           "title":"B"}]}]})");
  const auto list = read<pb::ListMessage>(written(at).message.list_message());
  CHECK(list.title() == "Aurora");
  CHECK(list.description() == "What?");
  CHECK(list.button_text() == "Open");
  CHECK(list.list_type() == 1);
  CHECK(list.footer_text() == "f");
  REQUIRE(list.sections_size() == 1);
  CHECK(list.sections(0).title() == "Pizzas");
  CHECK(list.sections(0).rows(0).row_id() == "r1");
  CHECK(list.sections(0).rows(0).description() == "m");
  CHECK(list.sections(0).rows(1).title() == "B");
  json answer = finish(at, id);
  CHECK(answer["warnings"].size() == 1);
  CHECK(answer["message"] == "Interactive list sent successfully");

  id = at.ask("POST", "/send/template",
              R"({"number":"5511888888888","body":"On its way","footer":"f","header":{"type":"text","text":"Aurora"},
                  "buttons":[{"type":"url","text":"Track","url":"https://a.test/1"},{"type":"call","text":"Call",
                      "phone_number":"+5511999999999"},
                             {"type":"quick_reply","text":"Ok","id":"ok"}]})");
  const auto form = read<pb::InteractiveMessage>(written(at).message.interactive_message());
  CHECK(form.header().title() == "Aurora");
  CHECK(form.native_flow_message().buttons(0).name() == "cta_url");
  CHECK(json::parse(form.native_flow_message().buttons(0).button_params_json()) ==
        json{{"display_text", "Track"}, {"url", "https://a.test/1"}, {"merchant_url", "https://a.test/1"}});
  CHECK(form.native_flow_message().buttons(1).name() == "cta_call");
  CHECK(json::parse(form.native_flow_message().buttons(1).button_params_json())["phone_number"] == "+5511999999999");
  CHECK(form.native_flow_message().buttons(2).name() == "quick_reply");
  answer = finish(at, id);
  CHECK(answer["status"] == "sent");
  CHECK(answer["chat_jid"] == kFriend);
  CHECK(answer["warnings"].size() == 1);

  id = at.ask("POST", "/send/product",
              R"({"number":"5511888888888","business_owner_jid":"5511777777777","body":"New","footer":"f",
                  "product":{"product_id":"74","title":"T-shirt","description":"d","currency_code":"BRL",
                      "price_amount_1000":59900,
                             "sale_price_amount_1000":49900,"retailer_id":"S1","url":"https://a.test/p",
                                 "product_image_count":1}})");
  const auto offer = read<pb::ProductMessage>(written(at).message.product_message());
  CHECK(offer.business_owner_jid() == "5511777777777@s.whatsapp.net");
  CHECK(offer.body() == "New");
  CHECK(offer.product().product_id() == "74");
  CHECK(offer.product().price_amount_1000() == 59900);
  CHECK(offer.product().sale_price_amount_1000() == 49900);
  CHECK(offer.product().currency_code() == "BRL");
  CHECK(finish(at, id)["warnings"].size() == 1);

  id = at.ask("POST", "/send/catalog",
              R"({"number":"5511888888888","business_owner_jid":"5511777777777","title":"t","button_text":"See",
                  "sections":[{"title":"Best","product_ids":["1","2"]}],"header_product_id":"3"})");
  const auto shelf = read<pb::ListMessage>(written(at).message.list_message());
  CHECK(shelf.list_type() == 2);
  CHECK(shelf.product_list_info().business_owner_jid() == "5511777777777@s.whatsapp.net");
  CHECK(shelf.product_list_info().product_sections(0).products(1).product_id() == "2");
  CHECK(shelf.product_list_info().header_image().product_id() == "3");
  CHECK(finish(at, id)["warnings"].size() == 1);
}

TEST_CASE("answers to buttons and lists quote what they answer") {
  GatewayFixture at;
  auto id = at.ask("POST", "/send/buttons-response",
                   R"({"to":"5511888888888","selected_button_id":"y","selected_display_text":"Yes",
                       "quoted":{"message_id":"3EB0Q","participant":"5511888888888","body":"Today?"}})");
  const auto pressed = read<pb::ButtonsResponseMessage>(written(at).message.buttons_response_message());
  CHECK(pressed.selected_button_id() == "y");
  CHECK(pressed.selected_display_text() == "Yes");
  CHECK(pressed.type() == 1);
  CHECK(pressed.context_info().stanza_id() == "3EB0Q");
  CHECK(pressed.context_info().quoted_message().conversation() == "Today?");
  CHECK(finish(at, id) == flat("Button response sent successfully"));
  id = at.ask("POST", "/send/list-response",
              R"({"to":"5511888888888","selected_row_id":"r1","title":"A","description":"m",
                  "quoted":{"message_id":"3EB0Q","fromMe":true,"body":"What?","type":"list"}})");
  const auto chosen = read<pb::ListResponseMessage>(written(at).message.list_response_message());
  CHECK(chosen.single_select_reply().selected_row_id() == "r1");
  CHECK(chosen.title() == "A");
  CHECK(chosen.description() == "m");
  CHECK(chosen.context_info().stanza_id() == "3EB0Q");
  CHECK(read<pb::ListMessage>(chosen.context_info().quoted_message().list_message()).description() == "What?");
  CHECK(finish(at, id) == flat("List response sent successfully"));
}

TEST_CASE("quoted, mentioned, forwarded and delayed: every kind") {
  const struct { const char *path, *body; } rows[] = {
      {"/send/location", R"("to":"%","latitude":1,"longitude":2)"},
      {"/send/contact", R"("to":"%","contact":{"display_name":"M","phone":"5511999999999"})"},
      {"/send/contacts", R"("to":"%","contacts":[{"display_name":"M","phone":"5511999999999"}])"},
      {"/send/poll", R"("to":"%","question":"q","options":[{"option_name":"a"},{"option_name":"b"}])"},
      {"/send/live-location", R"("to":"%","latitude":1,"longitude":2)"},
      {"/send/buttons", R"("to":"%","message":"m","buttons":[{"id":"y","display_text":"Yes"}])"},
      {"/send/buttons-response", R"("to":"%","selected_button_id":"y","selected_display_text":"Yes")"},
      {"/send/interactive", R"("to":"%","body":"b","button_text":"o","sections":[{"rows":[{"id":"r","title":"A"}]}])"},
      {"/send/list-response", R"("to":"%","selected_row_id":"y","title":"Yes")"},
      {"/send/template", R"("number":"%","body":"b","buttons":[{"type":"quick_reply","text":"t","id":"i"}])"},
      {"/send/product", R"("number":"%","business_owner_jid":"5511777777777","product":{"product_id":"1",
          "title":"t"})"},
      {"/send/catalog", R"("number":"%","business_owner_jid":"5511777777777","button_text":"b",
          "sections":[{"product_ids":["1"]}])"}};
  const auto filled = [](const char* body, const char* to, const char* more) {
    std::string out = "{";
    for (const char* c = body; *c; ++c) out += *c == '%' ? std::string(to) : std::string(1, *c);
    return out + more + "}";
  };
  for (const auto& row : rows) {
    INFO(row.path);
    GatewayFixture at;
    at.ask("POST", row.path,
           filled(row.body, kGroup,
                  R"(,"quoted":{"key":{"id":"3EB0Q","participant":"5511777777777"},"message":{"conversation":"before"}},
                     "mentioned":["5511777777777"],"forwarded":true,"delay":3)"));
    const auto* command = at.client.last<client::SendMessage>();
    REQUIRE(command);
    CHECK(command->context.quoted->id == "3EB0Q");
    CHECK(command->context.quoted->text == "before");
    CHECK(command->context.mentioned == std::vector<wire::Jid>{jid("5511777777777@s.whatsapp.net")});
    CHECK(command->context.forwarded == 1);
    CHECK(command->context.not_before == at.now.wall + 3'000);
    // To a person nobody is mentioned.
    const auto refused = at.call("POST", row.path, filled(row.body, "5511888888888", R"(,
        "mentioned":["5511777777777"])"));
    CHECK(refused.status == 400);
    CHECK(refused.body["validation"][0]["field"] == "mentioned");
  }
  GatewayFixture at;
  at.ask("POST", "/send/text", R"({"number":"5511888888888","text":"see https://a.test/x.","forwarding_score":7,
      "link_preview":{"title":"T","description":"D","thumbnail":"/9j/4A=="}})");
  const Sent text = written(at);
  CHECK(text.message.extended_text_message().matched_text() == "https://a.test/x");
  CHECK(text.message.extended_text_message().title() == "T");
  CHECK(text.message.extended_text_message().description() == "D");
  CHECK(text.message.extended_text_message().jpeg_thumbnail().size() == 4);
  CHECK(text.message.extended_text_message().context_info().forwarding_score() == 127);
}

TEST_CASE("what is wrong with them is named, and nothing is done") {
  struct Row { const char* path; const char* body; std::vector<std::string> fields; };
  const Row rows[] = {
      {"/send/live-location", R"({"to":"5511888888888","latitude":91,"speed_in_mps":-1})", {"latitude", "longitude",
          "speed_in_mps"}},
      {"/send/buttons", R"({"to":"5511888888888","message":"m","buttons":[]})", {"buttons"}},
      {"/send/buttons", R"({"to":"5511888888888","message":"m","buttons":[{"id":"a","display_text":"A"},{"id":"a",
          "display_text":"A"},
        {"id":"a","display_text":"A"},{"id":"a","display_text":"A"}]})", {"buttons"}},
      {"/send/buttons", R"({"to":"5511888888888","buttons":[{"display_text":" "}]})",
       {"message", "buttons[0].id", "buttons[0].display_text"}},
      {"/send/buttons-response", R"({"to":"5511888888888"})", {"selected_button_id", "selected_display_text"}},
      {"/send/interactive", R"({"to":"5511888888888","sections":[{"rows":[{"title":"x"}]}]})",
       {"body", "button_text", "sections[0].rows[0].id"}},
      {"/send/list-response", "{}", {"to", "selected_row_id", "title"}},
      {"/send/template", R"({"number":"5511888888888","body":"b","header":{"type":"image"},"buttons":[{"type":"x",
          "text":"t"}]})",
       {"header.type", "buttons[0].type"}},
      {"/send/product", R"({"number":"5511888888888","business_owner_jid":"x"})", {"business_owner_jid", "product"}},
      {"/send/catalog", R"({"number":"5511888888888","business_owner_jid":"5511777777777",
          "sections":[{"product_ids":[]}]})",
       {"button_text", "sections[0].product_ids"}},
      {"/send/text", R"({"number":"5511888888888","text":"no link","link_preview":{"title":"T"}})",
          {"link_preview.title"}},
      {"/send/text", R"({"number":"5511888888888","text":"https://a.test","link_preview":{"title":"T",
          "thumbnail":"AAAA"}})",
       {"link_preview.thumbnail"}},
      {"/send/poll", R"({"to":"5511888888888","question":"q","options":[{"option_name":"a"},{"option_name":"b"}],
          "quoted":{},"delay":61})",
       {"quoted.key", "delay"}},
  };
  for (const Row& row : rows) {
    INFO(row.path << ' ' << row.body);
    GatewayFixture at;
    const auto answer = at.call("POST", row.path, row.body);
    CHECK(answer.status == 400);
    std::vector<std::string> fields;
    for (const auto& bad : answer.body.value("validation", json::array())) fields.push_back(bad["field"]);
    CHECK(fields == row.fields);
    CHECK(at.client.executed.empty());
  }
}

TEST_CASE("what the service refuses is explained") {
  const struct { int code; const char* word; } rows[] = {
      {405, "buttons"},    {473, "buttons"},   {479, "malformed"},
      {463, "restricted"}, {475, "new chats"}, {400, "this id"}};
  for (const auto& row : rows) {
    GatewayFixture at;
    const auto id = at.ask("POST", "/send/buttons", R"({"to":"5511888888888","message":"m","buttons":[{"id":"y",
        "display_text":"Y"}]})");
    const auto command = *at.client.last<client::SendMessage>();
    at.raise(client::MessageFailed{command.command, command.id, command.to, client::SendFailure::refused, row.code});
    REQUIRE(at.answered(id));
    CHECK(at.replies[id].status == 502);
    CHECK(at.replies[id].body["upstream_code"] == row.code);
    CHECK(at.replies[id].body["error"].get<std::string>().find(row.word) != std::string::npos);
  }
}

TEST_CASE("history of a chat is asked for; what comes is told under the id of the request") {
  GatewayFixture at;
  const char* body = R"({"chat_jid":"5511888888888","last_message_id":"3EB0OLD","last_message_from_me":true,
                         "last_message_timestamp":1767000000,"count":20})";
  const auto id = at.ask("POST", "/messages/history/request", body);
  REQUIRE(at.answered(id));
  const auto* command = at.client.last<client::RequestHistory>();
  REQUIRE(command);
  CHECK(command->chat == jid(kFriend));
  CHECK(command->before.id == "3EB0OLD");
  CHECK(command->before.from_me);
  CHECK(command->before_time.seconds() == 1767000000);
  CHECK(command->count == 20);
  const json& answer = at.replies[id].body;
  CHECK(at.replies[id].status == 200);
  CHECK(answer["chat_jid"] == kFriend);
  CHECK(answer["requested_count"] == 20);
  CHECK(answer["request_id"] == command->id);
  CHECK(answer["warnings"].size() == 1);
  const auto wrong = at.call("POST", "/messages/history/request", R"({"chat_jid":"x","count":0,
      "last_message_timestamp":5})");
  CHECK(wrong.status == 400);
  CHECK(wrong.body["validation"].size() == 4);
  at.client.status.link = client::LinkState::idle;
  CHECK(at.call("POST", "/messages/history/request", body).status == 503);
}
