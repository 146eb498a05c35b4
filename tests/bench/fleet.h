// Paired devices of several tenants for the benches: a simulated network, and a server process over their data.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "native/server_process.h"
#include "native/store/sqlite_rows.h"
#include "native/support.h"
#include "net/http_client.h"
#include "server/server.h"
#include "sim/sim_host.h"
#include "sim/world/paired_rows.h"

namespace wa::bench {

using namespace wa::native;

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline void report(const char* name, double value, const char* unit, const char* budget, bool good,
            nlohmann::json more = nlohmann::json::object()) {
  std::printf("%-46s %12.1f %-8s %-22s %s\n", name, value, unit, budget, good ? "ok" : "MISSED");
  nlohmann::json line{{"bench", name}, {"value", value}, {"unit", unit}, {"budget", budget}, {"ok", good}};
  line.update(more);
  std::cout << line.dump() << "\n" << std::flush;
}

// A network with paired devices, and a data directory that holds their other half.
class Fleet {
 public:
  explicit Fleet(int devices, int tenants = 1) : devices_(devices) {
    SimHost::Options options;
    options.network.check = false;
    options.network.keep_log = true;
    options.network.history = false;
    network_ = std::make_unique<SimHost>(options, [this](const sim::Observation& seen) {
      const auto* online = std::get_if<sim::DeviceOnline>(&seen.fact);
      if (online == nullptr) return;
      const std::lock_guard lock(mutex_);
      online_.insert(online->pn);
      changed_.notify_all();
    });
    make_devices(tenants);
    pair_devices();
  }

  std::unique_ptr<native_test::ServerProcess> start(std::vector<std::string> more = {}) {
    {
      const std::lock_guard lock(mutex_);
      online_.clear();
    }
    for (const std::string& argument : {std::string("--wa-url"), network_->wa_url(), std::string("--wa-root-key"),
                                        network_->root_key(), std::string("--media-host"), network_->media_host(),
                                        std::string("--log-level"), std::string("error")})
      more.push_back(argument);
    return std::make_unique<native_test::ServerProcess>(WUTS_PROGRAM, directory_.path() / "data", more);
  }
  bool wait_online(int seconds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(seconds),
                             [this] { return static_cast<int>(online_.size()) >= devices_; });
  }
  std::size_t online() {
    const std::lock_guard lock(mutex_);
    return online_.size();
  }
  const std::string& id(std::size_t device) const { return ids_[device]; }
  const std::string& token(std::size_t tenant = 0) const { return tokens_[tenant]; }
  static std::string number(int device) { return std::to_string(5511900000000 + device); }
  SimHost& network() { return *network_; }

 private:
  // Through the API of a server in this process, as any client would. The n-th device is one of the n-th tenant.
  void make_devices(int tenants) {
    Settings settings = parse_settings(resolve_options(
        {{"listen", "127.0.0.1:0"},
         {"admin-listen", "off"},
         {"data-dir", (directory_.path() / "data").string()},
         {"wa-url", network_->wa_url()},
         {"log-level", "error"}},
        [](const char*) -> const char* { return nullptr; }, std::nullopt));
    log::configure(settings.log_level, settings.log_format);
    Server server(settings);
    const HttpClient master(*parse_url(server.base_url()), server.master_token());
    for (int i = 0; i < tenants; ++i) {
      const std::string name = "b" + std::to_string(i);
      const nlohmann::json asked{{"tenant_name", name}, {"email", name + "@example.org"},
                                 {"password", "long-password"}, {"role", "admin"}};
      tokens_.push_back(nlohmann::json::parse(master.call("POST", "/register", asked.dump()).body).at("token"));
    }
    ids_.resize(static_cast<std::size_t>(devices_));
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([&, t] {
        for (int i = t; i < devices_; i += 16) {
          const HttpClient client(*parse_url(server.base_url()), token(static_cast<std::size_t>(i % tenants)));
          const ClientAnswer made = client.call("POST", "/devices", nlohmann::json{{"name", "d"}}.dump());
          ids_[static_cast<std::size_t>(i)] = nlohmann::json::parse(made.body).at("data").at("device_id");
        }
      });
    for (std::thread& thread : threads) thread.join();
  }

  void pair_devices() {
    native_test::SqliteRows store({directory_.path() / "data", {}});
    std::atomic<int> left{devices_};
    for (int i = 0; i < devices_; ++i) {
      sim::PairedDevice device;
      network_->run([&](sim::SimNetwork& network) { device = network.pair_directly(number(i)); });
      store.commit(scope_of(ids_[static_cast<std::size_t>(i)]), sim::paired_rows(device), [&](bool) { --left; });
    }
    while (left > 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  int devices_;
  native_test::TemporaryDirectory directory_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> online_;
  std::vector<std::string> ids_;
  std::vector<std::string> tokens_;
  std::unique_ptr<SimHost> network_;
};

}  // namespace wa::bench
