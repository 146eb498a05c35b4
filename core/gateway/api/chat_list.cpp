// GET /chats and GET /chats/{jid} (ours): named contacts and known groups with their local settings (api.md 3.2).
// How many people a group has is not kept, so participant_count is given for contacts only.
#include "client/rows/chat_lists.h"
#include "gateway/api/endpoint.h"
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
  if (chat.last_message_s > 0) out.moment("last_message_at", WallTime::from_seconds(chat.last_message_s));
  out.close();
}

Answer list_chats(DeviceCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::chats, is_jid_key, asked)) return fail(call, *failed);
  ListText list;
  const auto page = client::list_chats(call.turn.txn, asked.after, asked.limit, [&](const client::ChatSummary& chat) {
    write(list.add(), chat, call.turn.service_time());
  });
  std::string body;
  ObjectText answer = begin_success(body);
  const std::size_t count = list.count();
  answer.json("chats", std::move(list).finish()).number("count", count);
  put_next(answer, asked, page.more, page.last);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

Answer show_chat(DeviceCall& call) {
  Fields fields(call.body);
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
  Failure unknown = not_found();
  unknown.code = "CHAT_NOT_FOUND";
  unknown.text = "neither a chat nor a named contact is known by this JID";
  return fail(call, unknown);
}

}  // namespace

Endpoints chat_list_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/chats", .start = list_chats},
      {.method = "GET", .pattern = "/chats/{jid}", .start = show_chat},
  };
  return kAll;
}

}  // namespace wa::gateway
