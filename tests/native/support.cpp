#include "native/support.h"

#include <poll.h>
#include <stdlib.h>

#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <fstream>

namespace wa::native_test {

namespace asio = boost::asio;
using asio::ip::tcp;

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "wuts-test-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}
TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

RawClient::RawClient(std::uint16_t port) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }

void RawClient::send(std::string_view bytes) {
  boost::system::error_code ignored;  // the peer may have closed already; reading tells
  asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ignored);
}

bool RawClient::read_some(int milliseconds) {
  pollfd waiting{socket_.native_handle(), POLLIN, 0};
  if (::poll(&waiting, 1, milliseconds) <= 0) return false;
  char bytes[8192];
  boost::system::error_code failed;
  const std::size_t count = socket_.read_some(asio::buffer(bytes), failed);
  received_.append(bytes, count);
  closed_ = static_cast<bool>(failed);
  return !closed_;
}

std::string RawClient::read_until_closed(int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!closed_ && std::chrono::steady_clock::now() < end) read_some(100);
  return std::exchange(received_, {});
}

std::string RawClient::read_responses(int count, int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (;;) {
    std::size_t at = 0;
    for (int i = 0; i < count; ++i) {
      const auto header_end = received_.find("\r\n\r\n", at);
      const auto length = received_.find("Content-Length: ", at);
      if (header_end == std::string::npos || length == std::string::npos || length > header_end) {
        at = std::string::npos;
        break;
      }
      at = header_end + 4 + std::stoul(received_.substr(length + 16));
      if (at > received_.size()) { at = std::string::npos; break; }
    }
    if (at != std::string::npos) {
      std::string out = received_.substr(0, at);
      received_.erase(0, at);
      return out;
    }
    if (closed_ || std::chrono::steady_clock::now() > end) return std::exchange(received_, {});
    read_some(100);
  }
}

void make_certificate(const std::filesystem::path& directory, const std::string& names) {
  const std::string dir = directory.string(), key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj ";
  const std::string script =
      "openssl req -x509 -days 2 " + key + "/CN=ca -keyout " + dir + "/ca.key -out " + dir + "/ca.pem && openssl req " + key +
      "/CN=peer -keyout " + dir + "/s.key -out " + dir + "/s.csr && printf 'subjectAltName=" + names + "' > " + dir +
      "/ext && openssl x509 -req -in " + dir + "/s.csr -CA " + dir + "/ca.pem -CAkey " + dir +
      "/ca.key -CAcreateserial -days 2 -extfile " + dir + "/ext -out " + dir + "/s.pem";
  if (std::system(("(" + script + ") >/dev/null 2>&1").c_str()) != 0) throw std::runtime_error("openssl failed");
}

ScriptedPeer::ScriptedPeer(std::function<std::string(const std::string&)> script, asio::ssl::context* tls)
    : script_(std::move(script)),
      tls_(tls),
      acceptor_(io_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)),
      thread_([this] { run(); }) {}

ScriptedPeer::~ScriptedPeer() {
  stopping_ = true;
  try {
    RawClient wake(port());
  } catch (const std::exception&) {
  }
  thread_.join();
}

// False: the connection is to stay open, silent.
template <class Stream>
bool ScriptedPeer::talk(Stream& stream) {
  std::string request;
  for (;;) {
    char bytes[4096];
    boost::system::error_code failed;
    const std::size_t count = stream.read_some(asio::buffer(bytes), failed);
    request.append(bytes, count);
    const auto header_end = request.find("\r\n\r\n");
    if (failed) break;
    if (header_end == std::string::npos) continue;
    const auto length = request.find("Content-Length: ");
    const std::size_t body = length == std::string::npos ? 0 : std::stoul(request.substr(length + 16));
    if (request.size() >= header_end + 4 + body) break;
  }
  const std::string answer = script_(request);
  boost::system::error_code ignored;
  written_ += asio::write(stream, asio::buffer(answer), ignored);
  return !answer.empty();
}

void ScriptedPeer::run() {
  std::vector<tcp::socket> silent;
  while (!stopping_) {
    tcp::socket socket(io_);
    acceptor_.accept(socket);
    if (stopping_) return;
    ++connections_;
    if (tls_ == nullptr) {
      if (!talk(socket)) silent.push_back(std::move(socket));
      continue;
    }
    asio::ssl::stream<tcp::socket&> encrypted(socket, *tls_);
    boost::system::error_code refused;
    encrypted.handshake(asio::ssl::stream_base::server, refused);
    if (!refused && !talk(encrypted)) silent.push_back(std::move(socket));
  }
}

}  // namespace wa::native_test
