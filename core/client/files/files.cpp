// tested by unit/client/files/files_test.cpp
// What wakes jobs and fetches: work that ended, hosts, the link, time.
#include "client/files/files.h"

namespace wa::client {

void Files::on_file_done(const FileDone& done, Out& out, Turn& turn) {
  const auto is_work = [&](const Job& job) {
    if (const auto* fetching = std::get_if<Fetching>(&job.phase)) return fetching->work == done.job;
    if (const auto* inspecting = std::get_if<Inspecting>(&job.phase)) return inspecting->work == done.job;
    if (const auto* sealing = std::get_if<Sealing>(&job.phase)) return sealing->work == done.job;
    const auto* uploading = std::get_if<Uploading>(&job.phase);
    return uploading && uploading->upload.owns(done.job);
  };
  for (auto it = jobs_.begin(); it != jobs_.end(); ++it) {
    if (!is_work(it->second)) continue;
    if (!on_done(it->second, done, turn)) jobs_.erase(it);
    return pump(turn);
  }
  for (auto it = fetches_.begin(); it != fetches_.end(); ++it) {
    if (!it->second.download.owns(done.job)) continue;
    end_if(it, it->second.download.on_done(done, hosts_, turn), out, turn);
    return;
  }
}

template <class ToUpload, class ToDownload>
void Files::each_transfer(ToUpload to_upload, ToDownload to_download, Out& out, Turn& turn) {
  for (auto it = jobs_.begin(); it != jobs_.end();) {
    auto* uploading = std::get_if<Uploading>(&it->second.phase);
    const bool over = uploading && !uploaded(it->second, to_upload(uploading->upload), turn);
    it = over ? jobs_.erase(it) : std::next(it);
  }
  for (auto it = fetches_.begin(); it != fetches_.end();) {
    const auto current = it++;
    end_if(current, to_download(current->second.download), out, turn);
  }
  pump(turn);
}

void Files::on(const HostsKnown&, Out& out, Turn& turn) {
  const auto tell = [&](auto& transfer) { return transfer.on_hosts(hosts_, turn); };
  each_transfer(tell, tell, out, turn);
}

void Files::on_online(Out& out, Turn& turn) {
  load(turn);
  online_ = true;
  const auto again = [&](auto& transfer) { return transfer.on_online(hosts_, turn); };
  each_transfer(again, again, out, turn);
}

void Files::on_tick(Out& out, Turn& turn) {
  load(turn);
  drop_kept(turn.now.mono, turn);
  if (!online_) return;
  const auto tick = [&](auto& transfer) { return transfer.on_tick(hosts_, turn); };
  each_transfer(tick, tick, out, turn);
}

std::optional<MonoTime> Files::deadline() const {
  if (rows_ == Rows::unread) return MonoTime{INT64_MIN};
  std::optional<MonoTime> first;
  const auto sooner = [&first](const std::optional<MonoTime>& other) {
    if (other && (!first || *other < *first)) first = other;
  };
  for (const auto& [id, kept] : kept_) sooner(kept.until);
  if (!online_) return first;
  for (const auto& [number, job] : jobs_) {
    if (const auto* uploading = std::get_if<Uploading>(&job.phase)) sooner(uploading->upload.deadline());
  }
  for (const auto& [id, fetch] : fetches_) sooner(fetch.download.deadline());
  return first;
}

void Files::end(Turn& turn) {
  load(turn);
  for (auto& [number, job] : jobs_) fail(job, FileFailure::unpaired, 0, -1, turn);
  jobs_.clear();
  for (auto& [id, fetch] : fetches_) {
    if (fetch.download.into() != 0) turn.effect(DropFile{fetch.download.into()});
    for (const CommandId command : fetch.commands) turn.event(MediaFailed{command, FileFailure::unpaired, 0});
  }
  fetches_.clear();
  drop_kept(MonoTime{INT64_MAX}, turn);
}

}  // namespace wa::client
