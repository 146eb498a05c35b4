// Lists, buttons and templates to choose from, as businesses send them, and what people choose. The text of each is
// what is shown, the choice the id of the button or row (10 section 9).
// tested by unit/client/messages/kinds_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

namespace wa::client {
namespace {

using Message = pb::Message;

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

}  // namespace

extern const Kind kListKind = {
    .id = "list",
    .field = Message::kListMessageFieldNumber,
    .text = {2},       // description
    .or_text = {1},    // title
    .context = 8,
};
extern const Kind kButtonsKind = {
    .id = "buttons",
    .field = Message::kButtonsMessageFieldNumber,
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
    .text = {2, 1},    // body
    .or_text = {1, 1}, // header
    .context = 15,
};
extern const Kind kListAnswerKind = {
    .id = "list_response",
    .field = Message::kListResponseMessageFieldNumber,
    .text = {1},
    .or_text = {5},
    .choice = {3, 1},
    .context = 4,
};
extern const Kind kButtonAnswerKind = {
    .id = "buttons_response",
    .field = Message::kButtonsResponseMessageFieldNumber,
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
    .text = {1, 1},
    .read = read_flow_answer,
    .context = 15,
};

}  // namespace wa::client
