// What the native tests share: a temporary directory, a raw TCP client, and an HTTP peer that says what it is told to.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

namespace wa::native_test {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string bytes_of(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, std::string_view bytes);

// One blocking connection to 127.0.0.1.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  void send(std::string_view bytes);
  // Until the peer closes, or `count` responses (by Content-Length) have come, or `seconds` passed.
  std::string read_until_closed(int seconds = 10);
  std::string read_responses(int count, int seconds = 10);
  bool closed() const { return closed_; }

 private:
  bool read_some(int milliseconds);
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  std::string received_;
  bool closed_ = false;
};

// Makes ca.pem, an authority, and with it s.pem and s.key for `names` ("DNS:localhost"), in `directory`.
void make_certificate(const std::filesystem::path& directory, const std::string& names);

// Accepts connections on a free port of 127.0.0.1 and answers each with what `script` returns for the request's bytes;
// an empty answer keeps the connection open and silent. Over TLS when it is given a context.
class ScriptedPeer {
 public:
  explicit ScriptedPeer(std::function<std::string(const std::string& request)> script, boost::asio::ssl::context* tls = nullptr);
  ~ScriptedPeer();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int connections() const { return connections_; }
  std::size_t written() const { return written_; }  // bytes of answers that the other side let us write

 private:
  void run();
  template <class Stream>
  bool talk(Stream& stream);
  std::function<std::string(const std::string&)> script_;
  boost::asio::ssl::context* tls_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<int> connections_{0};
  std::atomic<std::size_t> written_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace wa::native_test
