// Tenants (api.md 3.12): the master token's endpoints.
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/directory/directory_call.h"

namespace wa::gateway {
namespace {

Json show(const Tenant& tenant) {
  return object({{"id", tenant.id}, {"name", tenant.name}, {"created_at", rfc3339(tenant.created)},
                 {"updated_at", rfc3339(tenant.updated)}});
}

Answer register_tenant(DirectoryCall& call) {
  Fields fields(call.body);
  const std::string name = fields.text("tenant_name", 200);
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
  Json list = Json::array();
  for (const Tenant& tenant : call.tenants.tenants()) list.push_back(show(tenant));
  return succeed(call, object({{"tenants", std::move(list)}}));
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
