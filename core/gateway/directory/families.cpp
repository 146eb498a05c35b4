// tested by unit/gateway/routes_test.cpp
// The families of endpoints that the directory answers.
#include "gateway/http/route.h"

namespace wa::gateway {

Endpoints device_endpoints();  // devices_api.cpp
Endpoints user_endpoints();    // users_api.cpp
Endpoints tenant_endpoints();  // tenants_api.cpp

std::span<const Family> directory_families() {
  static constexpr Family kAll[] = {device_endpoints, tenant_endpoints, user_endpoints};
  return kAll;
}

}  // namespace wa::gateway
