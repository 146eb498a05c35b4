// Where a connection may go. Every outgoing connection needs one of these, and there are three ways to get it, by who
// named the host: the operator, the service, or a tenant. Whoever it was, what a name resolves to is judged again, and
// the connection is made to an address that was judged.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "base/egress.h"
#include "net/url.h"

namespace wa::native {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

// False for loopback, private, link-local, multicast, reserved and documentation addresses, in IPv6 disguise too.
bool is_public_address(const boost::asio::ip::address& address);

class Destination {
 public:
  // As the operator wrote it, wherever that is.
  static Destination of_operator(Url url) { return Destination(std::move(url), false); }
  // A bare name that belongs to the service: over https, at its own port, at public addresses.
  static std::optional<Destination> of_service(std::string_view host, std::string_view target);
  // A webhook's URL under the policy it was taken by. A host that the operator allows by name may be anywhere.
  static std::optional<Destination> of_tenant(std::string_view url, const UrlPolicy& policy);

  const Url& url() const { return url_; }
  Endpoints permitted(Endpoints found) const;

 private:
  Destination(Url url, bool public_only, const AllowedHosts* allowed = nullptr)
      : url_(std::move(url)), public_only_(public_only), allowed_(allowed) {}
  Url url_;
  bool public_only_;
  const AllowedHosts* allowed_;  // beside the public ones
};

}  // namespace wa::native
