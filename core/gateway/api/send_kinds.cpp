// Live locations, and what to choose from: buttons, lists, templates, products, and the answers to them (api.md 3.7).
// What of it clients show is known from reports only (10 section 9): the answers say so.
// tested by unit/gateway/api/send_kinds_test.cpp
#include "gateway/api/sending.h"
#include "gateway/operations/messages.h"

namespace wa::gateway {
namespace {

constexpr const char* kOnPhonesOnly =
    "phones show buttons; WhatsApp Web and Desktop say that the message cannot be loaded. With as_text the choices are "
    "sent as numbered lines, which everybody can read";
constexpr const char* kListOnPhonesOnly =
    "phones show lists; nothing is known of groups, and WhatsApp Web and Desktop may show nothing. With as_text the "
    "choices are sent as numbered lines, which everybody can read";
constexpr const char* kStandsStill =
    "the place stays where it is: how a live location moves on and ends is not known, and nothing of it was sent";
constexpr const char* kNoDuration = "duration_in_seconds was not sent: it does not stand in the message";
constexpr const char* kNoPicture = "the product goes without a picture, which phones show as an empty card";
constexpr const char* kCatalogUnsure =
    "phones show products only when their ids are in the catalog of the business; whether they show a catalog that "
    "comes from a linked device is not known";

Answer send_live_location(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  constexpr std::int64_t kAccuracyMaxM = 100'000, kDegreesMax = 359, kOffsetMax = 86'400;
  constexpr double kSpeedMaxMps = 10'000;
  client::LiveLocation place;
  place.latitude = fields.number("latitude", -90, 90);
  place.longitude = fields.number("longitude", -180, 180);
  const auto whole = [&](const char* name, std::int64_t max) {
    return static_cast<std::uint32_t>(fields.optional_integer(name, 0, max).value_or(0));
  };
  place.accuracy_m = whole("accuracy_in_meters", kAccuracyMaxM);
  if (fields.has("speed_in_mps")) place.speed_mps = static_cast<float>(fields.number("speed_in_mps", 0, kSpeedMaxMps));
  place.degrees = whole("degrees_clockwise_from_magnetic_north", kDegreesMax);
  place.caption = fields.optional_text("caption", kLineCharsMax).value_or(std::string());
  place.sequence =
      fields.optional_integer("sequence_number", 0, INT64_MAX).value_or(call.turn.service_time().ms * 1000);
  place.time_offset = whole("time_offset", kOffsetMax);
  const auto duration = fields.optional_integer("duration_in_seconds", 0, kOffsetMax);
  SendOptions options = read_options(fields, command.to);
  options.warnings.push_back(kStandsStill);
  if (duration) options.warnings.push_back(kNoDuration);
  command.body = std::move(place);
  return send_message(call, fields, std::move(command), flat_wait("Live location sent successfully"),
                      std::move(options));
}

// As everybody can read them.
client::Text as_lines(const std::string& title, const std::string& body, const std::vector<std::string>& choices,
                      const std::string& footer) {
  client::Text out;
  for (const std::string* part : {&title, &body}) {
    if (!part->empty()) out.text += (out.text.empty() ? "" : "\n") + *part;
  }
  int at = 0;
  for (const std::string& choice : choices) out.text += '\n' + std::to_string(++at) + ". " + choice;
  if (!footer.empty()) out.text += "\n\n" + footer;
  return out;
}

Answer send_buttons(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::Interactive message;
  message.body = fields.visible_text("message", limits::kTextCharsMax);
  message.footer = fields.optional_text("footer", kLineCharsMax).value_or(std::string());
  std::vector<std::string> choices;
  for (const Fields::Entry& button : fields.objects("buttons", 1, kButtonsMax)) {
    Fields inner(*button.object);
    client::FlowButton one;
    one.value = inner.text("id", kNameCharsMax);
    one.text = inner.visible_text("display_text", kNameCharsMax);
    choices.push_back(one.text);
    message.buttons.push_back(std::move(one));
    fields.take(inner, button.prefix);
  }
  const bool as_text = fields.optional_flag("as_text").value_or(false);
  SendOptions options = read_options(fields, command.to);
  if (!as_text) options.warnings.push_back(kOnPhonesOnly);
  if (as_text) command.body = as_lines({}, message.body, choices, message.footer);
  else command.body = std::move(message);
  return send_message(call, fields, std::move(command), flat_wait("Buttons sent successfully"), std::move(options));
}

Answer send_buttons_response(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::ButtonAnswer answer;
  answer.id = fields.text("selected_button_id", kNameCharsMax);
  answer.text = fields.visible_text("selected_display_text", kLineCharsMax);
  SendOptions options = read_options(fields, command.to);
  command.body = std::move(answer);
  return send_message(call, fields, std::move(command), flat_wait("Button response sent successfully"),
                      std::move(options));
}

client::ChoiceRow parse_row(Fields& fields) {
  client::ChoiceRow out;
  out.id = fields.text("id", kNameCharsMax);
  out.title = fields.visible_text("title", kNameCharsMax);
  out.description = fields.optional_text("description", kLineCharsMax).value_or(std::string());
  return out;
}

Answer send_list(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::ChoiceList list;
  list.title = fields.optional_text("title", kLineCharsMax).value_or(std::string());
  list.body = fields.visible_text("body", limits::kTextCharsMax);
  list.footer = fields.optional_text("footer", kLineCharsMax).value_or(std::string());
  list.button_text = fields.visible_text("button_text", kNameCharsMax);
  std::vector<std::string> choices;
  for (const Fields::Entry& section : fields.objects("sections", 1, kListSectionsMax)) {
    Fields inner(*section.object);
    client::ChoiceSection one{inner.optional_text("title", kNameCharsMax).value_or(std::string()), {}};
    for (const Fields::Entry& row : inner.objects("rows", 1, kRowsPerSectionMax)) {
      Fields of_row(*row.object);
      one.rows.push_back(parse_row(of_row));
      const std::string& more = one.rows.back().description;
      choices.push_back(one.rows.back().title + (more.empty() ? "" : ": " + more));
      inner.take(of_row, row.prefix);
    }
    list.sections.push_back(std::move(one));
    fields.take(inner, section.prefix);
  }
  if (choices.size() > kListRowsMax) fields.bad("sections", "must have at most 100 rows together");
  const bool as_text = fields.optional_flag("as_text").value_or(false);
  SendOptions options = read_options(fields, command.to);
  if (!as_text) options.warnings.push_back(kListOnPhonesOnly);
  if (as_text) command.body = as_lines(list.title, list.body, choices, list.footer);
  else command.body = std::move(list);
  return send_message(call, fields, std::move(command), flat_wait("Interactive list sent successfully"),
                      std::move(options));
}

Answer send_list_response(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::ListAnswer answer;
  answer.row_id = fields.text("selected_row_id", kNameCharsMax);
  answer.title = fields.visible_text("title", kLineCharsMax);
  answer.description = fields.optional_text("description", kLineCharsMax).value_or(std::string());
  SendOptions options = read_options(fields, command.to);
  command.body = std::move(answer);
  return send_message(call, fields, std::move(command), flat_wait("List response sent successfully"),
                      std::move(options));
}

// Which member of a button of a template has what its kind needs.
struct TemplateButton { const char* type; client::FlowButton::Kind kind; const char* member; };
constexpr TemplateButton kTemplateButtons[] = {{"quick_reply", client::FlowButton::Kind::reply, "id"},
                                               {"url", client::FlowButton::Kind::url, "url"},
                                               {"call", client::FlowButton::Kind::call, "phone_number"},
                                               {"copy", client::FlowButton::Kind::copy, "code"}};

client::FlowButton parse_template_button(Fields& fields) {
  client::FlowButton out;
  const std::string type = fields.text("type", kNameCharsMax);
  out.text = fields.visible_text("text", kNameCharsMax);
  for (const TemplateButton& one : kTemplateButtons) {
    if (type != one.type) continue;
    out.kind = one.kind;
    out.value = fields.text(one.member, kLineCharsMax);
    return out;
  }
  const Json echo = type;
  if (!type.empty()) fields.bad("type", "must be quick_reply, url, call or copy", &echo);
  return out;
}

Answer send_template(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("number");
  client::Interactive message;
  message.body = fields.visible_text("body", limits::kTextCharsMax);
  message.footer = fields.optional_text("footer", kLineCharsMax).value_or(std::string());
  if (const Json* header = fields.optional_object("header")) {
    Fields inner(*header);
    const std::string type = inner.text("type", kNameCharsMax);
    const Json echo = type;
    if (type == "text") message.title = inner.visible_text("text", kLineCharsMax);
    else if (!type.empty()) inner.bad("type", "must be text: pictures above templates reach no iPhone", &echo);
    fields.take(inner, "header.");
  }
  for (const Fields::Entry& button : fields.objects("buttons", 1, kButtonsMax)) {
    Fields inner(*button.object);
    message.buttons.push_back(parse_template_button(inner));
    fields.take(inner, button.prefix);
  }
  SendOptions options = read_options(fields, command.to);
  options.warnings.push_back(kOnPhonesOnly);
  command.body = std::move(message);
  return send_message(call, fields, std::move(command), {}, std::move(options));
}

Answer send_product(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("number");
  constexpr std::int64_t kPriceMax = 1'000'000'000'000, kImagesMax = 100;
  client::Product product;
  product.business = fields.user("business_owner_jid");
  const auto optional = [](Fields& from, const char* name, std::size_t max) {
    return from.optional_text(name, max).value_or(std::string());
  };
  product.body = optional(fields, "body", limits::kTextCharsMax);
  product.footer = optional(fields, "footer", kLineCharsMax);
  const Json* given = fields.optional_object("product");
  if (!given && !fields.has("product")) fields.missing("product");
  if (given) {
    Fields inner(*given);
    product.id = inner.text("product_id", kNameCharsMax);
    product.title = inner.visible_text("title", kLineCharsMax);
    product.description = optional(inner, "description", limits::kTextCharsMax);
    product.currency = optional(inner, "currency_code", 3);
    product.price_1000 = inner.optional_integer("price_amount_1000", 0, kPriceMax).value_or(0);
    product.sale_price_1000 = inner.optional_integer("sale_price_amount_1000", 0, kPriceMax).value_or(0);
    product.retailer_id = optional(inner, "retailer_id", kNameCharsMax);
    product.url = optional(inner, "url", kLineCharsMax);
    (void)optional(inner, "product_image_url", kLineCharsMax);
    const auto images = inner.optional_integer("product_image_count", 0, kImagesMax);
    product.image_count = static_cast<std::uint32_t>(images.value_or(0));
    fields.take(inner, "product.");
  }
  SendOptions options = read_options(fields, command.to);
  options.warnings.push_back(kNoPicture);
  command.body = std::move(product);
  return send_message(call, fields, std::move(command), {}, std::move(options));
}

Answer send_catalog(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("number");
  client::Catalog catalog;
  catalog.business = fields.user("business_owner_jid");
  catalog.title = fields.optional_text("title", kLineCharsMax).value_or(std::string());
  catalog.description = fields.optional_text("description", limits::kTextCharsMax).value_or(std::string());
  catalog.footer = fields.optional_text("footer", kLineCharsMax).value_or(std::string());
  catalog.button_text = fields.visible_text("button_text", kNameCharsMax);
  catalog.header_product_id = fields.optional_text("header_product_id", kNameCharsMax).value_or(std::string());
  std::size_t products = 0;
  for (const Fields::Entry& section : fields.objects("sections", 1, kListSectionsMax)) {
    Fields inner(*section.object);
    client::CatalogSection one{inner.optional_text("title", kNameCharsMax).value_or(std::string()), {}};
    one.product_ids = inner.texts("product_ids", true, kRowsPerSectionMax);
    products += one.product_ids.size();
    catalog.sections.push_back(std::move(one));
    fields.take(inner, section.prefix);
  }
  if (products > kListRowsMax) fields.bad("sections", "must have at most 100 products together");
  SendOptions options = read_options(fields, command.to);
  options.warnings.push_back(kCatalogUnsure);
  command.body = std::move(catalog);
  return send_message(call, fields, std::move(command), {}, std::move(options));
}

}  // namespace

Endpoints send_kind_endpoints() {
  static constexpr Endpoint kAll[] = {
      send_endpoint("POST", "/send/live-location", send_live_location, finish_flat),
      send_endpoint("POST", "/send/buttons", send_buttons, finish_flat),
      send_endpoint("POST", "/send/buttons-response", send_buttons_response, finish_flat),
      send_endpoint("POST", "/send/interactive", send_list, finish_flat),
      send_endpoint("POST", "/send/list-response", send_list_response, finish_flat),
      send_endpoint("POST", "/send/template", send_template, finish_send),
      send_endpoint("POST", "/send/product", send_product, finish_send),
      send_endpoint("POST", "/send/catalog", send_catalog, finish_send),
  };
  return kAll;
}

}  // namespace wa::gateway
