// GET /chats: named contacts and known groups with their local settings (api.md 3.2). How many people a group has is not
// kept, so participant_count is given for contacts only.
#include "client/rows/chat_lists.h"
#include "gateway/api/endpoint.h"
#include "gateway/http/pages.h"

namespace wa::gateway {
namespace {

void write(ObjectText out, const client::ChatSummary& chat, WallTime now) {
  const bool group = chat.jid.server == wire::Server::group;
  out.text("jid", chat.jid.text()).text("type", group ? "group" : "contact").text("name", chat.name);
  out.flag("pinned", chat.pinned).flag("archived", chat.archived);
  // The published form has only a time: for ever is the last one it can write.
  if (chat.muted_until_ms == -1) out.text("muted_until", "9999-12-31T23:59:59Z");
  else if (chat.muted_until_ms > now.ms) out.moment("muted_until", {chat.muted_until_ms});
  if (!group) out.number("participant_count", 1);
  if (chat.last_message_s > 0) out.moment("last_message_at", WallTime::from_seconds(chat.last_message_s));
  out.close();
}

Answer list_chats(DeviceCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::chats, is_jid_key, asked)) return fail(call, *failed);
  ListText list;
  const auto page = client::list_chats(call.turn.txn, asked.after, asked.limit, [&](const client::ChatSummary& chat) {
    write(list.add(), chat, call.turn.now.wall);
  });
  std::string body;
  ObjectText answer = begin_success(body);
  const std::size_t count = list.count();
  answer.json("chats", std::move(list).finish()).number("count", count);
  put_next(answer, asked, page.more, page.last);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

}  // namespace

Endpoints chat_list_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/chats", .start = list_chats},
  };
  return kAll;
}

}  // namespace wa::gateway
