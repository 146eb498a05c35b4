// tested by unit/gateway/operations/messages_test.cpp
#include "gateway/operations/messages.h"

#include <algorithm>

#include "client/rows/lid_map.h"
#include "client/rows/sent_log.h"
#include "gateway/operations/message_states.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kRevokeLimitMs = 60LL * 3'600'000;  // two and a half days

std::string vcard_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\r') continue;
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == ',' || c == ';' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

void postpone(client::SendText& text, std::int64_t wait_ms, WallTime now) {
  if (wait_ms > 0) text.not_before = now + wait_ms;
}

void postpone(client::SendMessage& message, std::int64_t wait_ms, WallTime now) {
  if (wait_ms > 0) message.context.not_before = now + wait_ms;
}

client::ContactCard card_of(const ContactDetails& contact) {
  client::ContactCard out;
  out.name = contact.display_name;
  const std::string first = vcard_text(contact.first_name), last = vcard_text(contact.last_name);
  const std::string company = vcard_text(contact.company), email = vcard_text(contact.email);
  const std::string full = vcard_text(out.name);
  const std::string& given = first.empty() && last.empty() ? full : first;
  out.vcard = "BEGIN:VCARD\nVERSION:3.0\nN:" + last + ';' + given + ";;;\nFN:" + full + '\n';
  if (!company.empty()) out.vcard += "ORG:" + company + ";\n";
  if (!email.empty()) out.vcard += "EMAIL;type=INTERNET:" + email + '\n';
  out.vcard += "TEL;type=CELL;type=VOICE;waid=" + contact.phone + ":+" + contact.phone + "\nEND:VCARD";
  return out;
}

bool repeats_option(const client::Poll& poll, std::size_t index) {
  const std::string& option = poll.options[index];
  const auto here = poll.options.begin() + static_cast<std::ptrdiff_t>(index);
  return !option.empty() && std::find(poll.options.begin(), here, option) != here;
}

bool takes_timer(const wire::Jid& chat) { return chat.server != wire::Server::group; }

std::optional<WallTime> sent_from_here(const std::string& id, const wire::Jid& chat, const store::Txn& txn,
                                       WallTime now) {
  const auto sent = client::find_sent(txn, id);
  if (sent && !sent->peer && client::same_user(txn, sent->chat, chat)) return sent->time;
  const auto state = find_state(txn, id, now);
  const auto known = state && state->sent ? wire::parse_jid(state->chat) : std::nullopt;
  if (known && client::same_user(txn, *known, chat)) return state->sent;
  return std::nullopt;
}

RevokePlan plan_revoke(const RevokeMessage& wish, const store::Txn& txn, WallTime now) {
  RevokePlan out;
  if (const auto sent = sent_from_here(wish.id, wish.chat, txn, now)) {
    out.elapsed_ms = now - *sent;
    out.within_time_limit = *out.elapsed_ms <= kRevokeLimitMs;
  }
  if (wish.ours_only && !out.elapsed_ms) out.start = RevokeStart::not_ours;
  else if (!wish.for_everyone) out.start = RevokeStart::nothing_to_do;
  return out;
}

client::SendMessage command_for(const RevokeMessage& wish) {
  client::SendMessage out;
  out.to = wish.chat;
  out.body = client::Revoke{{wish.id, true, {}}};
  return out;
}

}  // namespace wa::gateway
