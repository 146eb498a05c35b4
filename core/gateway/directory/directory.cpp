#include "gateway/directory/directory.h"

#include <map>
#include <set>

#include "crypto/hash.h"
#include "gateway/api/device_requests.h"
#include "gateway/directory/connect_budget.h"
#include "gateway/directory/device_choice.h"
#include "gateway/directory/directory_call.h"
#include "gateway/directory/kept_answers.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kPrincipalsCachedMax = 4096;
constexpr std::size_t kTokenBytesMax = 128;
constexpr std::size_t kStartPage = 1000;
constexpr std::size_t kBodyReadHereMax = 16u << 10;  // the directory is everybody's: what it builds is small
constexpr std::size_t kDevicesNamedMax = 20;

Failure ambiguous(const Principal& who, const Tenants& tenants) {
  Failure out = bad_field("device_id", "is required: there are several devices");
  out.code = "DEVICE_AMBIGUOUS";
  out.text = "several devices: say which by device_id in the query or body, or by the header X-Device-Id: ";
  tenants.devices_of_user(who, {{}, kDevicesNamedMax}, [&](const DeviceRecord& device) {
    if (!out.device_ids.empty()) out.text += ", ";
    out.text += device.id;
    out.device_ids.push_back(device.id);
  });
  return out;
}

}  // namespace

std::string_view token_of(std::string_view header) {
  const auto trim = [](std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  };
  header = trim(header);
  constexpr std::string_view kScheme = "bearer";
  if (header.size() > kScheme.size() && (header[kScheme.size()] == ' ' || header[kScheme.size()] == '\t')) {
    bool scheme = true;
    for (std::size_t i = 0; i < kScheme.size(); ++i) scheme = scheme && (header[i] | 0x20) == kScheme[i];
    if (scheme) header = trim(header.substr(kScheme.size()));
  }
  if (header.size() > kTokenBytesMax || header.find_first_of(" \t") != std::string_view::npos) return {};
  return header;
}

struct Directory::Parts {
  DirectoryConfig config;
  const store::StoreView& stored;
  Random& random;
  std::map<std::string, DeviceStatus> reports;       // volatile: what the devices said last
  std::map<std::string, Principal> principals;       // a cache by token hash, dropped at every change of rows
  std::set<std::string> buried, wanting_webhook;     // device ids, as their rows say; what their reports are answered with
  ConnectBudgets connects;                           // volatile

  std::optional<Principal> principal_of(std::string_view token, const ByteArray<32>& hash, const Tenants& tenants) const;
  std::optional<Principal> authenticate(const std::string& header, const Tenants& tenants);
  void on_request(ApiRequest request, store::Txn& txn, Now now, std::vector<DirectoryEffect>& effects);
  void on_report(DeviceReport report, Tenants& tenants, std::vector<DirectoryEffect>& effects);
  // A request that is authenticated, to an endpoint of the directory.
  struct Asked {
    ApiRequest request;
    const Target& target;
    const RouteMatch& match;
    const Principal& who;
    std::string token;
  };
  void answer_here(const Asked&, Tenants& tenants, store::Txn& txn, Now now, std::vector<DirectoryEffect>& effects);
  std::optional<Failure> choose_device(const ApiRequest& request, const Target& target, const Principal& who,
                                       const Tenants& tenants, std::string& device_id) const;
};

Directory::Directory(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Directory::~Directory() = default;

Result<std::unique_ptr<Directory>> Directory::open(DirectoryConfig config, const store::StoreView& stored,
                                                   Random& random, Now) {
  auto parts = std::unique_ptr<Parts>(new Parts{std::move(config), stored, random, {}, {}, {}, {}, {}});
  store::Txn txn(stored);
  const Tenants tenants(txn);
  for (Tombstone& one : tenants.tombstones()) parts->buried.insert(std::move(one.id));
  for (std::string& id : tenants.devices_wanting_webhooks()) parts->wanting_webhook.insert(std::move(id));
  return std::unique_ptr<Directory>(new Directory(std::move(parts)));
}

DirectoryStep Directory::start(Now) {
  DirectoryStep step;
  store::Txn txn(parts_->stored);
  Tenants tenants(txn);
  const bool short_index = tenants.has_short_index();
  for (Tombstone& one : tenants.tombstones()) {
    if (one.user_id.empty()) step.effects.emplace_back(RemoveDevice{std::move(one.id)});
    else step.effects.emplace_back(StartDevice{std::move(one.id), std::move(one.user_id), std::move(one.tenant_id)});
  }
  std::map<std::string, std::size_t> siblings;  // by tenant
  std::string after;
  for (;;) {
    const auto page = tenants.all_devices(after, kStartPage);
    for (const DeviceRecord& device : page) {
      const auto [known, is_new] = siblings.try_emplace(device.tenant_id, 1);
      if (is_new) {
        if (const auto tenant = tenants.tenant(device.tenant_id)) known->second = tenant->devices;
      }
      step.effects.emplace_back(StartDevice{device.id, device.user_id, device.tenant_id, known->second});
      if (short_index) tenants.index(device);
    }
    if (page.size() < kStartPage) break;
    after = page.back().id;
  }
  step.writes = txn.take();
  return step;
}

DirectoryStep Directory::handle(DirectoryInput input, Now now) {
  DirectoryStep step;
  store::Txn txn(parts_->stored);
  Tenants tenants(txn);
  if (auto* request = std::get_if<ApiRequest>(&input)) {
    parts_->on_request(std::move(*request), txn, now, step.effects);
  } else if (auto* report = std::get_if<DeviceReport>(&input)) {
    parts_->on_report(std::move(*report), tenants, step.effects);
  } else if (auto* removed = std::get_if<DeviceRemoved>(&input)) {
    tenants.forget_tombstone(removed->device_id);
    parts_->reports.erase(removed->device_id);
    parts_->buried.erase(removed->device_id);
  }
  step.writes = txn.take();
  if (!step.writes.empty()) parts_->principals.clear();
  return step;
}

std::optional<std::string> Directory::tenant_of(const std::string& authorization) {
  store::Txn txn(parts_->stored);
  const Tenants tenants(txn);
  // Nothing of it is kept: the rows that were read may be older than the last step.
  const std::string_view token = token_of(authorization);
  auto who = parts_->principal_of(token, crypto::sha256(view(token)), tenants);
  if (!who) return std::nullopt;
  return std::move(who->tenant_id);
}

// A device says how it is whenever that changes, and once after it was opened: the time to tell it what it is still owed.
void Directory::Parts::on_report(DeviceReport report, Tenants& tenants, std::vector<DirectoryEffect>& effects) {
  const std::string& id = report.device_id;
  if (buried.count(id) != 0) {
    effects.emplace_back(removal_of(id));
  } else if (wanting_webhook.count(id) != 0) {
    const auto url = tenants.wanted_webhook(id);
    if (!url || !report.status.webhook_url.empty()) {
      tenants.forget_webhook(id);
      wanting_webhook.erase(id);
    } else {
      effects.emplace_back(first_webhook_of(id, *url));
    }
  }
  reports[id] = std::move(report.status);
}

// The same work for a missing, a malformed and an unknown token. The lookup is by hash: what its timing could tell is
// about the hash, from which nobody gets back to a token.
std::optional<Principal> Directory::Parts::principal_of(std::string_view token, const ByteArray<32>& hash,
                                                        const Tenants& tenants) const {
  const bool master = config.master_token_sha256.size() == hash.size() &&
                      equal_constant_time(hash, view(config.master_token_sha256));
  if (master) return Principal{true, {}, {}, Role::admin, {}, false};
  auto found = tenants.authenticate(hash);
  if (token.empty()) return std::nullopt;
  return found;
}

std::optional<Principal> Directory::Parts::authenticate(const std::string& header, const Tenants& tenants) {
  const std::string_view token = token_of(header);
  const auto hash = crypto::sha256(view(token));
  std::string key = to_string(hash);
  if (const auto known = principals.find(key); known != principals.end()) return known->second;
  auto found = principal_of(token, hash, tenants);
  if (!found || found->master) return found;
  if (principals.size() >= kPrincipalsCachedMax) principals.clear();
  principals.emplace(std::move(key), *found);
  return found;
}

// Device targeting (api.md 6.6): the device that is named, else the only one of the user. What another tenant owns does
// not exist; what another user of the tenant owns takes a role.
std::optional<Failure> Directory::Parts::choose_device(const ApiRequest& request, const Target& target,
                                                       const Principal& who, const Tenants& tenants,
                                                       std::string& device_id) const {
  std::optional<std::string> asked;
  if (auto failed = named_device(request, target, asked)) return failed;
  if (!asked) {
    if (who.default_device.empty()) return device_not_found("no device: create one with POST /devices");
    if (who.several_devices) return ambiguous(who, tenants);
    device_id = who.default_device;
    return std::nullopt;
  }
  const auto found = tenants.find_device(who, *asked);
  if (!found) return device_not_found("no such device");
  if (found->user_id != who.user_id && who.role == Role::user) return forbidden();
  device_id = found->id;
  return std::nullopt;
}

void Directory::Parts::on_request(ApiRequest request, store::Txn& txn, Now now,
                                  std::vector<DirectoryEffect>& effects) {
  Tenants tenants(txn);
  RouteMatch match;
  const auto refuse = [&](const Failure& failed) {
    Reply reply = build_failure(request.request, failed, now.wall);
    if (match.endpoint && match.endpoint->nested) nest_error(reply, *match.endpoint->nested);
    effects.emplace_back(std::move(reply));
  };
  const auto who = authenticate(request.authorization, tenants);
  const std::string token(token_of(request.authorization));
  request.authorization.clear();
  if (request.method == "HEAD") request.method = "GET";  // the host leaves the body out
  const auto target = parse_target(request.target);
  if (target) match = find_route(request.method, *target);
  if (!who) return refuse(unauthorized());
  if (!target) return refuse(invalid_request("the request target is malformed"));
  if (!match.endpoint) {
    Failure failed = not_found();
    if (!match.allow.empty()) {
      failed.status = 405;
      failed.code = "METHOD_NOT_ALLOWED";
      failed.text = "the resource does not support this method";
      failed.allow = match.allow;
    }
    return refuse(failed);
  }
  const Endpoint& endpoint = *match.endpoint;
  if (who->master != (endpoint.access == Access::master)) {
    Failure failed = forbidden();
    if (!who->master) failed.text = "master token required";
    return refuse(failed);
  }
  if (who->role < endpoint.least) return refuse(forbidden());
  if (!endpoint.directory && !endpoint.start) {
    Failure failed;
    failed.status = 501;
    failed.code = "NOT_IMPLEMENTED";
    failed.text = std::string("this server does not offer this endpoint of the family ") + endpoint.family;
    failed.family = endpoint.family;
    return refuse(failed);
  }
  if (endpoint.directory && request.body.size() > kBodyReadHereMax) {
    return refuse(too_large("the body is larger than 16 KiB; this endpoint takes less"));
  }
  if (!endpoint.directory) {
    std::string device_id;
    if (const auto failed = choose_device(request, *target, *who, tenants, device_id)) return refuse(*failed);
    if (endpoint.connects) {
      const auto tenant = tenants.tenant(who->tenant_id);
      const std::int64_t wait_s = connects.spend(who->tenant_id, tenant ? tenant->devices : 0, now.mono);
      if (wait_s > 0) return refuse(rate_limited("too many connects of this tenant", wait_s));
    }
    effects.emplace_back(ToDevice{std::move(device_id), std::move(request), who->tenant_id});
    return;
  }
  answer_here({std::move(request), *target, match, *who, token}, tenants, txn, now, effects);
}

void Directory::Parts::answer_here(const Asked& asked, Tenants& tenants, store::Txn& txn, Now now,
                                   std::vector<DirectoryEffect>& effects) {
  const ApiRequest& request = asked.request;
  const auto refuse = [&](const Failure& failed) {
    effects.emplace_back(build_failure(request.request, failed, now.wall));
  };
  const Endpoint& endpoint = *asked.match.endpoint;
  Json body;
  if (const auto failed = read_body(request, endpoint.body, body)) return refuse(*failed);
  std::optional<Failure> bad_key;
  const auto keyed = keyed_request(request, asked.who, asked.token, bad_key);
  if (bad_key) return refuse(*bad_key);
  if (auto known = keyed ? recall_answer(*keyed, request.request, txn, now.wall) : std::nullopt) {
    effects.emplace_back(*std::move(known));
    return;
  }
  DirectoryCall call{request, asked.target, asked.match.params, body, asked.who, reports, config.webhook_urls, tenants,
                     random, now, effects, buried, wanting_webhook};
  auto reply = endpoint.directory(call);
  if (!reply) return;
  if (keyed) keep_answer(*keyed, *reply, txn, now.wall);
  effects.emplace_back(*std::move(reply));
}

}  // namespace wa::gateway
