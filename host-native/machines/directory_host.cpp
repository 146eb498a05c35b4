#include "machines/directory_host.h"

#include <boost/asio/post.hpp>
#include <iterator>
#include <map>
#include <type_traits>

#include "system/background.h"
#include "system/log.h"
#include "system/metrics.h"
#include "system/os_clock.h"

namespace wa::native {

namespace asio = boost::asio;
using namespace gateway;

namespace {
constexpr std::size_t kInboxMax = 8192, kInboxPerCallerMax = 2048, kCachedRowsMax = 20'000, kStepsPerCommitMax = 256;
constexpr std::int64_t kTurnMsMax = 5;  // then the thread's other work
}  // namespace

DirectoryHost::DirectoryHost(Config config)
    : config_(std::move(config)),
      strand_(asio::make_strand(config_.io.get_executor())),
      view_(config_.store, scope_of("directory"), kCachedRowsMax) {}

// What it throws is noted, and nobody else's.
template <class Work>
bool DirectoryHost::alone(const Work& work) noexcept {
  try {
    work();
    return true;
  } catch (const std::exception&) {
    note_exception("directory.exception", std::current_exception(), counters().directory_exceptions);
    return false;
  }
}

// Something to do on the strand: what it throws ends it alone.
template <class Work>
void DirectoryHost::run(Work work) {
  asio::post(strand_, [this, work = std::move(work)]() mutable {
    try {
      work();
    } catch (const std::exception& problem) {
      count(counters().directory_exceptions);
      alone([&] { pump_later(); });
      if (!committing_) committed(false);
      log::error("directory.exception", {{"reason", problem.what()}});
    }
  });
}

// By way of the strand's queue, once at a time: what others sent meanwhile is in the inbox first, and takes its turn.
void DirectoryHost::pump_later() {
  if (pump_posted_ || committing_ || stopped_ || inbox_.empty()) return;
  run([this] {
    pump_posted_ = false;
    pump();
  });
  pump_posted_ = true;
}

bool DirectoryHost::reopen() {
  view_.heal();
  auto opened = Directory::open(config_.directory, view_, config_.random, os_now());
  readable_ = opened.ok() && !view_.poisoned();
  if (!readable_) return false;
  directory_ = *std::move(opened);
  return true;
}

void DirectoryHost::open() {
  if (!reopen()) throw StoreError("the directory of tenants and devices cannot be read");
  run([this, step = directory_->start(os_now())]() mutable {
    take_step(std::move(step));
    if (!view_.staged().empty()) commit();
    pump_later();
  });
}

void DirectoryHost::feed(DirectoryInput input) {
  run([this, input = std::move(input)]() mutable { take(std::move(input)); });
}

void DirectoryHost::identify(const std::string& authorization, std::function<void(Doorman::Found)> tell) {
  run([this, question = Question{authorization, std::move(tell)}]() mutable {
    // The view is not to be read during a commit: it would show a token that was just revoked.
    if (!stopped_ && (committing_ || !view_.staged().empty())) questions_.push_back(std::move(question));
    else answer(std::move(question));
  });
}

Doorman::Found DirectoryHost::whose(const std::string& authorization) {
  using Is = Doorman::Found::Is;
  if (stopped_) return {Is::unknown, {}};
  if (!directory_) {
    if (!reopen()) return {Is::unknown, {}};
    pump_later();  // what was kept until now
  }
  auto tenant = directory_->tenant_of(authorization);
  if (view_.poisoned()) return {Is::unknown, {}};
  if (!tenant) return {Is::nobody, {}};
  return {Is::somebody, tenant->empty() ? "master" : *std::move(tenant)};
}

// A connection waits for it, so it is told whatever happens. What it throws then is its own.
void DirectoryHost::answer(Question question) noexcept {
  Doorman::Found found;
  alone([&] { found = whose(question.authorization); });
  alone([&] { question.tell(std::move(found)); });
}

void DirectoryHost::answer_questions() {
  while (!questions_.empty()) {
    Question next = std::move(questions_.front());
    questions_.pop_front();
    answer(std::move(next));
  }
}

void DirectoryHost::stop() {
  run([this] {
    stopped_ = true;
    answer_all();
    answer_questions();
  });
}

// For the next question: however often it is asked, one attempt waits at a time.
bool DirectoryHost::ready() {
  if (readable_ || reopening_.exchange(true)) return readable_;
  try {
    run([this] {
      reopening_ = false;
      if (!directory_ && !stopped_ && reopen()) pump_later();
    });
  } catch (const std::exception&) {  // of memory
    reopening_ = false;
  }
  return readable_;
}

void DirectoryHost::take(DirectoryInput input) {
  const auto* request = std::get_if<ApiRequest>(&input);
  const RequestId waits = request == nullptr ? 0 : request->request;
  // During a commit too: what that ends with is not about this one.
  if (!alone([&] { queue(std::move(input)); }) && waits != 0) refuse(waits);
  if (!alone([&] { pump_later(); })) pump();  // without memory to come back later
}

void DirectoryHost::queue(DirectoryInput input) {
  std::string lane;
  if (const auto* request = std::get_if<ApiRequest>(&input)) {
    lane = "token ";
    lane += token_of(request->authorization);  // however it is spelled
    const bool too_many = inbox_.size_of(lane) >= kInboxPerCallerMax;
    if (stopped_ || too_many || inbox_.size() >= kInboxMax) {
      Reply busy = stopped_   ? error_reply(503, "DEVICE_NOT_READY", "server is stopping")
                   : too_many ? error_reply(429, "RATE_LIMITED", "too many requests with this token are waiting")
                              : error_reply(503, "DEVICE_NOT_READY", "server is overloaded");
      busy.headers.emplace_back("Retry-After", "1");
      busy.request = request->request;
      return config_.requests.reply(std::move(busy));
    }
  }
  inbox_.add(lane, std::move(input));
}

// Inputs that wait share one commit, as in DeviceHost: thousands of devices that come online together report together.
// A commit waits for one stretch at most: answers do not wait for all that came after them.
void DirectoryHost::pump() {
  const MonoTime end = os_now().mono + kTurnMsMax;
  for (std::size_t steps = 0; !committing_ && !stopped_ && !inbox_.empty();) {
    if (!directory_ && !reopen()) {
      answer_all();
      return;  // until the next input
    }
    current_.reserve(current_.size() + 1);  // what was taken must be answered
    DirectoryInput input = inbox_.next();
    if (const auto* request = std::get_if<ApiRequest>(&input)) current_.push_back(request->request);
    turn(std::move(input));
    const bool over = ++steps >= kStepsPerCommitMax || os_now().mono >= end;
    // On a full disk nobody shares the refusal of somebody else's writes.
    const bool due = over || inbox_.empty() || config_.store.full();
    if (!view_.staged().empty() && due) commit();
    if (over) break;
  }
  pump_later();
}

void DirectoryHost::turn(DirectoryInput input) {
  const Stopwatch timed(counters().directory_turns);
  take_step(directory_->handle(std::move(input), os_now()));
}

void DirectoryHost::take_step(DirectoryStep step) {
  if (view_.poisoned()) {
    readable_ = false;
    return committed(false);
  }
  std::move(step.effects.begin(), step.effects.end(), std::back_inserter(effects_));
  if (!step.writes.empty()) view_.stage(std::move(step.writes));
  if (view_.staged().empty()) perform_all();
}

void DirectoryHost::commit() {
  config_.store.commit(view_.scope(), view_.take(), [this](bool ok) {
    run([this, ok] {
      committing_ = false;
      committed(ok);
      pump_later();
    });
  });
  committing_ = true;
}

void DirectoryHost::committed(bool ok) {
  if (ok) {
    perform_all();
  } else {
    log::error("directory.discarded");
    view_.heal();
    directory_.reset();  // opened again with the next input
    effects_.clear();
    refuse_current();
  }
  answer_questions();
}

void DirectoryHost::perform_all() {
  current_.clear();
  for (DirectoryEffect& effect : std::exchange(effects_, {})) {
    const auto* order = std::get_if<ToDevice>(&effect);
    const RequestId waits = order == nullptr ? 0 : order->request.request;
    if (!alone([&] { perform(effect); }) && waits != 0) refuse(waits);  // the others are owed as well
  }
}

void DirectoryHost::perform(DirectoryEffect& effect) {
  std::visit(
      [this](auto& one) {
        using T = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<T, Reply>) {
          config_.requests.reply(std::move(one));
        } else if constexpr (std::is_same_v<T, ToDevice>) {
          config_.to_device(std::move(one));
        } else if constexpr (std::is_same_v<T, StartDevice>) {
          config_.start_device(std::move(one));
        } else if constexpr (std::is_same_v<T, RemoveDevice>) {
          config_.remove_device(std::move(one));
        } else {
          static_assert(std::is_same_v<T, Log>);
          log::line(one.level, one.text, {{"number", one.number}});
        }
      },
      effect);
}

void DirectoryHost::refuse(RequestId id) noexcept {
  alone([&] {
    Reply out = not_stored_reply(config_.store.full());
    out.request = id;
    config_.requests.reply(std::move(out));
  });
}

// Nothing can be handled: whoever waits is told. Of what devices said the last of each is kept, and who was removed.
void DirectoryHost::answer_all() {
  refuse_current();
  std::vector<DirectoryInput> waiting = inbox_.take_all();
  for (const DirectoryInput& one : waiting)
    if (const auto* request = std::get_if<ApiRequest>(&one)) refuse(request->request);
  if (stopped_) return;
  std::map<std::string, const DirectoryInput*> last;
  for (const DirectoryInput& one : waiting)
    if (const auto* report = std::get_if<DeviceReport>(&one)) last[report->device_id] = &one;
  for (DirectoryInput& one : waiting) {
    const auto* report = std::get_if<DeviceReport>(&one);
    const bool outdated = report != nullptr && last[report->device_id] != &one;
    if (!outdated && !std::holds_alternative<ApiRequest>(one)) inbox_.add({}, std::move(one));
  }
}

// The requests whose steps were lost.
void DirectoryHost::refuse_current() {
  for (const RequestId id : std::exchange(current_, {})) refuse(id);
}

}  // namespace wa::native
