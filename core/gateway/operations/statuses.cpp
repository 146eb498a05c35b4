// tested by unit/gateway/api/status_test.cpp
#include "gateway/operations/statuses.h"

namespace wa::gateway {

client::SendMessage command_for(const TextStatus& status) {
  client::StatusText body;
  body.text = status.text;
  if (status.text_argb) body.text_argb = *status.text_argb;
  if (status.background_argb) body.background_argb = *status.background_argb;
  if (status.font) body.font = static_cast<std::uint8_t>(*status.font);
  client::SendMessage out;
  out.to = client::status_chat();
  out.body = std::move(body);
  return out;
}

client::SendMessage delete_status(const std::string& id) {
  client::SendMessage out;
  out.to = client::status_chat();
  out.body = client::Revoke{{id, true, {}}};
  return out;
}

client::SetChat command_for(const StatusViewers& viewers) {
  client::SetChat out;
  out.setting = client::ChatSetting::status_privacy;
  out.detail.audience = viewers.audience;
  for (const wire::Jid& jid : viewers.people) out.detail.people.push_back(jid.text());
  return out;
}

std::optional<std::uint32_t> parse_color(std::string_view text) {
  if ((text.size() != 7 && text.size() != 9) || text.front() != '#') return std::nullopt;
  std::uint32_t out = 0;
  for (const char c : text.substr(1)) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return std::nullopt;
    out = out << 4 | static_cast<std::uint32_t>(digit);
  }
  return text.size() == 7 ? out | 0xff000000u : out;
}

bool is_status_font(std::int64_t font) {
  constexpr std::int64_t kFonts[] = {0, 1, 2, 6, 7, 8, 9, 10};
  for (const std::int64_t one : kFonts) {
    if (font == one) return true;
  }
  return false;
}

}  // namespace wa::gateway
