// Payment requests and the answers to them: what is sent, what is said of it, and amounts.
#include "gateway/operations/payments.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

template <class Body>
Body body_of(GatewayFixture& at) {
  const auto* command = at.client.last<client::SendMessage>();
  REQUIRE(command);
  const auto* body = std::get_if<Body>(&command->body);
  REQUIRE(body);
  return *body;
}

json answer_of(GatewayFixture& at, RequestId id) {
  const auto* command = at.client.last<client::SendMessage>();
  at.raise(client::MessageSent{command->command, "3EB0AA", command->to, {test::kStartMs}, false, 0});
  REQUIRE(at.answered(id));
  return at.replies[id].body;
}

}  // namespace

TEST_CASE("a payment is asked for") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/payment/request",
                         R"({"to":"5511888888888","amount":15000,"currency":"BRL","note_message":"part 1"})");
  const auto request = body_of<client::PaymentRequest>(at);
  CHECK(request.payer == jid("5511888888888@s.whatsapp.net"));
  CHECK(request.amount_minor == 15000);
  CHECK(request.per_unit == 100);
  CHECK(request.currency == "BRL");
  CHECK(request.note == "part 1");
  CHECK(request.expires_s == test::kStartMs / 1000 + 7 * 86'400);
  json answer = answer_of(at, id);
  CHECK(answer["warnings"].size() == 1);
  answer.erase("warnings");
  CHECK(answer == json{{"success", true}, {"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"},
                       {"message", "Payment request sent successfully"}, {"amount", "150.00 BRL"}});
}

TEST_CASE("requests are paid, declined and cancelled by their keys") {
  GatewayFixture at;
  auto id = at.ask("POST", "/payment/send", R"({"to":"5511888888888","request_message_key":"3EB0R","currency":"BRL",
                                               "amount":100,"note_message":"paid"})");
  const auto payment = body_of<client::Payment>(at);
  CHECK(payment.request.id == "3EB0R");
  CHECK_FALSE(payment.request.from_me);
  CHECK(payment.note == "paid");
  json answer = answer_of(at, id);
  CHECK(answer["warnings"][0].get<std::string>().find("no money") == 0);
  CHECK(answer["amount"] == "1.00 BRL");
  id = at.ask("POST", "/payment/decline", R"({"to":"5511888888888","request_message_key":{"id":"3EB0R","fromMe":false,
                                             "remoteJid":"5511888888888@s.whatsapp.net"}})");
  CHECK(body_of<client::PaymentDecline>(at).request.id == "3EB0R");
  CHECK_FALSE(body_of<client::PaymentDecline>(at).request.from_me);
  CHECK(answer_of(at, id)["message"] == "Payment request declined successfully");
  id = at.ask("POST", "/payment/cancel", R"({"to":"5511888888888","request_message_key":"3EB0R"})");
  CHECK(body_of<client::PaymentCancel>(at).request.from_me);
  CHECK(answer_of(at, id)["message"] == "Payment request cancelled successfully");
}

TEST_CASE("bad payments are named") {
  struct Row { const char* path; const char* body; std::vector<std::string> fields; };
  const Row rows[] = {
      {"/payment/request", "{}", {"to", "amount", "currency"}},
      {"/payment/request", R"({"to":"120363000000000000@g.us","amount":0,"currency":"real"})", {"to", "amount",
          "currency"}},
      {"/payment/request", R"({"to":"5511888888888","amount":1,"currency":"BRL","expiry_timestamp":5})",
          {"expiry_timestamp"}},
      {"/payment/send", R"({"to":"5511888888888"})", {"request_message_key"}},
      {"/payment/decline", R"({"to":"5511888888888","request_message_key":{}})", {"request_message_key.id"}},
      {"/payment/decline", R"({"to":"120363000000000000@g.us","request_message_key":"3EB0R"})",
          {"request_message_key"}},
      {"/payment/cancel", R"({"to":"5511888888888","request_message_key":"3EB0R","note":"x"})", {"note"}},
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

TEST_CASE("amounts as people write them") {
  using gateway::text_of_amount;
  CHECK(text_of_amount(15000, "BRL") == "150.00 BRL");
  CHECK(text_of_amount(5, "BRL") == "0.05 BRL");
  CHECK(text_of_amount(150, "JPY") == "150 JPY");
  CHECK(text_of_amount(1005, "KWD") == "1.005 KWD");
  CHECK_FALSE(gateway::is_currency("BR"));
  CHECK_FALSE(gateway::is_currency("brl"));
}
