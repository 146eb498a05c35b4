// The simulated network as a service of its own: the listener for devices, and a small HTTP control port on which it
// can be made to ring and to write. For `wuts demo`, `wuts sim-server`, tests and benches.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "http/server.h"
#include "sim/sim_listener.h"
#include "system/os_random.h"

namespace wa::native {

class SimHost {
 public:
  struct Options {
    HostPort listen{"127.0.0.1", 0}, control{"127.0.0.1", 0};
    sim::Options network;
  };
  SimHost(const Options& options, SimListener::Watch watch);
  ~SimHost();
  std::uint16_t port() const { return listener_->port(); }
  std::uint16_t control_port() const { return control_->port(); }
  std::string wa_url() const { return "ws://127.0.0.1:" + std::to_string(port()) + "/ws/chat"; }
  std::string media_host() const { return "http://127.0.0.1:" + std::to_string(port()); }
  std::string root_key() const { return root_key_; }

  // Runs on the network's thread and waits for it.
  void run(const std::function<void(sim::SimNetwork&)>& script);
  boost::asio::io_context& io() { return io_; }

 private:
  void route(HttpRequest&& request, const Answer& answer);

  boost::asio::io_context io_{1};
  OsRandom random_;
  sim::SimNetwork network_;
  std::string root_key_;
  std::unique_ptr<SimListener> listener_;
  std::unique_ptr<HttpServer> control_;
  std::thread thread_;
};

inline constexpr const char* kSimControlHelp =
    "POST /ring   {\"kind\":\"audio|video|group|lid|companion|notice\", \"from\":NUMBER, \"to\":NUMBER,"
    " \"count\":N} -> call_id of the last\n"
    "POST /hangup {\"call_id\":ID}\n"
    "POST /text   {\"from\":NUMBER, \"to\":NUMBER, \"text\":TEXT} -> message_id\n"
    "POST /scan   {\"number\":NUMBER, \"qr\":TEXT}   the phone of NUMBER scans a QR code\n"
    "POST /code   {\"number\":NUMBER, \"code\":CODE} the phone of NUMBER types a pairing code\n"
    "POST /drop   {\"number\":NUMBER}              cuts the connections of NUMBER\n"
    "POST /archive {\"number\":NUMBER, \"chat\":JID, \"archived\":BOOL}  the phone archives a chat\n"
    "POST /fault  {\"kind\":KIND, \"code\":N, \"detail\":TEXT}  goes wrong once: FaultKind in core/sim/service/network.h\n"
    "GET  /archived?number=NUMBER&chat=JID, GET /violations\n";

}  // namespace wa::native
