#include "sim/house.h"

#include "crypto/hash.h"
#include "gateway/http/reply.h"

namespace wa::sim {

using namespace gateway;

namespace {

std::string text_of(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string out;
  for (const auto& [name, value] : headers) out += " [" + name + ": " + value + "]";
  return out;
}

std::uint64_t number_of(const std::string& text) {
  std::uint64_t out = 0xcbf29ce484222325ULL;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return out;
}

}  // namespace

void House::Streams::speak_for(const std::string& tenant) {
  current_ = &streams_.try_emplace(tenant, seed_ ^ number_of(tenant)).first->second;
}

House::House(std::uint64_t seed) : seed_(seed), random_(seed), now_{MonoTime{1000}, WallTime{1'780'000'000'000}} {
  DirectoryConfig config;
  config.master_token_sha256 = to_string(crypto::sha256(view(std::string_view(kMaster))));
  config.webhook_urls.allow_private = true;
  random_.speak_for("house");
  auto opened = Directory::open(std::move(config), disk_, random_, now_);
  WA_ASSERT(opened.ok());
  directory_ = *std::move(opened);
}

House::~House() = default;

RequestId House::ask(const std::string& tenant, const std::string& token, const std::string& method, const std::string& target,
                     const std::string& body) {
  const RequestId id = next_++;
  asked_[id] = {tenant, {}, method + " " + target + " " + body};
  feed(tenant, ApiRequest{id, method, target, "Bearer " + token, body.empty() ? "" : "application/json", body});
  return id;
}

const Reply* House::reply_to(RequestId id) const {
  const auto found = replies_.find(id);
  return found == replies_.end() ? nullptr : &found->second;
}

Reply House::call(const std::string& tenant, const std::string& token, const std::string& method, const std::string& target,
                  const std::string& body) {
  const RequestId id = ask(tenant, token, method, target, body);
  for (std::int64_t ms = 0; ms < 200'000 && !reply_to(id); ms += kStepMs) step();
  const Reply* reply = reply_to(id);
  return reply ? *reply : Reply{};
}

void House::run_for(std::int64_t ms) {
  for (std::int64_t done = 0; done < ms; done += kStepMs) step();
}

World* House::device(const std::string& id) {
  const auto found = homes_.find(id);
  return found == homes_.end() ? nullptr : found->second.world.get();
}

void House::feed(const std::string& tenant, DirectoryInput input) {
  random_.speak_for(tenant);
  DirectoryStep step = directory_->handle(std::move(input), now_);
  disk_.apply(step.writes);
  for (DirectoryEffect& effect : step.effects) perform(tenant, effect);
}

void House::perform(const std::string& tenant, DirectoryEffect& effect) {
  if (const auto* reply = std::get_if<Reply>(&effect)) return answer(reply->request, *reply);
  if (const auto* order = std::get_if<StartDevice>(&effect)) return start(tenant, *order);
  auto* order = std::get_if<ToDevice>(&effect);
  if (!order) return;
  ApiRequest& request = order->request;
  World* world = device(order->device_id);
  if (request.request == 0) {
    if (world) world->request(request.method, request.target, request.body);
    return;
  }
  Asked& asked = asked_[request.request];
  const std::string budget = one_budget_for_all ? "all" : order->tenant_id;
  if (!budgets_.enter(budget)) {
    return answer(request.request, build_failure(request.request, rate_limited("too many requests of this tenant wait", 1), now_.wall));
  }
  asked.budget = budget;
  if (!world) return answer(request.request, build_failure(request.request, device_not_found("device not found"), now_.wall));
  const RequestId id = world->request(request.method, request.target, request.body, request.idempotency_key);
  homes_[order->device_id].asked[id] = request.request;
}

void House::start(const std::string& tenant, const StartDevice& order) {
  Setup setup;
  const std::size_t number = devices_of_[tenant]++;
  setup.seed = seed_ ^ number_of(tenant + std::to_string(number));
  setup.pn = "55119" + std::to_string(10'000'000 + number_of(tenant) % 80'000'000 + number);
  setup.device_id = order.device_id;
  setup.user_id = order.user_id;
  setup.start_ms = now_.mono - MonoTime{1000};
  setup.on_status = [this, id = order.device_id](const DeviceStatus& status) { reports_.emplace_back(id, status); };
  setup.on_reply = [this, id = order.device_id](const Reply& reply) { answered_.emplace_back(id, reply); };
  setup.options.keep_log = false;
  homes_[order.device_id] = {tenant, std::make_unique<World>(setup), {}, 0};
}

void House::answer(RequestId id, const Reply& reply) {
  const auto asked = asked_.find(id);
  if (asked == asked_.end()) return;
  transcripts_[asked->second.tenant].push_back(std::to_string(now_.mono.ms) + " " + asked->second.text + " -> " +
                                               std::to_string(reply.status) + text_of(reply.headers) + " " + reply.body);
  if (!asked->second.budget.empty()) budgets_.leave(asked->second.budget);
  asked_.erase(asked);
  replies_[id] = reply;
}

void House::step() {
  if (every_step) every_step();
  now_.mono = now_.mono + kStepMs;
  now_.wall = now_.wall + kStepMs;
  for (auto& [id, home] : homes_) home.world->run_for(now_.mono - home.world->now().mono);
  for (const auto& [device, reply] : std::exchange(answered_, {})) {
    const auto home = homes_.find(device);
    if (home == homes_.end()) continue;
    const auto asked = home->second.asked.find(reply.request);
    if (asked == home->second.asked.end()) continue;
    const RequestId id = asked->second;
    home->second.asked.erase(asked);
    answer(id, reply);
  }
  for (auto& [id, home] : homes_) {
    for (; home.delivered < home.world->deliveries().size(); ++home.delivered) {
      const Delivery& one = home.world->deliveries()[home.delivered];
      transcripts_[home.tenant].push_back(std::to_string(one.at.ms) + " POST " + one.url + text_of(one.headers) + " " + one.body);
    }
  }
  for (auto& [id, status] : std::exchange(reports_, {})) {
    if (const auto home = homes_.find(id); home != homes_.end()) feed(home->second.tenant, DeviceReport{id, status});
  }
  for (auto it = homes_.begin(); it != homes_.end();) {
    if (!it->second.world->removed()) { ++it; continue; }
    const std::string id = it->first, tenant = it->second.tenant;
    const auto waiting = std::move(it->second.asked);
    it = homes_.erase(it);
    for (const auto& [at_device, request] : waiting) {
      answer(request, build_failure(request, device_not_found("device not found"), now_.wall));
    }
    feed(tenant, gateway::DeviceRemoved{id});
  }
}

}  // namespace wa::sim
