// tested by unit/client/link/login_verdicts_test.cpp
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
  if (has_open_file_jobs(stored)) parts->files.expect_rows();
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
  const auto take = [&](wire::Node node) {
    stanza::Inbound inbound = stanza::parse_inbound(std::move(node));
    std::visit([&](auto& stanza) { parts.on(stanza, turn); }, inbound);
    parts.perform(turn);
  };
  while (auto node = parts.link.next(parts.account, parts.config, turn)) {
    std::vector<wire::Node> more = stanza::take_more(*node);
    take(*std::move(node));
    for (wire::Node& one : more) take(std::move(one));
  }
  parts.settle(turn);
}

void Client::on_closed(ConnectionId connection, Turn& turn) {
  if (parts_->link.on_closed(connection)) parts_->settle(turn);
}

void Client::on_fetched(FetchId fetch, bool ok, int http_status, Bytes body, Turn& turn) {
  Parts& parts = *parts_;
  if (parts.chats.owns(fetch)) {
    parts.chats.on_fetched(fetch, ok, http_status, std::move(body), turn);
  } else if (parts.history.owns(fetch)) {
    parts.history.on_fetched(fetch, ok, http_status, std::move(body), turn);
  }
  parts.perform(turn);
  parts.settle(turn);
}

void Client::on_file_done(const FileDone& done, Turn& turn) {
  Parts& parts = *parts_;
  parts.files.on_file_done(done, parts.out, turn);
  parts.perform(turn);
  parts.settle(turn);
}

void Client::on_tick(Turn& turn) {
  parts_->fire(turn);
  parts_->settle(turn);
}

Result<void> Client::execute(const Command& command, Turn& turn) {
  auto taken = parts_->execute(command, turn);
  parts_->settle(turn);
  return taken;
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
  each(all(), [&](auto& room) {
    if constexpr (GoesOffline<decltype(room)>) room.on_offline(turn);
    perform(turn);  // a query is answered at once: the link is lost
  });
  online_told = false;
  if (account.registration_id != 0) return;
  files.end(turn);
  perform(turn);
  erase_account_rows(turn.txn);   // what flows wrote on the way out
  outbox = Outbox(config);
}

void Client::Parts::on_online(Turn& turn) {
  online_told = true;
  each(all(), [&](auto& room) {
    if constexpr (ComesOnline<decltype(room)>) room.on_online(out, turn);
    perform(turn);
  });
}

void Client::Parts::report(Turn& turn) {
  if (reported == life.state() && reported_retry == life.retry_at()) return;
  reported = life.state();
  reported_retry = life.retry_at();
  turn.event(LinkChanged{reported, reported_retry});
}

// --- time

void Client::Parts::fire(Turn& turn) {
  const auto tick = [&](auto& room) {
    if constexpr (Ticks<decltype(room)>) room.on_tick(out, turn);
    perform(turn);
  };
  each(session_rooms(), tick);
  for (const Query& query : requests.expired(turn.now.mono)) answer(query, QueryTimeout{}, turn);
  each(other_rooms(), tick);
}

std::optional<MonoTime> Client::Parts::deadline() {
  std::optional<MonoTime> first = requests.deadline();
  each(all(), [&](auto& room) {
    if constexpr (Waits<decltype(room)>) {
      const std::optional<MonoTime> next = room.deadline();
      if (next && (!first || *next < *first)) first = next;
    }
  });
  return first;
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
