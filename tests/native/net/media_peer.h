// A host of files that does whatever a test says: each connection is a thread that runs a script over a socket.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace wa::native_test {

class MediaPeer {
 public:
  class Talk {
   public:
    explicit Talk(boost::asio::ip::tcp::socket& socket) : socket_(socket) {}
    std::string head;                          // of the request, with its empty line
    std::uint64_t length() const;              // by its Content-Length
    std::string header(const std::string& name) const;   // lower case
    std::string target() const;
    std::string read_body();
    std::size_t read_some(std::size_t most);   // of the body; thrown away
    bool write(std::string_view bytes);        // false: the peer is gone
    void answer(int status, std::string_view body, const std::string& headers = "");
    bool closed_by_peer(int milliseconds);

   private:
    friend class MediaPeer;
    bool read_head();
    boost::asio::ip::tcp::socket& socket_;
    std::string ahead_;
  };
  using Script = std::function<void(Talk&)>;

  explicit MediaPeer(Script script);
  ~MediaPeer();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
  int connections() const { return connections_; }

 private:
  void run();
  Script script_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<int> connections_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<std::thread> talks_;
  std::thread thread_;
};

}  // namespace wa::native_test
