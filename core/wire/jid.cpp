#include "wire/jid.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>

#include "base/limits.h"

namespace wa::wire {
namespace {

struct ServerName {
  Server server;
  std::string_view name;
};
constexpr ServerName kServers[] = {
    {Server::pn, "s.whatsapp.net"},  {Server::lid, "lid"},           {Server::group, "g.us"},
    {Server::broadcast, "broadcast"}, {Server::newsletter, "newsletter"}, {Server::call, "call"},
    {Server::bot, "bot"},            {Server::hosted, "hosted"},     {Server::hosted_lid, "hosted.lid"},
    {Server::msgr, "msgr"},          {Server::interop, "interop"},   {Server::legacy, "c.us"},
};

bool has_devices(Server server) {
  return server == Server::pn || server == Server::lid || server == Server::hosted || server == Server::hosted_lid ||
         server == Server::msgr || server == Server::interop || server == Server::legacy || server == Server::bot;
}

bool has_agents(Server server) {
  return server == Server::pn || server == Server::lid || server == Server::hosted || server == Server::hosted_lid;
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_plain_user(std::string_view user) {
  if (user.size() > limits::kJidUserBytesMax) return false;
  for (char c : user) {
    if (c <= 0x20 || c >= 0x7F || c == '@' || c == ':' || c == '/' || c == '"' || c == '\\') return false;
  }
  return true;
}

// Spaces, dashes and characters that only format, as they come along when a number is copied, in UTF-8: the first
// bytes, and the range of the last.
struct Filler { std::string_view head; unsigned char first, last; };
constexpr Filler kFillers[] = {
    {"", '\t', '\t'}, {"", ' ', ' '}, {"", '(', ')'}, {"", '-', '.'},
    {"\xc2", 0xa0, 0xa0}, {"\xc2", 0xad, 0xad}, {"\xd8", 0x9c, 0x9c}, {"\xe1\x9a", 0x80, 0x80},
    {"\xe1\xa0", 0x8e, 0x8e}, {"\xe2\x80", 0x80, 0x95}, {"\xe2\x80", 0xaa, 0xaf}, {"\xe2\x81", 0x9f, 0xaf},
    {"\xe2\x88", 0x92, 0x92},
    {"\xe3\x80", 0x80, 0x80}, {"\xef\xb9", 0x98, 0x98}, {"\xef\xb9", 0xa3, 0xa3}, {"\xef\xbb", 0xbf, 0xbf},
    {"\xef\xbc", 0x8d, 0x8d},
};

// Bytes of the filler that `text` starts with; 0: none.
std::size_t filler_at(std::string_view text) {
  for (const Filler& one : kFillers) {
    const std::size_t head = one.head.size();
    if (text.size() <= head || text.substr(0, head) != one.head) continue;
    const auto last = static_cast<unsigned char>(text[head]);
    if (last >= one.first && last <= one.last) return head + 1;
  }
  return 0;
}

// Without spaces and formats around it; what is printed stays.
std::string_view trimmed(std::string_view text) {
  const auto blank = [](std::string_view at) { return at.front() >= '(' && at.front() <= '.' ? 0 : filler_at(at); };
  for (std::size_t size = 1; !text.empty() && size != 0;) text.remove_prefix(size = blank(text));
  for (std::size_t size = 1; size <= 3 && size <= text.size();) {
    const bool found = blank(text.substr(text.size() - size)) == size;
    if (found) text.remove_suffix(size);
    size = found ? 1 : size + 1;
  }
  return text;
}

// Digits of a phone number as people type or paste it, without the plus or 00 before the country code; empty when
// something else is in it.
std::string phone_digits(std::string_view text) {
  std::string digits;
  bool plus = false;
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t filler = filler_at(text);
    if (is_digit(c)) digits.push_back(c);
    else if (c == '+' && digits.empty() && !plus) plus = true;
    else if (filler == 0) return {};
    text.remove_prefix(std::max<std::size_t>(filler, 1));
  }
  if (!plus && digits.compare(0, 2, "00") == 0) digits.erase(0, 2);
  return digits.size() >= 10 && digits.size() <= 15 ? digits : std::string{};
}

}  // namespace

std::string_view server_name(Server server) { return kServers[static_cast<std::size_t>(server)].name; }

std::optional<Server> parse_server(std::string_view name) {
  for (const ServerName& entry : kServers) {
    if (entry.name == name) return entry.server;
  }
  return std::nullopt;
}

std::string Jid::text() const {
  if (user.empty() && (server == Server::pn || server == Server::group)) return std::string(server_name(server));
  std::string out;
  out.reserve(user.size() + 24);
  if (integrator != 0) out.append(std::to_string(integrator)).append("-");
  out.append(user);
  if (agent != 0) out.append(".").append(std::to_string(agent));
  if (device != 0) out.append(":").append(std::to_string(device));
  return out.append("@").append(server_name(server));
}

bool operator<(const Jid& a, const Jid& b) {
  return std::tie(a.server, a.user, a.device, a.integrator, a.agent) <
         std::tie(b.server, b.user, b.device, b.integrator, b.agent);
}

std::optional<Jid> parse_jid(std::string_view text) {
  if (text == server_name(Server::pn)) return Jid{{}, Server::pn};
  if (text == server_name(Server::group)) return Jid{{}, Server::group};
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto server = parse_server(text.substr(at + 1));
  if (!server) return std::nullopt;
  Jid jid{{}, *server};
  std::string_view user = text.substr(0, at);
  if (const std::size_t colon = user.rfind(':'); colon != std::string_view::npos) {
    const auto device = parse_number<std::uint16_t>(user.substr(colon + 1));
    if (!device || colon == 0 || !has_devices(*server)) return std::nullopt;
    jid.device = *device;
    user = user.substr(0, colon);
  }
  if (const std::size_t dot = user.rfind('.'); dot != std::string_view::npos && dot > 0 && has_agents(*server)) {
    const auto agent = parse_number<std::uint8_t>(user.substr(dot + 1));
    if (!agent) return std::nullopt;
    jid.agent = *agent;
    user = user.substr(0, dot);
    if (user.find('.', 1) != std::string_view::npos) return std::nullopt;  // text() would be another JID, or none
  }
  if (const std::size_t dash = user.find('-'); dash != std::string_view::npos && *server == Server::interop) {
    const auto integrator = parse_number<std::uint16_t>(user.substr(0, dash));
    if (!integrator) return std::nullopt;
    jid.integrator = *integrator;
    user = user.substr(dash + 1);
    if (user.empty()) return std::nullopt;
  }
  if (!is_plain_user(user)) return std::nullopt;
  jid.user = user;
  return jid;
}

std::optional<Jid> parse_user_input(std::string_view text) {
  text = trimmed(text);
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) {
    std::string digits = phone_digits(text);
    if (digits.empty()) return std::nullopt;
    return Jid{std::move(digits), Server::pn};
  }
  auto jid = parse_jid(text);
  if (!jid || jid->user.empty()) {  // a phone number typed before the server's name
    std::string digits = phone_digits(trimmed(text.substr(0, at)));
    const auto server = parse_server(text.substr(at + 1));
    if (digits.empty() || (server != Server::pn && server != Server::legacy)) return std::nullopt;
    return Jid{std::move(digits), Server::pn};
  }
  if (jid->server == Server::legacy) jid->server = Server::pn;
  if (jid->server == Server::pn || jid->server == Server::lid) {
    if (jid->server == Server::pn && jid->user.front() == '+') jid->user.erase(0, 1);
    if (jid->user.empty() || jid->user.size() > 20) return std::nullopt;
    for (char c : jid->user) {
      if (!is_digit(c)) return std::nullopt;
    }
  }
  return jid;
}

bool is_blank(std::string_view text) {
  while (!(text = trimmed(text)).empty()) {
    if (text.front() != '\n' && text.front() != '\r') return false;
    text.remove_prefix(1);
  }
  return true;
}

}  // namespace wa::wire
