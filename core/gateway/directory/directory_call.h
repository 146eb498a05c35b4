// One API request at the directory, and what the functions that answer it may use.
#pragma once

#include <set>

#include "gateway/directory/directory.h"
#include "gateway/directory/tenant_rows.h"
#include "gateway/http/fields.h"
#include "gateway/http/reply.h"
#include "gateway/http/pages.h"
#include "gateway/http/route.h"
#include "gateway/http/target.h"

namespace wa::gateway {

struct DirectoryCall {
  const ApiRequest& request;
  const Target& target;
  const std::vector<std::string>& params;
  const Json& body;                                    // an object
  const Principal& principal;                          // who asks; empty ids for the master token
  const std::map<std::string, DeviceStatus>& reports;  // by device id: what the devices said last
  const UrlPolicy& webhook_urls;
  Tenants& tenants;
  Random& random;
  Now now;
  std::vector<DirectoryEffect>& effects;
  std::set<std::string>& buried;           // by device id, kept as the rows are
  std::set<std::string>& wanting_webhook;
};

Answer fail(const DirectoryCall&, const Failure&);
Answer succeed(const DirectoryCall&, Json body, int status = 200);
// {"success":true,"<name>":[...]} and, of a page, `next_cursor`.
Answer succeed_list(const DirectoryCall&, const char* name, ListText list, const PageAsked&, bool more, std::string_view last);
bool is_device_key(std::string_view);
bool is_id_key(std::string_view);

// Orders nobody waits for: request id 0.
ToDevice removal_of(const std::string& device_id);
ToDevice first_webhook_of(const std::string& device_id, const std::string& url);
// Devices that were just buried are told.
void remove_devices(const std::vector<DeviceRecord>&, DirectoryCall&);

// What POST /users and POST /register say about a user (users_api.cpp).
struct NewUser { std::string email; Role role = Role::user; std::string webhook_url; };
NewUser new_user_of(Fields&, const UrlPolicy&, bool role_required);
std::string webhook_url_of(Fields&, const UrlPolicy&);  // "" when there is none
struct MadeUser { User user; std::string token; };
MadeUser make_user(const NewUser&, const std::string& tenant_id, DirectoryCall&);
Json show_new(const MadeUser&);       // with the token: the only time it is shown
Json show_url(const std::string& url);

}  // namespace wa::gateway
