#include "client/link/link.h"

#include <algorithm>

#include "base/limits.h"
#include "client/link/client_payload.h"
#include "client/rows/direct_chats.h"
#include "signal/prekeys.h"

namespace wa::client {

void Link::connect(const Account& account, const Config& config, Turn& turn) {
  WA_ASSERT(down());
  ++connection_;
  failure_ = nullptr;
  certificate_expired_ = false;
  with_routing_ = config.use_routing_info && !account.routing_info.empty() && !routing_failed_;
  routing_failed_ = with_routing_;  // until this attempt is up
  state_ = Connecting{turn.now.mono + limits::kConnectTimeoutMs};
  turn.effect(Connect{connection_});
}

void Link::on_opened(ConnectionId connection, const Account& account, Turn& turn) {
  if (connection != connection_ || !std::holds_alternative<Connecting>(state_)) return;
  Handshaking next{noise::Handshake(account.noise_key, crypto::KeyPair::generate(turn.random)),
                   turn.now.mono + limits::kHandshakeTimeoutMs};
  Bytes first = wire::build_intro(with_routing_ ? ByteView(account.routing_info) : ByteView{});
  append(first, wire::encode_frame(next.handshake.client_hello()));
  last_received_ = turn.now.mono;
  state_ = std::move(next);
  send_bytes(std::move(first), turn);
}

void Link::feed(ConnectionId connection, ByteView bytes) {
  if (connection != connection_ || down() || std::holds_alternative<Connecting>(state_)) return;
  buffer_.push(bytes);
}

std::optional<wire::Node> Link::next(const Account& account, const Config& config, Turn& turn) {
  while (!down()) {
    std::optional<Bytes> frame = buffer_.next();
    if (!frame) return std::nullopt;
    last_received_ = turn.now.mono;
    if (up()) {
      if (auto node = open_frame(*frame, turn)) return node;
    } else {
      on_server_hello(*frame, account, config, turn);
    }
  }
  return std::nullopt;
}

// Certificate first: nothing of the account leaves before the service has proved itself.
void Link::on_server_hello(const Bytes& frame, const Account& account, const Config& config, Turn& turn) {
  auto* state = std::get_if<Handshaking>(&state_);
  Bytes payload;
  if (account.paired) {
    PayloadStyle style;
    style.lid_db_migrated = told_direct_chats(turn.txn) == DirectChats::by_lid;
    auto built = build_login_payload(config, account, style);
    if (!built.ok()) return fail(built.error().detail, turn);
    payload = *std::move(built);
  } else {
    auto prekey = signal::current_signed_prekey(turn.txn);
    if (!prekey) return fail("signed prekey is missing", turn);
    payload = build_registration_payload(config, account, *prekey);
  }
  auto finished = state->handshake.on_server_hello(frame, payload, config.certificates, turn.now.wall);
  if (!finished.ok()) {
    certificate_expired_ = finished.error().code == Errc::clock_or_expired;
    return fail(finished.error().detail, turn);
  }
  const Bytes finish = wire::encode_frame(finished->client_finish);
  state_ = Up{finished->transport, 0};
  routing_failed_ = false;
  send_bytes(finish, turn);
}

// A frame that does not decrypt ends the link; a stanza that does not decode is dropped (02 section 5).
std::optional<wire::Node> Link::open_frame(const Bytes& frame, Turn& turn) {
  auto* state = std::get_if<Up>(&state_);
  auto plaintext = state->transport.open(frame);
  if (!plaintext.ok()) {
    fail("frame cannot be decrypted", turn);
    return std::nullopt;
  }
  if (turn.trace) turn.effect(Trace{false, *plaintext});
  auto node = wire::decode_stanza(*plaintext);
  if (node.ok()) {
    state->bad_in_row = 0;
    return *std::move(node);
  }
  drop("stanza cannot be decoded and is dropped", turn);
  // One that is understood but too large says nothing about the others: somebody's message must not cost the link.
  if (node.error().code == Errc::too_large) return std::nullopt;
  if (++state->bad_in_row >= limits::kBadStanzasInRowMax) fail("too many undecodable stanzas", turn);
  return std::nullopt;
}

bool Link::on_closed(ConnectionId connection) {
  if (connection != connection_ || down()) return false;
  state_ = Down{};
  buffer_ = {};
  return true;
}

void Link::close(Turn& turn) {
  if (down()) return;
  turn.effect(Disconnect{connection_});
  state_ = Down{};
  buffer_ = {};
}

void Link::send(const wire::Node& node, Turn& turn) {
  auto* state = std::get_if<Up>(&state_);
  if (!state) return;
  Bytes stanza = wire::encode_stanza(node);
  if (stanza.empty()) return drop("a stanza does not fit a frame: not sent", turn);
  auto sealed = state->transport.seal(stanza);
  if (!sealed.ok()) return fail(sealed.error().detail, turn);
  if (turn.trace) turn.effect(Trace{true, std::move(stanza)});
  send_bytes(wire::encode_frame(*sealed), turn);
}

bool Link::timed_out(Turn& turn) {
  const auto limit = deadline();
  if (!limit || turn.now.mono < *limit) return false;
  fail(std::holds_alternative<Connecting>(state_) ? "no connection in time" : "no handshake in time", turn);
  return true;
}

std::optional<MonoTime> Link::deadline() const {
  if (const auto* state = std::get_if<Connecting>(&state_)) return state->deadline;
  if (const auto* state = std::get_if<Handshaking>(&state_)) return state->deadline;
  return std::nullopt;
}

void Link::drop(const char* why, Turn& turn) { turn.log(LogLevel::warning, why, static_cast<std::int64_t>(++dropped_)); }

void Link::fail(const char* why, Turn& turn) {
  failure_ = why;
  turn.log(LogLevel::warning, why);
  close(turn);
}

void Link::send_bytes(Bytes bytes, Turn& turn) { turn.effect(Send{connection_, std::move(bytes)}); }

}  // namespace wa::client
