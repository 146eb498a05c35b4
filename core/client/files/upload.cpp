// tested by unit/client/files/upload_test.cpp
#include "client/files/upload.h"

#include <algorithm>

#include "client/files/work.h"
#include "client/media/upload_protocol.h"

namespace wa::client {
namespace {

constexpr std::int64_t kUploadHostsMs = 90'000;             // longer than a query may take
constexpr std::int64_t kThrottledMs = 30'000, kThrottledMostMs = 300'000;

}  // namespace

bool Upload::owns(FileJob work) const {
  if (const auto* checking = std::get_if<Checking>(&state_)) return checking->work == work;
  const auto* sending = std::get_if<Sending>(&state_);
  return sending && sending->work == work;
}

std::optional<MonoTime> Upload::deadline() const {
  if (const auto* waiting = std::get_if<Unhosted>(&state_)) return waiting->until;
  const auto* pausing = std::get_if<Pausing>(&state_);
  return pausing ? std::optional(pausing->until) : std::nullopt;
}

std::optional<Upload::End> Upload::begin(MediaHosts& hosts, Turn& turn) { return go_on(hosts, turn); }

std::optional<Upload::End> Upload::on_tick(MediaHosts& hosts, Turn& turn) {
  const auto until = deadline();
  return until && *until <= turn.now.mono ? go_on(hosts, turn) : std::nullopt;
}

std::optional<Upload::End> Upload::on_hosts(MediaHosts& hosts, Turn& turn) {
  if (!std::holds_alternative<Unhosted>(state_)) return std::nullopt;
  return hosts.can_upload(turn.now.mono) ? go_on(hosts, turn) : after_round({FileFailure::unreachable, 0}, turn);
}

std::optional<Upload::End> Upload::on_online(MediaHosts& hosts, Turn& turn) {
  return std::holds_alternative<Unhosted>(state_) ? go_on(hosts, turn) : std::nullopt;
}

std::optional<Upload::End> Upload::go_on(MediaHosts& hosts, Turn& turn) {
  if (!hosts.may_upload(turn)) {
    state_ = Unhosted{turn.now.mono + kUploadHostsMs};
    return std::nullopt;
  }
  if (host_ >= hosts.names().size()) host_ = 0;
  post(goal_.bytes >= kResumeFromBytes, 0, hosts, turn);
  return std::nullopt;
}

void Upload::post(bool check, std::uint64_t offset, MediaHosts& hosts, Turn& turn) {
  UploadFile effect;
  effect.job = new_work(turn.random);
  effect.file = goal_.file;
  effect.host = hosts.names()[host_];
  effect.path = upload_path(row_of(goal_.kind).upload_path, goal_.enc_sha256, hosts.auth());
  if (check) effect.path = resume_check_path(std::move(effect.path));
  if (offset > 0) effect.path = offset_path(std::move(effect.path), offset);
  effect.offset = offset;
  effect.check = check;
  if (check) state_ = Checking{effect.job};
  else state_ = Sending{effect.job};
  turn.effect(std::move(effect));
}

std::optional<Upload::End> Upload::on_done(const FileDone& done, MediaHosts& hosts, Turn& turn) {
  if (done.fault == FileFault::missing || done.fault == FileFault::unsupported) {
    return Failed{done.fault == FileFault::missing ? FileFailure::lost : FileFailure::unsupported, 0};
  }
  return std::holds_alternative<Checking>(state_) ? on_check(done, hosts, turn) : on_answer(done, hosts, turn);
}

// The check is never a reason to fail.
std::optional<Upload::End> Upload::on_check(const FileDone& done, MediaHosts& hosts, Turn& turn) {
  const auto* answered = std::get_if<FileAnswered>(&done.result);
  ResumeAnswer said;
  if (done.fault == FileFault::none && answered) said = read_resume_answer(*answered, goal_.bytes);
  if (said.complete) return Hosted{std::move(said.uploaded.url), std::move(said.uploaded.direct_path)};
  if (host_ >= hosts.names().size() || !hosts.may_upload(turn)) return go_on(hosts, turn);   // it ran out meanwhile
  post(false, said.offset, hosts, turn);
  return std::nullopt;
}

std::optional<Upload::End> Upload::on_answer(const FileDone& done, MediaHosts& hosts, Turn& turn) {
  const auto* answered = std::get_if<FileAnswered>(&done.result);
  if (done.fault != FileFault::none || !answered)
    return next_host({FileFailure::unreachable, done.status}, hosts, turn);
  const int status = answered->status;
  UploadAnswer said = read_upload_answer(*answered);
  switch (said.next) {
    case UploadNext::done: return Hosted{std::move(said.url), std::move(said.direct_path)};
    case UploadNext::refresh:
      if (std::exchange(renewed_, true)) return Failed{FileFailure::refused, status};
      hosts.drop();
      host_ = 0;
      return go_on(hosts, turn);
    case UploadNext::throttled: {
      const std::int64_t wait_ms = said.retry_after_ms < 0 ? kThrottledMs : said.retry_after_ms;
      if (wait_ms > kThrottledMostMs || ++rounds_ >= kUploadRounds)
        return Failed{FileFailure::throttled, status, wait_ms};
      state_ = Pausing{turn.now.mono + std::max(wait_ms, upload_pause_ms(1))};
      return std::nullopt;
    }
    case UploadNext::next_host: break;
  }
  const bool final = status >= 400 && status < 500;
  return next_host({final ? FileFailure::refused : FileFailure::unreachable, status}, hosts, turn);
}

std::optional<Upload::End> Upload::next_host(Failed failed, MediaHosts& hosts, Turn& turn) {
  if (++host_ < hosts.names().size()) return go_on(hosts, turn);
  host_ = 0;
  if (failed.why == FileFailure::refused) return failed;
  return after_round(failed, turn);
}

std::optional<Upload::End> Upload::after_round(Failed failed, Turn& turn) {
  if (++rounds_ >= kUploadRounds) return failed;
  state_ = Pausing{turn.now.mono + upload_pause_ms(rounds_)};
  return std::nullopt;
}

}  // namespace wa::client
