#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/label_rows.h"
#include "client/rows/lid_map.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

void store_rows(GatewayFixture& at) {
  store::Txn txn(at.disk);
  client::ChatRow muted;
  muted.pinned = true;
  muted.muted_until_ms = -1;
  muted.last = client::LastMessage{"M1", false, "", 1'767'225'000};
  client::store_chat(txn, jid("222333444@lid"), muted);
  client::learn_lid(txn, jid("5511888888888@s.whatsapp.net"), jid("222333444@lid"));
  client::store_contact(txn, jid("5511888888888@s.whatsapp.net"), {"Alice Smith", "Alice", ""});
  client::store_contact(txn, jid("5511777777777@s.whatsapp.net"), {"", "", "only a push name"});
  client::ChatRow group;
  group.name = "Family";
  client::store_chat(txn, jid("120363000000000000@g.us"), group);
  at.disk.apply(txn.take());
}

}  // namespace

TEST_CASE("one chat is shown as it stands in the list, by whichever form it is asked for") {
  GatewayFixture at;
  store_rows(at);
  const json list = at.call("GET", "/chats").body["chats"];
  REQUIRE(list.size() == 2);
  for (const json& entry : list) {
    const auto answer = at.call("GET", "/chats/" + entry["jid"].get<std::string>());
    CHECK(answer.status == 200);
    CHECK(answer.body == json{{"success", true}, {"chat", entry}});
  }
  const json alice = at.call("GET", "/chats/222333444@lid").body["chat"];
  CHECK(alice == at.call("GET", "/chats/+55%20(11)%2088888-8888").body["chat"]);
  CHECK(alice == json{{"jid", "5511888888888@s.whatsapp.net"}, {"type", "contact"}, {"name", "Alice Smith"},
                      {"pinned", true}, {"archived", false}, {"muted_until", "9999-12-31T23:59:59Z"},
                      {"participant_count", 1}, {"last_message_at", "2025-12-31T23:50:00Z"},
                      {"unread", false}, {"unread_count", 0}, {"labels", json::array()}});
}

TEST_CASE("the labels of a chat, in the list and by themselves; unknown and removed ones are none") {
  GatewayFixture at;
  store_rows(at);
  store::Txn txn(at.disk);
  client::store_label(txn, "1", {"New customer", 0, 3, false, 1});
  client::store_label(txn, "5", {"Suppliers", 4, {}, false, 1});
  for (const char* form : {"222333444@lid", "120363000000000000@g.us"}) {
    client::ChatRow row = client::load_chat(txn, jid(form)).value();
    client::set_label(row, {"5", 10, true});
    client::set_label(row, {"1", 10, true});
    client::set_label(row, {"1", 11, false});
    client::set_label(row, {"1", 10, true});  // older than the removal
    client::set_label(row, {"9", 10, true});  // no such label
    client::store_chat(txn, jid(form), row);
  }
  at.disk.apply(txn.take());
  const json listed = at.call("GET", "/chats").body["chats"];
  REQUIRE(listed.size() == 2);
  for (const json& entry : listed) CHECK(entry["labels"] == json::array({"5"}));
  const json label{{"label_id", "5"}, {"name", "Suppliers"}, {"color", 4}};
  CHECK(at.call("GET", "/chats/+5511888888888/labels").body ==
        json{{"success", true}, {"chat_jid", "5511888888888@s.whatsapp.net"}, {"count", 1},
             {"labels", json::array({label})}});
  const auto unknown = at.call("GET", "/chats/5511666666666/labels");
  CHECK(unknown.status == 404);
  CHECK(unknown.body["error_code"] == "CHAT_NOT_FOUND");
}

TEST_CASE("the newest chats first, whole and in pages; a chat of two forms stands once, where its newer message is") {
  GatewayFixture at;
  store_rows(at);
  store::Txn txn(at.disk);
  const auto had = [&](const char* chat, std::int64_t last_s) {
    client::ChatRow row = client::load_chat(txn, jid(chat)).value_or(client::ChatRow{});
    row.last = client::LastMessage{"M", false, "", last_s};
    client::store_chat(txn, jid(chat), row);
  };
  had("5511888888888@s.whatsapp.net", 1'767'225'300);  // by LID at ...5000
  had("5511600000001@s.whatsapp.net", 1'767'225'100);
  had("5511600000002@s.whatsapp.net", 1'767'225'200);
  had("5511600000003@s.whatsapp.net", 1'767'225'200);
  at.disk.apply(txn.take());
  const std::vector<std::string> order{"5511888888888@s.whatsapp.net", "5511600000002@s.whatsapp.net",
                                       "5511600000003@s.whatsapp.net", "5511600000001@s.whatsapp.net"};
  std::vector<std::string> whole, paged;
  const json answer = at.call("GET", "/chats?sort=last_message_at").body;
  for (const json& chat : answer.at("chats")) whole.push_back(chat["jid"]);
  CHECK(whole == order);
  std::string next = "?sort=last_message_at&limit=1";
  for (int page = 0; page < 9 && !next.empty(); ++page) {
    const json body = at.call("GET", "/chats" + next).body;
    for (const json& chat : body.at("chats")) paged.push_back(chat["jid"]);
    next = body["next_cursor"].is_null()
               ? ""
               : "?sort=last_message_at&limit=1&cursor=" + body["next_cursor"].get<std::string>();
  }
  CHECK(paged == order);
  CHECK(at.call("GET", "/chats?sort=jid").body == at.call("GET", "/chats").body);
  const auto bad = at.call("GET", "/chats?sort=name");
  CHECK(bad.status == 400);
  CHECK(bad.body["validation"][0]["field"] == "sort");
  const std::string cursor = at.call("GET", "/chats?limit=1").body["next_cursor"];
  CHECK(at.call("GET", "/chats?sort=last_message_at&cursor=" + cursor).status == 400);
}

TEST_CASE("a chat nobody knows, and what is no JID") {
  GatewayFixture at;
  store_rows(at);
  for (const char* unknown : {"5511666666666", "5511777777777@s.whatsapp.net", "120363000000000009@g.us"}) {
    const auto answer = at.call("GET", std::string("/chats/") + unknown);
    CHECK(answer.status == 404);
    CHECK(answer.body["error_code"] == "CHAT_NOT_FOUND");
  }
  const auto bad = at.call("GET", "/chats/nobody");
  CHECK(bad.status == 400);
  CHECK(bad.body["error_code"] == "INVALID_JID");
}

TEST_CASE("the labels, whole and in pages; deleted ones are none") {
  GatewayFixture at;
  CHECK(at.call("GET", "/labels").body == json{{"success", true}, {"count", 0}, {"labels", json::array()}});
  store::Txn txn(at.disk);
  client::store_label(txn, "1", {"New customer", 0, 3, false, 1});
  client::store_label(txn, "2", {"Gone", 0, {}, true, 1});
  client::store_label(txn, "5", {"Suppliers", 4, {}, false, 1});
  at.disk.apply(txn.take());
  const json first{{"label_id", "1"}, {"name", "New customer"}, {"color", 0}, {"predefined_id", 3}};
  const json second{{"label_id", "5"}, {"name", "Suppliers"}, {"color", 4}};
  CHECK(at.call("GET", "/labels").body ==
        json{{"success", true}, {"count", 2}, {"labels", json::array({first, second})}});
  const json page = at.call("GET", "/labels?limit=1").body;
  CHECK(page["labels"] == json::array({first}));
  const std::string cursor = page["next_cursor"].get<std::string>();
  const json last = at.call("GET", "/labels?limit=1&cursor=" + cursor).body;
  CHECK(last["labels"] == json::array({second}));
  CHECK(last["next_cursor"].is_null());
  CHECK(at.call("GET", "/chats?cursor=" + cursor).status == 400);
  CHECK(at.call("GET", "/labels?cursor=x").status == 400);
}
