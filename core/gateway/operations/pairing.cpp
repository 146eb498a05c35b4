// tested by unit/gateway/operations/connection_test.cpp
#include "gateway/operations/pairing.h"

#include "gateway/operations/connection.h"

namespace wa::gateway {
namespace {

PairingStart start_link(client::Client& client, client::Turn& turn, Error& error) {
  const auto taken = client.execute(client::Start{}, turn);
  if (taken.ok()) return PairingStart::started;
  error = taken.error();
  return PairingStart::refused;
}

// nullopt: it is not paired, or is not any longer.
std::optional<PairingStart> paired_already(bool start_over, client::Client& client, client::Turn& turn) {
  const client::Status status = client.status();
  if (!status.paired) return std::nullopt;
  const bool coming = status.link == client::LinkState::connecting || status.link == client::LinkState::waiting;
  if (coming) return PairingStart::reconnecting;
  if (status.link != client::LinkState::idle) return PairingStart::already_paired;
  if (!start_over) return PairingStart::linked_offline;
  forget_account(client, turn);
  return std::nullopt;
}

}  // namespace

PairingStart start_qr(const QrWish& wish, client::Client& client, client::Turn& turn, Error& error) {
  if (!wish.room_to_wait && !client.status().paired) return PairingStart::too_many_wait;
  if (const auto linked = paired_already(wish.start_over, client, turn)) return *linked;
  const client::Status status = client.status();
  const auto shown = client.qr();
  if (shown && !wish.fresh && turn.now.mono < shown->expires) return PairingStart::shown_already;
  if (wish.fresh && status.link != client::LinkState::idle) (void)client.execute(client::Stop{}, turn);
  return start_link(client, turn, error);
}

QrOutcome qr_outcome(const client::Event& event) {
  if (const auto* code = std::get_if<client::QrGenerated>(&event)) return {QrNews::code, 0, code};
  if (std::get_if<client::QrExhausted>(&event)) return {QrNews::used_up};
  if (const auto* refused = std::get_if<client::ConnectFailure>(&event)) return {QrNews::refused, refused->code};
  if (std::get_if<client::PairSucceeded>(&event)) return {QrNews::paired};
  return {};
}

PairingStart start_pair_code(const PairCodeWish& wish, const Session& session, client::Client& client,
                             client::Turn& turn, Error& error) {
  if (!wish.room_to_wait && !client.status().paired) return PairingStart::too_many_wait;
  if (const auto linked = paired_already(wish.start_over, client, turn)) return *linked;
  const bool good = !session.pair_code.empty() && turn.now.mono < session.pair_code_expires;
  if (!wish.fresh && good && session.pair_phone == wish.phone) return PairingStart::shown_already;
  return start_link(client, turn, error);
}

Result<void> try_pair_code(client::CommandId id, PairCodeWait& wait, client::Client& client, client::Turn& turn) {
  if (wait.requested) return {};
  auto taken = client.execute(client::RequestPairCode{id, wait.phone}, turn);
  wait.requested = taken.ok();
  if (!taken.ok() && taken.error().code == Errc::not_ready) return {};
  return taken;
}

PairCodeOutcome pair_code_outcome(client::CommandId id, const client::Event& event, PairCodeWait& wait,
                                  client::Client& client, client::Turn& turn) {
  const auto* link = std::get_if<client::LinkChanged>(&event);
  const bool pairing = link && link->state == client::LinkState::pairing;
  const QrOutcome other = qr_outcome(event);
  if (other.news == QrNews::refused) return {PairCodeNews::refused, other.upstream_code};
  if (other.news == QrNews::paired) return {PairCodeNews::paired};
  if (!pairing && other.news != QrNews::code) return {};
  const auto taken = try_pair_code(id, wait, client, turn);
  if (taken.ok()) return {};
  return {PairCodeNews::not_taken, 0, taken.error()};
}

PairCodeOutcome note_pair_code(const client::Event& event, const PairCodeWait& wait, Session& session, MonoTime now) {
  if (const auto* failed = std::get_if<client::PairCodeFailed>(&event)) {
    return {PairCodeNews::none_given, failed->upstream_code};
  }
  const auto* ready = std::get_if<client::PairCodeReady>(&event);
  if (!ready) return {};
  session.pair_code = ready->code;
  session.pair_phone = wait.phone;
  session.pair_code_expires = now + ready->valid_ms;
  return {PairCodeNews::ready};
}

void note_pairing(const client::Event& event, Session& session, WallTime now) {
  const auto* link = std::get_if<client::LinkChanged>(&event);
  const bool left = link && link->state != client::LinkState::pairing;
  if (std::holds_alternative<client::QrGenerated>(event)) {
    session.qr_generated = now;
  } else if (left || std::holds_alternative<client::PairSucceeded>(event)) {
    session.pair_code.clear();
    session.qr_generated.reset();
  }
}

}  // namespace wa::gateway
