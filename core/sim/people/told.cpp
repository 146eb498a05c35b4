// tested by sim/sim_test.cpp
// What simulated people see of a message that is more than a text: one line, read with the generated classes.
#include "e2e.pb.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

template <class Part>
Part part(const std::string& bytes) {
  Part out;
  return out.ParseFromString(bytes) ? out : Part();
}

std::string number(std::int64_t value) { return std::to_string(value); }
std::string thousandths(double value) { return number(static_cast<std::int64_t>(value * 1000)); }

std::string answering(const pb::ContextInfo& context) {
  return context.has_stanza_id() ? " | answers " + context.stanza_id() + ' ' + context.quoted_message().conversation()
                                 : std::string();
}

std::string live_location(const pb::Message& message) {
  const auto of = part<pb::LiveLocationMessage>(message.live_location_message());
  return "live location " + thousandths(of.degrees_latitude()) + ' ' + thousandths(of.degrees_longitude()) + ' ' +
         of.caption();
}

std::string interactive(const pb::Message& message) {
  const auto of = part<pb::InteractiveMessage>(message.interactive_message());
  std::string out = "flow " + of.header().title() + '/' + of.body().text() + '/' + of.footer().text();
  for (const auto& button : of.native_flow_message().buttons()) {
    out += " | " + button.name() + ' ' + button.button_params_json();
  }
  return out + answering(of.context_info());
}

std::string list(const pb::Message& message) {
  const auto of = part<pb::ListMessage>(message.list_message());
  const char* what = of.list_type() == 2 ? "catalog " : "list ";
  std::string out = what + of.title() + '/' + of.description() + '/' + of.button_text();
  for (const auto& section : of.sections()) {
    out += " | " + section.title();
    for (const auto& row : section.rows()) out += ' ' + row.row_id() + '=' + row.title();
  }
  for (const auto& section : of.product_list_info().product_sections()) {
    out += " | " + section.title();
    for (const auto& product : section.products()) out += ' ' + product.product_id();
  }
  return out + answering(of.context_info());
}

std::string button_answer(const pb::Message& message) {
  const auto of = part<pb::ButtonsResponseMessage>(message.buttons_response_message());
  return "pressed " + of.selected_button_id() + '=' + of.selected_display_text() + answering(of.context_info());
}

std::string list_answer(const pb::Message& message) {
  const auto of = part<pb::ListResponseMessage>(message.list_response_message());
  return "chose " + of.single_select_reply().selected_row_id() + '=' + of.title() + answering(of.context_info());
}

std::string product(const pb::Message& message) {
  const auto of = part<pb::ProductMessage>(message.product_message());
  const auto& one = of.product();
  return "product " + one.product_id() + ' ' + one.title() + ' ' + number(one.price_amount_1000());
}

std::string payment_request(const pb::Message& message) {
  const auto of = part<pb::RequestPaymentMessage>(message.request_payment_message());
  return "asks for " + number(static_cast<std::int64_t>(of.amount_1000())) + ' ' + of.currency_code_iso4217() + ' ' +
         of.note_message().extended_text_message().text();
}

std::string payment(const pb::Message& message) {
  const auto of = part<pb::SendPaymentMessage>(message.send_payment_message());
  return "paid " + of.request_message_key().id() + ' ' + of.note_message().extended_text_message().text();
}

std::string declined(const pb::Message& message) {
  return "declined " + part<pb::PaymentAnswer>(message.decline_payment_request_message()).key().id();
}

std::string cancelled(const pb::Message& message) {
  return "cancelled " + part<pb::PaymentAnswer>(message.cancel_payment_request_message()).key().id();
}

struct Teller { bool (pb::Message::*has)() const; std::string (*tell)(const pb::Message&); };
constexpr Teller kTellers[] = {
    {&pb::Message::has_live_location_message, live_location},
    {&pb::Message::has_interactive_message, interactive},
    {&pb::Message::has_list_message, list},
    {&pb::Message::has_buttons_response_message, button_answer},
    {&pb::Message::has_list_response_message, list_answer},
    {&pb::Message::has_product_message, product},
    {&pb::Message::has_request_payment_message, payment_request},
    {&pb::Message::has_send_payment_message, payment},
    {&pb::Message::has_decline_payment_request_message, declined},
    {&pb::Message::has_cancel_payment_request_message, cancelled},
};

}  // namespace

std::string told(const std::string& bytes) {
  pb::Message message;
  if (!message.ParseFromString(bytes)) return {};
  for (const Teller& one : kTellers) {
    if ((message.*one.has)()) return one.tell(message);
  }
  return {};
}

}  // namespace wa::sim
