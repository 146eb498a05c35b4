// A module of wasm is one device: who owns it, and which others there are, is the host's business. Only the row by
// which the directory hands a device its removal stays.
#include "gateway/api/removal.h"

namespace wa::gateway {
namespace {

Endpoints removal_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "DELETE",
       .pattern = "/devices/{id}",
       .start = remove_device,
       .watch = watch_removal,
       .expire = expire_removal,
       .timeout_ms = kLogoutTimeoutMs,
       .removes = true},
  };
  return kAll;
}

}  // namespace

std::span<const Family> directory_families() {
  static constexpr Family kAll[] = {removal_endpoints};
  return kAll;
}

}  // namespace wa::gateway
