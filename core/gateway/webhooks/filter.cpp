// tested by unit/gateway/webhooks/filter_test.cpp
#include "gateway/webhooks/filter.h"

#include <algorithm>

#include "client/rows/lid_map.h"
#include "wire/jid.h"

namespace wa::gateway {
namespace {

std::uint8_t kind_bit(const wire::Jid& chat) {
  if (chat.server == wire::Server::group) return 1 << 1;
  if (chat.text() == "status@broadcast") return 1 << 2;
  if (chat.server == wire::Server::newsletter) return 1 << 3;
  return 1 << 0;
}

// Who wrote what the event is about; nullopt: nobody did.
std::optional<bool> written_by_us(EventName event, std::string_view data) {
  if (event == event_named("message.received")) return false;
  if (event == event_named("message.sent") || event == event_named("mention.sent")) return true;
  // Quotes inside a text are escaped, so this is a member.
  if (data.find("\"is_from_me\":true") != std::string_view::npos) return true;
  if (data.find("\"is_from_me\":false") != std::string_view::npos) return false;
  return std::nullopt;
}

bool names(const std::vector<std::string>& list, const wire::Jid& chat, const store::Txn& txn) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
    const auto jid = wire::parse_jid(entry);
    return jid && (*jid == chat || client::same_user(txn, *jid, chat));
  });
}

}  // namespace

bool WebhookFilter::passes(EventName event, std::string_view lane, std::string_view data, const store::Txn& txn) const {
  if (from_me && written_by_us(event, data).value_or(*from_me) != *from_me) return false;
  const auto parsed = lane.empty() ? std::nullopt : wire::parse_jid(lane);
  if (!parsed) return true;
  const wire::Jid chat = parsed->user_jid();
  if (kinds != 0 && (kinds & kind_bit(chat)) == 0) return false;
  if (!include.empty() && !names(include, chat, txn)) return false;
  return !names(exclude, chat, txn);
}

}  // namespace wa::gateway
