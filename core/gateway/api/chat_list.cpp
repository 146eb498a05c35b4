// GET /chats and GET /chats/{jid} (ours): named contacts and known groups with their local settings (api.md 3.2).
// How many people a group has is not kept, so participant_count is given for contacts only.
#include "base/encoding.h"
#include "client/rows/chat_rows.h"
#include "gateway/api/endpoint.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kChatsShownMax = 10'000;

Json show(const client::ChatSummary& chat, WallTime now) {
  const bool group = chat.jid.server == wire::Server::group;
  Json out = object({{"jid", chat.jid.text()}, {"type", group ? "group" : "contact"}, {"name", chat.name},
                     {"pinned", chat.pinned}, {"archived", chat.archived}});
  const bool forever = chat.muted_until_ms == -1;
  const bool muted = forever || chat.muted_until_ms > now.ms;
  // The published form has only a time: for ever is the last one it can write.
  if (muted) put(out, {"muted_until", forever ? "9999-12-31T23:59:59Z" : rfc3339({chat.muted_until_ms})});
  if (!group) put(out, {"participant_count", 1});
  if (chat.last_message_s > 0) put(out, {"last_message_at", rfc3339(WallTime::from_seconds(chat.last_message_s))});
  return out;
}

Answer list_chats(DeviceCall& call) {
  Json chats = Json::array();
  for (const client::ChatSummary& chat : client::list_chats(call.turn.txn, kChatsShownMax)) {
    chats.push_back(show(chat, call.turn.now.wall));
  }
  const std::size_t count = chats.size();
  return succeed(call, object({{"chats", std::move(chats)}, {"count", count}}));
}

Answer show_chat(DeviceCall& call) {
  Fields fields(call.body);
  const wire::Jid jid = fields.chat_from("jid", call.params.front());
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto chat = client::find_chat_summary(call.turn.txn, jid);
  if (chat) return succeed(call, object({{"chat", show(*chat, call.turn.now.wall)}}));
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
