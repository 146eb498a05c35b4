#include "directory_host.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <iterator>
#include <type_traits>

#include "log.h"
#include "os_clock.h"

namespace wa::native {

namespace asio = boost::asio;
using namespace gateway;

namespace {
constexpr std::size_t kInboxMax = 8192, kInboxPerCallerMax = 2048, kCachedRowsMax = 20'000, kStepsPerCommitMax = 256;
}

DirectoryHost::DirectoryHost(Config config)
    : config_(std::move(config)),
      strand_(asio::make_strand(config_.io.get_executor())),
      view_(config_.store, scope_of("directory"), kCachedRowsMax) {}

bool DirectoryHost::reopen() {
  view_.heal();
  auto opened = Directory::open(config_.directory, view_, config_.random, os_now());
  if (!opened.ok() || view_.poisoned()) return false;
  directory_ = *std::move(opened);
  return true;
}

void DirectoryHost::open() {
  if (!reopen()) throw StoreError("the directory of tenants and devices cannot be read");
  asio::post(strand_, [this] {
    pumping_ = true;
    take_step(directory_->start(os_now()));
    if (!view_.staged().empty()) commit();
    pumping_ = false;
    pump();
  });
}

void DirectoryHost::feed(DirectoryInput input) {
  asio::dispatch(strand_, [this, input = std::move(input)]() mutable { take(std::move(input)); });
}

void DirectoryHost::identify(const std::string& authorization, std::function<void(Doorman::Found)> tell) {
  asio::post(strand_, [this, authorization, tell = std::move(tell)] {
    using Is = Doorman::Found::Is;
    if (stopped_ || (!directory_ && !reopen())) return tell({Is::unknown, {}});
    auto tenant = directory_->tenant_of(authorization);
    if (view_.poisoned()) return tell({Is::unknown, {}});
    if (!tenant) return tell({Is::nobody, {}});
    tell({Is::somebody, tenant->empty() ? "master" : *std::move(tenant)});
  });
}

void DirectoryHost::stop() {
  asio::post(strand_, [this] {
    stopped_ = true;
    answer_all();
  });
}

void DirectoryHost::take(DirectoryInput input) {
  std::string lane;
  if (const auto* request = std::get_if<ApiRequest>(&input)) {
    lane = request->authorization;
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
  pump();
}

// Not re-entrant: a device that answers on this very thread reports back while effects are still being performed.
// Inputs that wait share one commit, as in DeviceHost: thousands of devices that come online together report together.
void DirectoryHost::pump() {
  if (pumping_) return;
  pumping_ = true;
  for (std::size_t steps = 0; !committing_ && !stopped_ && !inbox_.empty();) {
    DirectoryInput input = inbox_.next();
    if (const auto* request = std::get_if<ApiRequest>(&input)) current_.push_back(request->request);
    if (!directory_ && !reopen()) {
      answer_all();
      continue;
    }
    take_step(directory_->handle(std::move(input), os_now()));
    if (!view_.staged().empty() && (inbox_.empty() || ++steps >= kStepsPerCommitMax)) commit();
  }
  pumping_ = false;
}

void DirectoryHost::take_step(DirectoryStep step) {
  if (view_.poisoned()) return committed(false);
  std::move(step.effects.begin(), step.effects.end(), std::back_inserter(effects_));
  if (!step.writes.empty()) view_.stage(std::move(step.writes));
  if (view_.staged().empty()) perform_all();
}

void DirectoryHost::commit() {
  committing_ = true;
  config_.store.commit(view_.scope(), view_.take(), [this](bool ok) {
    asio::post(strand_, [this, ok] {
      committing_ = false;
      pumping_ = true;
      committed(ok);
      pumping_ = false;
      pump();
    });
  });
}

void DirectoryHost::committed(bool ok) {
  if (ok) return perform_all();
  log::error("directory.discarded");
  view_.heal();
  directory_.reset();  // opened again with the next input
  effects_.clear();
  answer_all();
}

void DirectoryHost::perform_all() {
  current_.clear();
  for (DirectoryEffect& effect : std::exchange(effects_, {})) {
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
}

// The requests whose steps were lost, and those behind it when nothing can be handled.
void DirectoryHost::answer_all() {
  const auto answer = [this](RequestId id) {
    Reply out = error_reply(500, "INTERNAL_ERROR", "the request could not be stored");
    out.request = id;
    config_.requests.reply(std::move(out));
  };
  for (const RequestId id : std::exchange(current_, {})) answer(id);
  if (directory_ && !stopped_) return;
  for (const DirectoryInput& input : inbox_.take_all())
    if (const auto* request = std::get_if<ApiRequest>(&input)) answer(request->request);
}

}  // namespace wa::native
