// The endpoints the directory answers itself: tenants (api.md 3.12), the list of devices (3.5), event names (3.13).
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/directory_call.h"
#include "gateway/webhook_config.h"
#include "gateway/webhook_events.h"

namespace wa::gateway {
namespace {

Reply fail(const DirectoryCall& call, const Failure& failed) {
  return build_failure(call.request.request, failed, call.now.wall);
}

Reply succeed(const DirectoryCall& call, Json body, int status = 200) {
  return build_success(call.request.request, std::move(body), status);
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) return false;
  if (at + 1 >= text.size()) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return false;
  }
  return true;
}

Json show(const Tenant& tenant) {
  return {{"id", tenant.id}, {"name", tenant.name}, {"created_at", rfc3339(tenant.created)},
          {"updated_at", rfc3339(tenant.updated)}};
}

Json show(const DeviceRecord& device, const DirectoryCall& call) {
  Json out{{"id", device.id}, {"user_id", device.user_id}, {"name", device.name}, {"whatsapp_jid", nullptr},
           {"connected", false}, {"last_seen", nullptr}, {"webhook_url", nullptr},
           {"created_at", rfc3339(device.created)}, {"updated_at", rfc3339(device.updated)}};
  const auto report = call.reports.find(device.id);
  if (report == call.reports.end()) return out;
  const DeviceStatus& status = report->second;
  if (!status.jid.empty()) out["whatsapp_jid"] = status.jid;
  out["connected"] = status.connected;
  const std::int64_t seen_ms = status.connected ? call.now.wall.ms : status.last_seen_ms;
  if (seen_ms > 0) out["last_seen"] = rfc3339({seen_ms});
  if (!status.webhook_url.empty()) out["webhook_url"] = status.webhook_url;
  return out;
}

}  // namespace

std::optional<Reply> register_tenant(DirectoryCall& call) {
  Fields fields(call.body);
  const std::string name = fields.text("tenant_name", 200);
  const std::string email = fields.text("email", 254);
  if (!email.empty() && !is_email(email)) fields.bad("email", "must be an e-mail address");
  // No endpoint takes a password (tokens are the only credential), so it is checked and not kept.
  if (!fields.has("password")) fields.missing("password");
  else (void)fields.optional_text("password", 256, 8);
  const auto role = fields.optional_text("role", 16);
  if (role && !parse_role(*role)) fields.bad("role", "must be admin, manager or user");
  const auto webhook_url = fields.optional_text("webhook_url", limits::kWebhookUrlBytesMax);
  if (webhook_url && !webhook_url->empty() && !is_webhook_url(*webhook_url, true)) {
    fields.bad("webhook_url", "must be an http or https URL");
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (call.tenants.name_taken(name)) return fail(call, conflict("the tenant name is taken"));
  if (call.tenants.email_taken(email)) return fail(call, conflict("the e-mail address is taken"));

  const std::string token = uuid_v4(call.random);
  const WallTime now = call.now.wall;
  const Tenant tenant{uuid_v4(call.random), name, now, now, 0};
  const auto hash = crypto::sha256(view(token));
  const User user{uuid_v4(call.random), tenant.id, email, Role::admin, true, now, now, to_bytes(hash)};
  call.tenants.add(tenant);
  call.tenants.add(user);
  Json shown{{"id", user.id}, {"tenant_id", user.tenant_id}, {"email", user.email}, {"role", role_name(user.role)},
             {"token", token}, {"active", true}, {"created_at", rfc3339(now)}, {"updated_at", rfc3339(now)}};
  return succeed(call, {{"user", std::move(shown)},
                        {"tenant", show(tenant)},
                        {"token", token},
                        {"webhook_configured", false},
                        {"webhook_url", nullptr},
                        {"note", "Keep the token: it is shown only now. The first user of a tenant is its admin. Create "
                                 "a device with POST /devices, then configure its webhook with POST /webhook."}},
                 201);
}

std::optional<Reply> list_tenants(DirectoryCall& call) {
  Json list = Json::array();
  for (const Tenant& tenant : call.tenants.tenants()) list.push_back(show(tenant));
  return succeed(call, {{"tenants", std::move(list)}});
}

std::optional<Reply> show_tenant(DirectoryCall& call) {
  const auto tenant = call.tenants.tenant(call.params.front());
  if (!tenant) return fail(call, not_found());
  return succeed(call, {{"data", show(*tenant)}});
}

std::optional<Reply> delete_tenant(DirectoryCall& call) {
  const auto tenant = call.tenants.tenant(call.params.front());
  if (!tenant) return fail(call, not_found());
  for (const DeviceRecord& device : call.tenants.remove(*tenant)) call.effects.emplace_back(RemoveDevice{device.id});
  return succeed(call, {{"message", "Tenant deleted successfully"},
                        {"data", Json{{"tenant_id", tenant->id}, {"tenant_name", tenant->name},
                                      {"deleted_at", rfc3339(call.now.wall)}}}});
}

std::optional<Reply> create_device(DirectoryCall& call) {
  Fields fields(call.body);
  const std::string name = fields.text("name", 100);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto tenant = call.tenants.tenant(call.principal.tenant_id);
  if (!tenant) return fail(call, internal_error());
  if (tenant->devices >= limits::kDevicesPerTenantMax) return fail(call, conflict("the tenant has too many devices"));
  const WallTime now = call.now.wall;
  const DeviceRecord device{uuid_v4(call.random), call.principal.user_id, tenant->id, name, now, now};
  call.tenants.add(device);
  call.effects.emplace_back(StartDevice{device.id, device.user_id, device.tenant_id});
  return succeed(call, {{"message", "Device created successfully"},
                        {"device", show(device, call)},
                        {"data", Json{{"device_id", device.id}, {"name", device.name}}}},
                 201);
}

// Admins and managers see the devices of their tenant, users their own.
std::optional<Reply> list_devices(DirectoryCall& call) {
  const bool all = call.principal.role != Role::user;
  Json list = Json::array();
  for (const DeviceRecord& device :
       all ? call.tenants.devices_of_tenant(call.principal) : call.tenants.devices_of_user(call.principal)) {
    list.push_back(show(device, call));
  }
  return succeed(call, {{"devices", std::move(list)}});
}

std::optional<Reply> list_own_devices(DirectoryCall& call) {
  Json list = Json::array();
  for (const DeviceRecord& device : call.tenants.devices_of_user(call.principal)) {
    const Json all = show(device, call);
    Json item = Json::object();
    for (const char* name : {"id", "name", "connected", "last_seen", "created_at"}) item[name] = *member(all, name);
    list.push_back(std::move(item));
  }
  const std::size_t count = list.size();
  return succeed(call, {{"data", Json{{"devices", std::move(list)}, {"count", count},
                                      {"user_id", call.principal.user_id}}}});
}

// The device is gone for callers with this step; its machine logs out, answers the request and is erased (directory.h).
std::optional<Reply> delete_device(DirectoryCall& call) {
  const auto device = call.tenants.find_device(call.principal, call.params.front());
  if (!device) return fail(call, device_not_found("no such device"));
  if (device->user_id != call.principal.user_id && call.principal.role == Role::user) return fail(call, forbidden());
  call.tenants.bury(*device);
  call.effects.emplace_back(ToDevice{device->id, call.request});
  return std::nullopt;
}

std::optional<Reply> list_webhook_events(DirectoryCall& call) {
  Json published = Json::array(), extensions = Json::array();
  for (std::size_t i = 0; i < std::size(kEventNames); ++i) {
    (i < kPublishedEvents ? published : extensions).push_back(std::string(kEventNames[i]));
  }
  return succeed(call, {{"events", std::move(published)}, {"extensions", std::move(extensions)}});
}

}  // namespace wa::gateway
