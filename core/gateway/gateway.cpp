// tested by unit/gateway/walls_test.cpp
#include "gateway/gateway.h"

#include <algorithm>

#include "client/client.h"
#include "gateway/api/device_requests.h"
#include "gateway/calls/auto_answer.h"
#include "gateway/calls/call_settings.h"
#include "gateway/last_seen.h"
#include "gateway/operations/connection.h"
#include "gateway/operations/message_states.h"
#include "gateway/operations/numbers.h"
#include "gateway/operations/pairing.h"
#include "gateway/operations/presence.h"
#include "gateway/webhooks/published/table.h"

namespace wa::gateway {
namespace {

// An answer to an event may raise another event, which may not go on for ever: reject, reply, its failure is the longest
// chain. Far beyond what one input can cause.
constexpr std::size_t kEventsPerStepMax = 200'000;

}  // namespace

struct Gateway::Parts {
  Config config;
  const store::StoreView& stored;
  Random& random;
  std::unique_ptr<client::Client> client;
  Webhooks webhooks;
  CallAnswering answering;
  Waiting waiting;
  Session session;
  LiveEvents live;
  std::string own_pn, own_lid;  // for payloads; refreshed with the status

  Parts(Config c, const store::StoreView& view, Random& r, WallTime opened)
      : config(std::move(c)), stored(view), random(r), webhooks(config, view), answering(view), live(opened) {}

  Device device() { return {config, *client, webhooks, waiting, session, live}; }
  void feed(Input input, client::Turn& turn);
  void on_event(const client::Event& event, client::Turn& turn);
  void announce(const client::Event& event, client::Turn& turn);
  void announce(const AutoReplyOutcome& outcome, client::Turn& turn);
  void react(const client::Event& event, client::Turn& turn);
  void execute_reply(client::SendText reply, client::Turn& turn);
  void note_status(const client::Event& event, client::Turn& turn);
  void refresh_own_ids();
  void report_status(client::Turn& turn);
  std::optional<MonoTime> wake(Now now) const;
};

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gateway::~Gateway() = default;

Result<std::unique_ptr<Gateway>> Gateway::open(Config config, const store::StoreView& stored, Random& random, Now now) {
  WA_TRY(Webhooks::check(stored));
  WA_TRY(check_call_settings_row(stored));
  auto parts = std::make_unique<Parts>(std::move(config), stored, random, now.wall);
  WA_TRY(parts->client, client::Client::open(parts->config.client, stored, now));
  parts->refresh_own_ids();
  return std::unique_ptr<Gateway>(new Gateway(std::move(parts)));
}

Webhooks::Totals Gateway::webhook_totals() const { return parts_->webhooks.totals(); }

Step Gateway::handle(Input input, Now now) {
  Parts& parts = *parts_;
  Step step;
  store::Txn txn(parts.stored);
  std::vector<client::Event> events;
  client::Turn turn{now, txn, parts.random, step.effects, events, parts.config.client.trace};

  show_planned_typing(parts.session, parts.waiting, *parts.client, turn);  // before what it announces leaves
  parts.feed(std::move(input), turn);
  // Events are facts in order; what reacting to one adds comes after those already there.
  for (std::size_t i = 0; i < events.size() && i < kEventsPerStepMax; ++i) {
    const client::Event event = std::move(events[i]);
    parts.on_event(event, turn);
  }
  if (events.size() > kEventsPerStepMax) turn.log(LogLevel::error, "too many events in one step, the rest is dropped");
  Device device = parts.device();
  if (parts.live.take_news()) answer_watchers(device, turn);
  answer_expired(device, turn);
  parts.live.expire(now.mono);
  parts.webhooks.post_due(turn);
  parts.report_status(turn);
  step.wake = parts.wake(now);
  step.writes = txn.take();
  return step;
}

void Gateway::Parts::feed(Input input, client::Turn& turn) {
  if (auto* received = std::get_if<Received>(&input)) {
    client->on_bytes(received->connection, received->bytes, turn);
  } else if (auto* request = std::get_if<ApiRequest>(&input)) {
    Device at = device();
    answer_request(*request, at, turn);
  } else if (auto* done = std::get_if<WebhookDone>(&input)) {
    const auto tested = webhooks.on_done(*done, turn);
    Device at = device();
    if (tested) answer_webhook_test(*tested, at, turn);
    if (done->status == 410) session.status_changed = true;
  } else if (auto* opened = std::get_if<Opened>(&input)) {
    client->on_opened(opened->connection, turn);
  } else if (auto* closed = std::get_if<Closed>(&input)) {
    client->on_closed(closed->connection, turn);
  } else if (auto* fetched = std::get_if<Fetched>(&input)) {
    client->on_fetched(fetched->fetch, fetched->ok, fetched->status, std::move(fetched->body), turn);
  } else if (const auto* worked = std::get_if<FileDone>(&input)) {
    client->on_file_done(*worked, turn);
  }
  // A deadline may have passed whatever the input was; with none passed this does nothing.
  const auto deadline = client->deadline();
  if (deadline && *deadline <= turn.now.mono) client->on_tick(turn);
}

void Gateway::Parts::on_event(const client::Event& event, client::Turn& turn) {
  note_status(event, turn);
  note_progress(turn.txn, event, turn.now.wall);
  if (const auto* found = std::get_if<client::UsersFound>(&event)) note_accounts(turn.txn, *found, turn.now.wall);
  announce(event, turn);
  note_pairing(event, session, turn.now.wall);
  if (!waiting.empty()) {
    Device at = device();
    answer_event(event, at, turn);
  }
  react(event, turn);
}

void Gateway::Parts::announce(const client::Event& event, client::Turn& turn) {
  gateway::announce(event, {own_pn, own_lid, turn.now.wall}, {webhooks, live}, turn);
}

void Gateway::Parts::announce(const AutoReplyOutcome& outcome, client::Turn& turn) {
  gateway::announce(outcome, {webhooks, live}, turn);
}

void Gateway::Parts::react(const client::Event& event, client::Turn& turn) {
  if (const auto* call = std::get_if<client::CallEvent>(&event)) {
    if (auto command = answering.on_call(*call, turn)) (void)client->execute(*std::move(command), turn);
  } else if (const auto* done = std::get_if<client::RejectDone>(&event)) {
    auto reply = answering.on_reject_done(*done, turn);
    if (auto* text = std::get_if<client::SendText>(&reply)) execute_reply(std::move(*text), turn);
    if (const auto* told = std::get_if<AutoReplyOutcome>(&reply)) announce(*told, turn);
  } else if (std::get_if<client::LoggedIn>(&event)) {
    for (client::RejectCall& again : answering.on_online(turn)) (void)client->execute(std::move(again), turn);
  } else if (const auto* sent = std::get_if<client::MessageSent>(&event)) {
    if (const auto outcome = answering.on_sent(*sent, turn)) announce(*outcome, turn);
  } else if (const auto* failed = std::get_if<client::MessageFailed>(&event)) {
    if (const auto outcome = answering.on_failed(failed->id, failed->why, failed->upstream_code, turn)) announce(*outcome, turn);
  } else if (const auto* receipt = std::get_if<client::MessageReceipt>(&event)) {
    for (const AutoReplyOutcome& outcome : answering.on_receipt(*receipt, turn)) announce(outcome, turn);
  }
}

void Gateway::Parts::execute_reply(client::SendText reply, client::Turn& turn) {
  const std::string id = reply.id;
  const wire::Jid to = reply.to;
  if (client->execute(std::move(reply), turn).ok()) return note_queued(turn.txn, id, to, turn.now.wall);
  turn.log(LogLevel::warning, "automatic reply could not be queued");
  if (const auto outcome = answering.on_failed(id, client::SendFailure::queue_full, 0, turn)) announce(*outcome, turn);
}

void Gateway::Parts::note_status(const client::Event& event, client::Turn& turn) {
  const bool link = std::holds_alternative<client::LinkChanged>(event);
  const bool in = std::holds_alternative<client::LoggedIn>(event);
  const bool out = std::holds_alternative<client::Disconnected>(event);
  const bool paired = std::holds_alternative<client::PairSucceeded>(event);
  const bool unpaired = std::holds_alternative<client::LoggedOut>(event);
  if (!link && !in && !out && !paired && !unpaired) return;
  session.status_changed = true;
  if (in || out) save_last_seen(turn.now.wall, turn.txn);
  refresh_own_ids();
}

void Gateway::Parts::refresh_own_ids() {
  const client::Status status = client->status();
  const auto pn = wire::parse_jid(status.jid);
  const auto lid = wire::parse_jid(status.lid);
  // Kept after a logout: its events still say whose they are.
  if (pn) own_pn = pn->user_jid().text();
  if (lid) own_lid = lid->user_jid().text();
}

void Gateway::Parts::report_status(client::Turn& turn) {
  if (!session.status_changed) return;
  session.status_changed = false;
  const client::Status status = client->status();
  DeviceStatus out;
  out.connected = status.link == client::LinkState::online;
  out.paired = status.paired;
  out.jid = status.jid;
  const auto seen = last_seen_of(status, turn.txn, turn.now.wall);
  out.last_seen_ms = seen ? seen->ms : 0;
  if (webhooks.settings()) out.webhook_url = webhooks.settings()->url;
  turn.effect(std::move(out));
}

std::optional<MonoTime> Gateway::Parts::wake(Now now) const {
  std::optional<MonoTime> out;
  for (const auto& deadline : {client->deadline(), waiting.deadline(), webhooks.deadline(now),
                               live.deadline()}) {
    if (deadline && (!out || *deadline < *out)) out = deadline;
  }
  if (!session.typing.empty() && (!out || session.typing.begin()->first < *out)) out = session.typing.begin()->first;
  return out;
}

}  // namespace wa::gateway
