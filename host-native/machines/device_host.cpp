#include "machines/device_host.h"

#include <boost/asio/defer.hpp>
#include <boost/asio/post.hpp>
#include <iterator>
#include <type_traits>

#include "base/limits.h"
#include "machines/qr_png.h"
#include "system/background.h"
#include "system/log.h"
#include "system/metrics.h"
#include "system/os_clock.h"

namespace wa::native {

namespace asio = boost::asio;
using namespace gateway;

namespace {

constexpr std::size_t kInboxMax = 1024;       // API requests beyond are refused
constexpr std::size_t kReadAheadMax = 64;     // stop reading from the socket while so much waits
constexpr std::size_t kStepsPerTurnMax = 128, kCachedRowsMax = 64;
constexpr std::int64_t kTurnMsMax = 5;        // then the next of the tenant's devices
constexpr std::int64_t kCommitDelayMs = 20;   // for rows that no effect waits for
constexpr std::int64_t kReopenMinMs = 100, kReopenMaxMs = 30'000;
constexpr std::int64_t kReopenForgetMs = 120'000;  // without another failure the next waits no longer than the first
constexpr std::int64_t kFullMs = 1'000;       // how often it is looked whether a full disk has room again

}  // namespace

DeviceHost::DeviceHost(Services& services, const StartDevice& order, std::uint64_t queue_bytes)
    : services_(services),
      strand_(asio::make_strand(services.io.get_executor())),
      timer_(strand_),
      device_id_(order.device_id),
      user_id_(order.user_id),
      tenant_id_(order.tenant_id),
      queue_bytes_(queue_bytes),
      view_(services.store, scope_of(device_id_), kCachedRowsMax),
      unread_(services.unread) {}

void DeviceHost::start() {
  run([this] { open(); });
}

void DeviceHost::request(ApiRequest request) {
  run([this, request = std::move(request)]() mutable { take(std::move(request)); });
}

void DeviceHost::take(ApiRequest request) {
  if (!gateway_ && !stopped_ && services_.store.full()) return answer_from_rows(std::move(request));
  if (!gateway_ || inbox_.size() >= kInboxMax) {
    Reply busy = gateway_ ? error_reply(429, "RATE_LIMITED", "too many requests are waiting for this device")
                          : error_reply(503, "DEVICE_NOT_READY", "device is starting; try again");
    busy.headers.emplace_back("Retry-After", "1");
    busy.request = request.request;
    return services_.requests.reply(std::move(busy));
  }
  take_files(request);
  open_requests_.push_back(request.request);
  inbox_.push_back(std::move(request));
  pump_later();
}

void DeviceHost::stop(std::function<void()> done) {
  run([this, done = std::move(done)]() mutable {
    stopped_ = std::move(done);
    if (committing_) return;
    if (view_.staged().empty()) finish_stop();
    else commit(false);
  });
}

void DeviceHost::socket_opened(ConnectionId id) {
  guarded([&] { feed(Opened{id}); });
}

void DeviceHost::socket_received(ConnectionId id, Bytes bytes) {
  guarded([&] {
    if (gateway_) unread_.take(bytes.size());
    if (socket_ && socket_->id() == id) {  // first: what is there already is handled before the commit of this
      if (may_read_on()) {
        socket_->read_on();
      } else {
        owed_read_ = true;
      }
    }
    feed(Received{id, std::move(bytes)});
  });
}

bool DeviceHost::may_read_on() const { return inbox_.size() < kReadAheadMax && !unread_.full(); }

void DeviceHost::socket_closed(ConnectionId id) {
  guarded([&] {
    if (socket_ && socket_->id() == id) socket_.reset();
    feed(Closed{id});
  });
}

Result<std::unique_ptr<Gateway>> DeviceHost::read_rows() {
  Config config;
  config.client = services_.client;
  config.device_id = device_id_;
  config.user_id = user_id_;
  config.qr_png = qr_png;
  config.share_queues(queue_bytes_);
  config.allow_private_webhooks = services_.webhooks.policy().allow_private;
  config.allowed_webhooks = services_.webhooks.policy().allowed;
  view_.heal();
  return Gateway::open(std::move(config), view_, services_.random, os_now());
}

void DeviceHost::open() {
  if (stopped_ || gateway_) return;
  if (services_.store.full()) {  // what it would do first is write
    wake_ = os_now().mono + kFullMs;
    return arm();
  }
  auto opened = read_rows();
  if (!opened.ok() || view_.poisoned()) return discard(opened.ok() ? "read failed" : opened.error().detail);
  gateway_ = *std::move(opened);
  shelf_ = std::make_shared<FileShelf>(tenant_id_);
  ++generation_;
  feed(Tick{});
}

// While the disk is full a device that had to be discarded is read for each request that only reads. It writes nothing,
// has no connection and is gone with the answer.
void DeviceHost::answer_from_rows(ApiRequest request) {
  const RequestId id = request.request;
  const bool reads = request.method == "GET";
  auto opened = reads ? read_rows() : Result<std::unique_ptr<Gateway>>(std::unique_ptr<Gateway>());
  if (reads && opened.ok() && !view_.poisoned()) {
    Step step = (*opened)->handle(std::move(request), os_now());
    for (Effect& effect : step.effects)
      if (Reply* one = std::get_if<Reply>(&effect); one != nullptr && step.writes.empty() && !view_.poisoned())
        services_.requests.reply(std::move(*one));
  }
  Reply refused = not_stored_reply(true);  // heard only when nothing was said before
  refused.request = id;
  services_.requests.reply(std::move(refused));
  view_.heal();
}

void DeviceHost::feed(Input input) {
  if (!gateway_) return;
  inbox_.push_back(std::move(input));
  pump();
}

// Requests that came together wait together: one does not hold this thread with a turn for each, and they share commits.
void DeviceHost::pump_later() {
  if (pump_posted_) return;
  run([this] {
    pump_posted_ = false;
    pump();
  });
  pump_posted_ = true;
}

// Not re-entrant: what effects cause on this strand at once is put into the inbox and handled by the running turn.
void DeviceHost::pump() {
  if (pumping_ || committing_ || queued_ || !gateway_ || inbox_.empty()) return;
  queued_ = true;  // first: once it is queued it may be given its turn, or lose it, at any time
  bool now = false;
  try {
    now = services_.turns.add(tenant_id_, shared_from_this()).has_value();
  } catch (const std::exception&) {
    queued_ = false;
    throw;
  }
  if (!now) return;
  queued_ = false;
  turn();
}

// Inputs that wait share one commit: each sees what those before it wrote, and all effects come after it, in order. Rows
// that no effect waits for go with the next commit: nobody was told of them, so a death before it loses nothing.
void DeviceHost::turn() {
  bool due = false;
  {
    const Passing then{*this};
    guarded([&] { due = handle_waiting(); });
  }
  guarded([&] { after_turn(due); });
}

// True: what was handled is to be committed.
bool DeviceHost::handle_waiting() {
  pumping_ = true;
  bool due = false;
  std::optional<MonoTime> end;
  for (std::size_t steps = 0; !due && !committing_ && gateway_ && !inbox_.empty();) {
    const Now now = os_now();
    if (!end) end = now.mono + kTurnMsMax;
    const bool last = ++steps >= kStepsPerTurnMax || *end <= now.mono;
    Input input = std::move(inbox_.front());
    inbox_.pop_front();
    if (const auto* received = std::get_if<Received>(&input)) unread_.give_back(received->bytes.size());
    Step step = timed_step(std::move(input), now);
    if (view_.poisoned()) {
      discard("read failed");
      break;
    }
    wake_ = step.wake;
    std::move(step.effects.begin(), step.effects.end(), std::back_inserter(effects_));
    if (!step.writes.empty()) view_.stage(std::move(step.writes));
    if (view_.staged().empty()) {
      perform_all();
    } else if (!effects_.empty() && (inbox_.empty() || last)) {
      due = true;
    } else if (!commit_by_) {
      commit_by_ = now.mono + kCommitDelayMs;
    }
    if (last) break;
  }
  pumping_ = false;
  return due;
}

Step DeviceHost::timed_step(Input input, Now now) {
  const Stopwatch timed(counters().device_turns);
  return gateway_->handle(std::move(input), now);
}

void DeviceHost::after_turn(bool due) {
  note_webhooks();
  if (commit_by_) arm();
  if (owed_read_ && socket_ && may_read_on()) {
    owed_read_ = false;
    socket_->read_on();
  }
  if (due && inbox_.empty()) {
    commit_soon();
  } else if (due) {
    commit(false);
  }
  if (!committing_ && gateway_ && !inbox_.empty()) pump_later();
}

// To the tenant's device that has waited longest, by way of the queue of all handlers: other tenants' are before it.
void DeviceHost::pass_turn() noexcept {
  auto next = services_.turns.finished(tenant_id_);
  while (next) {
    const std::shared_ptr<DeviceHost> device = *std::move(next);
    try {
      return device->run([device] {
        device->queued_ = false;
        device->turn();
      });
    } catch (const std::exception&) {  // of memory: what waits there is handled with its next input
      note_exception("device.turn_lost", std::current_exception());
      device->queued_ = false;
      next = services_.turns.finished(device->tenant_id_);
    }
  }
}

// What this thread has at hand for the device comes first: if that is more input, the committer takes the commit, so that
// still more gathers meanwhile; if not, this thread can as well wait for the disk itself.
void DeviceHost::commit_soon() {
  more_came_ = commit_soon_;
  if (commit_soon_) return;
  commit_soon_ = true;
  asio::defer(services_.io, [self = shared_from_this()] {
    asio::defer(self->strand_, [self] {
      self->commit_soon_ = false;
      self->guarded([&self] {
        if (!self->committing_ && !self->view_.staged().empty()) self->commit(!self->more_came_);
      });
    });
  });
}

void DeviceHost::commit(bool here) {
  commit_by_.reset();
  const store::WriteBatch batch = view_.take();
  const std::optional<bool> done = here ? services_.store.commit_here(view_.scope(), batch) : std::nullopt;
  if (done) return committed(*done);
  services_.store.commit(view_.scope(), batch, [self = shared_from_this()](bool ok) {
    self->run([self, ok] { self->committed(ok); });
  });
  committing_ = true;
}

void DeviceHost::committed(bool ok) {
  committing_ = false;
  if (stopped_) return finish_stop();
  if (!ok || std::exchange(broken_, false)) return discard(ok ? "exception during a commit" : "commit failed");
  pumping_ = true;
  perform_all();
  pumping_ = false;
  pump();
}

void DeviceHost::perform_all() {
  std::vector<Effect> effects = std::move(effects_);
  effects_ = {};
  for (Effect& effect : effects) perform(effect);
  arm();
}

// One timer. It is only moved when it would fire too late: most inputs push the next deadline away.
void DeviceHost::arm() {
  const std::optional<MonoTime> next = commit_by_ && (!wake_ || *commit_by_ < *wake_) ? commit_by_ : wake_;
  if (!next || (armed_ && *armed_ <= *next)) return;
  armed_ = next;
  timer_.expires_at(steady_point(*next));
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code stopped) {
    if (const auto self = weak.lock(); self && !stopped) self->guarded([&] { self->on_timer(); });
  });
}

void DeviceHost::on_timer() {
  armed_.reset();
  if (!gateway_) return open();
  const MonoTime now = os_now().mono;
  if (commit_by_ && *commit_by_ <= now) commit(true);
  if (!wake_ || *wake_ > now) return arm();
  wake_.reset();
  feed(Tick{});
  view_.shrink();
}

// The machine's state can no longer be trusted: forget it. What it owed are rows, and the new one finds them.
void DeviceHost::discard(const char* why) {
  count(counters().discards);
  gateway_.reset();
  leave_files();
  ++generation_;
  note_webhooks();
  view_.heal();
  commit_by_.reset();
  inbox_ = {};
  unread_.give_back_all();
  effects_ = {};
  owed_read_ = broken_ = false;
  if (socket_) socket_->abandon();
  socket_.reset();
  const MonoTime now = os_now().mono;
  if (failed_at_ && now - *failed_at_ > kReopenForgetMs) failures_ = 0;
  failed_at_ = now;
  const std::int64_t wait = std::min(kReopenMaxMs, kReopenMinMs << std::min<int>(failures_, 10));
  if (failures_ < 1000) ++failures_;
  armed_.reset();
  wake_ = now + wait;
  arm();  // first: what follows takes memory, which may be what there is none of
  log::error("device.discarded", {{"device", log::hashed(device_id_)}, {"reason", why}});
  answer_all(not_stored_reply(services_.store.full()));
}

void DeviceHost::finish_stop() {
  gateway_.reset();
  leave_files();
  ++generation_;
  note_webhooks();
  inbox_ = {};
  unread_.give_back_all();
  timer_.cancel();
  if (socket_) socket_->abandon();
  socket_.reset();
  answer_all(error_reply(503, "DEVICE_NOT_READY", "device is stopping"));
  if (const auto done = std::exchange(stopped_, [] {})) done();
}

}  // namespace wa::native
