// tested by sim/sim_test.cpp
#include "sim/world/world.h"

#include "sim/world/paired_rows.h"

namespace wa::sim {
namespace {

constexpr std::int64_t kStartWallMs = 1'780'000'000'000;  // some day in 2026
constexpr std::int64_t kBootMs = 150;
constexpr std::int64_t kSlowMs = 20'000;
constexpr int kSpinsMax = 500;

std::string_view between(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::size_t start = at + mark.size(), end = text.find('"', start);
  return text.substr(start, end == std::string_view::npos ? 0 : end - start);
}

struct InputName {
  std::string operator()(const gateway::Opened&) const { return "opened"; }
  std::string operator()(const gateway::Received& in) const { return "received " + std::to_string(in.bytes.size()); }
  std::string operator()(const gateway::Closed&) const { return "closed"; }
  std::string operator()(const gateway::Fetched& in) const { return "fetched " + std::to_string(in.status); }
  std::string operator()(const gateway::ApiRequest& in) const { return "request " + in.method + " " + in.target; }
  std::string operator()(const gateway::WebhookDone& in) const { return "webhook done " + std::to_string(in.status); }
  std::string operator()(const gateway::Tick&) const { return "tick"; }
  std::string operator()(const gateway::FileDone& in) const {
    return "file done " + std::to_string(static_cast<int>(in.fault)) + " " + std::to_string(in.status);
  }
};

struct EffectName {
  std::string operator()(const Connect&) const { return " connect"; }
  std::string operator()(const Send& out) const { return " send " + std::to_string(out.bytes.size()); }
  std::string operator()(const Disconnect&) const { return " disconnect"; }
  std::string operator()(const Fetch&) const { return " fetch"; }
  std::string operator()(const Reply& out) const { return " reply " + std::to_string(out.status); }
  std::string operator()(const PostWebhook& out) const { return " post " + std::string(between(out.body, "\"event\":\"")); }
  std::string operator()(const DeviceStatus&) const { return " status"; }
  std::string operator()(const Log& out) const {
    return std::string(" log(") + out.text + " " + std::to_string(out.number) + ")";
  }
  std::string operator()(const Removed&) const { return " removed"; }
  std::string operator()(const Trace&) const { return {}; }
  std::string operator()(const WriteFile& out) const { return " write file " + std::to_string(out.bytes.size()); }
  std::string operator()(const FetchUrl&) const { return " fetch url"; }
  std::string operator()(const SealFile&) const { return " seal"; }
  std::string operator()(const UploadFile& out) const { return out.check ? " upload check" : " upload"; }
  std::string operator()(const DownloadFile&) const { return " download"; }
  std::string operator()(const InspectFile& out) const { return " inspect " + out.kind; }
  std::string operator()(const ReplyFile& out) const { return " reply file " + std::to_string(out.status); }
  std::string operator()(const DropFile&) const { return " drop file"; }
};

}  // namespace

World::World(Setup setup)
    : setup_(std::move(setup)),
      random_(setup_.seed),
      network_random_(setup_.seed ^ 0x5151515151515151ULL),
      gateway_random_(setup_.seed ^ 0xA0A0A0A0A0A0A0A0ULL),
      now_{MonoTime{1000 + setup_.start_ms}, WallTime{kStartWallMs + setup_.start_ms}},
      network_(setup_.options, network_random_, now_),
      files_(network_, random_) {
  files_.has_tools = setup_.file_tools;
  files_.fault_percent = setup_.weather.file_fault_percent;
  if (setup_.paired) disk_.apply(paired_rows(network_.pair_directly(setup_.pn, setup_.uploaded), setup_.uploaded));
  boot();
}

World::~World() = default;

// --- running

void World::schedule(MonoTime at, Item item) {
  if (!std::holds_alternative<ServerTick>(item)) ++in_flight_;
  queue_.emplace(std::pair(at, next_item_++), std::move(item));
}

bool World::advance(MonoTime limit) {
  const bool wakes = gateway_ && wake_ && (queue_.empty() || *wake_ <= queue_.begin()->first.first);
  const MonoTime at = wakes ? *wake_ : queue_.empty() ? limit + 1 : queue_.begin()->first.first;
  if (limit < at) return false;
  if (now_.mono < at) {
    now_.wall = now_.wall + (at - now_.mono);
    now_.mono = at;
  }
  if (wakes) {
    wake_.reset();
    if (spin_at_ < now_.mono) spins_ = 0;
    spin_at_ = now_.mono;
    if (++spins_ > kSpinsMax) {  // woken again and again without time passing
      spinning_ = true;
      wake_.reset();
      return true;
    }
    step(gateway::Tick{});
    return true;
  }
  Item item = std::move(queue_.begin()->second);
  queue_.erase(queue_.begin());
  if (!std::holds_alternative<ServerTick>(item)) --in_flight_;
  handle(std::move(item));
  return true;
}

bool World::run_until(const std::function<bool()>& condition, std::int64_t ms_max) {
  const MonoTime limit = now_.mono + ms_max;
  flush();
  while (!condition()) {
    if (!advance(limit)) return condition();
  }
  return true;
}

void World::run_for(std::int64_t ms) {
  const MonoTime limit = now_.mono + ms;
  flush();
  while (advance(limit)) {
  }
  now_.wall = now_.wall + (limit - now_.mono);
  now_.mono = limit;
}

bool World::settled() const {
  return gateway_ && in_flight_ == 0 && rows(store::Table::outbox) == 0 && rows(store::Table::file_jobs, "o") == 0 &&
         intents_waiting() == 0 && webhooks_waiting() == 0 && network_.waiting(setup_.pn) == 0;
}

bool World::settle(std::int64_t ms_max) {
  // Settled, and still so a while later: what an answer caused has had its chance.
  const MonoTime limit = now_.mono + ms_max;
  while (now_.mono < limit) {
    if (!run_until([this] { return settled(); }, limit - now_.mono)) return false;
    run_for(5'000);
    if (settled()) return true;
  }
  return false;
}

void World::handle(Item item) {
  if (auto* up = std::get_if<ToServer>(&item)) return take(network_.on_bytes(up->conn, up->bytes, now_));
  if (auto* open = std::get_if<ServerOpen>(&item)) return take(network_.on_open(open->conn, now_));
  if (auto* closed = std::get_if<ServerClosed>(&item)) return take(network_.on_close(closed->conn, now_));
  if (auto* down = std::get_if<ToGateway>(&item)) {
    if (down->life == life_ && gateway_) step(std::move(down->input));
    return;
  }
  if (std::holds_alternative<ServerTick>(item)) {
    server_tick_.reset();
    return take(network_.on_tick(now_));
  }
  if (auto* post = std::get_if<WebhookArrives>(&item)) return webhook_arrives(*post);
  boot();
}

void World::flush() { take(network_.on_tick(now_)); }

std::optional<Crash> World::crash_here(CrashPoint point, std::size_t effect) {
  for (const Crash& crash : setup_.crashes) {
    const bool here = point != CrashPoint::after_effect || crash.effect == effect;
    if (crash.step == step_ && crash.point == point && here) return crash;
  }
  return std::nullopt;
}

void World::step(gateway::Input input) {
  ++step_;
  effects_of_steps_.push_back(0);
  const std::string name = std::visit(InputName{}, input);
  gateway::Step result = gateway_->handle(std::move(input), now_);
  effects_of_steps_.back() = result.effects.size();
  std::string line = std::to_string(step_) + " " + std::to_string(now_.mono.ms) + " " + name + " | " +
                     std::to_string(result.writes.writes.size()) + " rows |";
  for (const Effect& effect : result.effects) line += std::visit(EffectName{}, effect);
  note(line);
  hash_contents(result);
  if (crash_here(CrashPoint::before_commit, 0)) {
    if (setup_.broken_host) {
      for (const Effect& effect : result.effects) perform(effect);
    }
    return crash();
  }
  disk_.apply(result.writes);
  if (crash_here(CrashPoint::after_commit, 0)) return crash();
  std::size_t done = 0;
  for (const Effect& effect : result.effects) {
    perform(effect);
    if (crash_here(CrashPoint::after_effect, ++done)) return crash();
  }
  wake_ = result.wake;
  if (removed_) gateway_.reset();
}

void World::perform(const Effect& effect) {
  std::visit([this](const auto& one) {
    using T = std::decay_t<decltype(one)>;
    if constexpr (std::is_same_v<T, DeviceStatus>) {
      if (setup_.on_status) setup_.on_status(one);
    } else if constexpr (FileWork<T>) {
      gateway::FileDone done = files_.work(one);   // first: both draw from the same numbers
      schedule(soon(), ToGateway{life_, std::move(done)});
    } else if constexpr (requires { perform_one(one); }) {
      perform_one(one);
    }
  }, effect);
}

// --- effects

World::Wire* World::wire_of(ConnectionId id) {
  for (Wire& wire : wires_) {
    if (wire.life == life_ && wire.id == id) return &wire;
  }
  return nullptr;
}

World::Wire* World::wire_of_conn(Conn conn) {
  for (Wire& wire : wires_) {
    if (wire.conn == conn) return &wire;
  }
  return nullptr;
}

void World::perform_one(const Connect& connect) {
  const MonoTime at = soon();
  if (random_.chance(setup_.weather.refuse_connect_percent)) {
    return schedule(at, ToGateway{life_, gateway::Closed{connect.connection}});
  }
  Wire wire;
  wire.conn = next_conn_++;
  wire.id = connect.connection;
  wire.life = life_;
  wire.up_free = wire.down_free = at;
  wires_.push_back(wire);
  schedule(at, ServerOpen{wire.conn});
  schedule(at, ToGateway{life_, gateway::Opened{connect.connection}});
}

void World::perform_one(const Send& send) {
  Wire* wire = wire_of(send.connection);
  if (!wire || wire->up_closed) return;
  const MonoTime at = soon();
  if (wire->up_free < at) wire->up_free = at;
  ByteView rest = send.bytes;
  if (rest.size() > 1 && random_.chance(setup_.weather.split_percent)) {
    const std::size_t cut = 1 + random_.below(static_cast<std::uint32_t>(rest.size() - 1));
    schedule(wire->up_free, ToServer{wire->conn, to_bytes(rest.first(cut))});
    wire->up_free = wire->up_free + random_.below(20);
    rest = rest.subspan(cut);
  }
  schedule(wire->up_free, ToServer{wire->conn, to_bytes(rest)});
}

void World::perform_one(const Disconnect& disconnect) {
  Wire* wire = wire_of(disconnect.connection);
  if (!wire || wire->up_closed) return;
  wire->up_closed = true;
  schedule(wire->up_free, ServerClosed{wire->conn});
  if (wire->down_closed) return;
  wire->down_closed = true;
  schedule(soon(), ToGateway{life_, gateway::Closed{wire->id}});
}

void World::perform_one(const Fetch& fetch) {
  MediaAnswer answer = network_.media(fetch.path);
  if (answer.body.size() > fetch.bytes_max) answer = {200, {}};
  schedule(soon(), ToGateway{life_, gateway::Fetched{fetch.fetch, answer.status == 200, answer.status, std::move(answer.body)}});
}

void World::perform_one(const Reply& reply) {
  auto found = calls_.find(reply.request);
  if (found != calls_.end()) found->second.replies.push_back(reply);
  if (setup_.on_reply) setup_.on_reply(reply);
}

void World::perform_one(const ReplyFile& file) {
  const Bytes* bytes = files_.find(file.file);
  const bool there = bytes && file.offset <= bytes->size() && file.count <= bytes->size() - file.offset;
  Reply reply{file.request, there ? file.status : 0, file.headers, {}};   // 0: a file that was not there any more
  const auto from = static_cast<std::size_t>(file.offset), count = static_cast<std::size_t>(file.count);
  if (there) reply.body = to_string(ByteView(*bytes).subspan(from, count));
  perform_one(reply);
}

void World::perform_one(const PostWebhook& post) { schedule(soon(), WebhookArrives{life_, post}); }

void World::perform_one(const Removed&) { removed_ = true; }

void World::webhook_arrives(const WebhookArrives& arrival) {
  Mood mood;
  if (away_) {
    mood = {Mood::refuse, 0, -1};
  } else if (!moods_.empty()) {
    mood = moods_.front();
    moods_.pop_front();
  }
  Delivery delivery;
  delivery.at = now_.mono;
  delivery.number = arrival.post.delivery;
  delivery.body = arrival.post.body;
  delivery.url = arrival.post.url;
  delivery.headers = arrival.post.headers;
  delivery.id = between(delivery.body, "\"id\":\"");
  delivery.event = between(delivery.body, "\"event\":\"");
  std::int64_t answer_ms = 5 + random_.below(100), retry_after = -1;
  delivery.status = 200;
  if (mood.kind == Mood::fail) delivery.status = mood.status;
  if (mood.kind == Mood::later) {
    delivery.status = 503;
    retry_after = mood.retry_after_ms;
  }
  if (mood.kind == Mood::slow) answer_ms = arrival.post.timeout_ms < kSlowMs ? arrival.post.timeout_ms / 2 : kSlowMs;
  if (mood.kind == Mood::timeout) {
    delivery.status = 0;
    answer_ms = arrival.post.timeout_ms;
  }
  if (mood.kind == Mood::refuse) delivery.status = 0;
  note("   webhook " + delivery.event + " " + delivery.id + " -> " + std::to_string(delivery.status));
  const auto fault = mood.kind == Mood::timeout ? WebhookFault::timeout
                     : mood.kind == Mood::refuse ? WebhookFault::refused : WebhookFault::none;
  const gateway::WebhookDone done{arrival.post.delivery, delivery.status, retry_after, fault};
  schedule(now_.mono + answer_ms, ToGateway{arrival.life, done});
  deliveries_.push_back(std::move(delivery));
}

void World::take(std::vector<Out> outs) {
  for (Out& out : outs) {
    Wire* wire = wire_of_conn(out.conn);
    if (!wire || wire->down_closed) continue;
    const MonoTime at = random_.chance(setup_.weather.join_percent) ? wire->down_free : soon();
    if (wire->down_free < at) wire->down_free = at;
    if (wire->down_free < now_.mono) wire->down_free = now_.mono;
    ByteView rest = out.bytes;
    if (rest.size() > 1 && random_.chance(setup_.weather.split_percent)) {
      const std::size_t cut = 1 + random_.below(static_cast<std::uint32_t>(rest.size() - 1));
      schedule(wire->down_free, ToGateway{wire->life, gateway::Received{wire->id, to_bytes(rest.first(cut))}});
      wire->down_free = wire->down_free + random_.below(20);
      rest = rest.subspan(cut);
    }
    if (!rest.empty()) schedule(wire->down_free, ToGateway{wire->life, gateway::Received{wire->id, to_bytes(rest)}});
    if (!out.close) continue;
    wire->down_closed = wire->up_closed = true;
    schedule(wire->down_free, ToGateway{wire->life, gateway::Closed{wire->id}});
  }
  const std::optional<MonoTime> next = network_.deadline();
  if (next && (!server_tick_ || *next < *server_tick_)) {
    server_tick_ = *next < now_.mono ? now_.mono : *next;
    schedule(*server_tick_, ServerTick{});
  }
}

// --- crashes

void World::crash() {
  ++crashes_done_;
  note("   crash");
  gateway_.reset();
  files_.die();
  wake_.reset();
  for (Wire& wire : wires_) {
    if (wire.life != life_ || wire.up_closed) continue;
    wire.up_closed = wire.down_closed = true;
    schedule(wire.up_free < now_.mono ? now_.mono : wire.up_free, ServerClosed{wire.conn});
  }
  for (auto& [id, call] : calls_) {
    if (call.replies.empty()) call.lost = true;
  }
  schedule(now_.mono + kBootMs, Boot{});
}

void World::boot() {
  if (removed_) return;
  ++life_;
  wires_.clear();
  gateway::Config config;
  config.allow_private_webhooks = true;
  config.device_id = setup_.device_id;
  config.user_id = setup_.user_id;
  config.client.certificates.root_key = network_.root_key();
  config.client.certificates.root_serial = network_.root_serial();
  config.client.prekey_count = setup_.prekey_count;
  auto opened = gateway::Gateway::open(config, disk_, gateway_random_, now_);
  WA_ASSERT(opened.ok());
  gateway_ = *std::move(opened);
  step(gateway::Tick{});
}

// --- the user

RequestId World::request(std::string method, std::string target, std::string body, std::string key) {
  gateway::ApiRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  if (!body.empty()) request.content_type = "application/json";
  request.body = std::move(body);
  request.idempotency_key = std::move(key);
  return request_with(std::move(request), {});
}

RequestId World::request_with(gateway::ApiRequest request, std::vector<Bytes> parts) {
  const RequestId id = next_request_++;
  ApiCall call;
  call.id = id;
  call.method = request.method;
  call.target = request.target;
  call.body = request.body;
  call.key = request.idempotency_key;
  calls_[id] = std::move(call);
  request.request = id;
  if (!gateway_) {
    calls_[id].lost = true;
    return id;
  }
  for (std::size_t i = 0; i < parts.size() && i < request.files.size(); ++i) {
    request.files[i].file = random_.below(1u << 31) + 1;
    request.files[i].size = parts[i].size();
    files_.keep(request.files[i].file, std::move(parts[i]));
  }
  schedule(now_.mono, ToGateway{life_, std::move(request)});
  return id;
}

std::optional<Reply> World::call(const std::string& method, const std::string& target, const std::string& body,
                                 std::int64_t ms_max, const std::string& key) {
  gateway::ApiRequest asked;
  asked.method = method;
  asked.target = target;
  if (!body.empty()) asked.content_type = "application/json";
  asked.body = body;
  asked.idempotency_key = key;
  return call_with(asked, {}, ms_max);
}

std::optional<Reply> World::call_with(const gateway::ApiRequest& asked, const std::vector<Bytes>& parts,
                                      std::int64_t ms_max) {
  const MonoTime limit = now_.mono + ms_max;
  while (now_.mono < limit) {
    if (!run_until([this] { return gateway_ != nullptr; }, limit - now_.mono)) return std::nullopt;
    const RequestId id = request_with(asked, parts);
    ApiCall& call = calls_[id];
    run_until([&call] { return call.lost || !call.replies.empty(); }, limit - now_.mono);
    if (!call.replies.empty()) return call.replies.front();
  }
  return std::nullopt;
}

std::size_t World::rows(store::Table table, std::string_view prefix) const {
  std::size_t count = 0;
  for (auto it = disk_.rows().lower_bound(store::Key{table, std::string(prefix)});
       it != disk_.rows().end() && it->first.table == table && it->first.id.compare(0, prefix.size(), prefix) == 0; ++it) {
    ++count;
  }
  return count;
}

void World::mix(ByteView bytes) {
  for (std::uint8_t byte : bytes) trace_hash_ = (trace_hash_ ^ byte) * 0x100000001b3ULL;
}

// Every byte that a step stores or sends: two runs with the same hash did the same.
void World::hash_contents(const gateway::Step& step) {
  for (const auto& [key, value] : step.writes.writes) {
    const std::uint8_t head[] = {static_cast<std::uint8_t>(key.table), value.has_value()};
    mix(head);
    mix(view(key.id));
    if (value) mix(*value);
  }
  for (const Effect& effect : step.effects) {
    if (const auto* send = std::get_if<Send>(&effect)) mix(send->bytes);
    if (const auto* reply = std::get_if<Reply>(&effect)) mix(view(reply->body));
    if (const auto* upload = std::get_if<UploadFile>(&effect)) mix(view(upload->path));
    if (const auto* download = std::get_if<DownloadFile>(&effect)) mix(view(download->path));
    if (const auto* post = std::get_if<PostWebhook>(&effect)) mix(view(post->body));
  }
  mix(be_bytes(static_cast<std::uint64_t>(step.wake ? step.wake->ms : -1), 8));
}

void World::note(const std::string& line) {
  mix(view(line));
  if (setup_.keep_trace) trace_.push_back(line);
}

}  // namespace wa::sim
