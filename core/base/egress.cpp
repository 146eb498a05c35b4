#include "base/egress.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/limits.h"

namespace wa {
namespace {

struct Range4 { std::uint32_t network; int bits; };
constexpr Range4 kNotPublic4[] = {
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared, carrier NAT; a metadata service
    {0x7F000000, 8},   // loopback
    {0xA83F8110, 32},  // a metadata service in public space
    {0xA9FE0000, 16},  // link-local; metadata services
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays, deprecated
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 3},   // multicast, reserved, broadcast
};

struct Range6 { std::uint16_t words[3]; int bits; };
// Of 2000::/3; nothing outside of it is public but NAT64.
constexpr Range6 kNotPublic6[] = {
    {{0x2001, 0x0000, 0}, 23},  // protocol assignments: Teredo, ORCHID, benchmarks
    {{0x2001, 0x0DB8, 0}, 32},  // documentation
    {{0x3FFF, 0x0000, 0}, 20},  // documentation
};

bool in_range(const ByteArray<16>& address, const Range6& range) {
  for (int bit = 0; bit < range.bits; ++bit) {
    const int of_network = range.words[bit / 16] >> (15 - bit % 16) & 1;
    const int of_address = address[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1;
    if (of_network != of_address) return false;
  }
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Four decimal numbers without leading zeros.
std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t out = 0;
  for (int part = 0; part < 4; ++part) {
    const std::string_view digits = text.substr(0, text.find('.'));
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
    std::uint32_t number = 0;
    for (const char c : digits) {
      if (!is_digit(c)) return std::nullopt;
      number = number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (number > 255) return std::nullopt;
    out = out << 8 | number;
    text.remove_prefix(digits.size());
    if (part == 3) break;
    if (text.empty()) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional<std::uint32_t>(out) : std::nullopt;
}

// The groups of one side of "::", an IPv4 address as the last two; false: malformed.
bool parse_groups(std::string_view text, bool last_side, std::vector<std::uint16_t>& out) {
  if (text.empty()) return true;
  for (;;) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (group.find('.') != std::string_view::npos) {
      const auto embedded = parse_ipv4(group);
      if (!embedded || !last_side || colon != std::string_view::npos) return false;
      out.push_back(static_cast<std::uint16_t>(*embedded >> 16));
      out.push_back(static_cast<std::uint16_t>(*embedded & 0xFFFF));
      return true;
    }
    if (group.empty() || group.size() > 4) return false;
    std::uint32_t number = 0;
    for (const char c : group) {
      if (hex_value(c) < 0) return false;
      number = number << 4 | static_cast<std::uint32_t>(hex_value(c));
    }
    out.push_back(static_cast<std::uint16_t>(number));
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
  }
}

// Names that only a private network, or nobody, resolves: RFC 6761, 6762, 7686, 8375, 9476; ICANN's .internal.
constexpr std::string_view kPrivateSuffixes[] = {
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa",
    "in-addr.arpa", "ip6.arpa", "test", "invalid", "example", "onion", "alt",
};

bool ends_with_label(std::string_view name, std::string_view suffix) {
  if (name.size() < suffix.size() || name.substr(name.size() - suffix.size()) != suffix) return false;
  return name.size() == suffix.size() || name[name.size() - suffix.size() - 1] == '.';
}

// A DNS name of labels, already in lower case, without the dot at its end. `numeric`: its last label is a number, which
// makes the whole an IPv4 address to some readers.
bool is_name(std::string_view name, bool& numeric) {
  if (name.empty() || name.size() > 253) return false;
  std::string_view label;
  for (;;) {
    label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    for (const char c : label) {
      if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '_') return false;
    }
    if (label.size() == name.size()) break;
    name.remove_prefix(label.size() + 1);
  }
  const bool hex = label.size() >= 2 && label[0] == '0' && label[1] == 'x';
  numeric = hex || std::all_of(label.begin(), label.end(), is_digit);
  return true;
}

// As names are compared: in lower case, without the dot at the end.
std::string folded_name(std::string_view host) {
  std::string name(host);
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  if (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

bool is_public_name(std::string_view name) {
  if (name.find('.') == std::string_view::npos) return false;
  return std::none_of(std::begin(kPrivateSuffixes), std::end(kPrivateSuffixes),
                      [&](std::string_view suffix) { return ends_with_label(name, suffix); });
}

UrlFault host_fault(std::string_view host, const UrlPolicy& policy) {
  const AllowedHosts none;
  const AllowedHosts& allowed = policy.allowed ? *policy.allowed : none;
  const auto judged = [&](bool good) { return good || policy.allow_private ? UrlFault::none : UrlFault::private_host; };
  if (host.front() == '[') {
    const auto address = parse_ipv6(host.substr(1, host.size() - 2));
    return address ? judged(is_public_ipv6(*address) || allowed.has_ipv6(*address)) : UrlFault::host;
  }
  const std::string name = folded_name(host);
  bool numeric = false;
  if (!is_name(name, numeric)) return UrlFault::host;
  if (numeric) {
    const auto address = parse_ipv4(host);
    return address ? judged(is_public_ipv4(*address) || allowed.has_ipv4(*address)) : UrlFault::host;
  }
  return judged(is_public_name(name) || allowed.any_network() || allowed.has_name(name));
}

bool same_bits(const ByteArray<16>& a, const ByteArray<16>& b, unsigned bits) {
  for (unsigned bit = 0; bit < bits; ++bit) {
    if ((a[bit / 8] ^ b[bit / 8]) >> (7 - bit % 8) & 1) return false;
  }
  return true;
}

// "/24"; `most` where there is none.
std::optional<unsigned> prefix_bits(std::string_view text, unsigned most) {
  if (text.empty()) return most;
  unsigned out = 0;
  if (text.size() < 2 || text.size() > 4) return std::nullopt;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return std::nullopt;
    out = out * 10 + static_cast<unsigned>(c - '0');
  }
  return out <= most ? std::optional(out) : std::nullopt;
}

// Ports of protocols that a POST could be taken for: the Fetch standard's list.
constexpr std::uint16_t kBadPorts[] = {
    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,   37,   42,   43,   53,
    69,   77,   79,   87,   95,   101,  102,  103,  104,  109,  110,  111,  113,  115,  117,  119,  123,
    135,  137,  139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,  530,  531,  532,
    540,  548,  554,  556,  563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659,
    4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211,
};

bool is_allowed_port(std::string_view port) {
  if (port.empty() || port.size() > 5) return false;
  std::uint32_t number = 0;
  for (const char c : port) {
    if (!is_digit(c)) return false;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (number == 0 || number > 65535) return false;
  return std::find(std::begin(kBadPorts), std::end(kBadPorts), number) == std::end(kBadPorts);
}

}  // namespace

bool is_public_ipv4(std::uint32_t address) {
  return std::none_of(std::begin(kNotPublic4), std::end(kNotPublic4), [&](const Range4& range) {
    return (std::uint64_t{address ^ range.network} >> (32 - range.bits)) == 0;
  });
}

bool is_public_ipv6(const ByteArray<16>& address) {
  const auto v4_at = [&](std::size_t i) { return static_cast<std::uint32_t>(read_be(ByteView(address).subspan(i, 4))); };
  constexpr ByteArray<16> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr ByteArray<16> kNat64{0, 0x64, 0xFF, 0x9B};
  const auto has_prefix = [&](const ByteArray<16>& prefix) {
    return std::equal(prefix.begin(), prefix.begin() + 12, address.begin());
  };
  if (has_prefix(kMapped) || has_prefix(kNat64)) return is_public_ipv4(v4_at(12));
  if (address[0] == 0x20 && address[1] == 0x02) return is_public_ipv4(v4_at(2));  // 6to4
  if ((address[0] & 0xE0) != 0x20) return false;
  return std::none_of(std::begin(kNotPublic6), std::end(kNotPublic6),
                      [&](const Range6& range) { return in_range(address, range); });
}

std::optional<ByteArray<16>> parse_ipv6(std::string_view text) {
  std::vector<std::uint16_t> left, right;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!parse_groups(text, true, left) || left.size() != 8) return std::nullopt;
  } else {
    if (!parse_groups(text.substr(0, gap), false, left) || !parse_groups(text.substr(gap + 2), true, right)) return std::nullopt;
    if (left.size() + right.size() > 7) return std::nullopt;
    left.resize(8 - right.size());
    left.insert(left.end(), right.begin(), right.end());
  }
  ByteArray<16> out;
  for (std::size_t i = 0; i < 8; ++i) {
    out[2 * i] = static_cast<std::uint8_t>(left[i] >> 8);
    out[2 * i + 1] = static_cast<std::uint8_t>(left[i] & 0xFF);
  }
  return out;
}

bool AllowedHosts::add(std::string_view entry) {
  const std::size_t slash = std::min(entry.find('/'), entry.size());
  std::string_view host = entry.substr(0, slash);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (const auto address = parse_ipv4(host)) {
    const auto bits = prefix_bits(entry.substr(slash), 32);
    if (bits) networks4_.push_back({*address, *bits});
    return bits.has_value();
  }
  if (const auto address = parse_ipv6(host)) {
    const auto bits = prefix_bits(entry.substr(slash), 128);
    if (bits) networks6_.push_back({*address, *bits});
    return bits.has_value();
  }
  bool numeric = false;
  const std::string name = folded_name(entry);
  if (!is_name(name, numeric) || numeric) return false;
  names_.push_back(name);
  return true;
}

bool AllowedHosts::has_name(std::string_view host) const {
  return std::find(names_.begin(), names_.end(), folded_name(host)) != names_.end();
}

bool AllowedHosts::has_ipv4(std::uint32_t address) const {
  return std::any_of(networks4_.begin(), networks4_.end(), [&](const Network4& network) {
    return (std::uint64_t{address ^ network.address} >> (32 - network.bits)) == 0;
  });
}

bool AllowedHosts::has_ipv6(const ByteArray<16>& address) const {
  constexpr ByteArray<16> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (same_bits(address, kMapped, 96))
    return has_ipv4(static_cast<std::uint32_t>(read_be(ByteView(address).subspan(12))));
  return std::any_of(networks6_.begin(), networks6_.end(),
                     [&](const Network6& network) { return same_bits(address, network.address, network.bits); });
}

UrlFault webhook_url_fault(std::string_view url, const UrlPolicy& policy) {
  if (url.size() > limits::kWebhookUrlBytesMax) return UrlFault::too_long;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || std::string_view("#\\\"<>^`{|}").find(c) != std::string_view::npos)
      return UrlFault::characters;
  }
  std::string_view rest;
  if (url.substr(0, 8) == "https://") rest = url.substr(8);
  else if (policy.allow_http && url.substr(0, 7) == "http://") rest = url.substr(7);
  else return UrlFault::scheme;
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) return UrlFault::credentials;
  if (authority.empty() || authority.find('%') != std::string_view::npos) return UrlFault::host;
  const bool bracketed = authority.front() == '[';
  const std::size_t close = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && close == std::string_view::npos) return UrlFault::host;
  const std::size_t host_end = close == std::string_view::npos ? authority.size() : close + (bracketed ? 1 : 0);
  const std::string_view host = authority.substr(0, host_end), port = authority.substr(host_end);
  if (host.empty()) return UrlFault::host;
  if (const UrlFault fault = host_fault(host, policy); fault != UrlFault::none) return fault;
  const bool good_port = port.empty() || (port.front() == ':' && is_allowed_port(port.substr(1)));
  return good_port ? UrlFault::none : UrlFault::port;
}

}  // namespace wa
