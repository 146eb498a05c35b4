#include "cli/demo.h"

#include <stdlib.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <iostream>
#include <nlohmann/json.hpp>

#include "net/http_client.h"
#include "server/server.h"
#include "sim/sim_host.h"

namespace wa::native {
namespace {

using nlohmann::json;
constexpr const char* kOwn = "5511999999999";
constexpr const char* kGroup = "120363000000000001";
constexpr const char* kCaller = "5511988888888";
constexpr const char* kReply = "I cannot take calls here. Please write to me.";
constexpr auto kPatience = std::chrono::seconds(30);

// A step of the script that did not happen.
struct DemoProblem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What happened so far, for the terminal and for the script, which waits for it.
class Feed {
 public:
  void add(const std::string& source, const std::string& text) {
    const std::lock_guard lock(mutex_);
    const char* colour = !colours_ ? "" : source == "webhook" ? "\x1b[36m" : "\x1b[33m";
    std::cout << colour << source << (colours_ ? "\x1b[0m  " : "  ") << text << "\n" << std::flush;
    lines_.push_back(source + "  " + text);
    if (lines_.size() > 1000) lines_.pop_front();
    changed_.notify_all();
  }
  // Lets the script look at facts as they come; kept apart from what is printed.
  void fact(const sim::Fact& fact) {
    const std::lock_guard lock(mutex_);
    facts_.push_back(fact);
    if (facts_.size() > 1000) facts_.pop_front();
    changed_.notify_all();
  }
  void event(const std::string& name, const json& data) {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(name, data);
    if (events_.size() > 1000) events_.pop_front();
    changed_.notify_all();
  }
  void wait(const char* what,
            const std::function<bool(const std::deque<sim::Fact>&, const std::deque<std::pair<std::string, json>>&)>&
                happened) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return happened(facts_, events_); }))
      throw DemoProblem(std::string("did not happen: ") + what);
  }
  template <class Fact>
  void wait_fact(const char* what, const std::function<bool(const Fact&)>& matches) {
    wait(what, [&](const auto& facts, const auto&) {
      for (const sim::Fact& fact : facts)
        if (const auto* one = std::get_if<Fact>(&fact); one != nullptr && matches(*one)) return true;
      return false;
    });
  }
  json wait_event(const char* name) {
    json found;
    wait(name, [&](const auto&, const auto& events) {
      for (const auto& [event, data] : events)
        if (event == name) return found = data, true;
      return false;
    });
    return found;
  }

 private:
  const bool colours_ = ::isatty(STDOUT_FILENO) != 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  std::deque<sim::Fact> facts_;
  std::deque<std::pair<std::string, json>> events_;
};

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "wuts-demo-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary directory");
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Talks to the server as any client would.
class Api {
 public:
  Api(const std::string& base, std::string token) : client_(*parse_url(base), std::move(token)) {}
  json call(const char* method, const std::string& target, const json& body = nullptr) {
    const ClientAnswer answer = client_.call(method, target, body.is_null() ? "" : body.dump());
    if (answer.status < 200 || answer.status > 299)
      throw DemoProblem(std::string(method) + " " + target + " answered " + std::to_string(answer.status) + " " +
                        answer.body + answer.problem);
    return json::parse(answer.body);
  }

 private:
  HttpClient client_;
};

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : options_(options) {}

  int run() {
    start();
    set_up();
    ring_once();
    print_how_to();
    if (options_.once) {
      reject_and_archive();
      std::cout << "\nEverything happened.\n";
      server_->stop();
    } else {
      std::cout << "\nLive feed (Ctrl-C ends):\n" << std::flush;
    }
    server_->wait();
    return 0;
  }

 private:
  void start() {
    SimHost::Options network;
    network.control.port = options_.once ? 0 : options_.sim_port;
    network_ = std::make_unique<SimHost>(network, [this](const sim::Observation& seen) {
      feed_.fact(seen.fact);
      feed_.add("network", sim::describe(seen.fact));
    });
    HttpServerOptions receiver;
    receiver.listen = {"127.0.0.1", 0};
    receiver_ =
        std::make_unique<HttpServer>(network_->io(), receiver, [this](HttpRequest&& request, const Answer& answer) {
          receive(request);
          answer(json_reply(200, "{}"));
        });
    Settings settings = parse_settings(resolve_options(
        {{"listen", "127.0.0.1:" + std::to_string(options_.once ? 0 : options_.port)},
         {"admin-listen", "off"},
         {"data-dir", (directory_.path() / "data").string()},
         {"wa-url", network_->wa_url()},
         {"wa-root-key", network_->root_key()},
         {"media-host", network_->media_host()},
         {"webhook-allow-private", "true"},
         {"log-level", options_.log_level}},
        [](const char*) -> const char* { return nullptr; }, std::nullopt));
    log::configure(settings.log_level, settings.log_format);
    server_ = std::make_unique<Server>(settings);
    server_->stop_on_signals();
  }

  void receive(const HttpRequest& request) {
    const json body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return feed_.add("webhook", "not JSON");
    feed_.event(body.value("event", ""), body.value("data", json::object()));
    feed_.add("webhook", body.value("event", "") + " " + body.value("data", json::object()).dump());
  }

  void set_up() {
    Api master(server_->base_url(), server_->master_token());
    const json tenant = master.call(
        "POST", "/register",
        {{"tenant_name", "demo"}, {"email", "demo@example.org"}, {"password", "demo-password"}, {"role", "admin"}});
    token_ = tenant.at("token").get<std::string>();
    api_ = std::make_unique<Api>(server_->base_url(), token_);
    device_ = api_->call("POST", "/devices", {{"name", "demo"}}).at("data").at("device_id").get<std::string>();
    const json known = api_->call("GET", "/webhook/events");
    json events = known.at("events");
    for (const json& own : known.value("extensions", json::array())) events.push_back(own);
    api_->call("POST", "/webhook",
               {{"webhook_url", "http://127.0.0.1:" + std::to_string(receiver_->port()) + "/"},
                {"secret", "demo-secret"},
                {"enabled_events", events}});
    api_->call(
        "PUT", "/calls/settings",
        {{"auto_reject", false}, {"auto_reply", {{"enabled", true}, {"message", kReply}, {"cooldown_seconds", 0}}}});
    const std::string qr = api_->call("GET", "/qr?device_id=" + device_).at("data").at("qr_code").get<std::string>();
    bool scanned = false;
    network_->run([&](sim::SimNetwork& network) {
      network.set_group(kGroup, {kOwn, kCaller});
      scanned = network.scan(kOwn, qr);
    });
    if (!scanned) throw DemoProblem("the simulated phone did not accept the QR code");
    feed_.wait_event("device.connected");
    // The first synchronisation brings the keys that archiving needs.
    feed_.wait("app state synchronised", [](const auto&, const auto& told) {
      return std::ranges::any_of(told, [](const auto& event) {
        return event.first == "app_state.sync_complete" && event.second.value("collection", "") == "regular_low";
      });
    });
  }

  void print_how_to() const {
    const std::string base = server_->base_url(), auth = " -H 'Authorization: Bearer " + token_ + "'";
    const std::string json_type = " -H 'Content-Type: application/json'";
    const std::string chat = std::string(kCaller) + "@s.whatsapp.net";
    std::cout << "\nbase URL   " << base << "\ntoken      " << token_ << "\nmaster     " << server_->master_token()
              << " (for /register and /tenants)\ndevice     " << device_
              << " (linked to the simulated " << kOwn << ")\n\n"
              << "# make a simulated caller ring: audio, video, group or lid (this request exists in the demo only)\n"
              << "curl -X POST http://127.0.0.1:" << network_->control_port() << "/ring -d '{\"kind\":\"audio\"}'\n\n"
              << "# reject the call that rings now (call_id is in its webhook)\n"
              << "curl -X POST " << base << "/calls/reject" << auth << json_type
              << " \\\n     -d '{\"call_id\":\"" << call_id_ << "\",\"from\":\"" << chat << "\"}'\n\n"
              << "# settings of calls\n"
              << "curl " << base << "/calls/settings" << auth << "\n"
              << "curl -X PUT " << base << "/calls/settings" << auth << json_type
              << " \\\n     -d '{\"auto_reject\":true,\"auto_reply\":{\"enabled\":true,\"message\":\"Please write to "
                 "me.\",\"cooldown_seconds\":600}}'\n\n"
              << "# archive a chat, list chats, send a text\n"
              << "curl -X POST " << base << "/chats/" << chat << "/archive" << auth << json_type
              << " -d '{\"archived\":true}'\n"
              << "curl " << base << "/chats" << auth << "\n"
              << "curl -X POST " << base << "/send/text" << auth << json_type << " -d '{\"number\":\"" << kCaller
              << "\",\"text\":\"hello\"}'\n\n"
              << std::flush;
  }

  void ring_once() {
    network_->run([&](sim::SimNetwork& network) { call_id_ = network.ring(kOwn, kCaller); });
    const json offer = feed_.wait_event("call.offer");
    if (offer.value("call_id", "") != call_id_) throw DemoProblem("the webhook names another call");
  }

  void reject_and_archive() {
    const std::string chat = std::string(kCaller) + "@s.whatsapp.net";
    const json rejected = api_->call("POST", "/calls/reject", {{"call_id", call_id_}, {"from", chat}});
    if (rejected.value("outcome", "") != "confirmed") throw DemoProblem("the reject was not confirmed");
    feed_.wait_fact<sim::RejectSeen>("the reject reaches the network",
                                     [&](const auto& seen) { return seen.call_id == call_id_; });
    feed_.wait_fact<sim::TextDecrypted>("the caller decrypts the automatic reply",
                                        [](const auto& seen) { return seen.at == kCaller && seen.text == kReply; });
    const json archived = api_->call("POST", "/chats/" + chat + "/archive", {{"archived", true}});
    if (archived.value("outcome", "") != "applied") throw DemoProblem("the archive was not applied");
    feed_.wait_fact<sim::ChatArchived>("the phone shows the chat archived",
                                       [](const auto& seen) { return seen.archived; });
    const json sent = api_->call("POST", "/send/text", {{"number", kCaller}, {"text", "hello from the demo"}});
    feed_.wait_fact<sim::TextDecrypted>("the text is decrypted",
                                        [](const auto& seen) { return seen.text == "hello from the demo"; });
    network_->run([&](sim::SimNetwork& network) {
      if (!network.violations().empty()) throw DemoProblem("the network complains: " + network.violations().front());
    });
  }

  DemoOptions options_;
  TemporaryDirectory directory_;
  Feed feed_;
  std::unique_ptr<SimHost> network_;
  std::unique_ptr<HttpServer> receiver_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Api> api_;
  std::string token_, device_, call_id_;
};

}  // namespace

int demo(const DemoOptions& options) {
  try {
    return Demo(options).run();
  } catch (const DemoProblem& problem) {
    std::cerr << "wuts demo: " << problem.what() << "\n";
    return 1;
  }
}

int sim_server(const SimServerOptions& options) {
  SimHost::Options network;
  const auto listen = parse_host_port(options.listen), control = parse_host_port(options.control);
  if (!listen || !control) throw ConfigError("--listen and --control must be HOST:PORT");
  network.listen = *listen;
  network.control = *control;
  SimHost host(network, [&](const sim::Observation& seen) {
    if (!options.quiet) std::cout << sim::describe(seen.fact) << "\n" << std::flush;
  });
  std::cout << "wuts serve --wa-url " << host.wa_url() << " --wa-root-key " << host.root_key() << " --media-host "
            << host.media_host() << "\n\ncontrol on http://127.0.0.1:" << host.control_port() << "\n"
            << kSimControlHelp << std::flush;
  boost::asio::io_context waiting;
  boost::asio::signal_set signals(waiting, SIGINT, SIGTERM);
  signals.async_wait([](boost::system::error_code, int) {});
  waiting.run();
  return 0;
}

}  // namespace wa::native
