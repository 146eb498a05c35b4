// The WebSocket to the service against servers that behave and servers that do not, plain and over TLS.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>

#include "native/support.h"
#include "net/wa_socket.h"

using namespace wa;
using namespace wa::native;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;

namespace {

// Accepts one connection after the other and plays `script` on the upgraded stream; blocking, on a thread of its own.
template <class Stream>
class WebServer {
 public:
  using Web = websocket::stream<Stream>;
  WebServer(asio::ssl::context* tls, std::function<void(Web&)> script)
      : tls_(tls), script_(std::move(script)), acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
    thread_ = std::thread([this] { run(); });
  }
  ~WebServer() {
    stopping_ = true;
    try { native_test::RawClient wake(port()); } catch (const std::exception&) {}
    thread_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string upgrade_header(const char* name) const { return std::string(request_[name]); }

 private:
  Web make(tcp::socket socket) {
    if constexpr (std::is_same_v<Stream, tcp::socket>) {
      return Web(std::move(socket));
    } else {
      return Web(std::move(socket), *tls_);
    }
  }
  void run() {
    while (!stopping_) {
      tcp::socket socket(io_);
      acceptor_.accept(socket);
      if (stopping_) return;
      try {
        Web web = make(std::move(socket));
        if constexpr (!std::is_same_v<Stream, tcp::socket>) web.next_layer().handshake(asio::ssl::stream_base::server);
        beast::flat_buffer buffer;
        http::read(web.next_layer(), buffer, request_);
        if (std::string_view(request_.target()) == "/busy") {
          http::response<http::empty_body> busy{http::status::service_unavailable, 11};
          busy.prepare_payload();
          http::write(web.next_layer(), busy);
          continue;
        }
        web.accept(request_);
        script_(web);
      } catch (const std::exception&) {
      }
    }
  }
  asio::ssl::context* tls_;
  std::function<void(Web&)> script_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  http::request<http::string_body> request_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

struct Recorder : SocketEvents {
  std::mutex mutex;
  std::condition_variable changed;
  int opened = 0, closed = 0;
  std::vector<Bytes> received;
  std::shared_ptr<WaSocket> socket;
  void socket_opened(ConnectionId) override { note([&] { ++opened; }); }
  void socket_received(ConnectionId, Bytes bytes) override {
    note([&] { received.push_back(std::move(bytes)); });
    if (socket) socket->read_on();
  }
  void socket_closed(ConnectionId) override { note([&] { ++closed; }); }
  template <class Change>
  void note(Change change) {
    const std::lock_guard lock(mutex);
    change();
    changed.notify_all();
  }
  bool wait(const std::function<bool()>& happened, int seconds = 5) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(seconds), happened);
  }
};

class Client {
 public:
  Client(const std::string& url, const std::string& ca = "")
      : tls_(ca), network_{Destination::of_operator(*parse_url(url)), resolver_, tls_, gate_}, guard_(io_.get_executor()), thread_([this] {
          io_.run();
        }) {
    run([this] { recorder->socket = WaSocket::connect(network_, strand_, 1, recorder); });
  }
  ~Client() {
    run([this] {
      recorder->socket->abandon();
      recorder->socket.reset();
    });
    guard_.reset();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    io_.stop();
    thread_.join();
  }
  void run(std::function<void()> action) { asio::post(strand_, std::move(action)); }
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>();

 private:
  asio::io_context io_;
  Resolver resolver_{Resolver::Limits::for_command()};
  TlsContext tls_;
  DialGate gate_{2, 2};
  WaSocket::Network network_;
  Strand strand_ = asio::make_strand(io_.get_executor());
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::thread thread_;
};

template <class Web>
void echo(Web& web) {
  for (;;) {
    beast::flat_buffer buffer;
    web.read(buffer);
    web.binary(true);
    web.write(buffer.data());
  }
}

std::string url(const char* scheme, const char* host, std::uint16_t port, const char* path = "/ws/chat") {
  return std::string(scheme) + "://" + host + ":" + std::to_string(port) + path;
}

}  // namespace

TEST_CASE("messages of every size go both ways, in order") {
  WebServer<tcp::socket> server(nullptr, echo<websocket::stream<tcp::socket>>);
  Client client(url("ws", "127.0.0.1", server.port()));
  const std::vector<std::size_t> sizes{0, 1, 125, 126, 65535, 65536, 3, (1u << 24) - 1};
  client.run([&] {
    for (const std::size_t size : sizes)
      client.recorder->socket->send(Bytes(size, static_cast<std::uint8_t>(size % 251)));
  });
  Recorder& seen = *client.recorder;
  REQUIRE(seen.wait([&] { return seen.received.size() == sizes.size(); }, 20));
  for (std::size_t i = 0; i < sizes.size(); ++i)
    CHECK(seen.received[i] == Bytes(sizes[i], static_cast<std::uint8_t>(sizes[i] % 251)));
  CHECK(seen.opened == 1);
  CHECK(seen.closed == 0);
  CHECK(server.upgrade_header("Origin") == "https://web.whatsapp.com");
  CHECK(server.upgrade_header("Sec-WebSocket-Extensions").empty());
  client.run([&] { client.recorder->socket->close(); });
  REQUIRE(seen.wait([&] { return seen.closed == 1; }));
}

TEST_CASE("text messages are ignored") {
  WebServer<tcp::socket> server(nullptr, [](auto& web) {
    web.text(true);
    web.write(asio::buffer(std::string("hello")));
    web.binary(true);
    web.write(asio::buffer(std::string("binary")));
    beast::flat_buffer buffer;
    web.read(buffer);
  });
  Client client(url("ws", "127.0.0.1", server.port()));
  Recorder& seen = *client.recorder;
  REQUIRE(seen.wait([&] { return !seen.received.empty(); }));
  CHECK(text_of(seen.received.front()) == "binary");
}

TEST_CASE("however it ends, closed comes once") {
  struct Row {
    const char* name;
    const char* path;
    std::function<void(websocket::stream<tcp::socket>&)> script;
    bool opens;
  };
  const Row rows[] = {
      {"a close frame", "/", [](auto& web) { web.close(websocket::close_code::going_away); }, true},
      {"the connection breaks", "/", [](auto& web) { web.next_layer().close(); }, true},
      {"no WebSocket at all", "/",
       [](auto& web) { asio::write(web.next_layer(), asio::buffer(std::string("\x83\xff garbage garbage garbage"))); },
       true},
      {"a retryable status", "/busy", [](auto&) {}, false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    WebServer<tcp::socket> server(nullptr, row.script);
    Client client(url("ws", "127.0.0.1", server.port(), row.path));
    Recorder& seen = *client.recorder;
    REQUIRE(seen.wait([&] { return seen.closed > 0; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(seen.closed == 1);
    CHECK(seen.opened == (row.opens ? 1 : 0));
  }
  SECTION("nobody listens") {
    std::uint16_t port = 0;
    { WebServer<tcp::socket> server(nullptr, [](auto&) {}); port = server.port(); }
    Client client(url("ws", "127.0.0.1", port));
    REQUIRE(client.recorder->wait([&] { return client.recorder->closed == 1; }));
    CHECK(client.recorder->opened == 0);
  }
  SECTION("closed by us while connecting") {
    WebServer<tcp::socket> server(nullptr, echo<websocket::stream<tcp::socket>>);
    Client client(url("ws", "127.0.0.1", server.port()));
    client.run([&] { client.recorder->socket->close(); });
    REQUIRE(client.recorder->wait([&] { return client.recorder->closed == 1; }));
    CHECK(client.recorder->opened == 0);
  }
  SECTION("a peer that does not answer our close") {
    WebServer<tcp::socket> server(nullptr, [](auto&) { std::this_thread::sleep_for(std::chrono::seconds(4)); });
    Client client(url("ws", "127.0.0.1", server.port()));
    REQUIRE(client.recorder->wait([&] { return client.recorder->opened == 1; }));
    client.run([&] { client.recorder->socket->close(); });
    CHECK(client.recorder->wait([&] { return client.recorder->closed == 1; }, 3));
  }
}

TEST_CASE("TLS: the chain and the name are checked") {
  native_test::TemporaryDirectory directory;
  const std::string dir = directory.path().string();
  native_test::make_certificate(directory.path(), "DNS:localhost");
  asio::ssl::context tls(asio::ssl::context::tls_server);
  tls.use_certificate_chain_file(dir + "/s.pem");
  tls.use_private_key_file(dir + "/s.key", asio::ssl::context::pem);
  using TlsStream = beast::ssl_stream<tcp::socket>;
  WebServer<TlsStream> server(&tls, echo<websocket::stream<TlsStream>>);

  SECTION("trusted and named rightly") {
    Client client(url("wss", "localhost", server.port()), dir + "/ca.pem");
    Recorder& seen = *client.recorder;
    const std::vector<std::size_t> sizes{100'000, 0, 1, 3'000'000, 17'000};
    client.run([&] {
      for (const std::size_t size : sizes) client.recorder->socket->send(Bytes(size, 7));
    });
    REQUIRE(seen.wait([&] { return seen.received.size() == sizes.size(); }));
    for (std::size_t i = 0; i < sizes.size(); ++i) CHECK(seen.received[i] == Bytes(sizes[i], 7));
    client.run([&] { client.recorder->socket->close(); });
    REQUIRE(seen.wait([&] { return seen.closed == 1; }));
  }
  SECTION("another name") {
    Client client(url("wss", "127.0.0.1", server.port()), dir + "/ca.pem");
    REQUIRE(client.recorder->wait([&] { return client.recorder->closed == 1; }));
    CHECK(client.recorder->opened == 0);
  }
  SECTION("an unknown authority") {
    Client client(url("wss", "localhost", server.port()));
    REQUIRE(client.recorder->wait([&] { return client.recorder->closed == 1; }));
    CHECK(client.recorder->opened == 0);
  }
}
