// tested by unit/gateway/directory/directory_test.cpp
// Tenants (api.md 3.12): the master token's endpoints.
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/directory/directory_call.h"

namespace wa::gateway {
namespace {

void write(ObjectText out, const Tenant& tenant) {
  out.text("id", tenant.id).text("name", tenant.name).moment("created_at", tenant.created).moment("updated_at", tenant.updated);
  out.close();
}

Json show(const Tenant& tenant) {
  std::string text;
  write(ObjectText(text), tenant);
  return parse_json(text).value_or(Json::object());
}

Answer register_tenant(DirectoryCall& call) {
  Fields fields(GivenBody{call.body});
  const std::string name = fields.visible_text("tenant_name", 200);
  NewUser asked = new_user_of(fields, call.webhook_urls, false);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (call.tenants.name_taken(name)) return fail(call, conflict("the tenant name is taken"));
  if (call.tenants.email_registered(asked.email)) return fail(call, conflict("the e-mail address is taken"));

  const WallTime now = call.now.wall;
  const Tenant tenant{uuid_v4(call.random), name, now, now, 0};
  call.tenants.add(tenant);
  asked.role = Role::admin;  // the first user of a tenant always is
  const MadeUser made = make_user(asked, tenant.id, call);
  call.tenants.add(made.user, true);
  return succeed(call, object({{"user", show_new(made)},
                               {"tenant", show(tenant)},
                               {"token", made.token},
                               {"webhook_configured", !made.user.webhook_url.empty()},
                               {"webhook_url", show_url(made.user.webhook_url)},
                               {"note", "Keep the token: it is shown only now. The first user of a tenant is its admin. Create "
                                 "a device with POST /devices; a webhook_url given here is its webhook, with all events."}}),
                 201);
}

Answer list_tenants(DirectoryCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::tenants, is_id_key, asked)) return fail(call, *failed);
  ListText list;
  const auto page = call.tenants.tenants({asked.after, asked.limit}, [&](const Tenant& tenant) { write(list.add(), tenant); });
  return succeed_list(call, "tenants", std::move(list), asked, page.more, page.last);
}

Answer show_tenant(DirectoryCall& call) {
  const auto tenant = call.tenants.tenant(call.params.front());
  if (!tenant) return fail(call, not_found());
  return succeed(call, object({{"data", show(*tenant)}}));
}

// Its users, tokens and devices are gone for callers with this step. The devices are logged out, then their rows erased;
// a crash in between is made up for (directory.h).
Answer delete_tenant(DirectoryCall& call) {
  const auto tenant = call.tenants.tenant(call.params.front());
  if (!tenant) return fail(call, not_found());
  remove_devices(call.tenants.remove(*tenant), call);
  return succeed(call, object({{"message", "Tenant deleted successfully"},
                               {"data", object({{"tenant_id", tenant->id}, {"tenant_name", tenant->name},
                                                {"deleted_at", rfc3339(call.now.wall)}})}}));
}

}  // namespace

Answer fail(const DirectoryCall& call, const Failure& failed) {
  return build_failure(call.request.request, failed, call.now.wall);
}

Answer succeed(const DirectoryCall& call, Json body, int status) {
  return build_success(call.request.request, std::move(body), status);
}

Answer succeed_list(const DirectoryCall& call, const char* name, ListText list, const PageAsked& asked, bool more,
                    std::string_view last) {
  std::string body;
  ObjectText answer = begin_success(body);
  answer.json(name, std::move(list).finish());
  put_next(answer, asked, more, last);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

bool is_device_key(std::string_view key) {
  return key.size() == kDeviceKeyBytes && is_uuid(key.substr(key.size() - kIdBytes));
}
bool is_id_key(std::string_view key) { return is_uuid(key); }

Endpoints tenant_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/register", .body = BodyRule::required, .access = Access::master,
       .directory = register_tenant},
      {.method = "GET", .pattern = "/tenants", .access = Access::master, .directory = list_tenants},
      {.method = "GET", .pattern = "/global/tenants/{id}", .access = Access::master, .directory = show_tenant},
      {.method = "DELETE", .pattern = "/global/tenants/{id}", .access = Access::master, .directory = delete_tenant},
  };
  return kAll;
}

}  // namespace wa::gateway
