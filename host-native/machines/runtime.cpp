#include "machines/runtime.h"

#include "gateway/http/route.h"
#include "system/log.h"
#include "system/metrics.h"

namespace wa::native {

namespace asio = boost::asio;
using namespace gateway;

namespace {
constexpr std::size_t kDialsMax = 64, kDialsPerTenantMax = 32;
// Beyond, a device's socket is not read until something was handled; with one message, when all have much.
constexpr std::size_t kUnreadBytesMax = 1u << 20, kUnreadBytesOfAllMax = 64u << 20;
FileLimits file_limits(const Runtime::Options& options) {
  FileLimits out;
  out.tenant_bytes_max = std::uint64_t{options.tenant_files_mib} << 20;
  return out;
}
constexpr auto kForgotten = std::chrono::seconds(180);  // longer than any answer of a machine may take
}  // namespace

Runtime::Runtime(asio::io_context& io, const Options& options, Committer& store)
    : io_(io),
      store_(store),
      client_(options.client),
      allowed_webhooks_(options.allowed_webhooks),
      tenant_queue_bytes_(std::uint64_t{options.tenant_queue_mib} << 20),
      service_names_(Resolver::Limits::for_service()),
      webhook_names_(Resolver::Limits()),
      service_tls_(options.wa_ca),
      media_tls_(options.media_ca),
      webhook_tls_(options.webhook_ca, true),
      gate_(kDialsMax, kDialsPerTenantMax),
      network_{Destination::of_operator(*parse_url(options.wa_url)), service_names_, service_tls_, gate_},
      webhooks_({io, webhook_names_, webhook_tls_}, options.allow_private_webhooks, &allowed_webhooks_),
      media_({io, service_names_, media_tls_}, options.media_host),
      file_room_(std::make_shared<FileRoom>(options.files_folder, random_, file_limits(options))),
      inspector_(file_room_, MediaTools::find(options.media_tools)),
      files_({io, file_room_, {io, webhook_names_, webhook_tls_}, webhooks_.policy(), {io, service_names_, media_tls_},
              options.media_host, inspector_, std::max(1u, options.threads)}),
      turns_(SIZE_MAX, std::max(1u, options.threads)),
      unread_(kUnreadBytesMax, kUnreadBytesOfAllMax),
      services_(services()) {
  // A CA file that cannot be used is the operator's mistake: say so now, not with the first connection.
  if (!options.wa_ca.empty()) service_tls_.context();
  if (!options.media_ca.empty()) media_tls_.context();
  if (!options.webhook_ca.empty()) webhook_tls_.context();
  directory_ = std::make_unique<DirectoryHost>(DirectoryHost::Config{
      io, store, random_, requests_, {to_string(options.master_token_sha256), webhooks_.policy()},
      [this](ToDevice order) { to_device(std::move(order)); },
      [this](const StartDevice& order) { start_device(order); },
      [this](const RemoveDevice& order) { erase_rows(order.device_id); }});
}

Runtime::~Runtime() = default;

Services Runtime::services() {
  return Services{io_,
                  store_,
                  random_,
                  requests_,
                  network_,
                  webhooks_,
                  media_,
                  files_,
                  turns_,
                  unread_,
                  client_,
                  [this](const std::string& id, const DeviceStatus& status) {
                    {
                      const std::lock_guard lock(devices_mutex_);
                      seen_[id] = status.connected ? Seen::connected : status.paired ? Seen::offline : Seen::unpaired;
                    }
                    directory_->feed(DeviceReport{id, status});
                  },
                  [this](const std::string& id) { remove_device(id); }};
}

void Runtime::open() { directory_->open(); }

void Runtime::submit(HttpRequest&& request, Answer answer) {
  const RequestId id = requests_.add(std::move(answer));
  try {
    ApiRequest out;
    out.request = id;
    out.method = std::move(request.method);
    out.target = std::move(request.target);
    out.authorization = std::move(request.authorization);
    out.content_type = std::move(request.content_type);
    out.body = std::move(request.body);
    out.device_id = std::move(request.device_id);
    out.idempotency_key = std::move(request.idempotency_key);
    out.prefer = std::move(request.prefer);
    out.range = std::move(request.range);
    out.if_none_match = std::move(request.if_none_match);
    out.files = std::move(request.files);
    out.form = request.form;
    if (request.kept) requests_.keep(id, std::move(request.kept));
    directory_->feed(std::move(out));
  } catch (const std::exception& problem) {
    count(counters().other_exceptions);
    log::error("request.exception", {{"reason", problem.what()}});
    Reply failed = error_reply(500, "INTERNAL_ERROR", "the request could not be handled; try again");
    failed.request = id;
    requests_.reply(std::move(failed));
  }
}

bool Runtime::takes_files(const HttpHead& head) {
  const auto target = parse_target(head.target);
  const RouteMatch match = target ? find_route(head.method, *target) : RouteMatch();
  return match.endpoint != nullptr && match.endpoint->files;
}

std::unique_ptr<BodyTaker> Runtime::taker(const HttpHead& head, const std::string& tenant, Reply& refused) {
  return take_body_files(file_room_, random_, head, tenant, refused);
}

void Runtime::identify(const std::string& authorization, std::function<void(Doorman::Found)> tell) {
  directory_->identify(authorization, std::move(tell));
}

bool Runtime::ready() const { return store_.reachable() && directory_->ready(); }

std::size_t Runtime::devices() const {
  const std::lock_guard lock(devices_mutex_);
  return devices_.size();
}

Runtime::States Runtime::states() const {
  States out;
  const std::lock_guard lock(devices_mutex_);
  for (const auto& [id, host] : devices_) {
    const auto found = seen_.find(id);
    const Seen seen = found == seen_.end() ? Seen::unpaired : found->second;
    ++(seen == Seen::connected ? out.connected : seen == Seen::offline ? out.offline : out.unpaired);
  }
  return out;
}

void Runtime::expire_requests() { requests_.expire(kForgotten); }

std::shared_ptr<DeviceHost> Runtime::device(const std::string& id) const {
  const std::lock_guard lock(devices_mutex_);
  const auto found = devices_.find(id);
  return found == devices_.end() ? nullptr : found->second;
}

void Runtime::to_device(ToDevice order) {
  const RequestId id = order.request.request;
  if (id != 0 && !order.tenant_id.empty() && !requests_.charge(id, order.tenant_id)) {
    Reply busy = error_reply(429, "RATE_LIMITED", "too many requests of this tenant are waiting");
    busy.headers.emplace_back("Retry-After", "1");
    busy.request = id;
    return requests_.reply(std::move(busy));
  }
  if (const auto host = device(order.device_id)) return host->request(std::move(order.request));
  Reply out = error_reply(404, "DEVICE_NOT_FOUND", "device not found");
  out.request = id;
  requests_.reply(std::move(out));
}

void Runtime::start_device(const StartDevice& order) {
  const std::uint64_t queue_bytes = tenant_queue_bytes_ / std::max<std::size_t>(1, order.siblings);
  auto host = std::make_shared<DeviceHost>(services_, order, queue_bytes);
  {
    const std::lock_guard lock(devices_mutex_);
    if (!devices_.emplace(order.device_id, host).second) return;
  }
  host->start();
}

void Runtime::remove_device(const std::string& id) {
  std::shared_ptr<DeviceHost> host;
  {
    const std::lock_guard lock(devices_mutex_);
    const auto found = devices_.find(id);
    if (found == devices_.end()) return;
    host = std::move(found->second);
    devices_.erase(found);
    seen_.erase(id);
  }
  host->stop([this, id] { erase_rows(id); });
}

void Runtime::erase_rows(const std::string& id) {
  store_.erase(scope_of(id), [this, id](bool ok) {
    if (ok) directory_->feed(DeviceRemoved{id});  // else the tombstone stays, and the next start tries again
  });
}

void Runtime::stop(std::function<void()> done) {
  directory_->stop();
  std::vector<std::shared_ptr<DeviceHost>> hosts;
  {
    const std::lock_guard lock(devices_mutex_);
    for (auto& [id, host] : devices_) hosts.push_back(host);
  }
  // `done` goes out with the last reference.
  const std::shared_ptr<void> last(nullptr, [done = std::move(done)](void*) { done(); });
  for (const auto& host : hosts) host->stop([last] {});
}

}  // namespace wa::native
