// tested by native/net/transfer_test.cpp
#include "net/transfer.h"

#include <algorithm>
#include <array>
#include <boost/asio/defer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include "base/encoding.h"
#include "net/dial.h"

namespace wa::native {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kTransferPieceBytes = 64u << 10;
constexpr std::size_t kNameBytesMax = 255, kUrlBytesMax = 2048;

TransferEnd not_transferred(WebhookFault fault) {
  TransferEnd out;
  out.fault = fault;
  out.timeout = fault == WebhookFault::timeout;
  return out;
}

}  // namespace

template <class Stream>
class TransferTalk {
 public:
  TransferTalk(Stream& stream, Transfer& call) : stream_(stream), call_(call), piece_(std::make_unique<Piece>()) {}

  asio::awaitable<TransferEnd> run() {
    const std::string head = request_head();
    within();
    const auto [unsent, count] = co_await asio::async_write(stream_, asio::buffer(head), kDialUse);
    if (unsent) co_return not_transferred(fault_of(unsent, WebhookFault::closed));
    // A host that refuses says so before it has read everything, and need not read on: its answer counts.
    if (const auto failed = co_await send_body(); failed && *failed == WebhookFault::none)
      co_return not_transferred(WebhookFault::closed);
    else if (failed && *failed == WebhookFault::timeout) co_return not_transferred(*failed);
    co_return co_await read_answer();
  }

 private:
  using Piece = std::array<std::uint8_t, kTransferPieceBytes>;

  void within() {
    beast::get_lowest_layer(stream_).expires_at(std::min(steady_clock::now() + call_.progress, call_.deadline));
  }

  std::string request_head() const {
    const Url& url = call_.to.url();
    std::string out = call_.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.host_header() +
                      "\r\nUser-Agent: wuts/" WUTS_VERSION "\r\nAccept: */*\r\nConnection: close\r\n";
    for (const auto& [name, value] : call_.headers) out += name + ": " + value + "\r\n";
    if (call_.method != "GET") out += "Content-Length: " + std::to_string(call_.body_bytes) + "\r\n";
    return out + "\r\n";
  }

  // nullopt: all was sent. WebhookFault::none: there was nothing to send.
  asio::awaitable<std::optional<WebhookFault>> send_body() {
    for (std::uint64_t left = call_.body_bytes; left > 0;) {
      const std::span<std::uint8_t> next(piece_->data(),
                                         static_cast<std::size_t>(std::min<std::uint64_t>(left, kTransferPieceBytes)));
      if (!call_.next || !call_.next(next)) co_return WebhookFault::none;
      within();
      const auto [unsent, count] =
          co_await asio::async_write(stream_, asio::buffer(next.data(), next.size()), kDialUse);
      if (unsent) co_return fault_of(unsent, WebhookFault::closed);
      left -= next.size();
      co_await pass();
    }
    co_return std::nullopt;
  }

  // A body that is always at hand does not keep a thread from the others.
  asio::awaitable<void> pass() {
    co_await asio::defer(co_await asio::this_coro::executor, asio::use_awaitable);
  }

  asio::awaitable<TransferEnd> read_answer() {
    beast::flat_buffer buffer(kAnswerBufferBytesMax);
    for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
      http::response_parser<http::buffer_body> parser;
      parser.body_limit(boost::none);
      parser.header_limit(kAnswerHeadBytesMax);
      within();
      const auto [no_header, header_bytes] = co_await http::async_read_header(stream_, buffer, parser, kDialUse);
      if (no_header) co_return not_transferred(fault_of(no_header, WebhookFault::closed));
      if (parser.get().result_int() < 200) continue;
      co_return co_await read_body(parser, buffer);
    }
    co_return not_transferred(WebhookFault::closed);
  }

  template <class Parser>
  static AnswerHead head_of(const Parser& parser) {
    AnswerHead out;
    const auto& fields = parser.get();
    out.status = static_cast<int>(fields.result_int());
    out.content_type = std::string(fields[http::field::content_type]);
    out.content_disposition = std::string(fields[http::field::content_disposition]);
    out.location = std::string(fields[http::field::location]);
    out.retry_after = std::string(fields[http::field::retry_after]);
    if (const auto length = parser.content_length()) out.length = *length;
    return out;
  }

  template <class Parser>
  asio::awaitable<TransferEnd> read_body(Parser& parser, beast::flat_buffer& buffer) {
    TransferEnd out;
    out.head = head_of(parser);
    if (call_.wanted && !call_.wanted(out.head)) co_return out;
    if (out.head.length.value_or(0) > call_.answer_bytes_max) {
      out.too_large = true;
      co_return out;
    }
    std::uint64_t total = 0;
    // Chunks of one byte each, with extensions, are much to read for a short body.
    std::uint64_t wire = 2 * call_.answer_bytes_max + kAnswerBufferBytesMax;
    while (!parser.is_done()) {
      auto& body = parser.get().body();
      body.data = piece_->data();
      body.size = piece_->size();
      within();
      const auto [failed, count] = co_await http::async_read_some(stream_, buffer, parser, kDialUse);
      const std::size_t got = piece_->size() - body.size;
      total += got;
      out.too_large = total > call_.answer_bytes_max || count > wire;
      if (out.too_large) co_return out;
      wire -= count;
      if (got > 0 && call_.piece && !call_.piece(ByteView(piece_->data(), got))) co_return out;
      if (failed && failed != http::error::need_buffer) {
        out.fault = fault_of(failed, WebhookFault::closed);
        out.timeout = out.fault == WebhookFault::timeout;
        co_return out;
      }
      if (got == piece_->size()) co_await pass();
    }
    out.complete = true;
    co_return out;
  }

  Stream& stream_;
  Transfer& call_;
  std::unique_ptr<Piece> piece_;
};

struct TransferOver {
  Transfer& call;
  template <class Stream>
  asio::awaitable<TransferEnd> operator()(Stream& stream) const {
    TransferTalk<Stream> one(stream, call);
    co_return co_await one.run();
  }
};

namespace {

bool may_stand_in_url(char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; }

// A quoted string or a token after "name=".
std::string disposition_part(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(';'); at != std::string_view::npos; at = text.find(';', at + 1)) {
    std::string_view rest = text.substr(at + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (!beast::iequals(beast::string_view(rest.data(), std::min(name.size(), rest.size())),
                        beast::string_view(name.data(), name.size())))
      continue;
    rest.remove_prefix(name.size());
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of("; \t")));
    std::string out;
    for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      out += rest[i];
    }
    return out;
  }
  return {};
}

// Percent-decoded; empty when that is no text.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_value(text[i + 1]) : -1, low = escape ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return is_utf8(out) ? out : std::string();
}

}  // namespace

asio::awaitable<TransferEnd> transfer(Outgoing& out, Transfer& call) {
  const TransferOver talk{call};
  // Who takes the connection and says nothing is given up as one who stops in the middle.
  const auto connected_by = std::min(call.deadline, std::chrono::steady_clock::now() + call.progress);
  co_return co_await with_connection<TransferEnd>(out, call.to, call.tenant, connected_by, talk, not_transferred);
}

std::optional<std::string> redirect_target(const Url& from, std::string_view location) {
  location = location.substr(0, location.find('#'));
  if (location.empty() || location.size() > kUrlBytesMax || !std::ranges::all_of(location, may_stand_in_url))
    return std::nullopt;
  const std::string origin = from.scheme + "://" + from.host_header();
  const std::string_view path = std::string_view(from.target).substr(0, from.target.find('?'));
  std::string out;
  const auto colon = location.find("://");
  if (colon != std::string_view::npos && colon < location.find_first_of("/?")) out = location;
  else if (location.starts_with("//")) out = from.scheme + ":" + std::string(location);
  else if (location.starts_with('/')) out = origin + std::string(location);
  else if (location.starts_with('?')) out = origin + std::string(path) + std::string(location);
  else out = origin + std::string(path.substr(0, path.rfind('/') + 1)) + std::string(location);
  const auto to = parse_url(out);
  if (!to || (to->scheme != "http" && to->scheme != "https")) return std::nullopt;
  if (from.encrypted() && !to->encrypted()) return std::nullopt;
  return out;
}

std::string file_name_of(std::string_view content_disposition, std::string_view target) {
  std::string name;
  if (std::string star = disposition_part(content_disposition, "filename*"); !star.empty()) {
    const auto mark = star.find("''");
    name = mark == std::string::npos ? std::string() : percent_decoded(std::string_view(star).substr(mark + 2));
  }
  if (name.empty()) name = disposition_part(content_disposition, "filename");
  if (name.empty()) {
    const std::string_view path = target.substr(0, target.find('?'));
    name = percent_decoded(path.substr(std::min(path.rfind('/') + 1, path.size())));
  }
  if (const auto folder = name.find_last_of("/\\"); folder != std::string::npos) name.erase(0, folder + 1);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (name == "." || name == "..") name.clear();
  if (name.size() > kNameBytesMax) {
    std::size_t end = kNameBytesMax;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;   // no half of a character
    name.resize(end);
  }
  return name;
}

}  // namespace wa::native
