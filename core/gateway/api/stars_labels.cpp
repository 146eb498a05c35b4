// tested by unit/gateway/api/chats_test.cpp
// Stars and labels: marks that live in the app state (api.md 3.6; stars are ours).
#include "base/limits.h"
#include "client/rows/label_rows.h"
#include "gateway/api/chat_settings.h"
#include "gateway/api/label_text.h"
#include "gateway/http/pages.h"
#include "gateway/operations/marks.h"

namespace wa::gateway {
namespace {

std::string id_from(Fields& fields, const char* name, const std::string& text, std::size_t chars_max) {
  const Json one = object({{name, text}});
  Fields inner(one);
  std::string id = inner.text(name, chars_max);
  fields.take(inner, "");
  return id;
}

// The message of the path in the chat of `fields`.
void message_from(DeviceCall& call, Fields& fields, wire::Jid& chat, client::MessageRef& message) {
  message.id = id_from(fields, "id", call.params.front(), limits::kIdCharsMax);
  chat = fields.chat("chat_jid");
  message.from_me = fields.optional_flag("fromMe").value_or(false);
  if (fields.has("participant")) message.participant = fields.user("participant");
}

Answer mark_chat(DeviceCall& call, Fields& fields, std::string label, bool labeled) {
  const LabelChat wish{fields.chat_from("jid", call.params.front()), std::move(label), labeled};
  Json done = object({{"chat_jid", wish.chat.text()}, {"label_id", wish.label}, {"labeled", labeled}});
  return set_chat(call, fields, command_for(wish), std::move(done));
}

Answer mark_message(DeviceCall& call, Fields& fields, std::string label, bool labeled) {
  LabelMessage wish;
  message_from(call, fields, wish.chat, wish.message);
  wish.label = std::move(label);
  wish.labeled = labeled;
  Json done = object({{"chat_jid", wish.chat.text()}, {"message_id", wish.message.id}, {"label_id", wish.label},
                      {"labeled", labeled}});
  return set_chat(call, fields, command_for(wish), std::move(done));
}

Answer star_message(DeviceCall& call) {
  Fields fields(call.given);
  StarMessage wish;
  message_from(call, fields, wish.chat, wish.message);
  wish.starred = fields.optional_flag("starred").value_or(true);
  if (lacks_author(wish.chat, wish.message)) fields.missing("participant");
  Json done = object({{"chat_jid", wish.chat.text()}, {"message_id", wish.message.id}, {"starred", wish.starred}});
  return set_chat(call, fields, command_for(wish), std::move(done));
}

bool is_label_key(std::string_view key) { return !key.empty() && key.size() <= client::kLabelIdBytesMax; }

Answer list_labels(DeviceCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::labels, is_label_key, asked)) return fail(call, *failed);
  std::vector<client::Label> labels = client::labels_after(call.turn.txn, asked.after, asked.limit + 1);
  const bool more = labels.size() > asked.limit;
  if (more) labels.pop_back();
  ListText list;
  for (const client::Label& label : labels) write_label(list.add(), label);
  std::string body;
  ObjectText answer = begin_success(body);
  answer.number("count", labels.size()).json("labels", std::move(list).finish());
  put_next(answer, asked, more, labels.empty() ? std::string_view() : labels.back().id);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

// Over the label as it is: a name or colour that is absent stays.
Answer edit_label(DeviceCall& call) {
  Fields fields(call.given);
  EditLabel wish;
  wish.deleted = fields.optional_flag("deleted").value_or(false);
  wish.label = id_from(fields, "labelId", call.params.front(), kLabelIdCharsMax);
  const auto before = client::load_label(call.turn.txn, wish.label);
  const bool nameless = !fields.has("name") && !wish.deleted && (!before || fields.removes("name"));
  if (nameless) fields.missing("name");
  const auto name = fields.optional_text("name", kLabelNameCharsMax, wish.deleted ? 0 : 1);
  if (name && !name->empty() && wire::is_blank(*name)) fields.bad("name", "must not be blank");
  wish.name = name ? *name : before ? before->name : std::string();
  const std::int64_t color = before && !fields.removes("color") ? before->color : 0;
  wish.color = static_cast<std::int32_t>(fields.optional_integer("color", 0, kLabelColorMax).value_or(color));
  Json done = object({{"label_id", wish.label}, {"name", wish.name}, {"color", wish.color}, {"deleted", wish.deleted}});
  return set_chat(call, fields, command_for(wish), std::move(done));
}

Answer label_chat(DeviceCall& call) {
  Fields fields(call.given);
  return mark_chat(call, fields, fields.text("label_id", kLabelIdCharsMax), true);
}

Answer unlabel_chat(DeviceCall& call) {
  Fields fields(call.given);
  return mark_chat(call, fields, id_from(fields, "labelId", call.params.back(), kLabelIdCharsMax), false);
}

Answer label_message(DeviceCall& call) {
  Fields fields(call.given);
  return mark_message(call, fields, fields.text("label_id", kLabelIdCharsMax), true);
}

// The chat stands in the query.
Answer unlabel_message(DeviceCall& call) {
  Json query = Json::object();
  for (const char* name : {"chat_jid", "participant"}) {
    if (const std::string* value = call.target.find(name)) query[name] = *value;
  }
  if (call.target.find("fromMe")) put(query, {"fromMe", call.target.flag("fromMe")});
  Fields fields(GivenBody{query, call.given.numbers, nullptr});
  return mark_message(call, fields, id_from(fields, "labelId", call.params.back(), kLabelIdCharsMax), false);
}

}  // namespace

Endpoints mark_endpoints() {
  static constexpr Endpoint kAll[] = {
      setting_endpoint("POST", "/messages/{id}/star", BodyRule::required, star_message),
      {.method = "GET", .pattern = "/labels", .start = list_labels},
      setting_endpoint("PUT", "/labels/{id}", BodyRule::required, edit_label),
      setting_endpoint("POST", "/chats/{jid}/labels", BodyRule::required, label_chat),
      setting_endpoint("DELETE", "/chats/{jid}/labels/{id}", BodyRule::none, unlabel_chat),
      setting_endpoint("POST", "/messages/{id}/labels", BodyRule::required, label_message),
      setting_endpoint("DELETE", "/messages/{id}/labels/{label}", BodyRule::none, unlabel_message),
  };
  return kAll;
}

}  // namespace wa::gateway
