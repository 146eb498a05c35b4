// Lists, buttons and templates to choose from, as businesses send them, and what people choose. The text of each is
// what is shown, the choice the id of the button or row. Buttons are written as a native flow, which alone is delivered
// and shown by phones (10 section 9).
// tested by unit/client/messages/kinds_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

using Message = pb::Message;
using Flow = pb::InteractiveMessage;

constexpr int kSingleSelect = 1, kProductList = 2, kDisplayText = 1, kFlowVersion = 1;

void put_json(std::string& out, std::string_view name, std::string_view value) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += out.empty() ? '{' : ',';
  out += '"' + std::string(name) + "\":\"";
  for (const char c : value) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

struct NamedFlow { const char* name; const char* value; const char* also; };
NamedFlow flow_of(FlowButton::Kind kind) {
  switch (kind) {
    case FlowButton::Kind::url: return {"cta_url", "url", "merchant_url"};
    case FlowButton::Kind::call: return {"cta_call", "phone_number", nullptr};
    case FlowButton::Kind::copy: return {"cta_copy", "copy_code", nullptr};
    case FlowButton::Kind::reply: break;
  }
  return {"quick_reply", "id", nullptr};
}

proto::Writer button(const FlowButton& from) {
  const NamedFlow flow = flow_of(from.kind);
  std::string params;
  put_json(params, "display_text", from.text);
  put_json(params, flow.value, from.value);
  if (flow.also) put_json(params, flow.also, from.value);
  proto::Writer out;
  out.text(Flow::NativeFlow::Button::kNameFieldNumber, flow.name)
      .text(Flow::NativeFlow::Button::kButtonParamsJsonFieldNumber, params + '}');
  return out;
}

proto::Writer words(const std::string& text) {
  return std::move(proto::Writer().text(Flow::Words::kTextFieldNumber, text));
}

void write_interactive(const Interactive& from, const Writing& with, proto::Writer& out) {
  proto::Writer header, flow, interactive;
  if (!from.title.empty()) header.text(Flow::Header::kTitleFieldNumber, from.title);
  header.text(Flow::Header::kSubtitleFieldNumber, "");
  if (from.image) header.message(Flow::Header::kImageMessageFieldNumber, written_file(*from.image, with.now));
  header.number(Flow::Header::kHasMediaAttachmentFieldNumber, from.image.has_value());
  for (const FlowButton& one : from.buttons) flow.message(Flow::NativeFlow::kButtonsFieldNumber, button(one));
  flow.text(Flow::NativeFlow::kMessageParamsJsonFieldNumber, "")
      .number(Flow::NativeFlow::kMessageVersionFieldNumber, kFlowVersion);
  if (!from.title.empty() || from.image) interactive.message(Flow::kHeaderFieldNumber, header);
  interactive.message(Flow::kBodyFieldNumber, words(from.body));
  if (!from.footer.empty()) interactive.message(Flow::kFooterFieldNumber, words(from.footer));
  out.message(Message::kInteractiveMessageFieldNumber, interactive.message(Flow::kNativeFlowMessageFieldNumber, flow));
}

// The service takes all flows under one name, but those of payments.
void adapt_interactive(const proto::Reader& message, stanza::MessageTraits& out) {
  struct Renamed { std::string_view button, flow; };
  constexpr Renamed kOfPayments[] = {{"payment_info", "payment_info"},      {"review_and_pay", "order_details"},
                                     {"review_order", "order_status"},      {"order_status", "order_status"},
                                     {"payment_status", "payment_status"},  {"payment_method", "payment_method"},
                                     {"payment_reminder", "payment_reminder"}};
  const std::string first = message.message(Message::kInteractiveMessageFieldNumber)
                                .message(Flow::kNativeFlowMessageFieldNumber)
                                .message(Flow::NativeFlow::kButtonsFieldNumber)
                                .text(Flow::NativeFlow::Button::kNameFieldNumber);
  for (const Renamed& one : kOfPayments) {
    if (first == one.button) out.flow = one.flow;
  }
}

void write_list(const ChoiceList& from, const Writing&, proto::Writer& out) {
  using Field = pb::ListMessage;
  proto::Writer list;
  list.text(Field::kTitleFieldNumber, from.title)
      .text(Field::kDescriptionFieldNumber, from.body)
      .text(Field::kButtonTextFieldNumber, from.button_text)
      .number(Field::kListTypeFieldNumber, kSingleSelect);
  for (const ChoiceSection& section : from.sections) {
    proto::Writer rows;
    rows.text(Field::Section::kTitleFieldNumber, section.title);
    for (const ChoiceRow& row : section.rows) {
      proto::Writer one;
      one.text(Field::Row::kTitleFieldNumber, row.title);
      if (!row.description.empty()) one.text(Field::Row::kDescriptionFieldNumber, row.description);
      rows.message(Field::Section::kRowsFieldNumber, one.text(Field::Row::kRowIdFieldNumber, row.id));
    }
    list.message(Field::kSectionsFieldNumber, rows);
  }
  if (!from.footer.empty()) list.text(Field::kFooterTextFieldNumber, from.footer);
  out.message(Message::kListMessageFieldNumber, list);
}

void write_catalog(const Catalog& from, const Writing&, proto::Writer& out) {
  using Field = pb::ListMessage;
  using Info = Field::ProductListInfo;
  proto::Writer list, info, header;
  for (const CatalogSection& section : from.sections) {
    proto::Writer products;
    products.text(Field::ProductSection::kTitleFieldNumber, section.title);
    for (const std::string& id : section.product_ids) {
      products.message(Field::ProductSection::kProductsFieldNumber,
                       proto::Writer().text(Field::Product::kProductIdFieldNumber, id));
    }
    info.message(Info::kProductSectionsFieldNumber, products);
  }
  if (!from.header_product_id.empty()) {
    header.text(Field::HeaderImage::kProductIdFieldNumber, from.header_product_id);
    info.message(Info::kHeaderImageFieldNumber, header);
  }
  info.text(Info::kBusinessOwnerJidFieldNumber, from.business.text());
  list.text(Field::kTitleFieldNumber, from.title)
      .text(Field::kDescriptionFieldNumber, from.description)
      .text(Field::kButtonTextFieldNumber, from.button_text)
      .number(Field::kListTypeFieldNumber, kProductList)
      .message(Field::kProductListInfoFieldNumber, info);
  if (!from.footer.empty()) list.text(Field::kFooterTextFieldNumber, from.footer);
  out.message(Message::kListMessageFieldNumber, list);
}

void write_list_answer(const ListAnswer& from, const Writing&, proto::Writer& out) {
  using Field = pb::ListResponseMessage;
  proto::Writer answer;
  answer.text(Field::kTitleFieldNumber, from.title)
      .number(Field::kListTypeFieldNumber, kSingleSelect)
      .message(Field::kSingleSelectReplyFieldNumber,
               proto::Writer().text(Field::Reply::kSelectedRowIdFieldNumber, from.row_id));
  if (!from.description.empty()) answer.text(Field::kDescriptionFieldNumber, from.description);
  out.message(Message::kListResponseMessageFieldNumber, answer);
}

void write_button_answer(const ButtonAnswer& from, const Writing&, proto::Writer& out) {
  using Field = pb::ButtonsResponseMessage;
  proto::Writer answer;
  answer.text(Field::kSelectedButtonIdFieldNumber, from.id)
      .text(Field::kSelectedDisplayTextFieldNumber, from.text)
      .number(Field::kTypeFieldNumber, kDisplayText);
  out.message(Message::kButtonsResponseMessageFieldNumber, answer);
}

constexpr int kFlowField = 2, kParamsField = 2;   // nativeFlowResponseMessage, its paramsJson

void skip_spaces(std::string_view& json) {
  while (!json.empty() && static_cast<std::uint8_t>(json.front()) <= ' ') json.remove_prefix(1);
}

// A text of JSON from its quote on, without escapes (then it is none), which leaves `json`.
std::optional<std::string_view> plain_text(std::string_view& json) {
  const std::size_t end = json.find_first_of("\"\\", 1);
  if (json.empty() || json.front() != '"' || end == std::string_view::npos || json[end] != '"') return std::nullopt;
  const std::string_view text = json.substr(1, end - 1);
  json.remove_prefix(end + 1);
  return text;
}

// The member `id` of the first level of an object; of any other text nothing.
std::string id_in(std::string_view json) {
  int depth = 0;
  while (!json.empty()) {
    const char c = json.front();
    if (c == '"') {
      const auto name = plain_text(json);
      if (!name) return {};
      skip_spaces(json);
      if (depth != 1 || *name != "id" || json.empty() || json.front() != ':') continue;
      json.remove_prefix(1);
      skip_spaces(json);
      return std::string(plain_text(json).value_or(std::string_view()));
    }
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    json.remove_prefix(1);
  }
  return {};
}

void read_flow_answer(const proto::Reader& message, Content& out) {
  const proto::Reader flow = message.message(Message::kInteractiveResponseMessageFieldNumber).message(kFlowField);
  out.choice = clean_text(id_in(to_string(flow.bytes(kParamsField))));
}

constexpr stanza::MessageTraits kListTraits{.flow = "list"};
constexpr stanza::MessageTraits kFlowTraits{.flow = "mixed"};
constexpr stanza::MessageTraits kListAnswerTraits{.type = "media", .media_type = "list_response"};
constexpr stanza::MessageTraits kButtonAnswerTraits{.type = "media", .media_type = "buttons_response"};
constexpr stanza::MessageTraits kFlowAnswerTraits{.type = "media", .media_type = "native_flow_response"};

}  // namespace

extern const Kind kListKind = {
    .id = "list",
    .field = Message::kListMessageFieldNumber,
    .traits = &kListTraits,
    .write = write_as<ChoiceList, write_list>,
    .text = {2},       // description
    .or_text = {1},    // title
    .context = 8,
};
// Read as the list that it is.
extern const Kind kCatalogKind = {
    .id = "",
    .field = Message::kListMessageFieldNumber,
    .write = write_as<Catalog, write_catalog>,
    .context = 8,
};
extern const Kind kButtonsKind = {
    .id = "buttons",
    .field = Message::kButtonsMessageFieldNumber,
    .traits = &kFlowTraits,
    .text = {6},       // contentText
    .or_text = {1},    // text
    .context = 8,
};
extern const Kind kTemplateKind = {
    .id = "template",
    .field = Message::kTemplateMessageFieldNumber,
    .text = {4, 6},    // hydratedTemplate, its contentText
    .or_text = {2, 6},
    .context = 3,
};
extern const Kind kInteractiveKind = {
    .id = "interactive",
    .field = Message::kInteractiveMessageFieldNumber,
    .traits = &kFlowTraits,
    .adapt = adapt_interactive,
    .write = write_as<Interactive, write_interactive>,
    .text = {2, 1},    // body
    .or_text = {1, 1}, // header
    .context = 15,
};
extern const Kind kListAnswerKind = {
    .id = "list_response",
    .field = Message::kListResponseMessageFieldNumber,
    .traits = &kListAnswerTraits,
    .write = write_as<ListAnswer, write_list_answer>,
    .text = {1},
    .or_text = {5},
    .choice = {3, 1},
    .context = 4,
};
extern const Kind kButtonAnswerKind = {
    .id = "buttons_response",
    .field = Message::kButtonsResponseMessageFieldNumber,
    .traits = &kButtonAnswerTraits,
    .write = write_as<ButtonAnswer, write_button_answer>,
    .text = {2},
    .choice = {1},
    .context = 3,
};
extern const Kind kTemplateAnswerKind = {
    .id = "template_response",
    .field = Message::kTemplateButtonReplyMessageFieldNumber,
    .text = {2},
    .choice = {1},
    .context = 3,
};
extern const Kind kInteractiveAnswerKind = {
    .id = "interactive_response",
    .field = Message::kInteractiveResponseMessageFieldNumber,
    .traits = &kFlowAnswerTraits,
    .text = {1, 1},
    .read = read_flow_answer,
    .context = 15,
};

}  // namespace wa::client
