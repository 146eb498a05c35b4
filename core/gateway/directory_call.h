// One API request at the directory, and what the functions that answer it may use.
#pragma once

#include "gateway/answer.h"
#include "gateway/directory.h"
#include "gateway/fields.h"
#include "gateway/routes.h"
#include "gateway/tenants.h"

namespace wa::gateway {

struct DirectoryCall {
  const ApiRequest& request;
  const Target& target;
  const std::vector<std::string>& params;
  const Json& body;                                    // an object
  const Principal& principal;                          // who asks; empty ids for the master token
  const std::map<std::string, DeviceStatus>& reports;  // by device id: what the devices said last
  Tenants& tenants;
  Random& random;
  Now now;
  std::vector<DirectoryEffect>& effects;
};

// directory_api.cpp
std::optional<Reply> register_tenant(DirectoryCall&);
std::optional<Reply> list_tenants(DirectoryCall&);
std::optional<Reply> show_tenant(DirectoryCall&);
std::optional<Reply> delete_tenant(DirectoryCall&);
std::optional<Reply> create_device(DirectoryCall&);
std::optional<Reply> list_devices(DirectoryCall&);
std::optional<Reply> list_own_devices(DirectoryCall&);
std::optional<Reply> delete_device(DirectoryCall&);
std::optional<Reply> list_webhook_events(DirectoryCall&);

}  // namespace wa::gateway
