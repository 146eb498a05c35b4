// tested by unit/gateway/api/send_other_test.cpp
#include "client/presence/presence.h"

#include "client/rows/addressing.h"
#include "client/rows/chat_rows.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_row.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/status_rows.h"
#include "stanza/outbound/answer.h"
#include "stanza/outbound/outbound.h"

namespace wa::client {
namespace {

Result<void> send(wire::Node node, Out& out, Turn& turn) {
  out.send(node, turn);
  return {};
}

const Error kOffline{Errc::not_ready, "not connected"};

wire::Jid address_of(const wire::Jid& chat, const Out& out, const Turn& turn) {
  return chat.is_user() ? destination_of(turn.txn, out.account(), chat) : chat;
}

}  // namespace

Result<void> Presence::execute(const ShowTyping& command, Out& out, Turn& turn) {
  if (!out.online()) return kOffline;
  return send(stanza::build_chat_state(address_of(command.chat, out, turn), command.composing, command.audio), out, turn);
}

Result<void> Presence::execute(const ShowPresence& command, Out& out, Turn& turn) {
  if (!out.online()) return kOffline;
  turn.notify(AvailabilityShown{command.available});
  return send(stanza::build_presence(command.available, out.account().push_name), out, turn);
}

Result<void> Presence::execute(const WatchPresence& command, Out& out, Turn& turn) {
  if (!out.online()) return kOffline;
  const wire::Jid who = address_of(command.who, out, turn);
  const Bytes token = token_for(turn.txn, who, turn.service_time()).value_or(Bytes());
  return send(stanza::build_presence_subscription(who, token), out, turn);
}

Result<void> Presence::execute(const MarkMessagesRead& command, Out& out, Turn& turn) {
  if (!out.online()) return kOffline;
  std::optional<wire::Jid> author;
  const bool status = is_status(command.chat);
  if (status) author = lid_or_same(turn.txn, command.sender);
  else if (!command.chat.is_user()) author = address_of(command.sender, out, turn);
  const wire::Jid chat = address_of(command.chat, out, turn);
  note_read(turn.txn, chat, command.ids);
  const bool as_self = !shows_what_was_read(turn.txn);
  const auto author_pn = status ? pn_of(turn.txn, *author) : std::nullopt;
  return send(stanza::build_read_receipt(command.ids, chat, author, command.time.seconds(), as_self, author_pn),
              out, turn);
}

void Presence::on(const stanza::Presence& presence, Turn& turn) {
  if (!presence.from.is_user()) return;
  ContactPresence event;
  event.jid = pn_or_same(turn.txn, presence.from.user_jid());
  event.available = presence.type != "unavailable";
  if (presence.last > 0) event.last_seen = WallTime::from_seconds(presence.last);
  turn.event(std::move(event));
}

void Presence::on(const stanza::ChatState& state, Turn& turn) {
  const wire::Jid& author = state.participant ? *state.participant : state.from;
  ChatPresence event;
  event.chat = pn_or_same(turn.txn, state.from.user_jid());
  event.sender = pn_or_same(turn.txn, author.user_jid());
  event.state = state.state;
  event.media = state.media.empty() ? "text" : state.media;
  turn.event(std::move(event));
}

}  // namespace wa::client
