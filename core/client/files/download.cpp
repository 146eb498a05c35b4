// tested by unit/client/files/files_test.cpp
#include "client/files/download.h"

#include <algorithm>

#include "client/files/work.h"
#include "client/media/upload_protocol.h"

namespace wa::client {
namespace {

constexpr int kDownloadRounds = 3;
constexpr std::int64_t kDownloadPauseMs = 1'000, kDownloadPauseMostMs = 15'000, kDownloadHostsMs = 90'000;
constexpr std::uint64_t kReceivedBytesMax = 2048 * kMiB;   // whatever the message says: a received file may be larger

}  // namespace

bool Download::owns(FileJob work) const {
  const auto* getting = std::get_if<Getting>(&state_);
  return getting && getting->work == work;
}

FileId Download::into() const {
  const auto* getting = std::get_if<Getting>(&state_);
  return getting ? getting->into : 0;
}

std::optional<MonoTime> Download::deadline() const {
  if (const auto* waiting = std::get_if<Unhosted>(&state_)) return waiting->until;
  const auto* pausing = std::get_if<Pausing>(&state_);
  return pausing ? std::optional(pausing->until) : std::nullopt;
}

std::optional<Download::End> Download::begin(MediaHosts& hosts, Turn& turn) { return go_on(hosts, turn); }

std::optional<Download::End> Download::on_tick(MediaHosts& hosts, Turn& turn) {
  const auto until = deadline();
  return until && *until <= turn.now.mono ? go_on(hosts, turn) : std::nullopt;
}

std::optional<Download::End> Download::on_hosts(MediaHosts& hosts, Turn& turn) {
  return std::holds_alternative<Unhosted>(state_) ? go_on(hosts, turn) : std::nullopt;
}

std::optional<Download::End> Download::on_online(MediaHosts& hosts, Turn& turn) { return on_hosts(hosts, turn); }

std::optional<Download::End> Download::go_on(MediaHosts& hosts, Turn& turn) {
  if (!hosts.known(turn)) {
    state_ = Unhosted{turn.now.mono + kDownloadHostsMs};
    return std::nullopt;
  }
  if (host_ >= hosts.names().size()) host_ = 0;
  DownloadFile effect;
  effect.path = download_path(file_.direct_path, file_.enc_sha256, row_of(kind_).mms_type);
  if (effect.path.empty()) return Failed{FileFailure::gone, 0};
  const Getting next{new_work(turn.random), new_file_name(turn.random)};
  effect.job = next.work;
  effect.into = next.into;
  effect.host = hosts.names()[host_];
  effect.media_key = file_.media_key;
  effect.info = std::string(row_of(kind_).info);
  effect.enc_sha256 = file_.enc_sha256;
  effect.sha256 = file_.sha256;
  effect.bytes_max = kReceivedBytesMax;
  turn.effect(std::move(effect));
  state_ = next;
  return std::nullopt;
}

std::optional<Download::End> Download::on_done(const FileDone& done, MediaHosts& hosts, Turn& turn) {
  const auto* stored = std::get_if<FileStored>(&done.result);
  switch (done.fault) {
    case FileFault::none:
      if (stored) return Got{into(), stored->size};
      return next_host({FileFailure::unreachable, 0}, 0, hosts, turn);
    case FileFault::unsupported: return Failed{FileFailure::unsupported, 0};
    case FileFault::too_large: return Failed{FileFailure::too_large, 0};
    case FileFault::no_room: return Failed{FileFailure::no_room, 0};
    case FileFault::broken:
      if (std::exchange(was_broken_, true)) return Failed{FileFailure::broken, 0};
      return next_host({FileFailure::broken, 0}, 0, hosts, turn);
    default: break;
  }
  const int status = done.status;
  if (status == 401 || status == 403) {
    if (!std::exchange(renewed_, true)) {
      hosts.drop();
      host_ = 0;
      all_gone_ = true;
      return go_on(hosts, turn);
    }
    return next_host({FileFailure::gone, status}, 0, hosts, turn);
  }
  if (status == 404 || status == 410) return next_host({FileFailure::gone, status}, 0, hosts, turn);
  return next_host({FileFailure::unreachable, status}, done.retry_after_ms, hosts, turn);
}

std::optional<Download::End> Download::next_host(Failed failed, std::int64_t wait_ms, MediaHosts& hosts, Turn& turn) {
  all_gone_ = all_gone_ && failed.why == FileFailure::gone;
  if (++host_ < hosts.names().size()) return go_on(hosts, turn);
  host_ = 0;
  if (std::exchange(all_gone_, true)) return Failed{FileFailure::gone, failed.status};
  if (rounds_ >= kDownloadRounds) return failed;
  const std::int64_t pause_ms = std::min(std::max(kDownloadPauseMs << rounds_, wait_ms), kDownloadPauseMostMs);
  ++rounds_;
  state_ = Pausing{turn.now.mono + pause_ms};
  return std::nullopt;
}

}  // namespace wa::client
