// TLS on a socket, as the client, straight on the file descriptor. The stream of Asio keeps four buffers of 17 KiB for
// the life of a connection; here OpenSSL frees its own while nothing is under way, so that an idle connection is small.
// Fits Beast's AsyncStream. Everything happens on the socket's strand.
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/compose.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <memory>
#include <string>

namespace wa::native {

template <class Socket>
class TlsStream {
 public:
  using executor_type = typename Socket::executor_type;
  using next_layer_type = Socket;
  using lowest_layer_type = typename Socket::lowest_layer_type;

  TlsStream(const executor_type& executor, boost::asio::ssl::context& context)
      : socket_(executor), ssl_(SSL_new(context.native_handle()), &SSL_free) {
    SSL_set_mode(ssl_.get(),
                 SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_connect_state(ssl_.get());
  }
  executor_type get_executor() { return socket_.get_executor(); }
  next_layer_type& next_layer() { return socket_; }
  const next_layer_type& next_layer() const { return socket_; }
  lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }

  // The peer must prove this name with a chain the context trusts.
  void expect_host(const std::string& name) {
    SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
    X509_VERIFY_PARAM* check = SSL_get0_param(ssl_.get());
    // An address is compared with the addresses of the certificate, anything else with its names.
    if (X509_VERIFY_PARAM_set1_ip_asc(check, name.c_str()) != 1) {
      X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      X509_VERIFY_PARAM_set1_host(check, name.c_str(), name.size());
    }
    SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
  }

  template <class Token>
  auto async_handshake(Token&& token) {
    boost::system::error_code ignored;
    socket_.native_non_blocking(true, ignored);
    SSL_set_fd(ssl_.get(), static_cast<int>(socket_.native_handle()));
    return boost::asio::async_compose<Token, void(boost::system::error_code)>(
        Operation<false>{*this, [](SSL* ssl) { return SSL_do_handshake(ssl); }}, token, socket_);
  }
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const boost::asio::mutable_buffer into = first_of<boost::asio::mutable_buffer>(buffers);
    return transfer([into](SSL* ssl) { return SSL_read(ssl, into.data(), bounded(into.size())); }, into.size(), token);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    const boost::asio::const_buffer from = first_of<boost::asio::const_buffer>(buffers);
    return transfer([from](SSL* ssl) { return SSL_write(ssl, from.data(), bounded(from.size())); }, from.size(), token);
  }

 private:
  static int bounded(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, 1u << 20)); }
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers); ++it)
      if (Buffer(*it).size() > 0) return *it;
    return {};
  }

  // Tries, waits for the socket as OpenSSL asks, tries again. Never completes inside the call that started it.
  template <bool kCounts, class Try = int (*)(SSL*)>
  struct Operation {
    TlsStream& stream;
    Try attempt;
    bool empty = false, started = false, done = false;
    boost::system::error_code result{};
    std::size_t count = 0;

    template <class Self>
    void operator()(Self& self, boost::system::error_code failed = {}) {
      if (done) return finish(self);
      if (failed || empty) return end(self, failed);
      ERR_clear_error();
      const int outcome = attempt(stream.ssl_.get());
      if (outcome > 0) {
        count = static_cast<std::size_t>(outcome);
        return end(self, {});
      }
      const int why = SSL_get_error(stream.ssl_.get(), outcome);
      started = started || why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
      if (why == SSL_ERROR_WANT_READ) return stream.socket_.async_wait(Socket::wait_read, std::move(self));
      if (why == SSL_ERROR_WANT_WRITE) return stream.socket_.async_wait(Socket::wait_write, std::move(self));
      end(self, why == SSL_ERROR_ZERO_RETURN
                    ? boost::asio::error::make_error_code(boost::asio::error::eof)
                    : boost::asio::error::make_error_code(boost::asio::error::connection_reset));
    }
    template <class Self>
    void end(Self& self, boost::system::error_code outcome) {
      result = outcome;
      done = true;
      if (started) return finish(self);
      boost::asio::post(stream.get_executor(), std::move(self));
    }
    template <class Self>
    void finish(Self& self) {
      if constexpr (kCounts) {
        self.complete(result, count);
      } else {
        self.complete(result);
      }
    }
  };
  template <class Try, class Token>
  auto transfer(Try attempt, std::size_t size, Token& token) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        Operation<true, Try>{*this, attempt, size == 0}, token, socket_);
  }

  Socket socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

// How Beast ends a connection under a WebSocket: without a TLS goodbye, the WebSocket had its own.
template <class Socket>
void teardown(boost::beast::role_type role, TlsStream<Socket>& stream, boost::system::error_code& failed) {
  boost::beast::websocket::teardown(role, stream.next_layer(), failed);
}
template <class Socket, class Handler>
void async_teardown(boost::beast::role_type role, TlsStream<Socket>& stream, Handler&& handler) {
  boost::beast::websocket::async_teardown(role, stream.next_layer(), std::forward<Handler>(handler));
}

}  // namespace wa::native
