// When the device is connected, and why not: wanted, waiting, connecting, logging in, online (01 sections 5, 7, 8).
// Guarantees: one attempt at a time; after `replaced`, dead credentials or a refusal nothing reconnects by itself; every
// wait is bounded and visible; whether the user wants the link is Account::wanted and nowhere else, and after Stop or
// `replaced` a restart does not connect. Does not: read other stanzas than those of the login, or tell flows what
// happened (client.cpp compares before and after).
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "client/link/backoff.h"
#include "client/link/keepalive.h"
#include "client/link/login_verdicts.h"
#include "client/link/out.h"

namespace wa::client {

class Lifecycle {
 public:
  Lifecycle(const Config& config, Link& link, Out& out) : config_(config), link_(link), out_(out) {}

  void resume(Now);                            // after open: connect again when the user wanted it
  Result<void> execute(const Start&, Out&, Turn&);
  Result<void> execute(const Stop&, Out&, Turn&);
  Result<void> execute(const Logout&, Out&, Turn&);      // not_ready unless online or to forget; full

  void on_pair_device(Turn&);                  // the registration connection is up
  void on(const RefsUsedUp&, Out&, Turn&);     // stop until asked again
  void on(const stanza::Success&, Turn&);
  void on(const stanza::Failure&, Turn&);
  void on(const stanza::StreamError&, Turn&);
  void on_lost(Turn&);                         // the link went down, and not by our decision
  void on_answer(const ActiveQuery&, const QueryAnswer&, Out&, Turn&);   // success: online
  void on_answer(const LogoutQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const PingQuery&, const QueryAnswer&, Out&, Turn&);     // the service's clock
  void on_answer(const PropsQuery&, const QueryAnswer&, Out&, Turn&);    // whether direct chats go by LID
  void on_answer(const IgnoredQuery&, const QueryAnswer&, Out&, Turn&) {}

  void on_tick(Out&, Turn&);
  void connect_if_due(Turn&);                  // last in every step: 515 reconnects in the step that brought it
  std::optional<MonoTime> deadline() const;

  LinkState state() const;
  bool wanted() const { return !std::holds_alternative<Idle>(state_); }
  std::optional<MonoTime> retry_at() const;
  const char* stop_reason() const;

 private:
  struct Idle { const char* why = ""; };
  struct Waiting { MonoTime until; };
  struct Connecting { MonoTime deadline; };    // socket, handshake, until success or pair-device
  struct Registering {};
  struct Activating {};                        // logged in passively
  struct Online { MonoTime since; };
  struct LoggingOut { CommandId command = 0; MonoTime deadline; };
  using State = std::variant<Idle, Waiting, Connecting, Registering, Activating, Online, LoggingOut>;

  bool connected() const { return !std::holds_alternative<Idle>(state_) && !std::holds_alternative<Waiting>(state_); }
  void leave(State next, const char* reason, Turn&);
  void react(const Verdict&, int code, Turn&);
  void react_waiting(const Verdict&, Turn&);
  void stop_for(const char* reason, Turn&);
  void forget_wish(Turn&);
  void erase(const char* reason, int code, CommandId, Turn&, bool told = false);
  State after_backoff(Turn&);
  void on_keepalive(Keepalive::Finding, Turn&);

  const Config& config_;
  Link& link_;
  Out& out_;
  State state_ = Idle{};
  Backoff backoff_;
  Keepalive keepalive_;
  bool retried_unknown_ = false;
  bool keepalive_lost_ = false;
  std::optional<stanza::AckInfo> owed_ack_;    // what the last stream error complained about
};

}  // namespace wa::client
