// GET /chats; GET /chats/{jid} and its /labels (ours): named contacts and known groups with what the account set (3.2).
// How many people a group has is not kept, so participant_count is given for contacts only.
#include "client/rows/chat_lists.h"
#include "gateway/api/endpoint.h"
#include "gateway/api/label_text.h"
#include "gateway/http/fields.h"
#include "gateway/http/pages.h"
#include "gateway/operations/chat_settings.h"

namespace wa::gateway {
namespace {

void write(ObjectText out, const client::ChatSummary& chat, WallTime now) {
  const bool group = chat.jid.server == wire::Server::group;
  out.text("jid", chat.jid.text()).text("type", group ? "group" : "contact").text("name", chat.name);
  out.flag("pinned", chat.pinned).flag("archived", chat.archived);
  // The published form has only a time: for ever is the last one it can write.
  switch (muted_now(chat, now)) {
    case Muted::for_ever: out.text("muted_until", "9999-12-31T23:59:59Z"); break;
    case Muted::until: out.moment("muted_until", {chat.muted_until_ms}); break;
    case Muted::no: break;
  }
  if (!group) out.number("participant_count", 1);
  out.flag("unread", chat.unread).number("unread_count", chat.unread_messages);
  std::string labels = "[";
  for (const std::string& label : chat.labels) {
    if (labels.size() > 1) labels += ',';
    append_text(labels, label);
  }
  out.json("labels", labels += ']');
  if (chat.last_message_s > 0) out.moment("last_message_at", WallTime::from_seconds(chat.last_message_s));
  out.close();
}

Failure bad_sort(const std::string& given) {
  const Json none = Json::object(), echo = given;
  Fields fields(none);
  fields.bad("sort", "must be `jid` (the default) or `last_message_at` (the newest first)", &echo);
  return *fields.failure();
}

Answer list_chats(DeviceCall& call) {
  const std::string* sort = call.target.find("sort");
  const bool newest_first = sort && *sort == "last_message_at";
  if (sort && !newest_first && *sort != "jid") return fail(call, bad_sort(*sort));
  PageAsked asked;
  const auto failed = newest_first ? page_asked(call.target, List::newest_chats, client::is_newest_key, asked)
                                   : page_asked(call.target, List::chats, is_jid_key, asked);
  if (failed) return fail(call, *failed);
  ListText list;
  const auto tell = [&](const client::ChatSummary& chat) { write(list.add(), chat, call.turn.service_time()); };
  const auto page = newest_first ? client::list_newest_chats(call.turn.txn, asked.after, asked.limit, tell)
                                 : client::list_chats(call.turn.txn, asked.after, asked.limit, tell);
  std::string body;
  ObjectText answer = begin_success(body);
  const std::size_t count = list.count();
  answer.json("chats", std::move(list).finish()).number("count", count);
  put_next(answer, asked, page.more, page.last);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

Failure chat_not_found() {
  Failure unknown = not_found();
  unknown.code = "CHAT_NOT_FOUND";
  unknown.text = "neither a chat nor a named contact is known by this JID";
  return unknown;
}

Answer show_chat(DeviceCall& call) {
  Fields fields(call.given);
  const wire::Jid jid = fields.chat_from("jid", call.params.front());
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto chat = client::find_chat_summary(call.turn.txn, jid);
  if (chat) {
    std::string shown, body;
    write(ObjectText(shown), *chat, call.turn.service_time());
    ObjectText answer = begin_success(body);
    answer.json("chat", shown).close();
    return build_written(call.request.request, std::move(body));
  }
  return fail(call, chat_not_found());
}

Answer show_labels(DeviceCall& call) {
  Fields fields(call.body);
  const wire::Jid jid = fields.chat_from("jid", call.params.front());
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto chat = client::find_chat_summary(call.turn.txn, jid);
  if (!chat) return fail(call, chat_not_found());
  ListText list;
  for (const std::string& id : chat->labels) {
    if (const auto label = client::load_label(call.turn.txn, id)) write_label(list.add(), {id, *label});
  }
  std::string body;
  ObjectText answer = begin_success(body);
  answer.text("chat_jid", chat->jid.text()).number("count", chat->labels.size());
  answer.json("labels", std::move(list).finish()).close();
  return build_written(call.request.request, std::move(body));
}

}  // namespace

Endpoints chat_list_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/chats", .start = list_chats},
      {.method = "GET", .pattern = "/chats/{jid}", .start = show_chat},
      {.method = "GET", .pattern = "/chats/{jid}/labels", .start = show_labels},
  };
  return kAll;
}

}  // namespace wa::gateway
