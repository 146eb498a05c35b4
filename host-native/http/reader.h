// The reading half of a connection: heads and bodies from a stream, within their times and what the budget lends. What comes
// ahead of its turn stays in the buffer.
#pragma once

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "base/limits.h"
#include "http/chunks.h"
#include "http/shared.h"
#include "system/metrics.h"

namespace wa::native {

template <class Stream>
class HttpReader {
 public:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;
  using Loan = ByteBudget::Loan;

  HttpReader(Stream& stream, Deadline& deadline, const HttpServerOptions& options,
             std::shared_ptr<ByteBudget> heads, std::string address)
      : stream_(stream), deadline_(deadline), options_(options), held_(std::move(heads), "", std::move(address)) {}
  // The heads of somebody who is known: no stranger can use up what they need.
  void lent_by(Loan loan) { held_ = std::move(loan); }

  std::size_t size() const { return buffer_.size(); }  // bytes that came ahead
  void drop() {
    buffer_.clear();
    buffer_.shrink_to_fit();
    held_.give_back();
  }
  // After a false: what the peer is told; nullopt: it is gone.
  std::optional<Reply> take_refusal() { return std::exchange(refusal_, std::nullopt); }

  Awaitable<bool> read_head(HttpHead& out) {
    HeadEnd end;
    int empty_lines = 0;
    bool begun = false;
    deadline_.set(options_.idle_ms);
    for (;;) {
      for (; !begun && buffered().starts_with("\r\n"); buffer_.consume(2))
        if (++empty_lines > kEmptyLinesMax) co_return cannot_read();
      const auto seen = !begun && buffered() == "\r" ? HeadEnd::Seen::nothing : end.look(buffered());
      if (seen == HeadEnd::Seen::bad) co_return cannot_read();
      if ((seen == HeadEnd::Seen::end ? end.size() : buffer_.size()) > limits::kHeaderBytesMax)
        co_return cannot_read(error_reply(431, "INVALID_REQUEST", "request header is larger than 16 KiB"));
      if (seen == HeadEnd::Seen::end) break;
      if (!begun && buffer_.size() > 0 && buffered() != "\r") {
        begun = true;
        deadline_.set(options_.header_ms);
      }
      if (!co_await read_more(begun)) co_return false;
    }
    auto head = native::read_head(buffered().substr(0, end.size()));
    buffer_.consume(end.size());
    if (const auto* refused = std::get_if<HeadRefused>(&head))
      co_return cannot_read(error_reply(refused->status, refused->code, refused->text));
    out = std::get<HttpHead>(std::move(head));
    const auto too_large = options_.has_taker && options_.has_taker(out) ? std::nullopt : judge_length(out);
    if (too_large) co_return cannot_read(error_reply(too_large->status, too_large->code, too_large->text));
    co_return true;
  }

  // A body that goes on to `taker` as it comes. False with a refusal: it is not read to its end.
  Awaitable<bool> hand_body(const HttpHead& head, Loan& held, BodyTaker& taker) {
    const auto begun = Deadline::Clock::now();
    if (head.length > taker.bytes_max()) co_return cannot_read(too_large_for(taker));
    if (!lend(held, kBodyPieceBytes)) co_return false;
    deadline_.set(options_.body_ms);
    if (head.expects_continue && buffer_.size() == 0 && !co_await write_continue()) co_return false;
    Chunks chunks(static_cast<std::size_t>(taker.bytes_max()));
    std::string piece(buffered());
    buffer_.consume(buffer_.size());
    for (std::uint64_t left = head.length;;) {
      std::string_view rest = piece;
      auto state = Chunks::State::more;
      std::string carried;
      if (head.chunked) {
        state = chunks.take(rest, carried);
      } else {
        carried = rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, rest.size())));
        rest.remove_prefix(carried.size());
        left -= carried.size();
        if (left == 0) state = Chunks::State::done;
      }
      if (state == Chunks::State::bad) co_return cannot_read();
      if (state == Chunks::State::too_large) co_return cannot_read(too_large_for(taker));
      auto refused = carried.empty() ? std::nullopt : taker.take(carried);
      if (refused) co_return cannot_read(*std::move(refused));
      if (!lend(held, kBodyPieceBytes + taker.bytes_held())) co_return false;
      if (state == Chunks::State::done) {
        give_ahead(rest);
        co_return true;
      }
      // Each piece in its time, and all together not slower than any line that is worth it.
      if (Deadline::Clock::now() - begun > whole_body_time(head))
        co_return cannot_read(error_reply(408, "INVALID_REQUEST", "request was not completed in time"));
      deadline_.set(options_.body_ms);
      const std::uint64_t most = head.chunked ? kChunkedPieceBytes : std::min<std::uint64_t>(left, kBodyPieceBytes);
      piece.resize(static_cast<std::size_t>(most));
      const auto [lost, count] = co_await stream_.async_read_some(boost::asio::buffer(piece), kHttpUse);
      piece.resize(count);
      if (lost) co_return lost_while_reading(lost);
    }
  }

  Awaitable<bool> read_body(const HttpHead& head, Loan& held, std::string& body) {
    deadline_.set(options_.body_ms);
    if (!lend(held, head.chunked ? 0 : static_cast<std::size_t>(head.length))) co_return false;
    if (head.expects_continue && buffer_.size() == 0 && !co_await write_continue()) co_return false;
    if (head.chunked) co_return co_await read_chunks(held, body);
    const auto length = static_cast<std::size_t>(head.length);
    body.reserve(length);
    body = buffered().substr(0, length);
    buffer_.consume(body.size());
    while (body.size() < length) {
      const std::size_t old = body.size();
      body.resize(std::min(length, old + kBodyReadBytes));
      const auto [lost, count] =
          co_await stream_.async_read_some(boost::asio::buffer(body.data() + old, body.size() - old), kHttpUse);
      body.resize(old + count);
      if (lost) co_return lost_while_reading(lost);
    }
    co_return true;
  }

 private:
  using Failed = boost::system::error_code;
  static constexpr std::size_t kReadBytes = 4096, kBodyReadBytes = 64u << 10;
  static constexpr int kEmptyLinesMax = 4;
  static constexpr std::size_t kChunkedPieceBytes = 16u << 10;   // what came behind its end fits into the buffer
  static constexpr std::uint64_t kSlowestBytesPerMs = 16;
  static constexpr std::chrono::minutes kChunkedTimeMax{30};

  std::string_view buffered() const { return {static_cast<const char*>(buffer_.data().data()), buffer_.size()}; }

  std::chrono::milliseconds whole_body_time(const HttpHead& head) const {
    if (head.chunked) return kChunkedTimeMax;
    return std::chrono::milliseconds(options_.body_ms + static_cast<std::int64_t>(head.length / kSlowestBytesPerMs));
  }
  static Reply too_large_for(const BodyTaker& taker) {
    const std::string text = "request body is larger than " + std::to_string(taker.bytes_max() >> 20) + " MiB";
    return error_reply(413, "PAYLOAD_TOO_LARGE", text.c_str());
  }
  // What came behind a body is the next request. It was read in one piece with its end.
  void give_ahead(std::string_view bytes) {
    const auto room = buffer_.prepare(std::min(bytes.size(), buffer_.max_size()));
    buffer_.commit(boost::asio::buffer_copy(room, boost::asio::buffer(bytes.data(), bytes.size())));
  }

  Awaitable<bool> read_chunks(Loan& held, std::string& body) {
    Chunks chunks(limits::kBodyBytesMax);
    for (;;) {
      std::string_view in = buffered();
      // A string that grows has twice what it needs for a while.
      if (!lend(held, std::min(limits::kBodyBytesMax, 2 * (body.size() + in.size())))) co_return false;
      const auto state = chunks.take(in, body);
      buffer_.consume(buffer_.size() - in.size());
      if (state == Chunks::State::done) co_return true;
      if (state == Chunks::State::bad) co_return cannot_read();
      if (state == Chunks::State::too_large)
        co_return cannot_read(error_reply(413, "PAYLOAD_TOO_LARGE", "request body is larger than 1 MiB"));
      if (!co_await read_more(true)) co_return false;
    }
  }

  // More bytes in the buffer; `begun`: of a request, else between two.
  Awaitable<bool> read_more(bool begun) {
    if (buffer_.size() == 0 && buffer_.capacity() > 2 * kReadBytes) buffer_.shrink_to_fit();
    if (buffer_.size() <= kReadBytes) held_.give_back();
    else if (!lend(held_, buffer_.max_size())) co_return false;
    // Its place was given away while the last answer was written.
    if (!begun && deadline_.unwanted() && !deadline_.unread()) co_return false;
    if (begun && deadline_.gave_way()) co_return false;
    for (bool last = false;; last = true) {
      deadline_.idle(!begun && !last);
      deadline_.unfinished(begun);
      const auto [lost, count] = co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kHttpUse);
      deadline_.idle(false);
      deadline_.unfinished(false);
      buffer_.commit(count);
      if (!lost) co_return true;
      if (begun) co_return lost_while_reading(lost);
      // It has waited too long, or another wants its place. What came just before that is a request, which is answered.
      if (last || lost != boost::asio::error::operation_aborted || !deadline_.unread()) co_return false;
      deadline_.set(options_.header_ms);
    }
  }

  bool cannot_read(Reply told = error_reply(400, "INVALID_REQUEST", "malformed request")) {
    refusal_ = std::move(told);
    return false;
  }
  bool lost_while_reading(const Failed& lost) {
    if (deadline_.passed()) return cannot_read(error_reply(408, "INVALID_REQUEST", "request was not completed in time"));
    if (lost == boost::asio::error::eof) return cannot_read();
    return false;
  }
  bool lend(Loan& to, std::size_t bytes) {
    const auto grant = to.grow_to(bytes);
    if (grant == ByteBudget::Grant::lent) return true;
    count(counters().http_refused_bytes);
    return cannot_read(grant == ByteBudget::Grant::share_used
                           ? busy_reply(429, "RATE_LIMITED", "too many bytes of this tenant or address are under way")
                           : busy_reply(503, "DEVICE_NOT_READY", "server is overloaded"));
  }

  Awaitable<bool> write_continue() {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [failed, count] = co_await boost::asio::async_write(stream_, boost::asio::buffer(kContinue), kHttpUse);
    co_return !failed && count == kContinue.size();
  }

  Stream& stream_;
  Deadline& deadline_;
  const HttpServerOptions& options_;
  Loan held_;  // for a head that does not fit into one read: from a part of the budget that strangers have to themselves
  boost::beast::flat_buffer buffer_{limits::kHeaderBytesMax + 2 * kReadBytes};
  std::optional<Reply> refusal_;
};

}  // namespace wa::native
