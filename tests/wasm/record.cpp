// Plays one device against the simulated network and writes down every step as core.wasm would be asked for it: one JSON
// line with the input's bytes and the answer's. tests/wasm/replay.test.mjs feeds the same inputs to core.wasm and demands the
// same bytes: writes, effects and with them every API answer, byte for byte.
//   record CASES.json > recording.jsonl
#include <cstdio>
#include <deque>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "abi/steps.h"
#include "base/encoding.h"
#include "gateway/routes.h"
#include "sim/service/network.h"
#include "sim/world/paired_rows.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"

namespace wa {
namespace {

using nlohmann::json;
constexpr std::uint64_t kSeed = 42;
constexpr std::int64_t kLatencyMs = 5;
const std::string kMe = "5511999999999", kFriend = "5511888888888";

struct InputWriter {
  wasm::ByteOut& out;
  void operator()(const gateway::Opened& in) const { out.u32(in.connection); }
  void operator()(const gateway::Received& in) const {
    out.u32(in.connection);
    out.bytes(in.bytes);
  }
  void operator()(const gateway::Closed& in) const { out.u32(in.connection); }
  void operator()(const gateway::Fetched& in) const {
    out.u32(in.fetch);
    out.flag(in.ok);
    out.i32(in.status);
    out.bytes(in.body);
  }
  void operator()(const gateway::ApiRequest& in) const {
    out.u64(in.request);
    for (const std::string* text : {&in.method, &in.target, &in.authorization, &in.content_type, &in.body,
                                    &in.device_id, &in.idempotency_key, &in.prefer, &in.range, &in.if_none_match}) {
      out.text(*text);
    }
    out.u32(in.files.size());
    for (const gateway::GivenFile& file : in.files) {
      out.text(file.member);
      out.u64(file.file);
      out.u64(file.size);
      out.text(file.file_name);
      out.text(file.content_type);
    }
    out.flag(in.form);
  }
  void operator()(const gateway::WebhookDone& in) const {
    out.u64(in.delivery);
    out.i32(in.status);
    out.i64(in.retry_after_ms);
  }
  void operator()(const gateway::Tick&) const {}
  void operator()(const gateway::FileDone& in) const {
    out.u64(in.job);
    out.u8(static_cast<std::uint8_t>(in.fault));
    out.i32(in.status);
    out.i64(in.retry_after_ms);
    out.u8(static_cast<std::uint8_t>(in.result.index()));
    std::visit(*this, in.result);
  }
  void operator()(const std::monostate&) const {}
  void operator()(const FileStored& one) const {
    out.u64(one.size);
    out.bytes(one.sha256);
    out.text(one.content_type);
    out.text(one.file_name);
  }
  void operator()(const FileSealed& one) const {
    out.u64(one.size);
    out.u64(one.sealed_size);
    out.bytes(one.sha256);
    out.bytes(one.enc_sha256);
    out.bytes(one.sidecar);
    out.bytes(one.first_frame_sidecar);
  }
  void operator()(const FileAnswered& one) const {
    out.i32(one.status);
    out.i64(one.retry_after_ms);
    out.text(one.body);
  }
  void operator()(const FileInspected& one) const {
    out.text(one.mimetype);
    out.u32(one.width);
    out.u32(one.height);
    out.u32(one.seconds);
    out.u32(one.pages);
    out.flag(one.animated);
    out.u64(one.first_frame_length);
    out.bytes(one.thumbnail);
    out.bytes(one.waveform);
    out.flag(one.converted);
    out.u64(one.size);
    out.u32(one.warnings.size());
    for (const std::string& warning : one.warnings) out.text(warning);
  }
};

Bytes write_input(const gateway::Input& input) {
  wasm::ByteOut out;
  out.u8(static_cast<std::uint8_t>(input.index()));
  std::visit(InputWriter{out}, input);
  return out.take();
}

class Recorder {
 public:
  explicit Recorder(bool paired) : network_({}, network_random_, now_) {
    if (paired) disk_.apply(sim::paired_rows(network_.pair_directly(kMe)));
    gateway::Config config;
    config.allow_private_webhooks = true;
    config.device_id = "00000000-0000-4000-8000-000000000001";
    config.client.certificates.root_key = network_.root_key();
    config.client.prekey_count = 30;
    config.client.trace = true;
    json rows = json::array();
    for (const auto& [key, value] : disk_.rows()) {
      rows.push_back({static_cast<int>(key.table), hex(view(key.id)), hex(value)});
    }
    say({{"seed", kSeed}, {"rows", rows}, {"mono", now_.mono.ms}, {"wall", now_.wall.ms},
         {"config", {{"device_id", config.device_id}, {"root_key", hex(network_.root_key())}, {"prekey_count", 30}, {"trace", true},
                     {"allow_private_webhooks", true}}}});
    auto opened = gateway::Gateway::open(std::move(config), disk_, random_, now_);
    WA_ASSERT(opened.ok());
    gateway_ = *std::move(opened);
    feed(gateway::Tick{});
  }

  sim::SimNetwork& network() {
    take(network_.on_tick(now_));
    return network_;
  }
  void run(std::int64_t ms) {
    const MonoTime end = now_.mono + ms;
    while (advance(end)) {
    }
    move(end);
  }
  bool run_until(const std::function<bool()>& done, std::int64_t ms) {
    const MonoTime end = now_.mono + ms;
    while (!done()) {
      if (!advance(end)) return false;
    }
    return true;
  }
  // Asks, waits for the answer, and a moment more.
  void ask(const std::string& method, const std::string& target, const std::string& body) {
    gateway::ApiRequest request;
    request.request = ++last_request_;
    request.method = method;
    request.target = target;
    request.content_type = body.empty() ? "" : "application/json";
    request.body = body;
    feed(std::move(request));
    run_until([this] { return replied_ == last_request_; }, 120'000);
    run(50);
  }

 private:
  void say(const json& line) { std::printf("%s\n", line.dump().c_str()); }

  void feed(gateway::Input input) {
    const Bytes in = write_input(input);
    gateway::Step step = gateway_->handle(std::move(input), now_);
    disk_.apply(step.writes);
    wake_ = step.wake;
    const std::vector<Effect> effects = step.effects;
    say({{"mono", now_.mono.ms}, {"wall", now_.wall.ms}, {"in", hex(in)}, {"out", hex(wasm::write_step(std::move(step)))}});
    for (const Effect& effect : effects) perform(effect);
  }

  void later(std::function<void()> what) { queue_.emplace(std::pair(now_.mono + kLatencyMs, ++order_), std::move(what)); }
  void input_later(gateway::Input input) {
    later([this, input = std::move(input)]() mutable { feed(std::move(input)); });
  }

  void perform(const Effect& effect) {
    if (const auto* connect = std::get_if<Connect>(&effect)) {
      connections_[connect->connection] = ++last_conn_;
      input_later(gateway::Opened{connect->connection});
      take(network_.on_open(last_conn_, now_));
    } else if (const auto* send = std::get_if<Send>(&effect)) {
      const auto found = connections_.find(send->connection);
      if (found == connections_.end()) return;
      later([this, conn = found->second, bytes = send->bytes] { take(network_.on_bytes(conn, bytes, now_)); });
    } else if (const auto* close = std::get_if<Disconnect>(&effect)) {
      const auto found = connections_.find(close->connection);
      if (found == connections_.end()) return;
      later([this, conn = found->second] { take(network_.on_close(conn, now_)); });
      connections_.erase(found);
      input_later(gateway::Closed{close->connection});
    } else if (const auto* fetch = std::get_if<Fetch>(&effect)) {
      sim::MediaAnswer answer = network_.media(fetch->path);
      input_later(gateway::Fetched{fetch->fetch, answer.status == 200, answer.status, std::move(answer.body)});
    } else if (const auto* post = std::get_if<PostWebhook>(&effect)) {
      input_later(gateway::WebhookDone{post->delivery, 200, -1});
    } else if (const auto* reply = std::get_if<Reply>(&effect)) {
      replied_ = reply->request;
    } else if (const auto* reply_file = std::get_if<ReplyFile>(&effect)) {
      replied_ = reply_file->request;
    } else {
      std::visit([this](const auto& one) {
        if constexpr (FileWork<std::decay_t<decltype(one)>>) {
          input_later(gateway::FileDone{one.job, FileFault::unsupported, 0, -1, {}});
        }
      }, effect);
    }
  }

  void take(std::vector<sim::Out> outs) {
    for (sim::Out& out : outs) {
      for (auto it = connections_.begin(); it != connections_.end(); ++it) {
        if (it->second != out.conn) continue;
        if (!out.bytes.empty()) input_later(gateway::Received{it->first, std::move(out.bytes)});
        if (out.close) {
          input_later(gateway::Closed{it->first});
          connections_.erase(it);
        }
        break;
      }
    }
  }

  void move(MonoTime to) {
    if (to <= now_.mono) return;
    now_.wall = now_.wall + (to - now_.mono);
    now_.mono = to;
  }

  bool advance(MonoTime end) {
    enum { none, queued, wake, wire } next = none;
    MonoTime at = end + 1;
    const auto offer = [&](auto kind, MonoTime when) {
      if (when < at) at = when, next = kind;
    };
    if (!queue_.empty()) offer(queued, queue_.begin()->first.first);
    if (wake_) offer(wake, *wake_);
    if (const auto due = network_.deadline()) offer(wire, *due);
    if (next == none || end < at) return false;
    move(at);
    if (next == wire) {
      take(network_.on_tick(now_));
    } else if (next == wake) {
      wake_.reset();
      feed(gateway::Tick{});
    } else {
      auto what = std::move(queue_.begin()->second);
      queue_.erase(queue_.begin());
      what();
    }
    return true;
  }

  Now now_{MonoTime{1000}, WallTime{1'780'000'000'000}};
  sim::SeededRandom random_{kSeed}, network_random_{kSeed + 1};
  sim::SimNetwork network_;
  store::MemoryStore disk_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::optional<MonoTime> wake_;
  std::map<std::pair<MonoTime, std::uint64_t>, std::function<void()>> queue_;
  std::uint64_t order_ = 0;
  std::map<ConnectionId, sim::Conn> connections_;
  sim::Conn last_conn_ = 0;
  RequestId last_request_ = 0, replied_ = 0;
};

// Every route there is, with the bodies a careless caller sends.
void walk_routes(Recorder& recorder) {
  for (const gateway::Endpoint& route : gateway::routes()) {
    std::string target;
    for (const char* c = route.pattern; *c; ++c) {
      if (*c != '{') {
        target += *c;
        continue;
      }
      target += "5511888888888%40s.whatsapp.net";
      while (*c != '}') ++c;
    }
    for (const char* body : {"", "{}", "{\"a\":1.5e3,\"\xC3\xA9\":[null]}", "{"}) recorder.ask(route.method, target, body);
  }
}

int run(const json& cases) {
  Recorder fresh(false);
  walk_routes(fresh);

  Recorder paired(true);
  paired.run(5'000);
  for (const json& one : cases) {
    const std::string kind = one["do"];
    if (kind == "ask") {
      paired.ask(one["method"], one["target"], one.contains("body") ? one["body"].dump() : "");
    } else if (kind == "ring") {
      paired.network().ring(kMe, kFriend);
    } else if (kind == "text") {
      paired.network().send_text(kFriend, kMe, std::string(one["text"]));
    } else if (kind == "archive") {
      paired.network().archive_on_phone(kMe, kFriend + "@s.whatsapp.net", one["archived"]);
    } else if (kind == "drop") {
      paired.network().drop(kMe);
    } else {
      std::fprintf(stderr, "no such case: %s\n", kind.c_str());
      return 1;
    }
    paired.run(one.value("wait_ms", 400));
  }
  walk_routes(paired);
  return 0;
}

}  // namespace
}  // namespace wa

int main(int count, char** values) {
  if (count != 2) return 2;
  std::ifstream file(values[1]);
  const auto cases = nlohmann::json::parse(file, nullptr, false);
  if (!cases.is_array()) {
    std::fprintf(stderr, "%s is not a list of cases\n", values[1]);
    return 2;
  }
  return wa::run(cases);
}
