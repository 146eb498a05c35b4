#include "net/destination.h"

#include "client/media/media_host.h"

namespace wa::native {

bool is_public_address(const boost::asio::ip::address& address) {
  return address.is_v4() ? is_public_ipv4(address.to_v4().to_uint())
                         : is_public_ipv6(address.to_v6().to_bytes());
}

std::optional<Destination> Destination::of_service(std::string_view host, std::string_view target) {
  if (!client::is_service_host(host) || !target.starts_with('/')) return std::nullopt;
  auto parsed = parse_url("https://" + std::string(host) + std::string(target));
  if (!parsed) return std::nullopt;
  return Destination(*std::move(parsed), true);
}

std::optional<Destination> Destination::of_tenant(std::string_view url, const UrlPolicy& policy) {
  if (!is_webhook_url(url, policy)) return std::nullopt;
  auto parsed = parse_url(url);
  if (!parsed) return std::nullopt;
  const bool anywhere = policy.allow_private || (policy.allowed && policy.allowed->has_name(parsed->host));
  return Destination(*std::move(parsed), !anywhere, policy.allowed);
}

Endpoints Destination::permitted(Endpoints found) const {
  const auto allowed = [&](const boost::asio::ip::address& address) {
    if (is_public_address(address)) return true;
    if (!allowed_) return false;
    return address.is_v4() ? allowed_->has_ipv4(address.to_v4().to_uint())
                           : allowed_->has_ipv6(address.to_v6().to_bytes());
  };
  if (public_only_) std::erase_if(found, [&](const auto& endpoint) { return !allowed(endpoint.address()); });
  return found;
}

}  // namespace wa::native
