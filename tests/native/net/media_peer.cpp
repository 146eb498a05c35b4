#include "native/net/media_peer.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace wa::native_test {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {
std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}
}  // namespace

bool MediaPeer::Talk::read_head() {
  std::array<char, 4096> piece;
  while (ahead_.find("\r\n\r\n") == std::string::npos) {
    error_code failed;
    const std::size_t count = socket_.read_some(asio::buffer(piece), failed);
    if (failed) return false;
    ahead_.append(piece.data(), count);
  }
  const std::size_t end = ahead_.find("\r\n\r\n") + 4;
  head = ahead_.substr(0, end);
  ahead_.erase(0, end);
  return true;
}

std::string MediaPeer::Talk::header(const std::string& name) const {
  const std::size_t at = lower(head).find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::uint64_t MediaPeer::Talk::length() const {
  const std::string text = header("content-length");
  return text.empty() ? 0 : std::stoull(text);
}

std::string MediaPeer::Talk::target() const {
  const std::size_t begin = head.find(' ') + 1;
  return head.substr(begin, head.find(' ', begin) - begin);
}

std::string MediaPeer::Talk::read_body() {
  std::string out = ahead_.substr(0, static_cast<std::size_t>(length()));
  const std::size_t have = out.size();
  out.resize(static_cast<std::size_t>(length()));
  error_code failed;
  const std::size_t count = asio::read(socket_, asio::buffer(out.data() + have, out.size() - have), failed);
  out.resize(have + count);
  return out;
}

std::size_t MediaPeer::Talk::read_some(std::size_t most) {
  if (!ahead_.empty()) {
    const std::size_t count = std::min(most, ahead_.size());
    ahead_.erase(0, count);
    return count;
  }
  std::string out(most, '\0');
  error_code failed;
  return asio::read(socket_, asio::buffer(out), failed);
}

bool MediaPeer::Talk::write(std::string_view bytes) {
  error_code failed;
  asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), failed);
  return !failed;
}

void MediaPeer::Talk::answer(int status, std::string_view body, const std::string& headers) {
  write("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
        headers + "\r\n" + std::string(body));
}

bool MediaPeer::Talk::closed_by_peer(int milliseconds) {
  pollfd wait{socket_.native_handle(), POLLIN, 0};
  if (::poll(&wait, 1, milliseconds) <= 0) return false;
  char one = 0;
  return ::recv(socket_.native_handle(), &one, 1, MSG_PEEK) <= 0;
}

MediaPeer::MediaPeer(Script script)
    : script_(std::move(script)), acceptor_(io_, {asio::ip::address_v4::loopback(), 0}), thread_([this] { run(); }) {}

MediaPeer::~MediaPeer() {
  stopping_ = true;
  asio::io_context io;
  tcp::socket wake(io);
  error_code ignored;
  wake.connect({asio::ip::address_v4::loopback(), port()}, ignored);
  thread_.join();
  for (std::thread& talk : talks_) talk.join();
}

void MediaPeer::run() {
  for (;;) {
    error_code failed;
    auto socket = std::make_shared<tcp::socket>(io_);
    acceptor_.accept(*socket, failed);
    if (stopping_) return;
    if (failed) continue;
    ++connections_;
    talks_.emplace_back([this, socket] {
      Talk talk(*socket);
      if (talk.read_head()) script_(talk);
      error_code ignored;
      socket->shutdown(tcp::socket::shutdown_both, ignored);
      socket->close(ignored);
    });
  }
}

}  // namespace wa::native_test
