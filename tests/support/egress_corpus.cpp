#include "support/egress_corpus.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace wa::test {

namespace {

struct Range { const char* network; int bits; bool reachable; const char* name; };

// "Globally Reachable" of the registry. Rows marked "stricter": the registry says true, nobody has webhooks there.
constexpr Range kIpv4[] = {
    {"0.0.0.0", 8, false, "this network"},
    {"10.0.0.0", 8, false, "private use"},
    {"100.64.0.0", 10, false, "shared address space"},
    {"127.0.0.0", 8, false, "loopback"},
    {"169.254.0.0", 16, false, "link local"},
    {"172.16.0.0", 12, false, "private use"},
    {"192.0.0.0", 24, false, "IETF protocol assignments"},
    {"192.0.0.9", 32, false, "port control anycast (stricter)"},
    {"192.0.0.10", 32, false, "TURN anycast (stricter)"},
    {"192.0.2.0", 24, false, "documentation (TEST-NET-1)"},
    {"192.31.196.0", 24, true, "AS112-v4"},
    {"192.52.193.0", 24, true, "AMT"},
    {"192.88.99.0", 24, false, "deprecated 6to4 relay anycast"},
    {"192.168.0.0", 16, false, "private use"},
    {"192.175.48.0", 24, true, "direct delegation AS112"},
    {"198.18.0.0", 15, false, "benchmarking"},
    {"198.51.100.0", 24, false, "documentation (TEST-NET-2)"},
    {"203.0.113.0", 24, false, "documentation (TEST-NET-3)"},
    {"224.0.0.0", 4, false, "multicast (iana-multicast-addresses)"},
    {"240.0.0.0", 4, false, "reserved"},
    {"255.255.255.255", 32, false, "limited broadcast"},
    {"168.63.129.16", 32, false, "a cloud's metadata service in public space (stricter)"},
};
constexpr Range kIpv6[] = {
    {"::", 0, false, "not allocated as global unicast"},
    {"2000::", 3, true, "global unicast (ipv6-address-space)"},
    {"::1", 128, false, "loopback"},
    {"::", 128, false, "unspecified"},
    {"64:ff9b:1::", 48, false, "IPv4-IPv6 translation, local"},
    {"100::", 64, false, "discard only"},
    {"100:0:0:1::", 64, false, "dummy prefix"},
    {"2001::", 23, false, "IETF protocol assignments"},
    {"2001::", 32, false, "Teredo"},
    {"2001:1::1", 128, false, "port control anycast (stricter)"},
    {"2001:2::", 48, false, "benchmarking"},
    {"2001:3::", 32, false, "AMT (stricter)"},
    {"2001:4:112::", 48, false, "AS112-v6 (stricter)"},
    {"2001:10::", 28, false, "deprecated ORCHID"},
    {"2001:20::", 28, false, "ORCHIDv2 (stricter)"},
    {"2001:30::", 28, false, "drone remote ID (stricter)"},
    {"2001:db8::", 32, false, "documentation"},
    {"2620:4f:8000::", 48, true, "direct delegation AS112"},
    {"3fff::", 20, false, "documentation"},
    {"5f00::", 16, false, "segment routing SIDs"},
    {"fc00::", 7, false, "unique local"},
    {"fd00:ec2::254", 128, false, "a cloud's metadata service"},
    {"fe80::", 10, false, "link local"},
    {"fec0::", 10, false, "deprecated site local"},
    {"ff00::", 8, false, "multicast"},
};

using V4 = std::array<std::uint8_t, 4>;
using V6 = std::array<std::uint8_t, 16>;

template <std::size_t N>
std::array<std::uint8_t, N> parse(const char* text) {
  std::array<std::uint8_t, N> out{};
  inet_pton(N == 4 ? AF_INET : AF_INET6, text, out.data());
  return out;
}
template <std::size_t N>
std::string print(const std::array<std::uint8_t, N>& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(N == 4 ? AF_INET : AF_INET6, address.data(), text, sizeof text);
  return text;
}
template <std::size_t N>
bool within(const std::array<std::uint8_t, N>& address, const Range& range) {
  const auto network = parse<N>(range.network);
  for (int bit = 0; bit < range.bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> bit % 8);
    if ((address[static_cast<std::size_t>(bit / 8)] & mask) != (network[static_cast<std::size_t>(bit / 8)] & mask)) return false;
  }
  return true;
}
template <std::size_t N, std::size_t Rows>
bool reachable(const std::array<std::uint8_t, N>& address, const Range (&table)[Rows]) {
  bool out = true;
  int best = -1;
  for (const Range& range : table) {
    if (range.bits <= best || !within(address, range)) continue;
    best = range.bits;
    out = range.reachable;
  }
  return out;
}
template <std::size_t N>
std::array<std::uint8_t, N> moved(std::array<std::uint8_t, N> address, int by) {  // +1 or -1, wrapping
  for (std::size_t i = N; i-- > 0;) {
    address[i] = static_cast<std::uint8_t>(address[i] + by);
    if (address[i] != (by > 0 ? 0x00 : 0xFF)) break;
  }
  return address;
}
template <std::size_t N>
std::array<std::uint8_t, N> last_of(const Range& range) {
  auto out = parse<N>(range.network);
  for (int bit = range.bits; bit < static_cast<int>(N * 8); ++bit) out[static_cast<std::size_t>(bit / 8)] |= static_cast<std::uint8_t>(0x80 >> bit % 8);
  return out;
}

// 64:ff9b::/96, ::ffff:0:0/96 and 2002::/16 stand for the IPv4 address in them.
bool v6_allowed(const V6& address) {
  const V6 mapped = parse<16>("::ffff:0:0"), nat64 = parse<16>("64:ff9b::");
  const auto same = [&](const V6& prefix, std::size_t count) { return std::equal(prefix.begin(), prefix.begin() + count, address.begin()); };
  if (same(mapped, 12) || same(nat64, 12)) return reachable(V4{address[12], address[13], address[14], address[15]}, kIpv4);
  if (address[0] == 0x20 && address[1] == 0x02) return reachable(V4{address[2], address[3], address[4], address[5]}, kIpv4);
  return reachable(address, kIpv6);
}

std::string format(const char* pattern, unsigned a, unsigned b = 0, unsigned c = 0, unsigned d = 0) {
  char out[128];
  std::snprintf(out, sizeof out, pattern, a, b, c, d);
  return out;
}

}  // namespace

std::vector<EgressCase> egress_corpus() {
  std::vector<EgressCase> out;
  const auto v4 = [&](const V4& address, const std::string& why) {
    out.push_back({"https://" + print(address) + "/hook", reachable(address, kIpv4), why, print(address)});
  };
  const auto v6 = [&](const V6& address, const std::string& why) {
    out.push_back({"https://[" + print(address) + "]/hook", v6_allowed(address), why, print(address)});
  };
  // The edges of every range and what lies beside them.
  for (const Range& range : kIpv4) {
    const V4 first = parse<4>(range.network), last = last_of<4>(range);
    v4(first, range.name);
    v4(moved(first, 1), range.name);
    v4(last, range.name);
    if (first != V4{}) v4(moved(first, -1), std::string("before ") + range.name);
    if (last != V4{255, 255, 255, 255}) v4(moved(last, 1), std::string("after ") + range.name);
  }
  for (const Range& range : kIpv6) {
    const V6 first = parse<16>(range.network), last = last_of<16>(range);
    v6(first, range.name);
    v6(moved(first, 1), range.name);
    v6(last, range.name);
    if (first != V6{}) v6(moved(first, -1), std::string("before ") + range.name);
    if (range.bits != 0) v6(moved(last, 1), std::string("after ") + range.name);
  }
  // IPv4 addresses in disguise. Inside IPv6 they are what they are; as other spellings of IPv4 they are refused all.
  const char* addresses[] = {"127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.100.100.200",
                             "0.0.0.0", "192.0.0.192", "255.255.255.255", "8.8.8.8", "93.184.215.14", "1.1.1.1"};
  for (const char* text : addresses) {
    const V4 a = parse<4>(text);
    const unsigned whole = static_cast<unsigned>(a[0]) << 24 | static_cast<unsigned>(a[1]) << 16 | static_cast<unsigned>(a[2]) << 8 | a[3];
    const bool good = reachable(a, kIpv4);
    const auto inside = [&](const std::string& host, const char* why) {
      out.push_back({"https://[" + host + "]:8443/hook", good, std::string(why) + " of " + text, host});
    };
    inside("::ffff:" + std::string(text), "mapped");
    inside(format("::ffff:%x:%x", whole >> 16, whole & 0xFFFF), "mapped, hex");
    inside(format("0:0:0:0:0:FFFF:%04X:%04X", whole >> 16, whole & 0xFFFF), "mapped, long");
    inside("64:ff9b::" + std::string(text), "NAT64");
    inside(format("64:ff9b::%x:%x", whole >> 16, whole & 0xFFFF), "NAT64, hex");
    inside(format("2002:%x:%x::1", whole >> 16, whole & 0xFFFF), "6to4");
    const auto refused = [&](const std::string& host, const char* why) {
      out.push_back({"https://" + host + "/hook", false, std::string(why) + " of " + text, host});
    };
    out.push_back({"https://[::" + std::string(text) + "]/", false, std::string("compatible form of ") + text, "::" + std::string(text)});
    refused(format("%u", whole), "one decimal number");
    refused(format("0x%x", whole), "one hex number");
    refused(format("0X%08X", whole), "one hex number, upper case");
    refused(format("0%o", whole), "one octal number");
    refused(format("%u.%u", a[0], whole & 0xFFFFFF), "two parts");
    refused(format("%u.%u.%u", a[0], a[1], whole & 0xFFFF), "three parts");
    refused(format("0%o.0%o.0%o.0%o", a[0], a[1], a[2], a[3]), "octal parts");
    refused(format("0x%x.0x%x.0x%x.0x%x", a[0], a[1], a[2], a[3]), "hex parts");
    refused(format("%03u.%03u.%03u.%03u", a[0], a[1], a[2], a[3]), "leading zeros");
    refused(format("0x%x.%u", a[0], whole & 0xFFFFFF), "hex and short");
    refused(std::string(text) + ".", "dot at the end");
    refused(format("0x1%08x", whole), "one hex number that wraps around");
    refused(format("%u.%u.%u.%u", a[0] + 256, a[1] + 256, a[2] + 256, a[3] + 256), "parts that wrap around");
    refused(format("0000000000%o.%u", a[0], whole & 0xFFFFFF), "many zeros and short");
    refused(format("0x%02X%02X.0%o.%u", a[0], a[1], a[2], a[3]), "hex, octal and decimal in one");
    refused(format("%u.%u.%u.0x%x", a[0], a[1], a[2], a[3]), "the last part hex");
    refused(std::string(text) + "..", "two dots at the end");
    refused(std::string(text) + "%00.example.com", "encoded end of text");
    out.push_back({"https://[::ffff:0:" + std::string(text) + "]/", false, std::string("translated (SIIT) form of ") + text, "::ffff:0:" + std::string(text)});
    out.push_back({"https://[64:ff9b:1::" + std::string(text) + "]/", false, std::string("local NAT64 of ") + text, "64:ff9b:1::" + std::string(text)});
    out.push_back({"https://" + std::string(text) + ".nip.example.net/", true, std::string("a name that resolves to ") + text + ": the resolver judges", {}});
    out.push_back({"https://example.com:443@" + std::string(text) + "/", false, std::string("user info before ") + text, {}});
    out.push_back({"https://" + std::string(text) + ":443:8443/", false, std::string("two ports of ") + text, {}});
    out.push_back({"https://user@" + std::string(text) + "/", false, std::string("user info before ") + text, {}});
  }
  struct Text { const char* url; bool allowed; const char* why; };
  const Text texts[] = {
      {"https://example.com", true, "a name"},
      {"https://example.com/", true, "a name"},
      {"http://example.com/hook", true, "plain http, unless forbidden"},
      {"https://hooks.example.com/a/b?c=d&e=%2F", true, "path and query"},
      {"https://HOOKS.Example.COM/", true, "upper case"},
      {"https://example.com./hook", true, "a complete name ends with a dot"},
      {"https://example.com:443/", true, "its own port"},
      {"https://example.com:8443/", true, "another port"},
      {"http://example.com:8080/", true, "another port"},
      {"https://example.com:65535/", true, "the last port"},
      {"https://xn--mnchen-3ya.de/", true, "IDN in its ASCII form"},
      {"https://a_b.example.com/", true, "underscore"},
      {"https://1e100.net/", true, "a name that begins with digits"},
      {"https://127.0.0.1.example.com/", true, "an address as labels of a name: the resolver judges"},
      {"https://localhost.example.com/", true, "localhost as a label"},
      {"https://internal.example.com/", true, "internal as a label"},
      {"https://example.com/@127.0.0.1/", true, "an at sign in the path"},
      {"https://example.com/?u=http://127.0.0.1/", true, "a URL in the query"},
      {"https://notlocalhost.com/", true, "ends like a private name, but is another"},
      {"https://mylocal/", false, "no dot"},
      {"https://localhost/", false, "loopback by name"},
      {"https://LOCALHOST/", false, "loopback by name"},
      {"https://localhost./", false, "loopback by name"},
      {"https://localhost:8080/", false, "loopback by name"},
      {"https://a.localhost/", false, "loopback by name"},
      {"https://localhost.localdomain/", false, "loopback by name"},
      {"https://printer.local/", false, "mDNS"},
      {"https://metadata.google.internal/computeMetadata/v1/", false, "metadata"},
      {"https://metadata.google.internal./", false, "metadata"},
      {"https://instance-data.internal/", false, "metadata"},
      {"https://metadata/", false, "metadata"},
      {"https://kubernetes.default/", true, "two labels: the resolver judges"},
      {"https://kubernetes.default.svc.cluster.local/", false, "a cluster's own name"},
      {"https://db/", false, "no dot"},
      {"https://router.lan/", false, "private"},
      {"https://nas.home/", false, "private"},
      {"https://nas.home.arpa/", false, "RFC 8375"},
      {"https://wiki.corp/", false, "private"},
      {"https://wiki.intranet/", false, "private"},
      {"https://x.private/", false, "private"},
      {"https://x.test/", false, "RFC 6761"},
      {"https://x.invalid/", false, "RFC 6761"},
      {"https://x.example/", false, "RFC 6761"},
      {"https://x.onion/", false, "RFC 7686"},
      {"https://x.alt/", false, "RFC 9476"},
      {"https://1.0.0.127.in-addr.arpa/", false, "reverse names"},
      {"https://example..com/", false, "empty label"},
      {"https://.example.com/", false, "empty label"},
      {"https://example.com../", false, "two dots at the end"},
      {"https://./", false, "a dot"},
      {"https://-a.example.com/", false, "hyphen first"},
      {"https://a-.example.com/", false, "hyphen last"},
      {"https://m\xC3\xBCnchen.de/", false, "IDN as UTF-8"},
      {"https://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1/", false, "digits that look like digits"},
      {"https://127\xE3\x80\x82" "0.0.1/", false, "a full stop that looks like one"},
      {"https://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/", false, "full-width digits"},
      {"https://%31%32%37.0.0.1/", false, "encoded host"},
      {"https://127.0.0.1%2f@example.com/", false, "encoded slash"},
      {"https://example%2ecom/", false, "encoded dot"},
      {"https://user@example.com/", false, "user info"},
      {"https://user:pass@example.com/", false, "user info"},
      {"https://@example.com/", false, "empty user info"},
      {"https://example.com@127.0.0.1/", false, "user info that looks like a host"},
      {"https://127.0.0.1@example.com/", false, "user info that looks like a host"},
      {"https://example.com:80@127.0.0.1/", false, "user info that looks like a port"},
      {"https://example.com:pass@169.254.169.254/", false, "user info"},
      {"https://example.com\\@127.0.0.1/", false, "backslash"},
      {"https:\\\\127.0.0.1/", false, "backslashes"},
      {"https://example.com\\.evil.com/", false, "backslash"},
      {"https://example.com#@127.0.0.1/", false, "fragment"},
      {"https://example.com/#x", false, "fragment"},
      {"https://example.com/ x", false, "space"},
      {" https://example.com/", false, "space"},
      {"https://example.com/\r\nHost: x", false, "line break"},
      {"https://example.com/\tx", false, "tab"},
      {"https://exam\tple.com/", false, "tab"},
      {"https://example.com/\x7f", false, "control character"},
      {"https://example.com/<x>", false, "angle brackets"},
      {"https://{x}.example.com/", false, "braces"},
      {"https://example.com:/", false, "empty port"},
      {"https://example.com:0/", false, "port 0"},
      {"https://example.com:65536/", false, "port too large"},
      {"https://example.com:99999999999/", false, "port too large"},
      {"https://example.com:-1/", false, "negative port"},
      {"https://example.com:+80/", false, "signed port"},
      {"https://example.com:0x50/", false, "hex port"},
      {"https://example.com:80:80/", false, "two ports"},
      {"https://example.com:http/", false, "named port"},
      {"https://example.com:22/", false, "SSH"},
      {"http://example.com:25/", false, "SMTP"},
      {"https://example.com:465/", false, "SMTP"},
      {"https://example.com:587/", false, "SMTP"},
      {"http://example.com:110/", false, "POP3"},
      {"http://example.com:143/", false, "IMAP"},
      {"http://example.com:6379/", false, "Redis"},
      {"http://example.com:11211/", false, "memcached"},
      {"http://example.com:6667/", false, "IRC"},
      {"http://example.com:5060/", false, "SIP"},
      {"http://example.com:53/", false, "DNS"},
      {"http://example.com:0022/", false, "SSH with zeros"},
      {"http://8.8.8.8:25/", false, "SMTP at an address"},
      {"http://[2606:4700::1111]:25/", false, "SMTP at an address"},
      {"https://[2606:4700::1111]/", true, "an address"},
      {"https://[2606:4700::1111]:8443/", true, "an address and a port"},
      {"https://[2606:4700:0:0:0:0:0:1111]/", true, "an address in full"},
      {"https://[2606:4700::1111/", false, "no closing bracket"},
      {"https://2606:4700::1111/", false, "no brackets"},
      {"https://[2606:4700::1111]x/", false, "something after the bracket"},
      {"https://[2606:4700::1111]80/", false, "a port without its colon"},
      {"https://[]/", false, "nothing in brackets"},
      {"https://[:]/", false, "no address in brackets"},
      {"https://[example.com]/", false, "a name in brackets"},
      {"https://[8.8.8.8]/", false, "IPv4 in brackets"},
      {"https://[2606:4700::1111::1]/", false, "two gaps"},
      {"https://[2606:4700:1:2:3:4:5:6:7]/", false, "nine groups"},
      {"https://[2606:4700:1:2:3:4:5]/", false, "seven groups"},
      {"https://[2606:4700:::1]/", false, "three colons"},
      {"https://[26060:4700::1]/", false, "five digits"},
      {"https://[2606:470g::1]/", false, "not hex"},
      {"https://[fe80::1%25eth0]/", false, "zone"},
      {"https://[fe80::1%eth0]/", false, "zone"},
      {"https://[v1.fe80::1]/", false, "future form"},
      {"https://[::ffff:127.0.0.1.]/", false, "dot at the end of an embedded address"},
      {"https://[::ffff:127.1]/", false, "short embedded address"},
      {"https://[::ffff:0x7f.0.0.1]/", false, "hex embedded address"},
      {"https://[64:ff9b:1::8.8.8.8]/", false, "local NAT64"},
      {"https://256.1.1.1/", false, "not an address"},
      {"https://1.1.1/", false, "short"},
      {"https://1.1.1.1.1/", false, "five parts"},
      {"https://1.1.1.1e/", true, "the last label is no number"},
      {"https://1.1.1.0x/", false, "0x alone is a number to some"},
      {"https://example.0/", false, "the last label is a number"},
      {"https://example.0x7f/", false, "the last label is a number"},
      {"https://09.0.0.1/", false, "not octal"},
      {"https://[fd00:ec2::254]/", false, "a metadata service of IPv6"},
      {"https://[fd20:ce::254]/", false, "a metadata service of IPv6"},
      {"https://0/", false, "all addresses of this host"},
      {"https://0x0/", false, "all addresses of this host"},
      {"https://ip6-localhost/", false, "loopback by name"},
      {"https://localhost6.localdomain6/", true, "two labels: the resolver judges"},
      {"https://localhost:443./", false, "a dot after the port"},
      {"https://\xF0\x9D\x9F\x8F\xF0\x9D\x9F\x90\xF0\x9D\x9F\x95.0.0.1/", false, "mathematical digits"},
      {"https://loc\xC2\xAD" "alhost/", false, "a soft hyphen"},
      {"https://local\xE2\x80\x8Bhost/", false, "a space without width"},
      {"https://example.com\xEF\xBC\x8F@127.0.0.1/", false, "a full-width slash"},
      {"https://example.com;@127.0.0.1/", false, "semicolon and user info"},
      {"https://example.com;127.0.0.1/", false, "semicolon"},
      {"https://example.com,127.0.0.1/", false, "comma"},
      {"https://127.0.0.1;.example.com/", false, "semicolon"},
      {"https://127.0.0.1&.example.com/", false, "ampersand"},
      {"https://*.example.com/", false, "star"},
      {"https://example.com:443%2f/", false, "encoded slash in the port"},
      {"https://[[::1]]/", false, "two brackets"},
      {"https://[::1]@example.com/", false, "brackets as user info"},
      {"https://[::1].example.com/", false, "a name after the bracket"},
      {"https://example.com[::1]/", false, "brackets after a name"},
      {"https://[::1%00]/", false, "zone"},
      {"https://[::%31]/", false, "encoded inside brackets"},
      {"https://example.com:443?@127.0.0.1/", true, "an at sign in the query"},
      {"https://https://127.0.0.1/", false, "a scheme as the host"},
      {"https://http://example.com/", false, "a scheme as the host"},
      {"unix:///var/run/docker.sock", false, "scheme"},
      {"dict://example.com:11211/", false, "scheme"},
      {"jar:https://example.com!/", false, "scheme"},
      {"ftp://example.com/", false, "scheme"},
      {"file:///etc/passwd", false, "scheme"},
      {"gopher://example.com/", false, "scheme"},
      {"ws://example.com/", false, "scheme"},
      {"javascript:alert(1)", false, "scheme"},
      {"data:text/plain,x", false, "scheme"},
      {"HTTPS://example.com/", false, "written in capitals: not what we store"},
      {"https:/example.com/", false, "one slash"},
      {"https:example.com/", false, "no slash"},
      {"https:///example.com/", false, "three slashes"},
      {"//example.com/", false, "no scheme"},
      {"example.com", false, "no scheme"},
      {"https://", false, "no host"},
      {"https://?x", false, "no host"},
      {"https://:443/", false, "no host"},
      {"", false, "nothing"},
  };
  for (const Text& text : texts) out.push_back({text.url, text.allowed, text.why, {}});
  return out;
}

std::vector<HostCase> service_host_corpus() {
  std::vector<HostCase> out = {
      {"mmg.whatsapp.net", true, "the default"},
      {"mmg-fallback.whatsapp.net", true, "a fallback"},
      {"media-gru2-1.cdn.whatsapp.net", true, "a CDN's"},
      {"media.fgru1-2.fna.whatsapp.net", true, "a CDN's"},
      {"whatsapp.net", false, "the domain itself"},
      {".whatsapp.net", false, "empty label"},
      {"a..whatsapp.net", false, "empty label"},
      {"mmg.whatsapp.net.", false, "dot at the end"},
      {"MMG.WHATSAPP.NET", false, "not as it is written"},
      {"mmg.whatsapp.net:443", false, "a port"},
      {"mmg.whatsapp.net:22", false, "a port"},
      {"mmg.whatsapp.net/", false, "a path"},
      {"mmg.whatsapp.net\r\nHost: x", false, "line break"},
      {std::string("mmg.whatsapp.net\0", 17), false, "end of text"},
      {std::string("10.0.0.1\0.whatsapp.net", 22), false, "end of text"},
      {"https://mmg.whatsapp.net", false, "a scheme"},
      {"http://mmg.whatsapp.net", false, "a scheme"},
      {"file:///x.whatsapp.net", false, "a scheme"},
      {"example.com", false, "another's"},
      {"mmg.whatsapp.net.example.com", false, "another's"},
      {"mmgwhatsapp.net", false, "another's"},
      {"mmg.whatsapp.com", false, "not for files"},
      {"mmg.whatsapp.network", false, "another's"},
      {"s.whatsapp-net.example.com", false, "another's"},
      {"localhost", false, "loopback by name"},
      {"metadata.google.internal", false, "metadata"},
      {"", false, "nothing"},
      {std::string(260, 'a') + ".whatsapp.net", false, "too long"},
  };
  for (const char* inner : {"127.0.0.1", "169.254.169.254", "10.0.0.1", "[::1]", "[::ffff:169.254.169.254]", "2130706433", "0x7f.1"}) {
    out.push_back({inner, false, "an address"});
    for (const char* between : {"/", "?", "#", "\\", "@", ":80/", ":80#", "%2f", "%00", " ", "\t", ";", "&", "/@", "/.", "\xEF\xBC\x8F"}) {
      out.push_back({std::string(inner) + between + ".whatsapp.net", false, "an address in front"});
      out.push_back({"http://" + std::string(inner) + between + "x.whatsapp.net", false, "a URL in front"});
    }
    out.push_back({"x.whatsapp.net@" + std::string(inner), false, "user info"});
  }
  return out;
}

}  // namespace wa::test
