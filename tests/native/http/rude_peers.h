// Peers that cost a server as much as they can, from addresses 127.0.0.2 and up, on a thread of their own: connections that
// say nothing, requests sent a byte at a time, requests sent ahead without end, bodies of 1 GiB.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace wa::native_test {

class RudePeers {
 public:
  struct Counts {
    int idle = 0, slow = 0, pipelined = 0, huge = 0;
    int addresses = 1;  // the idle ones are spread over so many
  };
  RudePeers(std::uint16_t port, Counts counts);
  ~RudePeers();
  RudePeers(const RudePeers&) = delete;
  RudePeers& operator=(const RudePeers&) = delete;
  int idle_closed() const { return idle_closed_; }  // by the server
  std::uint64_t answered() const { return answered_; }  // bytes that came back over the pipelined ones
  std::uint64_t swallowed() const { return swallowed_; }  // bytes of huge bodies that the server's kernel took
  int refused_bodies() const { return refused_bodies_; }

 private:
  struct Idle;
  struct Slow;
  struct Pipelined;
  struct Huge;
  boost::asio::ip::tcp::socket connect(int address);
  boost::asio::io_context io_;
  std::uint16_t port_;
  std::atomic<int> idle_closed_{0}, refused_bodies_{0};
  std::atomic<std::uint64_t> answered_{0}, swallowed_{0};
  std::thread thread_;
};

}  // namespace wa::native_test
