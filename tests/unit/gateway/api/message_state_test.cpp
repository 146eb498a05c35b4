#include "gateway/operations/message_states.h"

#include "base/limits.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

const char* const kStateText = R"({"number":"222333444@lid","text":"hello"})";

json state_of_message(GatewayFixture& at, const std::string& id) {
  const auto answer = at.call("GET", "/messages/" + id);
  CHECK(answer.status == 200);
  return answer.body;
}

}  // namespace

TEST_CASE("GET /messages/{id} tells what became of a message") {
  GatewayFixture at;
  at.ask("POST", "/send/text", kStateText);
  const auto sent = *at.client.last<client::SendText>();
  CHECK(state_of_message(at, sent.id) == json{{"success", true}, {"message_id", sent.id},
                                              {"chat_jid", "222333444@lid"}, {"status", "queued"},
                                   {"timestamp", "2026-01-01T00:00:00Z"}, {"queued_at", "2026-01-01T00:00:00Z"}});
  at.advance(1000);
  at.raise(client::MessageSent{sent.command, sent.id, sent.to, at.now.wall, false, 0});
  CHECK(state_of_message(at, sent.id)["status"] == "sent");
  CHECK(state_of_message(at, sent.id)["sent_at"] == "2026-01-01T00:00:01Z");
  const auto receipt = [&](client::ReceiptKind kind) {
    at.advance(1000);
    at.raise(client::MessageReceipt{kind, {"3EB0OTHER", sent.id}, sent.to, sent.to, at.now.wall});
  };
  receipt(client::ReceiptKind::delivered);
  CHECK(state_of_message(at, sent.id)["status"] == "delivered");
  CHECK(state_of_message(at, sent.id)["timestamp"] == "2026-01-01T00:00:02Z");
  receipt(client::ReceiptKind::read);
  receipt(client::ReceiptKind::delivered);  // a second device of theirs, later
  at.reopen();
  CHECK(state_of_message(at, sent.id)["status"] == "read");
  CHECK(state_of_message(at, sent.id)["timestamp"] == "2026-01-01T00:00:03Z");
  CHECK(at.call("GET", "/messages/3EB0OTHER").status == 404);
  at.now.wall.ms += limits::kMessageStateKeptMs;
  CHECK(at.call("GET", "/messages/" + sent.id).status == 404);
}

TEST_CASE("a message that failed says why, whatever kind it is") {
  struct Row { client::SendFailure why; int code; const char* reason; };
  for (const Row& row : {Row{client::SendFailure::refused, 479, "refused"},
                         Row{client::SendFailure::expired, 0, "expired"},
                         Row{client::SendFailure::unknown_recipient, 0, "unknown_recipient"}}) {
    GatewayFixture at;
    const auto id = at.ask("POST", "/send/location", R"({"to":"222333444@lid","latitude":1,"longitude":1})");
    const auto sent = *at.client.last<client::SendMessage>();
    REQUIRE(sent.id.size() == 22);
    at.raise(client::MessageFailed{sent.command, sent.id, sent.to, row.why, row.code});
    CHECK(state_of_message(at, sent.id)["status"] == "failed");
    CHECK(state_of_message(at, sent.id)["reason"] == row.reason);
    CHECK(state_of_message(at, sent.id).contains("upstream_code") == (row.code != 0));
    const auto& answer = at.replies[id];
    if (answer.status >= 500) CHECK(answer.body["message_id"] == sent.id);
  }
}

TEST_CASE("who does not want to wait gets 202 with the id") {
  struct Row { const char *query, *prefer; std::int64_t waits_ms; };
  for (const Row& row : {Row{"", "respond-async", 0}, Row{"?wait=0", "", 0}, Row{"?wait=5", "", 5'000},
                         Row{"", "respond-async, wait=7", 7'000}, Row{"", "handling=strict,wait=3", 3'000}}) {
    INFO(row.query << " " << row.prefer);
    GatewayFixture at;
    const auto id = at.ask("POST", std::string("/send/text") + row.query, kStateText, "", row.prefer);
    if (row.waits_ms > 0) {
      CHECK_FALSE(at.answered(id));
      at.advance(row.waits_ms);
    }
    REQUIRE(at.answered(id));
    const auto sent = *at.client.last<client::SendText>();
    CHECK(at.replies[id].status == 202);
    CHECK(at.replies[id].body == json{{"success", true}, {"message_id", sent.id}, {"status", "queued"},
                                      {"chat_jid", "222333444@lid"}});
    at.raise(client::MessageSent{sent.command, sent.id, sent.to, at.now.wall, false, 0});
    CHECK(state_of_message(at, sent.id)["status"] == "sent");
  }
  GatewayFixture at;
  const auto id = at.ask("POST", "/send/text?wait=5", kStateText);  // sent in time
  const auto sent = *at.client.last<client::SendText>();
  at.raise(client::MessageSent{sent.command, sent.id, sent.to, at.now.wall, false, 0});
  CHECK(at.replies[id].status == 200);
  CHECK(at.call("POST", "/send/text?wait=61", kStateText).status == 400);
  CHECK(at.call("POST", "/send/text?wait=soon", kStateText).status == 400);
}

TEST_CASE("a message to a group that the account is not in names the group") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/send/text", R"({"number":"120363000000000001@g.us","text":"x"})");
  const auto sent = *at.client.last<client::SendText>();
  at.raise(client::MessageFailed{sent.command, sent.id, sent.to, client::SendFailure::unknown_recipient, 404});
  CHECK(at.replies[id].status == 404);
  CHECK(at.replies[id].body["error"].get<std::string>().find("group") != std::string::npos);
}
