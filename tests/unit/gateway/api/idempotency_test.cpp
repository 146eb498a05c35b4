#include "gateway/api/idempotency.h"

#include "base/limits.h"
#include "gateway/http/idempotency_key.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::Answered;
using wa::test::GatewayFixture;
using wa::test::json;

namespace {

const char* const kKeyedText = R"({"number":"222333444@lid","text":"hello"})";

RequestId send_keyed(GatewayFixture& at, const std::string& key, const char* body = kKeyedText) {
  return at.ask("POST", "/send/text", body, key);
}
void acknowledge_send(GatewayFixture& at) {
  const auto sent = *at.client.last<client::SendText>();
  at.raise(client::MessageSent{sent.command, sent.id, sent.to, {test::kStartMs}, false, 0});
}

}  // namespace

TEST_CASE("the same key and body: one message, the same answer, also after a restart") {
  GatewayFixture at;
  const auto first = send_keyed(at, "order-1");
  CHECK(at.replies.empty());
  const auto meanwhile = send_keyed(at, "order-1");
  REQUIRE(at.answered(meanwhile));
  CHECK(at.replies[meanwhile].status == 409);
  CHECK(at.replies[meanwhile].header("Retry-After") == "1");
  acknowledge_send(at);
  REQUIRE(at.replies[first].status == 200);
  CHECK(at.replies[first].header("Idempotency-Replayed").empty());
  for (int restart = 0; restart < 2; ++restart) {
    const auto again = send_keyed(at, "order-1");
    REQUIRE(at.answered(again));
    CHECK(at.replies[again].status == 200);
    CHECK(at.replies[again].body == at.replies[first].body);
    CHECK(at.replies[again].header("Idempotency-Replayed") == "true");
    at.reopen();
  }
  CHECK(at.client.count<client::SendText>() == 1);
  const auto other = send_keyed(at, "order-1", R"({"number":"222333444@lid","text":"another"})");
  CHECK(at.replies[other].status == 422);
  CHECK(at.replies[other].body["error_code"] == "IDEMPOTENCY_MISMATCH");
  send_keyed(at, "order-2");
  CHECK(at.client.count<client::SendText>() == 2);
  at.now.wall.ms += limits::kRequestKeyKeptMs + 1;
  send_keyed(at, "order-1");
  CHECK(at.client.count<client::SendText>() == 3);
}

TEST_CASE("a key whose answer was lost with the process answers with what is known of the message") {
  GatewayFixture at;
  send_keyed(at, "order-1");
  const auto sent = *at.client.last<client::SendText>();
  REQUIRE(sent.id.size() == 22);
  at.reopen();
  auto again = send_keyed(at, "order-1");
  CHECK(at.replies[again].status == 202);
  CHECK(at.replies[again].body["message_id"] == sent.id);
  CHECK(at.replies[again].body["status"] == "queued");
  SECTION("sent") {
    at.raise(client::MessageSent{0, sent.id, sent.to, {test::kStartMs}, false, 0});
    again = send_keyed(at, "order-1");
    CHECK(at.replies[again].status == 200);
    CHECK(at.replies[again].body["status"] == "sent");
    CHECK(at.replies[again].body["chat_jid"] == "222333444@lid");
  }
  SECTION("failed") {
    at.raise(client::MessageFailed{0, sent.id, sent.to, client::SendFailure::refused, 479});
    again = send_keyed(at, "order-1");
    CHECK(at.replies[again].status == 502);
    CHECK(at.replies[again].body["upstream_code"] == 479);
  }
  CHECK(at.replies[again].body["message_id"] == sent.id);
  CHECK(at.client.count<client::SendText>() == 1);
}

TEST_CASE("a key that timed out follows its message") {
  GatewayFixture at;
  const auto late = send_keyed(at, "order-1");
  const auto sent = *at.client.last<client::SendText>();
  at.advance(limits::kSendTimeoutMs);
  REQUIRE(at.replies[late].status == 504);
  CHECK(at.replies[late].body["message_id"] == sent.id);
  auto again = send_keyed(at, "order-1");
  CHECK(at.replies[again].status == 504);
  CHECK(at.replies[again].body["message_id"] == sent.id);
  at.raise(client::MessageSent{sent.command, sent.id, sent.to, {test::kStartMs}, false, 0});
  again = send_keyed(at, "order-1");
  CHECK(at.replies[again].status == 200);
  CHECK(at.client.count<client::SendText>() == 1);
}

TEST_CASE("what was refused before anything happened may be tried again with its key") {
  GatewayFixture at;
  at.client.status.link = client::LinkState::idle;
  CHECK(at.replies[send_keyed(at, "k")].status == 503);
  at.client.status.link = client::LinkState::online;
  CHECK(at.replies[send_keyed(at, "k", R"({"number":"222333444@lid"})")].status == 400);
  const auto id = send_keyed(at, "k");
  CHECK_FALSE(at.answered(id));
  CHECK(at.client.count<client::SendText>() == 1);
}

TEST_CASE("every request that changes something takes a key") {
  struct Row { const char *method, *target, *body; };
  for (const Row& row : {Row{"PUT", "/calls/settings", R"({"auto_reject":true})"},
                         Row{"POST", "/webhook/secret/rotate", "{}"},
                         Row{"POST", "/presence", R"({"state":"available"})"},
                         Row{"DELETE", "/webhook", ""}}) {
    INFO(row.method << " " << row.target);
    GatewayFixture at;
    at.configure_webhook({"call.offer"});
    const auto first = at.ask(row.method, row.target, row.body, "k");
    const auto again = at.ask(row.method, row.target, row.body, "k");
    CHECK(at.replies[first].status == 200);
    CHECK(at.replies[again].body == at.replies[first].body);
    CHECK(at.replies[again].header("Idempotency-Replayed") == "true");
    CHECK(at.client.executed.size() <= 1);
  }
  GatewayFixture at;
  const auto waits = at.ask("POST", "/chats/222333444@lid/archive", R"({"archived":true})", "k");
  at.reopen();  // it is stored, and its answer is lost: what it sets can be set again
  const auto again = at.ask("POST", "/chats/222333444@lid/archive", R"({"archived":true})", "k");
  CHECK_FALSE(at.answered(waits));
  CHECK_FALSE(at.answered(again));
  CHECK(at.client.count<client::SetChat>() == 2);
}

TEST_CASE("a key is one visible text of 1 to 255 characters") {
  GatewayFixture at;
  const std::string bad[] = {std::string(256, 'k'), "a b", "a, b", "\xc3\xa9"};
  for (const std::string& key : bad) {
    INFO(key);
    const auto id = send_keyed(at, key);
    REQUIRE(at.answered(id));
    CHECK(at.replies[id].status == 400);
    CHECK(at.replies[id].body["validation"][0]["field"] == "Idempotency-Key");
  }
  CHECK_FALSE(at.answered(send_keyed(at, std::string(255, 'k'))));
}

TEST_CASE("keys are bounded, the oldest goes") {
  GatewayFixture at;
  for (std::uint32_t i = 0; i <= limits::kRequestKeysKept; ++i) {
    at.ask("POST", "/presence", "{}", "k" + std::to_string(i));
  }
  std::size_t rows = 0;
  for (const auto& [key, value] : at.disk.rows()) rows += key.table == store::Table::requests ? 1 : 0;
  CHECK(rows <= 2 * limits::kRequestKeysKept + 1);
  CHECK(at.replies[at.ask("POST", "/presence", "{}", "k1")].header("Idempotency-Replayed") == "true");
}

TEST_CASE("a request with another file is another request") {
  gateway::ApiRequest request;
  request.method = "POST";
  request.target = "/send/image";
  request.body = R"({"number":"222333444@lid","image":null})";
  request.files.push_back({"image", 7, 3, "a.png", "image/png", Bytes(32, 1)});
  const auto first = gateway::digest_of(request);
  request.files[0].file = 8;  // the host's name for it, drawn anew each time
  CHECK(gateway::digest_of(request) == first);
  request.files[0].sha256 = Bytes(32, 2);
  CHECK(gateway::digest_of(request) != first);
  request.files[0].sha256 = Bytes(32, 1);
  request.files[0].file_name = "b.png";
  CHECK(gateway::digest_of(request) != first);
}
