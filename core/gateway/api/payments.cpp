// Payment requests and what becomes of them (api.md 3.9; 10 section 9.3). They are messages: no money moves by them.
// tested by unit/gateway/api/payments_test.cpp
#include "gateway/api/sending.h"
#include "gateway/operations/marks.h"
#include "gateway/operations/messages.h"
#include "gateway/operations/payments.h"

namespace wa::gateway {
namespace {

constexpr const char* kMayNotShow =
    "which phones show payment requests is not known: it has been seen on Android only, and depends on the country";
constexpr const char* kNoMoney = "no money was moved: this only marks the request as paid in the chat";
constexpr std::int64_t kRequestLivesS = 7 * 86'400, kExpiryMaxS = 4'102'444'800;

// The amount in the smallest part of its currency.
struct Money { std::uint64_t minor = 0; std::string currency; };
Money parse_money(Fields& fields, bool required) {
  Money out;
  const auto amount = fields.optional_integer("amount", 1, kPaymentAmountMax);
  if (!amount && required && !fields.has("amount")) fields.missing("amount");
  out.minor = static_cast<std::uint64_t>(amount.value_or(0));
  if (required || fields.has("currency")) out.currency = fields.text("currency", kNameCharsMax);
  const Json echo = out.currency;
  if (!out.currency.empty() && !is_currency(out.currency)) {
    fields.bad("currency", "must be a code of three capital letters (ISO 4217)", &echo);
  }
  return out;
}

// The id of the request, or its key.
client::MessageRef parse_request(Fields& fields, const wire::Jid& to, bool ours) {
  client::MessageRef out;
  out.from_me = ours;
  constexpr const char* kMember = "request_message_key";
  const Json* given = fields.raw(kMember);
  if (!given || !given->is_object()) {
    out.id = fields.text(kMember, limits::kIdCharsMax);
  } else {
    Fields key(*given);
    out.id = key.text("id", limits::kIdCharsMax);
    (void)key.optional_flag("fromMe");
    (void)key.optional_text("remoteJid", kNameCharsMax);
    if (key.has("participant")) out.participant = key.user("participant");
    fields.take(key, "request_message_key.");
  }
  if (lacks_author(to, out)) fields.bad(kMember, "must be a key with its participant, in a group");
  return out;
}

Answer request_payment(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  const Json echo = command.to.text();
  if (command.to.server == wire::Server::group) fields.bad("to", "must be a person", &echo);
  const Money money = parse_money(fields, true);
  client::PaymentRequest request;
  request.payer = command.to;
  request.amount_minor = money.minor;
  request.currency = money.currency;
  request.per_unit = minor_per_unit(money.currency);
  request.note = fields.optional_text("note_message", kLineCharsMax).value_or(std::string());
  const std::int64_t now_s = call.turn.service_time().seconds();
  request.expires_s = fields.optional_integer("expiry_timestamp", now_s, kExpiryMaxS).value_or(now_s + kRequestLivesS);
  SendWait wait = flat_wait("Payment request sent successfully");
  wait.extra = object({{"amount", text_of_amount(money.minor, money.currency)}});
  SendOptions options;
  options.warnings.push_back(kMayNotShow);
  command.body = std::move(request);
  return send_message(call, fields, std::move(command), std::move(wait), std::move(options));
}

Answer send_payment(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::Payment payment;
  payment.request = parse_request(fields, command.to, false);
  const Money money = parse_money(fields, false);
  payment.note = fields.optional_text("note_message", kLineCharsMax).value_or(std::string());
  SendWait wait = flat_wait("Payment sent successfully");
  if (money.minor > 0 && is_currency(money.currency)) {
    put(wait.extra, {"amount", text_of_amount(money.minor, money.currency)});
  }
  SendOptions options;
  options.warnings.push_back(kNoMoney);
  command.body = std::move(payment);
  return send_message(call, fields, std::move(command), std::move(wait), std::move(options));
}

template <class Body>
Answer answer_request(DeviceCall& call, bool ours, const char* message) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  command.body = Body{parse_request(fields, command.to, ours)};
  return send_message(call, fields, std::move(command), flat_wait(message));
}

Answer decline_payment(DeviceCall& call) {
  return answer_request<client::PaymentDecline>(call, false, "Payment request declined successfully");
}

Answer cancel_payment(DeviceCall& call) {
  return answer_request<client::PaymentCancel>(call, true, "Payment request cancelled successfully");
}

}  // namespace

Endpoints payment_endpoints() {
  static constexpr Endpoint kAll[] = {
      send_endpoint("POST", "/payment/request", request_payment, finish_flat),
      send_endpoint("POST", "/payment/send", send_payment, finish_flat),
      send_endpoint("POST", "/payment/decline", decline_payment, finish_flat),
      send_endpoint("POST", "/payment/cancel", cancel_payment, finish_flat),
  };
  return kAll;
}

}  // namespace wa::gateway
