#include "sim/sim_host.h"

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "system/os_clock.h"

namespace wa::native {
namespace {

using nlohmann::json;

// The account of the demo and its friend; any other number may be named.
constexpr int kRingsMax = 10'000;  // of one order
constexpr const char* kOwn = "5511999999999";
constexpr const char* kCaller = "5511988888888";

std::string text_at(const json& object, const char* name, const char* otherwise = "") {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

std::optional<sim::CallType> call_type(const std::string& kind) {
  constexpr std::pair<const char*, sim::CallType> kKinds[] = {
      {"audio", sim::CallType::audio}, {"video", sim::CallType::video},         {"group", sim::CallType::group},
      {"lid", sim::CallType::lid},     {"companion", sim::CallType::companion}, {"notice", sim::CallType::notice}};
  for (const auto& [name, type] : kKinds)
    if (kind == name) return type;
  return std::nullopt;
}

std::optional<sim::FaultKind> fault_kind(const std::string& kind) {
  using Kind = sim::FaultKind;
  constexpr std::pair<const char*, Kind> kKinds[] = {
      {"login_failure", Kind::login_failure},     {"stream_error", Kind::stream_error},
      {"drop_connection", Kind::drop_connection}, {"silence", Kind::silence},
      {"iq_silence", Kind::iq_silence},           {"message_refused", Kind::message_refused},
      {"patch_conflict", Kind::patch_conflict},   {"patch_ack_lost", Kind::patch_ack_lost}};
  for (const auto& [name, type] : kKinds)
    if (kind == name) return type;
  return std::nullopt;
}

std::string query_value(const std::string& target, const std::string& name) {
  const auto at = target.find(name + "=");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 1;
  std::string out = target.substr(begin, target.find('&', begin) - begin);
  if (const auto percent = out.find("%40"); percent != std::string::npos) out.replace(percent, 3, "@");
  return out;
}

// nullopt: no such path. Runs on the network's thread.
std::optional<json> control(sim::SimNetwork& network, const HttpRequest& request, const json& body) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  const std::string number = text_at(body, "number", kOwn);
  if (request.method == "GET") {
    if (path == "/violations") return json{{"violations", network.violations()}};
    if (path != "/archived") return std::nullopt;
    const auto archived = network.archived(query_value(request.target, "number"), query_value(request.target, "chat"));
    return json{{"archived", archived ? json(*archived) : json()}};
  }
  if (path == "/ring") {
    const auto type = call_type(text_at(body, "kind", "audio"));
    if (!type) return json{{"error", "kind must be audio, video, group, lid, companion or notice"}};
    const auto count = body.find("count");
    const int wanted = count != body.end() && count->is_number_integer() ? count->get<int>() : 1;
    std::string id;
    for (int left = std::clamp(wanted, 1, kRingsMax); left > 0; --left)
      id = network.ring(text_at(body, "to", kOwn), text_at(body, "from", kCaller), *type);
    return json{{"call_id", id}};
  }
  if (path == "/hangup") return network.hangup(text_at(body, "call_id")), json::object();
  if (path == "/text")
    return json{{"message_id", network.send_text(text_at(body, "from", kCaller), text_at(body, "to", kOwn),
                                                 text_at(body, "text", "hello"))}};
  if (path == "/scan") return json{{"known", network.scan(number, text_at(body, "qr"))}};
  if (path == "/code") return json{{"known", network.enter_code(number, text_at(body, "code"))}};
  if (path == "/drop") return network.drop(number), json::object();
  if (path == "/fault") {
    const auto kind = fault_kind(text_at(body, "kind"));
    if (!kind) return json{{"error", "this kind of fault is not known"}};
    const auto code = body.find("code");
    network.fail_next({*kind, code != body.end() && code->is_number_integer() ? code->get<int>() : 0, text_at(body, "detail")});
    return json::object();
  }
  if (path == "/archive") {
    const auto archived = body.find("archived");
    network.archive_on_phone(number, text_at(body, "chat"), archived == body.end() || *archived != false);
    return json::object();
  }
  return std::nullopt;
}

}  // namespace

SimHost::SimHost(const Options& options, SimListener::Watch watch)
    : network_(options.network, random_, os_now()), root_key_(hex(network_.root_key())) {
  listener_ = std::make_unique<SimListener>(io_, network_, options.listen, std::move(watch));
  HttpServerOptions http;
  http.listen = options.control;
  control_ = std::make_unique<HttpServer>(
      io_, std::move(http), [this](HttpRequest&& request, const Answer& answer) { route(std::move(request), answer); });
  thread_ = std::thread([this] { io_.run(); });
}

SimHost::~SimHost() {
  io_.stop();
  thread_.join();
}

void SimHost::run(const std::function<void(sim::SimNetwork&)>& script) {
  std::promise<void> done;
  listener_->run([&](sim::SimNetwork& network) {
    script(network);
    done.set_value();
  });
  done.get_future().wait();
}

void SimHost::route(HttpRequest&& request, const Answer& answer) {
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) body = json::object();
  listener_->run([request = std::move(request), body = std::move(body), answer](sim::SimNetwork& network) {
    const auto result = control(network, request, body);
    if (!result) return answer(error_reply(404, "NOT_FOUND", "the simulated network does not know this path"));
    json out{{"success", !result->contains("error")}};
    out.update(*result);
    answer(json_reply(result->contains("error") ? 400 : 200, out.dump()));
  });
}

}  // namespace wa::native
