// One connection of the HTTP front: reads a request, waits for its reply, writes it, in a loop. Requests that were sent ahead
// wait in the buffer, which is what keeps replies in order. Stream is a TCP socket or TLS over one.
#pragma once

#include <sys/socket.h>

#include <array>
#include <boost/asio/defer.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <type_traits>

#include "http/paid_reply.h"
#include "http/reader.h"
#include "system/metrics.h"

namespace wa::native {

class BusyMark {
 public:
  explicit BusyMark(std::atomic<std::size_t>& busy) : busy_(busy) { ++busy_; }
  ~BusyMark() { --busy_; }
  BusyMark(const BusyMark&) = delete;
  BusyMark& operator=(const BusyMark&) = delete;

 private:
  std::atomic<std::size_t>& busy_;
};

template <class Stream>
class HttpConnection {
 public:
  HttpConnection(Stream stream, Seat seat)
      : seat_(std::move(seat)),
        shared_(seat_.shared().get()),
        address_(seat_.address()),
        stream_(std::move(stream)),
        deadline_(std::make_shared<Deadline>(socket())),
        in_(stream_, *deadline_, shared_->options, shared_->options.heads, address_name()) {
    const std::lock_guard lock(shared_->open_mutex);
    place_ = shared_->open.insert(shared_->open.end(), deadline_);
  }
  ~HttpConnection() {
    deadline_->end();
    {
      const std::lock_guard lock(shared_->open_mutex);
      shared_->open.erase(place_);
    }
    Failed ignored;
    socket().close(ignored);
    shared_->spare.refill();
  }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  template <class T = void>
  using Awaitable = boost::asio::awaitable<T>;

  Awaitable<> run() {
    if constexpr (!std::is_same_v<Stream, Socket>) {
      within(shared_->options.header_ms);
      deadline_->unfinished(true);
      const auto [failed] = co_await stream_.async_handshake(boost::asio::ssl::stream_base::server, kHttpUse);
      deadline_->unfinished(false);
      if (failed) co_return;
    }
    while (co_await serve_one()) {
    }
    if (linger_) co_await linger();
    Failed ignored;
    socket().shutdown(Socket::shutdown_both, ignored);
  }

 private:
  using Socket = boost::asio::ip::tcp::socket;
  using Failed = boost::system::error_code;
  using Loan = ByteBudget::Loan;
  static constexpr std::int64_t kLingerMs = 2'000;
  static constexpr std::size_t kLingerBytesMax = 4u << 20, kLingerReadBytes = 16384;
  static constexpr std::chrono::milliseconds kLingerPause{2};  // what is thrown away anyway is not worth all of a core
  // A client that does not wait for replies is served at the pace of the others: so many of its requests at a stretch.
  static constexpr int kAheadFree = 64, kAheadAtOnce = 16;
  static constexpr std::chrono::milliseconds kAheadPause{20};

  Socket& socket() {
    if constexpr (std::is_same_v<Stream, Socket>) return stream_;
    else return stream_.next_layer();
  }
  std::string address_name() const { return "a" + std::to_string(address_); }
  void within(std::int64_t ms) { deadline_->set(ms); }

  // False: nothing more will come over this connection.
  Awaitable<bool> serve_one() {
    if (co_await too_far_ahead()) co_return false;
    HttpHead head;
    if (!co_await in_.read_head(head)) co_return co_await refuse();
    const bool no_body = head.method == "HEAD";
    Admission admitted = co_await admission_of(head);
    if (admitted.answer) {
      const BusyMark mark(shared_->busy);
      linger_ = head.has_body();  // what of it was sent is not read
      const bool keep = may_keep(head) && !linger_;
      co_return co_await write(*std::move(admitted.answer), keep, no_body) && keep;
    }
    tenant_ = admitted.tenant.empty() ? std::string() : "t" + admitted.tenant;
    if (!deadline_->known()) {
      deadline_->let_in();
      in_.lent_by(Loan(shared_->options.budget, tenant_, address_name()));
    }
    Loan held(shared_->options.budget, tenant_, address_name());  // until the request is answered
    HttpRequest request;
    const bool encoded = !head.content_encoding.empty() && head.content_encoding != "identity";
    std::optional<Reply> refused;
    if (head.has_body() && !co_await read_request_body(head, admitted.tenant, encoded, held, request, refused))
      co_return false;
    const BusyMark mark(shared_->busy);
    if (encoded) refused = error_reply(400, "INVALID_REQUEST", "unknown content encoding");
    if (refused) {
      const bool keep = may_keep(head);
      co_return co_await write(*std::move(refused), keep, no_body) && keep;
    }
    request.method = std::move(head.method);
    request.target = std::move(head.target);
    request.authorization = std::move(head.authorization);
    request.device_id = std::move(head.device_id);
    request.idempotency_key = std::move(head.idempotency_key);
    request.prefer = std::move(head.prefer);
    if (request.content_type.empty()) request.content_type = std::move(head.content_type);
    request.range = std::move(head.range);
    request.if_none_match = std::move(head.if_none_match);
    request.accept_encoding = std::move(head.accept_encoding);
    const auto asked = Deadline::Clock::now();
    PaidReply answered = co_await waited<PaidReply>([&](auto tell) {
      shared_->route(std::move(request), [budget = shared_->options.budget, tenant = tenant_, address = address_name(),
                                          tell = std::move(tell)](Answered reply) {
        tell(paid(Loan(budget, tenant, address), std::move(reply)));
      });
    });
    held.give_back();
    if (shared_->options.counted) counters().http_seconds.observe(Deadline::Clock::now() - asked);
    const bool keep = may_keep(head);
    co_return co_await write_paid(std::move(answered), keep, no_body) && keep;
  }

  // Asked when the answer is there: while it was made, the server may have begun to stop, or the place been given away.
  bool may_keep(const HttpHead& head) const {
    return head.keep_alive && !shared_->draining && !deadline_->unwanted();
  }

  // True: the connection ended while it had to wait.
  Awaitable<bool> too_far_ahead() {
    ahead_ = in_.size() == 0 ? 0 : ahead_ + 1;
    if (ahead_ < kAheadFree + kAheadAtOnce) co_return false;
    ahead_ = kAheadFree;
    co_return !co_await pause(kAheadPause);
  }

  Awaitable<bool> pause(std::chrono::milliseconds time) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
    const auto [failed] = co_await timer.async_wait(kHttpUse);
    co_return !failed;
  }

  // What `start` calls back with, from whatever thread.
  template <class T, class Start>
  Awaitable<T> waited(Start start) {
    deadline_->clear();
    const auto executor = co_await boost::asio::this_coro::executor;
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(T)>(
        [&](auto handler) {
          auto held = std::make_shared<decltype(handler)>(std::move(handler));
          start([held, executor](T value) {
            boost::asio::defer(executor,
                               [held, value = std::move(value)]() mutable { std::move (*held)(std::move(value)); });
          });
        },
        boost::asio::use_awaitable);
  }

  Awaitable<Admission> admission_of(const HttpHead& head) {
    const HttpDoor& door = shared_->options.door;
    if (!door.known) co_return Admission{};
    if (auto known = door.known(head, address_)) co_return *std::move(known);
    co_return co_await waited<Admission>(
        [&](auto tell) { door.ask(head, address_, std::move(tell)); });
  }

  // By whoever takes such bodies, or whole. False: the connection ends, and what there was to say is said.
  Awaitable<bool> read_request_body(const HttpHead& head, const std::string& tenant, bool encoded, Loan& held,
                                    HttpRequest& request, std::optional<Reply>& refused) {
    const HttpServerOptions& options = shared_->options;
    if (encoded || !options.has_taker || !options.has_taker(head)) {
      if (const auto too_large = judge_length(head))   // of one that has a taker
        co_return co_await refuse_body(error_reply(too_large->status, too_large->code, too_large->text));
      if (!co_await in_.read_body(head, held, request.body)) co_return co_await refuse();
      co_return true;
    }
    Reply not_taken;
    const std::unique_ptr<BodyTaker> taker = options.taker(head, tenant, not_taken);
    if (!taker) co_return co_await refuse_body(std::move(not_taken));
    if (!co_await in_.hand_body(head, held, *taker)) co_return co_await refuse();
    refused = taker->finish(request);
    co_return true;
  }

  // Not a byte more of its body is read.
  Awaitable<bool> refuse_body(Reply told) {
    linger_ = true;
    co_await write(std::move(told), false, false);
    co_return false;
  }

  Awaitable<bool> refuse() {
    auto refusal = in_.take_refusal();
    if (!refusal) co_return false;
    linger_ = true;
    co_await write(*std::move(refusal), false, false);
    co_return false;
  }

  Awaitable<bool> write(Reply reply, bool keep, bool no_body) {
    co_return co_await write_paid(paid(Loan(shared_->options.budget, tenant_, address_name()), std::move(reply)), keep,
                                  no_body);
  }

  Awaitable<bool> write_paid(PaidReply paid_reply, bool keep, bool no_body) {
    const Answered& reply = paid_reply.reply;
    if (const auto digit = static_cast<std::size_t>(reply.status) / 100; shared_->options.counted && digit < 6)
      count(counters().http_responses[digit]);
    const auto length = reply.stream ? std::optional(reply.stream->size) : std::nullopt;
    const std::string head = reply_head(reply, keep, length);
    const std::string_view body = no_body ? std::string_view() : reply.body;
    const std::array<boost::asio::const_buffer, 2> parts{boost::asio::buffer(head), boost::asio::buffer(body)};
    within(shared_->options.write_ms);
    const auto [failed, sent] = co_await boost::asio::async_write(stream_, parts, kHttpUse);
    bool whole = !failed && sent == boost::asio::buffer_size(parts);
    if (whole && reply.stream && !no_body) whole = co_await write_stream(*reply.stream);
    if (!keep && in_.size() > 0) linger_ = true;
    co_return whole;
  }

  // A piece at a time, each in its time: whoever reads slowly holds one piece, and whoever does not read is left.
  Awaitable<bool> write_stream(const ReplyStream& stream) {
    std::vector<std::uint8_t> piece(static_cast<std::size_t>(std::min<std::uint64_t>(stream.size, kBodyPieceBytes)));
    for (std::uint64_t at = 0; at < stream.size; at += piece.size()) {
      piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(stream.size - at, kBodyPieceBytes)));
      if (!stream.read(at, piece)) co_return false;
      within(shared_->options.write_ms);
      const auto [failed, sent] = co_await boost::asio::async_write(stream_, boost::asio::buffer(piece), kHttpUse);
      if (failed) co_return false;
    }
    co_return true;
  }

  // A close with unread bytes resets the connection, and the peer may lose the reply: what it still sends is thrown away, in the
  // kernel, so that it takes no memory here.
  Awaitable<> linger() {
    Failed ignored;
    socket().shutdown(Socket::shutdown_send, ignored);
    within(kLingerMs);
    in_.drop();
    for (std::size_t total = 0; total < kLingerBytesMax;) {
      const auto [failed] = co_await socket().async_wait(Socket::wait_read, kHttpUse);
      if (failed || deadline_->passed()) break;
      const auto count = ::recv(socket().native_handle(), nullptr, kLingerReadBytes, MSG_TRUNC | MSG_DONTWAIT);
      if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) break;
      if (count > 0) total += static_cast<std::size_t>(count);
      if (!co_await pause(kLingerPause)) break;
    }
  }

  Seat seat_;
  HttpShared* const shared_;
  const AddressKey address_;
  Stream stream_;
  std::shared_ptr<Deadline> deadline_;
  HttpReader<Stream> in_;
  std::list<std::shared_ptr<Deadline>>::iterator place_;
  int ahead_ = 0;  // requests in a row that were there before the reply to the last
  std::string tenant_;  // of the request that is served, as a holder of the budget
  bool linger_ = false;
};

}  // namespace wa::native
