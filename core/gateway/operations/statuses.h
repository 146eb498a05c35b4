// Statuses as a façade asks for them, and the command that makes each. Sent ones are answered by MessageSent or
// MessageFailed, the list by ChatSettingDone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/contract.h"
#include "client/rows/status_rows.h"

namespace wa::gateway {

// Colours: 0xAARRGGBB. What is not chosen is as the client has it.
struct TextStatus {
  std::string text;
  std::optional<std::uint32_t> text_argb, background_argb;
  std::optional<int> font;
};
struct StatusViewers {
  client::StatusAudience audience = client::StatusAudience::contacts;
  std::vector<wire::Jid> people;
};

client::SendMessage command_for(const TextStatus&);
client::SendMessage delete_status(const std::string& id);
client::SetChat command_for(const StatusViewers&);

// "#RRGGBB" or "#AARRGGBB".
std::optional<std::uint32_t> parse_color(std::string_view);
// Which fonts there are, by the numbers of the service.
bool is_status_font(std::int64_t);

}  // namespace wa::gateway
