#include "bench/http_load.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

namespace wa::bench {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

namespace {

struct Shared {
  const std::function<std::string(int)>& request;
  std::string wanted;
  steady_clock::time_point end;
  LoadResult result;
  std::vector<double> took_ms;
  int next = 0;
};

class Caller : public std::enable_shared_from_this<Caller> {
 public:
  Caller(asio::io_context& io, std::uint16_t port, Shared& shared) : socket_(io), shared_(shared) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    socket_.set_option(tcp::no_delay(true));
  }
  void ask() {
    if (steady_clock::now() >= shared_.end) return;
    sending_ = shared_.request(shared_.next++);
    asked_ = steady_clock::now();
    asio::async_write(socket_, asio::buffer(sending_),
                      [self = shared_from_this()](boost::system::error_code failed, std::size_t) {
                        if (failed) return self->lost();
                        self->read();
                      });
  }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](boost::system::error_code failed, std::size_t count) {
                              if (failed) return self->lost();
                              self->received_.append(self->buffer_, count);
                              self->take();
                            });
  }
  void take() {
    const auto header_end = received_.find("\r\n\r\n");
    const auto length = received_.find("Content-Length: ");
    if (header_end == std::string::npos || length == std::string::npos) return read();
    if (received_.size() < header_end + 4 + std::stoul(received_.substr(length + 16, 12))) return read();
    ++shared_.result.answers;
    shared_.took_ms.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - asked_).count());
    if (received_.rfind(shared_.wanted, 0) != 0) ++shared_.result.failures;
    received_.clear();
    ask();
  }
  void lost() { ++shared_.result.failures; }

  tcp::socket socket_;
  Shared& shared_;
  std::string sending_, received_;
  steady_clock::time_point asked_;
  char buffer_[4096];
};

}  // namespace

LoadResult load(std::uint16_t port, const std::function<std::string(int n)>& request, int connections, double seconds,
                int status) {
  asio::io_context io(1);
  Shared shared{request, "HTTP/1.1 " + std::to_string(status),
                steady_clock::now() + std::chrono::milliseconds(static_cast<int>(seconds * 1000)), {}, {}};
  const auto start = steady_clock::now();
  for (int i = 0; i < connections; ++i) std::make_shared<Caller>(io, port, shared)->ask();
  io.run();
  shared.result.per_second =
      static_cast<double>(shared.result.answers) / std::chrono::duration<double>(steady_clock::now() - start).count();
  if (auto& took = shared.took_ms; !took.empty()) {
    const auto at = took.begin() + static_cast<std::ptrdiff_t>(took.size() * 99 / 100);
    std::nth_element(took.begin(), at, took.end());
    shared.result.p99_ms = *at;
  }
  return shared.result;
}

}  // namespace wa::bench
