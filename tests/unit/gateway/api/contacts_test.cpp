// The contacts family by its documented examples (api.md 3.3).
#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

const wire::Jid kPn = jid("5511988888888@s.whatsapp.net");
const wire::Jid kLid = jid("100000012345678@lid");

void write(GatewayFixture& at, const std::function<void(store::Txn&)>& change) {
  store::Txn txn(at.disk);
  change(txn);
  at.disk.apply(txn.take());
}

// Asks, lets the service answer with `event` (its command filled in), gives the reply.
template <class Command, class Event>
test::Answered ask(GatewayFixture& at, const std::string& method, const std::string& target, const std::string& body, Event event) {
  const RequestId id = at.ask(method, target, body);
  const auto* command = at.client.last<Command>();
  REQUIRE(command);
  CHECK_FALSE(at.answered(id));
  event.command = command->command;
  at.raise(event);
  REQUIRE(at.answered(id));
  return at.replies[id];
}

}  // namespace

TEST_CASE("GET /contacts lists everybody with a name once") {
  GatewayFixture at;
  CHECK(at.call("GET", "/contacts").body == json{{"success", true}, {"count", 0}, {"contacts", json::array()}});
  write(at, [](store::Txn& txn) {
    client::learn_lid(txn, kPn, kLid);
    client::store_contact(txn, kPn, {"Maria Silva", "Maria", ""});
    client::store_contact(txn, kLid, {"", "", "maria!"});
    client::store_contact(txn, jid("5511977777777@s.whatsapp.net"), {"", "", "Joao"});
  });
  const json body = at.call("GET", "/contacts").body;
  CHECK(body["count"] == 2);
  CHECK(body["contacts"] == json::array({{{"jid", "5511977777777@s.whatsapp.net"}, {"full_name", ""}, {"push_name", "Joao"}},
                                         {{"jid", kPn.text()}, {"first_name", "Maria"}, {"full_name", "Maria Silva"}, {"push_name", "maria!"}}}));
}

TEST_CASE("POST /contact/check") {
  GatewayFixture at;
  client::UsersFound found;
  found.users.push_back({"5511988888888", true, kPn, kLid, "", "", "", {}});
  found.users.push_back({"5511900000000", false, std::nullopt, std::nullopt, "", "", "", {}});
  const auto answer = ask<client::AskNumbers>(at, "POST", "/contact/check",
                                              R"({"numbers":["+55 (11) 98888-8888","5511900000000","5511911111111"]})", found);
  CHECK(answer.body == json{{"success", true},
                            {"data", {{"5511900000000", false}, {"5511911111111", false}, {"5511988888888", true}}}});
  CHECK(at.client.last<client::AskNumbers>()->numbers ==
        std::vector<std::string>{"5511900000000", "5511911111111", "5511988888888"});
  const auto bad = at.call("POST", "/contact/check", R"({"numbers":["12","x@g.us"]})");
  CHECK(bad.status == 400);
  CHECK(bad.body["validation"].size() == 2);
  CHECK(at.call("POST", "/contact/check", "{}").body["validation"][0]["field"] == "numbers");
}

TEST_CASE("POST /contacts/resolve asks only for what is not known, and answers offline with what is") {
  GatewayFixture at;
  write(at, [](store::Txn& txn) { client::learn_lid(txn, kPn, kLid); });
  const json known = at.call("POST", "/contacts/resolve", R"({"jids":["5511988888888","100000012345678@lid"]})").body;
  CHECK(at.client.count<client::AskNumbers>() == 0);
  CHECK(known["count"] == 2);
  CHECK(known["items"][1] == json{{"input", "100000012345678@lid"}, {"input_jid", kLid.text()}, {"resolved_jid", kLid.text()},
                                  {"jid", kPn.text()}, {"phone_number", "5511988888888"}, {"lid_jid", kLid.text()}});
  const auto asked = ask<client::AskNumbers>(at, "POST", "/contacts/resolve", R"({"jids":["5511988888888","5511966666666"]})",
                                             client::UsersFound{});
  CHECK(at.client.last<client::AskNumbers>()->numbers == std::vector<std::string>{"5511966666666"});
  CHECK(asked.body["items"][1]["jid"] == "5511966666666@s.whatsapp.net");
  CHECK_FALSE(asked.body["items"][1].contains("lid_jid"));
  at.client.status.link = client::LinkState::waiting;
  CHECK(at.call("POST", "/contacts/resolve", R"({"jids":["5511966666666"]})").body["count"] == 1);
  CHECK(at.call("POST", "/contacts/resolve", R"({"jids":["120363000000000000@g.us"]})").body["error_code"] == "INVALID_JID");
}

TEST_CASE("GET /contacts/profile") {
  GatewayFixture at;
  client::UsersFound found;
  found.users.push_back({"", true, kPn, kLid, "Hello", "77", "Acme", {kPn}});
  const auto answer = ask<client::AskProfile>(at, "GET", "/contacts/profile?number=5511988888888", "", found);
  CHECK(answer.body["data"] == json{{"jid", kPn.text()},
                                    {"user_info", {{"Status", "Hello"}, {"PictureID", "77"}, {"Devices", {kPn.text()}}, {"VerifiedName", "Acme"}}},
                                    {"business_profile", nullptr}});
  CHECK(ask<client::AskProfile>(at, "GET", "/contacts/profile?jid=5511988888888%40s.whatsapp.net", "", client::UsersFound{}).status == 404);
  CHECK(at.call("GET", "/contacts/profile").body["validation"][0]["field"] == "jid");
  CHECK(at.call("GET", "/contacts/profile?jid=nobody").status == 400);
}

TEST_CASE("GET /contacts/profile-picture") {
  GatewayFixture at;
  const std::string target = "/contacts/profile-picture?number=5511988888888";
  CHECK(ask<client::AskPicture>(at, "GET", target, "", client::PictureFound{0, false, "77", "https://example.com/a", "image", "/a"}).body["data"] ==
        json{{"jid", kPn.text()}, {"url", "https://example.com/a"}, {"id", "77"}, {"type", "image"}, {"direct_path", "/a"}});
  const auto same = ask<client::AskPicture>(at, "GET", target + "&preview=1&existing_id=77", "", client::PictureFound{0, true, "", "", "", ""});
  CHECK(at.client.last<client::AskPicture>()->preview);
  CHECK(same.body["data"] == json{{"jid", kPn.text()}, {"url", nullptr}, {"id", "77"}, {"type", "preview"}, {"direct_path", nullptr}, {"unchanged", true}});
  CHECK(ask<client::AskPicture>(at, "GET", target, "", client::PeopleFailed{0, 404}).status == 404);
  const auto refused = ask<client::AskPicture>(at, "GET", target, "", client::PeopleFailed{0, 429});
  CHECK(refused.status == 502);
  CHECK(refused.body["upstream_code"] == 429);
  CHECK(ask<client::AskPicture>(at, "GET", target, "", client::PeopleFailed{0, -1}).status == 504);
}

TEST_CASE("blocking, and the list") {
  GatewayFixture at;
  const auto blocked = ask<client::ChangeBlock>(at, "POST", "/contacts/block?number=5511900000000", R"({"number":"5511988888888"})",
                                                client::BlocklistFound{0, {kPn}, "9"});
  CHECK(blocked.body["data"] == json{{"jid", kPn.text()}, {"phone_number", "5511988888888"},
             {"action", "block"}, {"blocked", true}, {"count", 1}, {"dhash", "9"}});
  CHECK(at.client.last<client::ChangeBlock>()->who == kPn);  // the body wins over the query
  CHECK(ask<client::ChangeBlock>(at, "POST", "/contacts/unblock?jid=5511988888888", "", client::BlocklistFound{0, {}, "10"}).body["data"] ==
        json{{"jid", kPn.text()}, {"phone_number", "5511988888888"}, {"action", "unblock"}, {"blocked", false}, {"count", 0}, {"dhash", "10"}});
  CHECK(ask<client::AskBlocklist>(at, "GET", "/contacts/blocklist", "", client::BlocklistFound{0, {kPn, kLid}, "9"}).body["data"] ==
        json{{"items", {{{"jid", kPn.text()}, {"phone_number", "5511988888888"}}, {{"jid", kLid.text()}, {"phone_number", ""}}}},
             {"count", 2}, {"dhash", "9"}});
  CHECK(at.call("POST", "/contacts/block", "{}").status == 400);
  at.client.status.link = client::LinkState::idle;
  CHECK(at.call("GET", "/contacts/blocklist").status == 503);
}

TEST_CASE("GET /appstate shows the five collections") {
  GatewayFixture at;
  const json body = at.call("GET", "/appstate").body;
  REQUIRE(body["collections"].size() == 5);
  CHECK(body["collections"][0]["state"] == "ok");
  CHECK(body["collections"][0]["pending"] == 0);
}
