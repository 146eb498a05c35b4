// Pages of the directory's lists and the device's: what is read in pages is what is read whole, whoever reads, whatever changes
// meanwhile; and the texts that are written without a value in between.
#include <set>

#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "gateway/directory/tenant_rows.h"
#include "gateway/http/json.h"
#include "gateway/http/json_text.h"
#include "unit/gateway/directory/directory_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::Answered;
using wa::test::DirectoryFixture;
using wa::test::GatewayFixture;
using wa::test::json;
using wa::test::kMaster;

namespace {

using Ask = std::function<json(const std::string& target)>;  // a 200 answer

const json& list_in(const json& answer, const std::string& name) {
  return answer.contains("data") ? answer["data"][name] : answer[name];
}

// All pages of a list, one after the other; `between` happens after each.
json joined(const Ask& ask, const std::string& path, const std::string& name, std::size_t limit,
            const std::function<void()>& between = [] {}) {
  json out = json::array();
  std::string cursor;
  for (;;) {
    const json page = ask(path + "?limit=" + std::to_string(limit) + (cursor.empty() ? "" : "&cursor=" + cursor));
    const json& entries = list_in(page, name);
    REQUIRE(entries.size() <= limit);
    out.insert(out.end(), entries.begin(), entries.end());
    REQUIRE(page.contains("next_cursor"));
    if (page["next_cursor"].is_null()) return out;
    REQUIRE(entries.size() == limit);
    cursor = page["next_cursor"];
    between();
  }
}

void check_pages(const Ask& ask, const std::string& path, const std::string& name, std::size_t entries) {
  INFO(path);
  const json whole = ask(path);
  CHECK_FALSE(whole.contains("next_cursor"));
  REQUIRE(list_in(whole, name).size() == entries);
  for (std::size_t limit = 1; limit <= entries + 1; ++limit) {
    INFO("limit " << limit);
    REQUIRE(joined(ask, path, name, limit) == list_in(whole, name));
  }
}

void check_refusals(const std::function<Answered(const std::string&)>& call, const std::string& path, const std::string& foreign) {
  const std::pair<const char*, std::string> rows[] = {
      {"limit", "limit=0"}, {"limit", "limit=1001"}, {"limit", "limit=-1"}, {"limit", "limit=x"}, {"limit", "limit="},
      {"limit", "limit=1.5"}, {"limit", "limit=99999999999999999999"}, {"limit", "limit"},
      {"cursor", "cursor="}, {"cursor", "cursor=x"}, {"cursor", "cursor=AWQ"}, {"cursor", "cursor=%2F%2F%2F%2F"},
      {"cursor", "cursor=" + std::string(10'000, 'A')}, {"cursor", "cursor=" + foreign}, {"cursor", "limit=5&cursor=" + foreign}};
  for (const auto& [field, query] : rows) {
    INFO(path << "?" << query.substr(0, 80));
    const Answered bad = call(path + "?" + query);
    CHECK(bad.status == 400);
    CHECK(bad.body["error_code"] == "VALIDATION_ERROR");
    REQUIRE(bad.body["validation"].size() == 1);
    CHECK(bad.body["validation"][0]["field"] == field);
    const bool of_limit = std::string(field) == "limit";
    CHECK(bad.body["validation"][0]["message"] ==
          (of_limit ? "must be 1 to 1000" : "must be the `next_cursor` of an earlier answer of this list"));
  }
}

Ask asking(DirectoryFixture& at, const std::string& token) {
  return [&at, token](const std::string& target) {
    const Answered answer = at.call(token, "GET", target);
    INFO(target << " " << answer.body.dump());
    REQUIRE(answer.status == 200);
    return answer.body;
  };
}

std::string add_user(DirectoryFixture& at, const std::string& admin, const std::string& email) {
  const json asked{{"email", email}, {"password", "correct horse"}, {"role", "user"}};
  return at.call(admin, "POST", "/users", asked.dump()).body["user"]["token"];
}

std::set<std::string> ids_of(const json& entries) {
  std::set<std::string> out;
  for (const json& entry : entries) out.insert(entry["id"].get<std::string>());
  CHECK(out.size() == entries.size());
  return out;
}

}  // namespace

TEST_CASE("pages of the directory's lists, joined, are the whole list") {
  DirectoryFixture at;
  const std::string acme = at.add_tenant("acme"), bolt = at.add_tenant("bolt");
  at.add_tenant("cord");
  for (int i = 0; i < 7; ++i) at.add_device(acme, "d\"" + std::to_string(i));
  at.add_device(bolt, "of bolt");
  const std::string user = add_user(at, acme, "u@example.com");
  for (int i = 0; i < 3; ++i) at.add_device(user, "of the user");
  for (int i = 0; i < 4; ++i) add_user(at, acme, "u" + std::to_string(i) + "@example.com");
  at.feed(DeviceReport{at.call(acme, "GET", "/devices").body["devices"][2]["id"],
                       {true, true, "5511999999999:3@s.whatsapp.net", 0, "https://example.com/"}});
  check_pages(asking(at, acme), "/devices", "devices", 10);
  check_pages(asking(at, user), "/devices", "devices", 3);
  check_pages(asking(at, acme), "/user/devices", "devices", 7);
  check_pages(asking(at, acme), "/users", "users", 6);
  check_pages(asking(at, kMaster), "/tenants", "tenants", 3);
  CHECK(at.call(acme, "GET", "/user/devices?limit=2").body["data"]["count"] == 2);
}

TEST_CASE("limits and cursors that are none, and cursors of other lists") {
  DirectoryFixture at;
  const std::string acme = at.add_tenant("acme");
  at.add_tenant("bolt");
  for (int i = 0; i < 2; ++i) at.add_device(acme, "d");
  add_user(at, acme, "u@example.com");
  const std::string of_devices = at.call(acme, "GET", "/devices?limit=1").body["next_cursor"],
                    of_users = at.call(acme, "GET", "/users?limit=1").body["next_cursor"];
  check_refusals([&](const std::string& target) { return at.call(acme, "GET", target); }, "/devices", of_users);
  check_refusals([&](const std::string& target) { return at.call(acme, "GET", target); }, "/user/devices", of_devices);
  check_refusals([&](const std::string& target) { return at.call(acme, "GET", target); }, "/users", of_devices);
  check_refusals([&](const std::string& target) { return at.call(kMaster, "GET", target); }, "/tenants", of_users);
  GatewayFixture device;
  for (const char* path : {"/contacts", "/chats", "/calls"}) {
    check_refusals([&](const std::string& target) { return device.call("GET", target); }, path, of_users);
  }
}

TEST_CASE("without a limit a cursor gives a page of 100") {
  DirectoryFixture at;
  const std::string acme = at.add_tenant("acme");
  for (int i = 0; i < 130; ++i) at.add_device(acme, "d");
  const std::string cursor = at.call(acme, "GET", "/devices?limit=1").body["next_cursor"];
  const json page = at.call(acme, "GET", "/devices?cursor=" + cursor).body;
  CHECK(page["devices"].size() == 100);
  const json rest = at.call(acme, "GET", "/devices?cursor=" + page["next_cursor"].get<std::string>()).body;
  CHECK(rest["devices"].size() == 29);
  CHECK(rest["next_cursor"].is_null());
}

TEST_CASE("devices that stay are told once, whatever comes and goes between the pages") {
  DirectoryFixture at;
  const std::string acme = at.add_tenant("acme");
  std::vector<std::string> going;
  std::set<std::string> staying;
  for (int i = 0; i < 30; ++i) {
    const std::string id = at.add_device(acme, "d");
    if (i % 3 == 0) going.push_back(id);
    else staying.insert(id);
  }
  std::size_t gone = 0;
  const json told = joined(asking(at, acme), "/devices", "devices", 4, [&] {
    at.add_device(acme, "comes");
    const std::size_t which = gone++ % 2 == 0 ? 0 : going.size() - 1;  // before the cursor, and behind it
    if (going.empty()) return;
    at.reached(acme, "/devices/" + going[which], "DELETE");
    going.erase(going.begin() + static_cast<std::ptrdiff_t>(which));
  });
  const std::set<std::string> ids = ids_of(told);
  for (const std::string& id : staying) CHECK(ids.count(id) == 1);
}

TEST_CASE("a cursor of one tenant tells another nothing of the first") {
  DirectoryFixture at;
  const std::string acme = at.add_tenant("acme"), bolt = at.add_tenant("bolt");
  for (int i = 0; i < 5; ++i) {
    at.add_device(acme, "of acme");
    at.add_device(bolt, "of bolt");
    add_user(at, acme, "u" + std::to_string(i) + "@example.com");
    add_user(at, bolt, "u" + std::to_string(i) + "@example.com");
  }
  for (const auto& [path, name] : {std::pair("/devices", "devices"), {"/user/devices", "devices"}, {"/users", "users"}}) {
    const std::set<std::string> own = ids_of(list_in(at.call(bolt, "GET", path).body, name));
    std::string cursor = at.call(acme, "GET", std::string(path) + "?limit=2").body["next_cursor"];
    const Answered page = at.call(bolt, "GET", std::string(path) + "?limit=1000&cursor=" + cursor);
    REQUIRE(page.status == 200);
    for (const std::string& id : ids_of(list_in(page.body, name))) CHECK(own.count(id) == 1);
  }
}

TEST_CASE("devices indexed by an older version are listed, and their index is made anew at start") {
  DirectoryFixture at;
  const std::string acme = at.add_tenant("acme");
  for (int i = 0; i < 5; ++i) at.add_device(acme, "d" + std::to_string(i));
  const auto before = at.disk.rows();
  const json whole = at.call(acme, "GET", "/devices").body;
  CHECK(at.directory->start(at.now).writes.empty());
  store::WriteBatch old;
  for (const auto& [key, value] : before) {
    const bool index = key.table == store::Table::devices && (key.id[0] == 't' || key.id[0] == 'u');
    if (index) old.writes[key] = Bytes{1};
  }
  CHECK(old.writes.size() == 10);
  at.disk.apply(old);
  CHECK(at.call(acme, "GET", "/devices").body == whole);
  check_pages(asking(at, acme), "/devices", "devices", 5);
  const DirectoryStep step = at.directory->start(at.now);
  CHECK(step.effects.size() == 5);
  at.disk.apply(step.writes);
  CHECK(at.disk.rows() == before);
}

TEST_CASE("pages of a device's chats, contacts and calls, joined, are the whole list") {
  GatewayFixture at;
  store::Txn txn(at.disk);
  for (int i = 0; i < 9; ++i) {
    const wire::Jid pn{std::to_string(5511988888880 + i), wire::Server::pn}, lid{std::to_string(100'000'000 + i * 7), wire::Server::lid};
    if (i % 2 == 0) client::learn_lid(txn, pn, lid);
    client::store_contact(txn, i % 3 == 0 ? lid : pn, {i % 4 == 0 ? "" : "Jo\xC3\xA3o \"" + std::to_string(i) + "\"", "", "j"});
    if (i % 2 == 1) client::store_contact(txn, lid, {"", "", "push"});
    client::ChatRow chat;
    chat.muted_until_ms = i % 3 - 1;
    client::store_chat(txn, i % 2 == 0 ? lid : pn, chat);
  }
  at.disk.apply(txn.take());
  const Ask ask = [&](const std::string& target) {
    const Answered answer = at.call("GET", target);
    REQUIRE(answer.status == 200);
    return answer.body;
  };
  check_pages(ask, "/chats", "chats", list_in(ask("/chats"), "chats").size());
  check_pages(ask, "/contacts", "contacts", list_in(ask("/contacts"), "contacts").size());
  CHECK(list_in(ask("/contacts"), "contacts").size() >= 9);
  CHECK(ask("/chats?limit=2")["count"] == 2);
}

TEST_CASE("texts written straight are the bytes of the value's own") {
  test::CountingRandom random;
  for (int round = 0; round < 3'000; ++round) {
    Bytes bytes(static_cast<std::size_t>(round % 9));
    random.fill(bytes);
    if (round % 2 == 0) {
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(byte % 0x80);
    }
    const std::string text = to_string(ByteView(bytes));
    std::string out;
    append_text(out, text);
    REQUIRE(out == compact(Json(text)));
  }
  std::string out;
  ObjectText object(out);
  object.text("a", "x\"y").text_or_null("b", "").flag("c", true).number("d", 18'446'744'073'709'551'615u).moment("e", {0}).null("f");
  object.json("g", "[1]").close();
  CHECK(out == R"({"a":"x\"y","b":null,"c":true,"d":18446744073709551615,"e":"1970-01-01T00:00:00Z","f":null,"g":[1]})");
}
