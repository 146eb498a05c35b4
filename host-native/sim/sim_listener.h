// Puts the simulated network of core/sim on a loopback port: WebSockets of devices, and GET for media files.
// One thread runs `io`; everything here happens on it. Does not: exist for the product (demo, tests and benches only).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>

#include "http/host_port.h"
#include "sim/service/network.h"

namespace wa::native {

class SimListener {
 public:
  using Watch = std::function<void(const sim::Observation&)>;
  SimListener(boost::asio::io_context& io, sim::SimNetwork& network, const HostPort& listen,
              Watch watch);  // throws: cannot listen
  ~SimListener();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::size_t connections() const { return sessions_.size(); }

  // Runs a script on the network's thread and sends what it caused. From any thread.
  void run(std::function<void(sim::SimNetwork&)> script);

 private:
  class Session;
  void accept();
  void deliver(std::vector<sim::Out> out);
  void arm();

  boost::asio::io_context& io_;
  sim::SimNetwork& network_;
  Watch watch_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  std::map<sim::Conn, std::shared_ptr<Session>> sessions_;
  sim::Conn next_ = 1;
};

}  // namespace wa::native
