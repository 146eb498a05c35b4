// Webhook URLs and whether a server may be made to post there. The verdicts come from the IANA special-purpose registries
// as tables of text (iana-ipv4-special-registry, iana-ipv6-special-registry, as of 2025), read here with inet_pton and a
// longest-prefix match: nothing of the code under test.
#pragma once

#include <string>
#include <vector>

namespace wa::test {

struct EgressCase {
  std::string url;
  bool allowed;
  std::string why;
  std::string host;  // when it stands for an address: as getaddrinfo would be given it
};
std::vector<EgressCase> egress_corpus();

// Host names as the service may give them for its files, and whether they are its own.
struct HostCase {
  std::string host;
  bool allowed;
  std::string why;
};
std::vector<HostCase> service_host_corpus();

}  // namespace wa::test
