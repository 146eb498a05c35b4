#include "client/client.h"

#include "client/rooms.h"
#include "stanza/inbound.h"

namespace wa::client {

Client::Client(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::open(const Config& config, const store::StoreView& stored, Now now) {
  WA_TRY(auto account, load_account(stored));
  auto parts = std::make_unique<Parts>(config, account ? *std::move(account) : Account{});
  parts->life.resume(now);
  return std::unique_ptr<Client>(new Client(std::move(parts)));
}

// --- inputs

void Client::on_opened(ConnectionId connection, Turn& turn) {
  parts_->link.on_opened(connection, parts_->account, turn);
  parts_->settle(turn);
}

void Client::on_bytes(ConnectionId connection, ByteView bytes, Turn& turn) {
  Parts& parts = *parts_;
  parts.link.feed(connection, bytes);
  while (auto node = parts.link.next(parts.account, parts.config, turn)) {
    stanza::Inbound inbound = stanza::parse_inbound(*std::move(node));
    std::visit([&](auto& stanza) { parts.on(stanza, turn); }, inbound);
  }
  parts.settle(turn);
}

void Client::on_closed(ConnectionId connection, Turn& turn) {
  if (parts_->link.on_closed(connection)) parts_->settle(turn);
}

void Client::on_fetched(FetchId fetch, bool ok, int http_status, Bytes body, Turn& turn) {
  Parts& parts = *parts_;
  if (parts.chats.owns(fetch)) {
    parts.carry_out(parts.chats.on_fetched(fetch, ok, http_status, std::move(body), turn), turn);
  } else if (parts.history.owns(fetch)) {
    parts.carry_out(parts.history.on_fetched(fetch, ok, http_status, std::move(body), turn), turn);
  }
  parts.settle(turn);
}

void Client::on_tick(Turn& turn) {
  parts_->fire(turn);
  parts_->settle(turn);
}

Result<void> Client::execute(const Command& command, Turn& turn) {
  auto taken = std::visit([&](const auto& what) { return parts_->take(what, turn); }, command);
  parts_->settle(turn);
  return taken;
}

// --- commands

Result<void> Client::Parts::take(const Start&, Turn& turn) {
  life.start(turn);
  return {};
}

Result<void> Client::Parts::take(const Stop&, Turn& turn) {
  life.stop(turn);
  return {};
}

Result<void> Client::Parts::take(const RequestPairCode& command, Turn& turn) {
  if (account.paired) return {Errc::conflict, "already paired"};
  if (!life.wanted()) return {Errc::not_ready, "not connected"};
  return pairing.request_code(command, out, turn);
}

Result<void> Client::Parts::take(const Logout& command, Turn& turn) { return life.logout(command.command, turn); }

Result<void> Client::Parts::take(const RejectCall& command, Turn& turn) {
  WA_TRY(const auto node, calls.reject(command, turn));
  if (node) out.send(*node, turn);
  return {};
}

Result<void> Client::Parts::take(const SendText& command, Turn& turn) { return outbox.send_text(command, out, turn); }

Result<void> Client::Parts::take(const SetChat& command, Turn& turn) {
  if (!account.paired) return {Errc::not_ready, "not paired"};
  WA_TRY(Wanted wanted, chats.execute(command, turn));
  carry_out(std::move(wanted), turn);
  return {};
}

Result<void> Client::Parts::take(const SyncAppState& command, Turn& turn) {
  WA_TRY(Wanted wanted, chats.execute(command, turn));
  carry_out(std::move(wanted), turn);
  return {};
}

// --- what an input did to the link

void Client::Parts::settle(Turn& turn) {
  if (link_open && link.down()) on_connection_over(turn);
  if (out.online() && !online_told) on_online(turn);
  life.connect_if_due(turn);
  link_open = !link.down();
  report(turn);
}

void Client::Parts::on_connection_over(Turn& turn) {
  life.on_lost(turn);
  for (const Query& query : requests.lost()) answer(query, QueryLinkLost{}, turn);
  pairing.on_link_lost(turn);
  prekeys.on_link_lost();
  queue.on_offline();
  calls.on_offline(turn);
  inbox.set_available(false);
  outbox.on_offline();
  retries.on_offline();
  chats.on_offline(turn);
  history.on_offline(turn);
  online_told = false;
  if (account.registration_id != 0) return;
  erase_account_rows(turn.txn);   // what flows wrote on the way out
  outbox = Outbox(config);
}

void Client::Parts::on_online(Turn& turn) {
  online_told = true;
  prekeys.on_online(out, turn);
  calls.on_online(turn);
  outbox.on_online(out, turn);
  carry_out(chats.on_online(turn), turn);
  carry_out(history.on_online(turn), turn);
  learn_privacy(out, turn);
}

void Client::Parts::report(Turn& turn) {
  if (reported == life.state() && reported_retry == life.retry_at()) return;
  reported = life.state();
  reported_retry = life.retry_at();
  turn.event(LinkChanged{reported, reported_retry});
}

// --- time

void Client::Parts::fire(Turn& turn) {
  life.on_tick(turn);
  pairing.on_tick(out, turn);
  if (pairing.exhausted()) life.on_pairs_exhausted(turn);
  for (const Query& query : requests.expired(turn.now.mono)) answer(query, QueryTimeout{}, turn);
  prekeys.on_tick(out, turn);
  if (const auto node = queue.on_tick(turn)) out.send(*node, turn);
  calls.on_tick(turn);
  outbox.on_tick(out, turn);
  carry_out(chats.on_tick(turn), turn);
  carry_out(history.on_tick(turn), turn);
}

std::optional<MonoTime> Client::Parts::deadline() const {
  std::optional<MonoTime> out_time;
  for (const auto& next : {life.deadline(), requests.deadline(), pairing.deadline(), prekeys.deadline(), queue.deadline(),
                           calls.deadline(), outbox.deadline(), chats.deadline(), history.deadline()}) {
    if (next && (!out_time || *next < *out_time)) out_time = next;
  }
  return out_time;
}

std::optional<MonoTime> Client::deadline() const { return parts_->deadline(); }

// --- looking

Status Client::status() const {
  const Account& account = parts_->account;
  Status out;
  out.link = parts_->life.state();
  out.wanted = parts_->life.wanted();
  out.paired = account.paired;
  out.passkey_required = parts_->pairing.passkey_required();
  if (account.paired) {
    out.jid = account.pn.text();
    out.phone = account.pn.user;
    if (!account.lid.user.empty()) out.lid = account.lid.text();
  }
  out.retry_at = parts_->life.retry_at();
  out.stop_reason = parts_->life.stop_reason();
  return out;
}

std::optional<Client::Qr> Client::qr() const {
  const auto shown = parts_->pairing.qr();
  return shown ? std::optional<Qr>(Qr{shown->text, shown->expires}) : std::nullopt;
}

}  // namespace wa::client
