// JID: an address `user[:device]@server` (02 section 4). A value type; comparing is comparing all parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wa::wire {

enum class Server : std::uint8_t {
  pn,          // s.whatsapp.net, phone numbers
  lid,         // hidden ids
  group,       // g.us
  broadcast,
  newsletter,
  call,
  bot,
  hosted,      // AD domain 128
  hosted_lid,  // AD domain 129
  msgr,
  interop,
  legacy,      // c.us
};

struct Jid {
  std::string user;
  Server server = Server::pn;
  std::uint16_t device = 0;
  std::uint16_t integrator = 0;  // interop only
  std::uint8_t agent = 0;        // AD_JID domains other than 0, 1, 128, 129

  // Text form; the PN server alone prints "s.whatsapp.net". Device 0 prints without ":0".
  std::string text() const;
  // Who it is: the device removed, and the server of a hosted one with it.
  Jid user_jid() const {
    const Server of = server == Server::hosted ? Server::pn : server == Server::hosted_lid ? Server::lid : server;
    return Jid{user, of, 0, integrator, agent};
  }
  Jid without_device() const { return Jid{user, server, 0, integrator, agent}; }  // where it is routed
  bool is_user() const {
    return (server == Server::pn || server == Server::lid || server == Server::hosted ||
            server == Server::hosted_lid) &&
           !user.empty();
  }
  bool is_server() const { return user.empty(); }
  friend bool operator==(const Jid&, const Jid&) = default;
  friend bool operator<(const Jid& a, const Jid& b);  // by server, user, device; for ordered maps
};

std::string_view server_name(Server server);
std::optional<Server> parse_server(std::string_view name);

// Strict: known server, no control characters, device 0..65535, numeric user where the server demands it is NOT
// checked.
std::optional<Jid> parse_jid(std::string_view text);

// What API callers type or paste (api.md 1.2, 1.3, 6.6): a JID, or a phone number with spaces, dashes, dots, brackets,
// characters that only format, and a leading plus or 00: 10 to 15 digits remain. nullopt for anything else.
std::optional<Jid> parse_user_input(std::string_view text);

// Nothing but spaces, line ends and characters that only format.
bool is_blank(std::string_view text);

inline Jid server_jid() { return Jid{}; }  // s.whatsapp.net

}  // namespace wa::wire
