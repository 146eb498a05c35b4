#include "base/encoding.h"
#include "base/limits.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::FakeClient;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

struct Unpaired : GatewayFixture {
  Unpaired() {
    client.status = {};
    client.executed.clear();
    config.qr_png = [](std::string_view text) { return to_bytes(text.substr(0, 3)); };
    reopen();
  }
};

}  // namespace

TEST_CASE("connecting at open is the client's decision, the gateway only passes the user's wish on") {
  GatewayFixture at;
  CHECK(at.client.count<client::Start>() == 0);
  REQUIRE(at.reports.size() == 1);
  CHECK(at.reports[0].connected);
  CHECK(at.reports[0].jid == "5511999999999:3@s.whatsapp.net");
  CHECK(at.call("POST", "/disconnect").body["data"]["device_id"] == test::kDeviceId);
  CHECK(at.client.count<client::Stop>() == 1);
  at.client.status.link = client::LinkState::idle;
  at.ask("POST", "/connect");
  CHECK(at.client.count<client::Start>() == 1);
  at.reopen();
  CHECK(at.client.count<client::Start>() == 1);
}

TEST_CASE("GET /status is always 200") {
  GatewayFixture at;
  CHECK(at.call("GET", "/status").body["data"] ==
        json{{"connected", true}, {"status", "connected"}, {"device_id", test::kDeviceId},
             {"jid", "5511999999999:3@s.whatsapp.net"}, {"phone_number", "5511999999999"}, {"is_logged_in", true},
             {"last_seen", "2026-01-01T00:00:00Z"}, {"lid", "111222333:3@lid"}});
  at.client.status.link = client::LinkState::waiting;
  at.client.status.retry_at = at.now.mono + 3000;
  at.raise(client::Disconnected{"stream_error"});
  at.advance(1000);
  const json data = at.call("GET", "/status").body["data"];
  CHECK(data["status"] == "reconnecting");
  CHECK(data["connected"] == false);
  CHECK(data["last_seen"] == "2026-01-01T00:00:00Z");
  CHECK(data["retry_in_seconds"] == 2);
  Unpaired fresh;
  CHECK(fresh.call("GET", "/status").body["data"]["status"] == "disconnected");
  CHECK(fresh.call("GET", "/status").body["data"]["is_logged_in"] == false);
}

TEST_CASE("GET /qr waits for a code, then gives it again from memory") {
  Unpaired at;
  const auto id = at.ask("GET", "/qr");
  CHECK(at.client.count<client::Start>() == 1);
  CHECK_FALSE(at.answered(id));
  at.client.status.link = client::LinkState::pairing;
  at.client.qr = client::Client::Qr{"2@abc", at.now.mono + 60'000};
  at.raise(client::QrGenerated{"2@abc", 60'000});
  REQUIRE(at.answered(id));
  CHECK(at.replies[id].body["data"] == json{{"qr_code", "2@abc"}, {"image", "data:image/png;base64,MkBh"}, {"cached",
      false},
                                            {"expires_at", "2026-01-01T00:01:00Z"}, {"ttl", 60}});
  at.advance(10'000);
  const json cached = at.call("GET", "/qr").body["data"];
  CHECK(cached["cached"] == true);
  CHECK(cached["ttl"] == 50);
  CHECK(cached["expires_at"] == "2026-01-01T00:01:00Z");
  const json status = at.call("GET", "/qr/status?device_id=x").body["data"];
  CHECK(status == json{{"exists", true}, {"generated_at", "2026-01-01T00:00:00Z"}});
  const auto forced = at.ask("GET", "/qr?refresh=true");
  CHECK_FALSE(at.answered(forced));
  CHECK(at.client.count<client::Stop>() == 1);
  CHECK_FALSE(at.answered(at.ask("GET", "/qr?reuse=false")));
}

TEST_CASE("GET /qr: connected, timeout, refused, no image") {
  GatewayFixture paired;
  CHECK(paired.call("GET", "/qr").status == 409);
  CHECK(paired.call("POST", "/paircode", R"({"phone":"5511999999999"})").status == 409);
  Unpaired at;
  auto id = at.ask("GET", "/qr");
  at.advance(20'000);
  CHECK(at.replies[id].status == 504);
  id = at.ask("GET", "/qr");
  at.raise(client::ConnectFailure{405, "client_outdated", "2.3000.1"});
  CHECK(at.replies[id].status == 502);
  CHECK(at.replies[id].body["upstream_code"] == 405);
  at.config.qr_png = nullptr;
  at.reopen();
  id = at.ask("GET", "/qr");
  at.raise(client::QrGenerated{"2@abc", 20'000});
  CHECK_FALSE(at.replies[id].body["data"].contains("image"));
}

TEST_CASE("GET /qr/status wants device_id") {
  Unpaired at;
  const auto answer = at.call("GET", "/qr/status");
  CHECK(answer.status == 400);
  CHECK(answer.body["validation"][0]["field"] == "device_id");
  CHECK(at.call("GET", "/qr/status?device_id=x").body["data"] == json{{"exists", false}, {"generated_at", nullptr}});
}

TEST_CASE("POST /paircode asks when the link is ready and reuses a live code") {
  Unpaired at;
  bool ready = false;
  at.client.on_execute = [&](const client::Command& command, client::Turn&) -> Result<void> {
    if (std::holds_alternative<client::RequestPairCode>(command) && !ready) return {Errc::not_ready, "link"};
    return {};
  };
  const auto id = at.ask("POST", "/paircode", R"({"phone":"+55 11 99999-9999"})");
  CHECK_FALSE(at.answered(id));
  ready = true;
  at.client.status.link = client::LinkState::pairing;
  at.raise(client::LinkChanged{client::LinkState::pairing, {}});
  const auto* command = at.client.last<client::RequestPairCode>();
  REQUIRE(command);
  CHECK(command->phone_digits == "5511999999999");
  CHECK(at.client.count<client::RequestPairCode>() == 2);  // refused while there was no link, then taken
  at.raise(client::PairCodeReady{command->command, "ABCD-1234", 180'000});
  REQUIRE(at.answered(id));
  const json data = at.replies[id].body["data"];
  CHECK(data["code"] == "ABCD-1234");
  CHECK(data["phone"] == "5511999999999");
  CHECK(data["expires_in"] == 180);
  CHECK(data["cached"] == false);
  CHECK(data["instructions"].is_string());
  CHECK(at.call("POST", "/paircode", R"({"phone":"5511999999999"})").body["data"]["cached"] == true);
  CHECK_FALSE(at.answered(at.ask("POST", "/paircode", R"({"phone":"5511999999999","reuse_cache":false})")));
  CHECK_FALSE(at.answered(at.ask("POST", "/paircode", R"({"phone":"5511777777777"})")));
  for (const char* bad : {R"({})", R"({"phone":"12"})", R"({"phone":5})", R"({"phone":"222333444@lid"})"}) {
    INFO(bad);
    const auto answer = at.call("POST", "/paircode", bad);
    CHECK(answer.status == 400);
    CHECK(answer.body["validation"][0]["field"] == "phone");
  }
}

TEST_CASE("a pairing code that fails") {
  Unpaired at;
  const auto id = at.ask("POST", "/paircode", R"({"phone":"5511999999999"})");
  at.raise(client::PairCodeFailed{at.client.last<client::RequestPairCode>()->command, 429, "rate"});
  CHECK(at.replies[id].status == 502);
  CHECK(at.replies[id].body["upstream_code"] == 429);
}

TEST_CASE("POST /connect") {
  Unpaired fresh;
  const json needs = fresh.call("POST", "/connect").body["data"];
  CHECK(needs["needs_qr"] == true);
  CHECK(needs["status"] == "disconnected");

  GatewayFixture at;
  at.configure_webhook({"connection.manual_reconnect"});
  CHECK(at.call("POST", "/connect").body["data"] ==
        json{{"status", "connected"}, {"device_id", test::kDeviceId}, {"needs_qr", false}});
  at.client.status.link = client::LinkState::idle;
  auto id = at.ask("POST", "/connect");
  CHECK_FALSE(at.answered(id));
  CHECK(json::parse(at.posts.at(0).body)["event"] == "connection.manual_reconnect");
  at.raise(client::LoggedIn{});
  CHECK(at.replies[id].body["data"]["status"] == "connected");
  id = at.ask("POST", "/connect");
  at.raise(client::ConnectFailure{503, "unavailable", ""});
  CHECK(at.replies[id].status == 502);
  id = at.ask("POST", "/connect");
  at.advance(30'000);
  CHECK(at.replies[id].status == 504);
}

TEST_CASE("POST /logout needs the link and answers when it is done") {
  GatewayFixture at;
  auto id = at.ask("POST", "/logout");
  CHECK_FALSE(at.answered(id));
  at.client.status = {};
  at.raise(client::LoggedOut{"user", 0, at.client.last<client::Logout>()->command});
  CHECK(at.replies[id].body["data"]["device_id"] == test::kDeviceId);
  CHECK_FALSE(at.reports.back().paired);
  CHECK(at.call("POST", "/logout").status == 503);
}

TEST_CASE("what a body of a session request may hold is the device") {
  GatewayFixture at;
  for (const char* target : {"/connect", "/disconnect", "/logout"}) {
    INFO(target);
    CHECK(at.call("POST", target, R"({"devise_id":"x"})").body["validation"][0]["field"] == "devise_id");
    CHECK(at.call("POST", target, R"({"device_id":"another"})").status == 400);
    CHECK(at.call("POST", target, R"({"device_id":5})").status == 400);
  }
  CHECK(at.client.executed.empty());
  CHECK(at.call("POST", "/disconnect", json{{"device_id", test::kDeviceId}}.dump()).status == 200);
}

TEST_CASE("POST /logout works whatever the link is, and says whether the service knows") {
  struct Row { const char* name; client::LoggedOut event; bool told; };
  for (const Row& row : {Row{"confirmed", {"user_initiated", 0, 1, true}, true},
                         Row{"no answer", {"user_initiated", 0, 1, false}, false},
                         Row{"by the phone", {"device_removed", 401, 0, false}, true}}) {
    INFO(row.name);
    GatewayFixture at;
    const auto id = at.ask("POST", "/logout");
    REQUIRE(at.client.count<client::Logout>() == 1);
    at.raise(row.event);
    CHECK(at.replies[id].status == 200);
    CHECK(at.replies[id].body["data"]["service_told"] == row.told);
  }
  for (const auto link : {client::LinkState::idle, client::LinkState::waiting, client::LinkState::connecting}) {
    GatewayFixture at;
    at.client.status.link = link;
    auto id = at.ask("POST", "/logout");  // brought up once more
    CHECK(at.client.count<client::Start>() == 1);
    at.client.status.link = client::LinkState::online;
    at.raise(client::LoggedIn{});
    REQUIRE(at.client.count<client::Logout>() == 1);
    CHECK_FALSE(at.client.last<client::Logout>()->forget);
    at.raise(client::LoggedOut{"user_initiated", 0, at.client.last<client::Logout>()->command, true});
    CHECK(at.replies[id].body["data"]["service_told"] == true);

    GatewayFixture lost;
    lost.client.status.link = link;
    id = lost.ask("POST", "/logout");
    lost.advance(15'000);
    REQUIRE(lost.client.last<client::Logout>());
    CHECK(lost.client.last<client::Logout>()->forget);
    CHECK(lost.replies[id].status == 200);
    CHECK(lost.replies[id].body["data"]["service_told"] == false);
  }
}

TEST_CASE("QR and code of a linked device: texts that are true, and refresh starts over once it is disconnected") {
  for (const bool code : {false, true}) {
    const char* method = code ? "POST" : "GET";
    const std::string path = code ? "/paircode" : "/qr", body = code ? R"({"phone":"5511999999999"})" : "";
    GatewayFixture at;
    const auto text = [&](const char* query) {
      const auto answer = at.call(method, path + query, body);
      CHECK(answer.status == 409);
      return answer.body["error"].get<std::string>();
    };
    CHECK(text("").find("already connected") == 0);
    CHECK(text("?refresh=true").find("already connected") == 0);
    at.client.status.link = client::LinkState::waiting;
    CHECK(text("").find("its connection is being made") != std::string::npos);
    CHECK(text("?refresh=true").find("its connection is being made") != std::string::npos);
    at.client.status.link = client::LinkState::idle;
    CHECK(text("").find("refresh=true") != std::string::npos);
    if (!code) CHECK(text("?reuse=false").find("refresh=true") != std::string::npos);
    CHECK(at.client.count<client::Logout>() == 0);
    const auto id = at.ask(method, path + "?refresh=true", body);
    CHECK_FALSE(at.answered(id));
    REQUIRE(at.client.last<client::Logout>());
    CHECK(at.client.last<client::Logout>()->forget);
    CHECK(at.client.count<client::Start>() == 1);
  }
}

TEST_CASE("DELETE /devices/{id} logs out, then lets the host drop the device") {
  GatewayFixture at;
  auto id = at.ask("DELETE", "/devices/x");
  CHECK_FALSE(at.answered(id));
  CHECK_FALSE(at.removed);
  at.raise(client::LoggedOut{"user", 0, at.client.last<client::Logout>()->command});
  CHECK(at.replies[id].body == json{{"success", true}, {"message", "Device disconnected"}, {"logged_out", true}});
  CHECK(at.removed);

  GatewayFixture silent;  // no answer of the service must not keep it
  id = silent.ask("DELETE", "/devices/x");
  silent.advance(15'000);
  CHECK(silent.replies[id].body["logged_out"] == false);
  CHECK(silent.removed);

  Unpaired unpaired;
  CHECK(unpaired.call("DELETE", "/devices/x").body["success"] == true);
  CHECK(unpaired.removed);
}

TEST_CASE("DELETE /devices/{id} of a paired device that is offline: up once more, out, gone") {
  GatewayFixture at;
  at.client.status.link = client::LinkState::idle;
  const auto starts = at.client.count<client::Start>();
  const auto id = at.ask("DELETE", "/devices/x");
  CHECK(at.client.count<client::Start>() == starts + 1);
  CHECK(at.client.count<client::Logout>() == 0);
  // The directory's own order meanwhile changes nothing.
  at.feed(gateway::ApiRequest{0, "DELETE", "/devices/x", "", "", ""});
  CHECK(at.client.count<client::Start>() == starts + 1);
  CHECK_FALSE(at.removed);
  at.client.status.link = client::LinkState::online;
  at.raise(client::LoggedIn{});
  REQUIRE(at.client.count<client::Logout>() == 1);
  at.raise(client::LoggedOut{"user", 0, at.client.last<client::Logout>()->command});
  CHECK(at.replies[id].body["logged_out"] == true);
  CHECK(at.removed);

  GatewayFixture lost;  // no network: it goes all the same
  lost.client.status.link = client::LinkState::waiting;
  lost.feed(gateway::ApiRequest{0, "DELETE", "/devices/x", "", "", ""});
  CHECK_FALSE(lost.removed);
  lost.advance(15'000);
  CHECK(lost.removed);
}

TEST_CASE("the payloads of device, connection and pairing") {
  GatewayFixture at;
  at.configure_webhook({"device.connected", "device.disconnected", "device.logged_out", "qr.generated", "pair.success",
                        "connection.failure", "connection.stream_replaced", "connection.temporary_ban",
                            "connection.pair_error"});
  const client::Event events[] = {
      client::LoggedIn{"111222333@lid", {test::kStartMs}}, client::Disconnected{"stream_error"},
      client::QrGenerated{"2@abc", 20'000},
      client::PairSucceeded{jid("5511999999999:3@s.whatsapp.net"), jid("111222333:3@lid"), "android", ""},
      client::ConnectFailure{405, "client_outdated", "2.3000.1"}, client::StreamReplaced{}, client::TemporaryBan{101,
          3600},
      client::PasskeyRequired{}, client::LoggedOut{"device_removed", 401, 0}};
  const char* names[] = {"device.connected", "device.disconnected", "qr.generated", "pair.success",
      "connection.failure",
                         "connection.stream_replaced", "connection.temporary_ban", "connection.pair_error",
                             "device.logged_out"};
  for (std::size_t i = 0; i < std::size(events); ++i) {
    at.raise(events[i]);
    REQUIRE(at.posts.size() == i + 1);
    CHECK(json::parse(at.posts[i].body)["event"] == names[i]);
    CHECK(json::parse(at.posts[i].body)["data"]["timestamp"].is_string());
    at.acknowledge(i);
  }
  CHECK(json::parse(at.posts[2].body)["data"]["qr_code"] == "2@abc");
  CHECK(json::parse(at.posts[4].body)["data"]["app_version"] == "2.3000.1");
}

TEST_CASE("the events of a logout say whose they are") {
  GatewayFixture at;
  at.configure_webhook({"device.disconnected"});
  at.client.status = {};
  at.raise(client::Disconnected{"user_initiated"});
  CHECK(json::parse(at.posts.at(0).body)["data"]["jid"] == "5511999999999@s.whatsapp.net");
}

TEST_CASE("only enabled events are queued; webhooks survive a restart with the same id") {
  GatewayFixture at;
  at.configure_webhook({"device.disconnected"});
  at.raise(client::LoggedIn{});
  CHECK(at.posts.empty());
  at.raise(client::Disconnected{"x"});
  REQUIRE(at.posts.size() == 1);
  at.reopen();
  REQUIRE(at.posts.size() == 2);
  CHECK(at.posts[0].body == at.posts[1].body);
  at.acknowledge(1);
  at.reopen();
  CHECK(at.posts.size() == 2);
}

TEST_CASE("GET /privacy: the published members, the service's values") {
  GatewayFixture at;
  const auto id = at.ask("GET", "/privacy");
  REQUIRE(at.client.last<client::AskPrivacy>());
  client::PrivacyDone done{at.client.last<client::AskPrivacy>()->command, client::AccountOutcome::done, 0, {}};
  done.categories = {{"last", "contacts"}, {"online", "match_last_seen"}, {"groupadd", "all"}, {"status", "contacts"},
                     {"profile", "all"}, {"readreceipts", "all"}, {"calladd", "known"}, {"messages", "all"},
                     {"defense", "on_standard"}, {"unheard_of", "x"}};
  at.raise(done);
  REQUIRE(at.answered(id));
  CHECK(at.replies[id].status == 200);
  CHECK(at.replies[id].body ==
        json{{"success", true},
             {"data", {{"GroupAdd", "all"}, {"LastSeen", "contacts"}, {"Status", "contacts"}, {"Profile", "all"},
                       {"ReadReceipts", "all"}, {"CallAdd", "known"}, {"Online", "match_last_seen"}, {"Messages", "all"},
                       {"Defense", "on_standard"}, {"Stickers", ""}}}});
}

TEST_CASE("POST /profile/picture: a JPEG goes out, its id comes back") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/profile/picture", R"({"image_base64":"data:image/jpeg;base64,/9j/4AAQSkZJRg=="})");
  const auto* command = at.client.last<client::SetOwnPicture>();
  REQUIRE(command);
  CHECK(command->jpeg == *from_base64("/9j/4AAQSkZJRg=="));
  at.raise(client::OwnPictureDone{command->command, client::AccountOutcome::done, 0, "1781531102"});
  REQUIRE(at.answered(id));
  CHECK(at.replies[id].body == json{{"success", true}, {"picture_id", "1781531102"}});
  at.ask("POST", "/profile/picture", R"({"image_base64":"/9j/4AAQSkZJRg=="})");  // without the prefix too
  CHECK(at.client.count<client::SetOwnPicture>() == 2);
  const std::string large = base64(concat({Bytes{0xff, 0xd8, 0xff}, Bytes(limits::kPictureBytesMax, 0)}));
  for (const std::string& bad : {std::string("{}"), std::string(R"({"image_base64":"iVBORw0KGgo="})"),
                                 std::string(R"({"image_base64":"%%%"})"), std::string(R"({"image_base64":"data:x"})"),
                                 std::string(R"({"image_base64":7})"), json{{"image_base64", large}}.dump()}) {
    INFO(bad.substr(0, 60));
    const auto answer = at.call("POST", "/profile/picture", bad);
    CHECK(answer.status == 400);
    CHECK(answer.body["validation"][0]["field"] == "image_base64");
  }
  CHECK(at.client.count<client::SetOwnPicture>() == 2);
}

TEST_CASE("account queries: refused, silent, lost, offline") {
  GatewayFixture at;
  struct Row { const char* name; client::AccountOutcome outcome; int status; const char* code; };
  for (const Row& row : {Row{"refused", client::AccountOutcome::refused, 502, "UPSTREAM_REJECTED"},
                         Row{"timeout", client::AccountOutcome::timeout, 504, "UPSTREAM_TIMEOUT"},
                         Row{"link lost", client::AccountOutcome::link_lost, 503, "DEVICE_NOT_READY"}}) {
    INFO(row.name);
    const int upstream = row.outcome == client::AccountOutcome::refused ? 406 : 0;
    auto id = at.ask("GET", "/privacy");
    at.raise(client::PrivacyDone{at.client.last<client::AskPrivacy>()->command, row.outcome, upstream, {}});
    CHECK(at.replies[id].status == row.status);
    CHECK(at.replies[id].body["error_code"] == row.code);
    id = at.ask("POST", "/profile/picture", R"({"image_base64":"/9j/4AAQSkZJRg=="})");
    at.raise(client::OwnPictureDone{at.client.last<client::SetOwnPicture>()->command, row.outcome, upstream, {}});
    CHECK(at.replies[id].status == row.status);
    CHECK(at.replies[id].body.value("upstream_code", 0) == upstream);
  }
  const auto silent = at.ask("GET", "/privacy");
  at.advance(20'000);
  CHECK(at.replies[silent].status == 504);
  at.client.status.link = client::LinkState::idle;
  CHECK(at.call("GET", "/privacy").status == 503);
  CHECK(at.call("POST", "/profile/picture", R"({"image_base64":"/9j/4AAQSkZJRg=="})").status == 503);
}
