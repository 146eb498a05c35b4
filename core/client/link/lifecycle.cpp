// tested by unit/client/link/login_verdicts_test.cpp
#include "client/link/lifecycle.h"

#include "base/limits.h"
#include "client/link/client_payload.h"
#include "client/rows/direct_chats.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/service_clock.h"
#include "stanza/queries/pairing.h"
#include "stanza/queries/session.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::int64_t kLoginMs = 20'000;          // from the end of the handshake to success, failure or pair-device
constexpr std::int64_t kLogoutMs = 5'000;
constexpr std::int64_t kRetryUnknownMs = 60'000;
constexpr std::int64_t kBanDefaultMs = 3'600'000;  // a ban without an end: ask again after an hour
constexpr std::int64_t kLoginWayMs = 1'000;        // what <success> may have been under way
constexpr std::uint32_t kDirectChatsByLidProp = 9435, kTokensToLidsProp = 14303;
constexpr int kRateLimitedSteps = 5;
constexpr std::string_view kBanRow = "ban";        // wall time before which the service wants no login
constexpr std::uint8_t kBanRowVersion = 1;

std::optional<WallTime> load_ban(const store::Txn& txn) {
  const auto row = txn.get(Table::device, kBanRow);
  if (!row) return std::nullopt;
  RowReader reader(*row, kBanRowVersion);
  const WallTime until{reader.i64()};
  if (!reader.finish().ok()) return std::nullopt;
  return until;
}

}  // namespace

void Lifecycle::resume(Now now) {
  const Account& account = out_.account();
  if (account.paired && account.wanted) state_ = Waiting{now.mono};
}

Result<void> Lifecycle::execute(const Start&, Out&, Turn& turn) {
  Account& account = out_.account();
  if (account.registration_id == 0) account = make_account(turn.txn, turn.now, turn.random);
  if (!account.wanted) {
    account.wanted = true;
    out_.save_account(turn);
  }
  if (connected()) return {};
  backoff_.reset();
  retried_unknown_ = false;
  state_ = Waiting{turn.now.mono};
  return {};
}

Result<void> Lifecycle::execute(const Stop&, Out&, Turn& turn) {
  forget_wish(turn);
  stop_for("", turn);
  return {};
}

void Lifecycle::connect_if_due(Turn& turn) {
  const auto* waiting = std::get_if<Waiting>(&state_);
  if (!waiting || turn.now.mono < waiting->until || !link_.down()) return;
  if (const auto ban = load_ban(turn.txn); ban && turn.now.wall < *ban) {
    state_ = Waiting{turn.now.mono + (*ban - turn.now.wall)};
    return;
  }
  state_ = Connecting{turn.now.mono + limits::kConnectTimeoutMs + limits::kHandshakeTimeoutMs + kLoginMs};
  link_.connect(out_.account(), config_, turn);
}

void Lifecycle::on_pair_device(Turn& turn) {
  if (!std::holds_alternative<Connecting>(state_)) return;
  state_ = Registering{};
  keepalive_.start(turn.now, turn.random);
}

void Lifecycle::on(const RefsUsedUp&, Out&, Turn& turn) {
  if (std::holds_alternative<Registering>(state_)) stop_for("qr_expired", turn);
}

// Passive until `<active/>` is confirmed: a session that never says so gets no events (pitfalls 15).
void Lifecycle::on(const stanza::Success& success, Turn& turn) {
  Account& account = out_.account();
  if (!account.paired || !std::holds_alternative<Connecting>(state_)) return;
  note_service_time(turn.txn, success.t, turn.now.wall, kLoginWayMs);
  const auto lid = wire::parse_jid(success.lid);
  const bool new_lid = lid && lid->server == wire::Server::lid && *lid != account.lid;
  if (new_lid) {
    if (!account.lid.user.empty()) turn.log(LogLevel::warning, "the service gave this account another LID");
    account.lid = *lid;
  }
  if (!success.display_name.empty()) account.push_name = success.display_name;
  ++account.login_counter;
  out_.save_account(turn);
  if (new_lid) learn_lid(turn.txn, account.pn.user_jid(), account.lid.user_jid());  // asks the stored account
  turn.txn.erase(Table::device, kBanRow);
  state_ = Activating{};
  retried_unknown_ = false;
  keepalive_.start(turn.now, turn.random);
  if (owed_ack_) out_.ack(*owed_ack_, turn);
  owed_ack_.reset();
  out_.query(stanza::build_active(), ActiveQuery{}, turn);
}

void Lifecycle::on_answer(const ActiveQuery&, const QueryAnswer& answer, Out&, Turn& turn) {
  if (!std::holds_alternative<Activating>(state_)) return;
  if (!std::holds_alternative<wire::Node>(answer)) {
    turn.log(LogLevel::warning, "the service did not activate the session");
    return leave(after_backoff(turn), "not_activated", turn);
  }
  state_ = Online{turn.now.mono};
  out_.set_online(true);
  if (keepalive_lost_) turn.event(KeepaliveRestored{});
  keepalive_lost_ = false;
  turn.event(LoggedIn{out_.account().lid.text(), turn.service_time()});
  if (told_direct_chats(turn.txn) != DirectChats::by_lid) out_.query(stanza::build_props(), PropsQuery{}, turn);
}

// Says yes once and for all; a no may be out of date when it comes.
void Lifecycle::on_answer(const PropsQuery&, const QueryAnswer& answer, Out&, Turn& turn) {
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (iq && stanza::is_prop_on(*iq, kDirectChatsByLidProp)) note_migrated(turn.txn);
  if (iq && stanza::is_prop_on(*iq, kTokensToLidsProp)) note_tokens_go_to_lids(turn.txn);
}

// Between logins the own clock may be set, or run away.
void Lifecycle::on_answer(const PingQuery& query, const QueryAnswer& answer, Out&, Turn& turn) {
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (iq) note_service_time(turn.txn, stanza::parse_pong(*iq), turn.now.wall, turn.now.mono.ms - query.sent_ms);
}

void Lifecycle::on(const stanza::Failure& failure, Turn& turn) {
  const Verdict verdict = judge(failure);
  if (verdict.reaction == Reaction::wait_until) {
    const std::int64_t wait_ms = failure.expire_s > 0 ? failure.expire_s * 1000 : kBanDefaultMs;
    const WallTime until = turn.now.wall + wait_ms;
    RowWriter row(kBanRowVersion);
    row.i64(until.ms);
    turn.txn.put(Table::device, kBanRow, std::move(row).finish());
    turn.event(TemporaryBan{failure.code, failure.expire_s});
    return leave(Waiting{turn.now.mono + wait_ms}, verdict.reason, turn);
  }
  const bool erases = verdict.reaction == Reaction::erase && out_.account().paired;
  if (!erases) {
    const bool too_old = failure.reason == 405;
    turn.event(ConnectFailure{failure.reason, verdict.reason, too_old ? version_text(config_) : std::string()});
  }
  if (verdict.reaction == Reaction::erase && !erases) return stop_for(verdict.reason, turn);  // nothing to log out of
  react(verdict, failure.reason, turn);
}

void Lifecycle::on(const stanza::StreamError& error, Turn& turn) {
  const Verdict verdict = judge(error);
  if (error.conflict == "replaced") turn.event(StreamReplaced{});
  if (error.unacked_id) owed_ack_ = stanza::AckInfo{error.unacked_class, *error.unacked_id, {}, wire::server_jid(), {}, {}};
  react(verdict, error.code, turn);
}

void Lifecycle::react(const Verdict& verdict, int code, Turn& turn) {
  turn.log(LogLevel::info, verdict.reason, code);
  switch (verdict.reaction) {
    case Reaction::erase: return erase(verdict.reason, code, 0, turn);
    case Reaction::stop: return stop_for(verdict.reason, turn);
    case Reaction::yield:
      forget_wish(turn);
      return stop_for(verdict.reason, turn);
    case Reaction::reconnect_now:
    case Reaction::back_off:
    case Reaction::back_off_long:
    case Reaction::retry_once:
    case Reaction::wait_until: return react_waiting(verdict, turn);
  }
}

void Lifecycle::react_waiting(const Verdict& verdict, Turn& turn) {
  if (verdict.reaction == Reaction::reconnect_now) return leave(Waiting{turn.now.mono}, verdict.reason, turn);
  if (verdict.reaction == Reaction::retry_once) {
    if (retried_unknown_) return stop_for(verdict.reason, turn);
    retried_unknown_ = true;
    return leave(Waiting{turn.now.mono + kRetryUnknownMs}, verdict.reason, turn);
  }
  if (verdict.reaction == Reaction::back_off_long) backoff_.skip(kRateLimitedSteps);
  leave(after_backoff(turn), verdict.reason, turn);
}

void Lifecycle::on_lost(Turn& turn) {
  if (!connected()) return;
  if (const auto* logout = std::get_if<LoggingOut>(&state_)) return erase("user_initiated", 0, logout->command, turn);
  if (link_.certificate_expired()) turn.event(ConnectFailure{0, "clock_or_certificate", {}});
  leave(after_backoff(turn), link_.failure() ? "link_failed" : "connection_lost", turn);
}

// A connection that was stable starts a new series of waits (01 section 8).
Lifecycle::State Lifecycle::after_backoff(Turn& turn) {
  const auto* online = std::get_if<Online>(&state_);
  if (online && turn.now.mono - online->since >= limits::kStableConnectionMs) backoff_.reset();
  return Waiting{turn.now.mono + backoff_.next_ms(turn.random)};
}

void Lifecycle::leave(State next, const char* reason, Turn& turn) {
  if (out_.online()) turn.event(Disconnected{reason});
  out_.set_online(false);
  keepalive_.stop();
  state_ = std::move(next);
  link_.close(turn);
}

void Lifecycle::stop_for(const char* reason, Turn& turn) { leave(Idle{reason}, *reason ? reason : "stopped", turn); }

void Lifecycle::forget_wish(Turn& turn) {
  Account& account = out_.account();
  if (!account.wanted) return;
  account.wanted = false;
  out_.save_account(turn);
}

Result<void> Lifecycle::execute(const Logout& logout, Out&, Turn& turn) {
  if (logout.forget && out_.account().paired) return erase("user_initiated", 0, logout.command, turn), Result<void>();
  if (!std::holds_alternative<Online>(state_)) return {Errc::not_ready, "not connected"};
  if (!out_.query(stanza::build_remove_companion(out_.account().pn), LogoutQuery{logout.command}, turn)) {
    return {Errc::full, "too many open queries"};
  }
  state_ = LoggingOut{logout.command, turn.now.mono + kLogoutMs};
  return {};
}

void Lifecycle::on_answer(const LogoutQuery& query, const QueryAnswer& answer, Out&, Turn& turn) {
  if (!std::holds_alternative<LoggingOut>(state_)) return;
  erase("user_initiated", 0, query.command, turn, std::holds_alternative<wire::Node>(answer));
}

// The keys are dead: new ones are made at the next start, never the old ones registered again (03 section 6).
void Lifecycle::erase(const char* reason, int code, CommandId command, Turn& turn, bool told) {
  leave(Idle{reason}, reason, turn);
  if (out_.account().registration_id != 0) erase_account(turn.txn, out_.account());
  out_.account() = {};
  turn.event(LoggedOut{reason, code, command, told});
}

void Lifecycle::on_tick(Out&, Turn& turn) {
  if (link_.timed_out(turn)) return on_lost(turn);
  if (const auto* connecting = std::get_if<Connecting>(&state_); connecting && connecting->deadline <= turn.now.mono) {
    return leave(after_backoff(turn), "no_login_in_time", turn);
  }
  if (const auto* logout = std::get_if<LoggingOut>(&state_); logout && logout->deadline <= turn.now.mono) {
    return erase("user_initiated", 0, logout->command, turn);
  }
  if (link_.up()) on_keepalive(keepalive_.on_tick(turn.now, link_.last_received(), turn.random), turn);
}

void Lifecycle::on_keepalive(Keepalive::Finding finding, Turn& turn) {
  if (finding == Keepalive::Finding::ping) {
    out_.query(stanza::build_ping(), PingQuery{turn.now.mono.ms}, turn);
  } else if (finding == Keepalive::Finding::suspended) {
    leave(Waiting{turn.now.mono}, "suspended", turn);
  } else if (finding == Keepalive::Finding::dead) {
    keepalive_lost_ = true;
    turn.event(KeepaliveTimeout{});
    leave(after_backoff(turn), "keepalive_timeout", turn);
  }
}

std::optional<MonoTime> Lifecycle::deadline() const {
  if (const auto* waiting = std::get_if<Waiting>(&state_)) return waiting->until;
  std::optional<MonoTime> out = keepalive_.deadline();
  const auto sooner = [&out](std::optional<MonoTime> other) {
    if (other && (!out || *other < *out)) out = other;
  };
  sooner(link_.deadline());
  if (const auto* connecting = std::get_if<Connecting>(&state_)) sooner(connecting->deadline);
  if (const auto* logout = std::get_if<LoggingOut>(&state_)) sooner(logout->deadline);
  return out;
}

LinkState Lifecycle::state() const {
  if (std::holds_alternative<Idle>(state_)) return LinkState::idle;
  if (std::holds_alternative<Waiting>(state_)) return LinkState::waiting;
  if (std::holds_alternative<Registering>(state_)) return LinkState::pairing;
  const bool in = std::holds_alternative<Online>(state_) || std::holds_alternative<LoggingOut>(state_);
  return in ? LinkState::online : LinkState::connecting;
}

std::optional<MonoTime> Lifecycle::retry_at() const {
  const auto* waiting = std::get_if<Waiting>(&state_);
  return waiting ? std::optional<MonoTime>(waiting->until) : std::nullopt;
}

const char* Lifecycle::stop_reason() const {
  const auto* idle = std::get_if<Idle>(&state_);
  return idle ? idle->why : "";
}

}  // namespace wa::client
