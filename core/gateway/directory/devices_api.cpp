// tested by unit/gateway/directory/directory_test.cpp
// The devices as a list: who has which (api.md 3.5), and the webhook that waits for those to come (3.13).
#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/removal.h"
#include "gateway/directory/directory_call.h"
#include "gateway/webhooks/silent_events.h"

namespace wa::gateway {
namespace {

// What a device said last, as lists tell it.
struct Shown { std::string_view jid, webhook_url; bool connected = false; std::optional<WallTime> last_seen; };

Shown report_of(const DeviceRecord& device, const DirectoryCall& call) {
  const auto report = call.reports.find(device.id);
  if (report == call.reports.end()) return {};
  const DeviceStatus& status = report->second;
  Shown out{status.jid, status.webhook_url, status.connected, std::nullopt};
  const std::int64_t seen_ms = status.connected ? call.now.wall.ms : status.last_seen_ms;
  if (seen_ms > 0) out.last_seen = WallTime{seen_ms};
  return out;
}

void write_seen(ObjectText& out, const Shown& shown) {
  if (shown.last_seen) out.moment("last_seen", *shown.last_seen);
  else out.null("last_seen");
}

void write(ObjectText out, const DeviceRecord& device, const DirectoryCall& call) {
  const Shown shown = report_of(device, call);
  out.text("id", device.id).text("user_id", device.user_id).text("name", device.name).text_or_null("whatsapp_jid", shown.jid);
  out.flag("connected", shown.connected);
  write_seen(out, shown);
  out.text_or_null("webhook_url", shown.webhook_url).moment("created_at", device.created).moment("updated_at", device.updated);
  out.close();
}

Json show(const DeviceRecord& device, const DirectoryCall& call) {
  std::string text;
  write(ObjectText(text), device, call);
  return parse_json(text).value_or(Json::object());
}

Json published_events() {
  Json out = Json::array();
  for (std::size_t i = 0; i < kPublishedEvents; ++i) out.push_back(std::string(kEventNames[i]));
  return out;
}

Answer create_device(DirectoryCall& call) {
  Fields fields(GivenBody{call.body});
  const std::string name = fields.visible_text("name", 100);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto tenant = call.tenants.tenant(call.principal.tenant_id);
  if (!tenant) return fail(call, internal_error());
  if (tenant->devices >= limits::kDevicesPerTenantMax) return fail(call, conflict("the tenant has too many devices"));
  const WallTime now = call.now.wall;
  const DeviceRecord device{uuid_v4(call.random), call.principal.user_id, tenant->id, name, now, now};
  call.tenants.add(device);
  const auto owner = call.tenants.find_user(call.principal, call.principal.user_id);
  if (owner && !owner->webhook_url.empty()) {  // given to it when it reports
    call.tenants.want_webhook(device.id, owner->webhook_url);
    call.wanting_webhook.insert(device.id);
  }
  call.effects.emplace_back(StartDevice{device.id, device.user_id, device.tenant_id, tenant->devices + 1});
  return succeed(call, object({{"message", "Device created successfully"},
                               {"device", show(device, call)},
                               {"data", object({{"device_id", device.id}, {"name", device.name}})}}),
                 201);
}

// Admins and managers see the devices of their tenant, users their own.
Answer list_devices(DirectoryCall& call) {
  const bool all = call.principal.role != Role::user;
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::devices, is_device_key, asked)) return fail(call, *failed);
  ListText list;
  const After after{asked.after, asked.limit};
  const Tell<DeviceRecord> tell = [&](const DeviceRecord& device) { write(list.add(), device, call); };
  const auto page = all ? call.tenants.devices_of_tenant(call.principal, after, tell)
                        : call.tenants.devices_of_user(call.principal, after, tell);
  return succeed_list(call, "devices", std::move(list), asked, page.more, page.last);
}

Answer list_own_devices(DirectoryCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::own_devices, is_device_key, asked)) return fail(call, *failed);
  ListText list;
  const After after{asked.after, asked.limit};
  const auto page = call.tenants.devices_of_user(call.principal, after, [&](const DeviceRecord& device) {
    const Shown shown = report_of(device, call);
    ObjectText out = list.add();
    out.text("id", device.id).text("name", device.name).flag("connected", shown.connected);
    write_seen(out, shown);
    out.moment("created_at", device.created).close();
  });
  std::string body, data;
  const std::size_t count = list.count();
  ObjectText own(data);
  own.json("devices", std::move(list).finish()).number("count", count).text("user_id", call.principal.user_id).close();
  ObjectText answer = begin_success(body);
  answer.json("data", data);
  put_next(answer, asked, page.more, page.last);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

// The device is gone for callers with this step; its machine logs out, answers the request and is erased (directory.h).
Answer delete_device(DirectoryCall& call) {
  const auto device = call.tenants.find_device(call.principal, call.params.front());
  if (!device) return fail(call, device_not_found("no such device"));
  if (device->user_id != call.principal.user_id && call.principal.role == Role::user) return fail(call, forbidden());
  call.tenants.bury(*device);
  call.buried.insert(device->id);
  call.wanting_webhook.erase(device->id);
  call.effects.emplace_back(ToDevice{device->id, call.request, call.principal.tenant_id});
  return std::nullopt;
}

Answer list_webhook_events(DirectoryCall& call) {
  Json extensions = Json::array();
  for (std::size_t i = kPublishedEvents; i < std::size(kEventNames); ++i) extensions.push_back(std::string(kEventNames[i]));
  Json produced = Json::array(), silent = Json::array();
  for (const std::string_view name : kEventNames) (is_silent(name) ? silent : produced).push_back(std::string(name));
  return succeed(call, object({{"events", published_events()}, {"extensions", std::move(extensions)},
                               {"produced", std::move(produced)}, {"not_produced", std::move(silent)}}));
}

// For devices the caller creates from now on; "" ends that. What devices there are keep theirs.
Answer set_user_webhook(DirectoryCall& call) {
  Fields fields(GivenBody{call.body});
  if (!fields.has("webhook_url")) fields.missing("webhook_url");
  const std::string url = webhook_url_of(fields, call.webhook_urls);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  auto user = call.tenants.find_user(call.principal, call.principal.user_id);
  if (!user) return fail(call, internal_error());
  user->webhook_url = url;
  user->updated = call.now.wall;
  call.tenants.save(*user);
  Json events = published_events();
  const std::size_t count = events.size();
  const char* message = url.empty() ? "Webhook URL removed" : "Webhook URL saved; new devices get it with all events";
  return succeed(call, object({{"message", message},
                               {"data", object({{"webhook_url", url}, {"available_events", std::move(events)},
                                                {"events_count", count}})}}));
}

}  // namespace

ToDevice removal_of(const std::string& device_id) {
  ApiRequest request;
  request.method = "DELETE";
  request.target = "/devices/" + device_id;
  return {device_id, std::move(request), {}};
}

ToDevice first_webhook_of(const std::string& device_id, const std::string& url) {
  ApiRequest request;
  request.method = "POST";
  request.target = "/webhook";
  request.content_type = "application/json";
  request.body = compact(object({{"webhook_url", url}, {"enabled_events", published_events()}}));
  return {device_id, std::move(request), {}};
}

void remove_devices(const std::vector<DeviceRecord>& devices, DirectoryCall& call) {
  for (const DeviceRecord& device : devices) {
    call.buried.insert(device.id);
    call.wanting_webhook.erase(device.id);
    call.effects.emplace_back(removal_of(device.id));
  }
}

Endpoints device_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/devices", .body = BodyRule::required, .directory = create_device},
      {.method = "GET", .pattern = "/devices", .directory = list_devices},
      {.method = "DELETE", .pattern = "/devices/{id}", .directory = delete_device, .start = remove_device,
       .watch = watch_removal, .expire = expire_removal, .timeout_ms = kLogoutTimeoutMs, .removes = true},
      {.method = "GET", .pattern = "/user/devices", .directory = list_own_devices},
      {.method = "GET", .pattern = "/webhook/events", .directory = list_webhook_events},
      {.method = "POST", .pattern = "/user/webhook", .body = BodyRule::required, .directory = set_user_webhook},
  };
  return kAll;
}

}  // namespace wa::gateway
