// tested by unit/client/files/files_test.cpp
// Jobs: from the wish to the message in the outbox.
#include <algorithm>

#include "client/files/files.h"
#include "client/files/file_types.h"
#include "client/files/work.h"
#include "client/rows/received_files.h"

namespace wa::client {
namespace {

constexpr std::size_t kFileJobsRunning = 16, kFileJobsMax = 80;
constexpr std::int64_t kFetchMs = 30'000, kFetchVideoMs = 60'000;
constexpr std::size_t kPreviewBytesMax = 64u << 10;

FileFailure fetch_failure(FileFault fault) {
  switch (fault) {
    case FileFault::forbidden: return FileFailure::not_allowed;
    case FileFault::too_large: return FileFailure::too_large;
    case FileFault::no_room: return FileFailure::no_room;
    case FileFault::unsupported: return FileFailure::unsupported;
    case FileFault::missing: return FileFailure::lost;
    case FileFault::timeout: return FileFailure::timeout;
    default: return FileFailure::not_fetched;
  }
}

std::uint64_t bytes_most(const FileBody& body) { return row_of(body.kind).bytes_max; }

}  // namespace

// --- taking

Result<void> Files::execute(const SendFile& command, Out& out, Turn& turn) {
  if (!out.account().paired) return {Errc::not_ready, "not paired"};
  if (!std::holds_alternative<FileBody>(command.message.body)) return {Errc::invalid_argument, "not a file"};
  load(turn);
  if (jobs_.size() >= kFileJobsMax) return {Errc::full, "too many files wait"};
  Job job;
  job.command = command.command;
  job.kept = true;
  job.about.id = command.job;
  job.about.created = job.about.updated = turn.now.wall;
  job.about.url = command.wish.source.url;
  job.about.thumbnail = command.wish.thumbnail;
  job.about.convert = command.wish.convert;
  job.about.message = command.message;
  job.about.message.command = 0;
  job.about.body().kind = command.wish.kind;
  job.about.body().file.bytes = command.wish.source.bytes;
  job.phase = Queued{command.wish.source.given};
  take(std::move(job), turn);
  return {};
}

Result<void> Files::execute(const PrepareFile& command, Out& out, Turn& turn) {
  if (!out.account().paired) return {Errc::not_ready, "not paired"};
  load(turn);
  if (jobs_.size() >= kFileJobsMax) return {Errc::full, "too many files wait"};
  Job job;
  job.command = command.command;
  job.about.url = command.wish.source.url;
  job.about.thumbnail = command.wish.thumbnail;
  job.about.convert = command.wish.convert;
  job.about.message.body = command.body;
  job.about.body().kind = command.wish.kind;
  job.about.body().file.bytes = command.wish.source.bytes;
  job.phase = Queued{command.wish.source.given};
  take(std::move(job), turn);
  return {};
}

void Files::take(Job job, Turn& turn) {
  enter(job, FileStage::waiting, turn);
  jobs_.emplace(next_job_++, std::move(job));
  pump(turn);
}

void Files::load(Turn& turn) {
  if (rows_ != Rows::unread) return;
  rows_ = Rows::read;
  for (FileJobRow& row : open_file_jobs(turn.txn)) {
    Job job;
    job.kept = true;
    job.about = std::move(row);
    if (job.about.url.empty()) fail(job, FileFailure::restarted, 0, -1, turn);
    else jobs_.emplace(next_job_++, std::move(job));
  }
  pump(turn);
}

void Files::pump(Turn& turn) {
  std::size_t running = 0;
  for (const auto& [number, job] : jobs_) running += std::holds_alternative<Queued>(job.phase) ? 0 : 1;
  for (auto& [number, job] : jobs_) {
    if (running >= kFileJobsRunning) return;
    const auto* queued = std::get_if<Queued>(&job.phase);
    if (!queued) continue;
    ++running;
    if (queued->given != 0) inspect(job, queued->given, turn);
    else fetch(job, turn);
  }
}

// --- step by step

void Files::fetch(Job& job, Turn& turn) {
  const Fetching next{new_work(turn.random), new_file_name(turn.random)};
  FetchUrl effect;
  effect.job = next.work;
  effect.into = next.into;
  effect.url = job.about.url;
  effect.bytes_max = bytes_most(job.about.body());
  effect.timeout_ms = row_of(job.about.body().kind).mms_type == "video" ? kFetchVideoMs : kFetchMs;
  turn.effect(std::move(effect));
  job.phase = next;
  enter(job, FileStage::fetching, turn);
}

bool Files::fetched(Job& job, const Fetching& was, const FileDone& done, Turn& turn) {
  const auto* stored = std::get_if<FileStored>(&done.result);
  if (done.fault != FileFault::none || !stored) {
    job.phase = Queued{};
    const bool later = done.fault == FileFault::http_status && done.status == 429;
    return fail(job, fetch_failure(done.fault), done.status, later ? done.retry_after_ms : -1, turn);
  }
  FileBody& body = job.about.body();
  body.file.bytes = stored->size;
  if (body.file.mimetype.empty()) body.file.mimetype = bare_type(stored->content_type);
  job.named = stored->file_name;
  inspect(job, was.into, turn);
  return true;
}

void Files::inspect(Job& job, FileId file, Turn& turn) {
  const FileBody& body = job.about.body();
  const bool convert = job.about.convert;
  const Inspecting next{new_work(turn.random), file, convert ? new_file_name(turn.random) : 0};
  InspectFile effect;
  effect.job = next.work;
  effect.file = file;
  effect.into = next.converted;
  effect.kind = std::string(row_of(body.kind).name);
  effect.thumbnail = job.about.thumbnail;
  effect.convert = convert;
  turn.effect(std::move(effect));
  job.phase = next;
  enter(job, FileStage::inspecting, turn);
}

bool Files::inspected(Job& job, const Inspecting& was, const FileDone& done, Turn& turn) {
  FileBody& body = job.about.body();
  std::vector<std::string>& warnings = job.about.warnings;
  FileId file = was.file;
  FileInspected seen;
  if (const auto* result = std::get_if<FileInspected>(&done.result)) seen = *result;
  if (done.fault == FileFault::missing) return fail(job, FileFailure::lost, 0, -1, turn);
  if (done.fault == FileFault::none) {
    warnings.insert(warnings.end(), seen.warnings.begin(), seen.warnings.end());
  } else if (done.fault == FileFault::unsupported) {
    warnings.push_back("this server cannot look into files: sent as it is, without a preview");
  } else if (done.fault == FileFault::unreadable && body.kind != MediaKind::document) {
    return fail(job, FileFailure::wrong_type, 0, -1, turn);
  } else {
    warnings.push_back("the file could not be looked into: sent without a preview");
  }
  if (seen.converted && was.converted != 0) {
    turn.effect(DropFile{was.file});
    file = was.converted;
    body.file.bytes = seen.size;
    job.phase = Inspecting{0, file, 0};
  }
  if (!settle_type(body, seen, done.fault == FileFault::none)) return fail(job, FileFailure::wrong_type, 0, -1, turn);
  if (body.file.bytes > bytes_most(body)) return fail(job, FileFailure::too_large, 0, -1, turn);
  body.width = seen.width;
  body.height = seen.height;
  if (seen.seconds > 0) body.seconds = seen.seconds;
  body.pages = seen.pages;
  body.animated = body.kind == MediaKind::gif || seen.animated || (body.animated && done.fault != FileFault::none);
  body.first_frame_length = body.kind == MediaKind::sticker && seen.animated ? seen.first_frame_length : 0;
  if (seen.thumbnail.size() <= kPreviewBytesMax) body.thumbnail = std::move(seen.thumbnail);
  if (body.kind == MediaKind::voice) body.waveform = std::move(seen.waveform);
  if (body.kind == MediaKind::document && body.file_name.empty())
    body.file_name = job.named.empty() ? "file" : job.named;
  seal(job, file, turn);
  return true;
}

void Files::seal(Job& job, FileId file, Turn& turn) {
  FileBody& body = job.about.body();
  const Sealing next{new_work(turn.random), file, new_file_name(turn.random)};
  body.file.media_key = turn.random.bytes(32);
  SealFile effect;
  effect.job = next.work;
  effect.from = file;
  effect.into = next.sealed;
  effect.media_key = body.file.media_key;
  effect.info = std::string(row_of(body.kind).info);
  effect.sidecar = row_of(body.kind).sidecar;
  effect.first_frame_length = body.first_frame_length;
  turn.effect(std::move(effect));
  job.phase = next;
  enter(job, FileStage::sealing, turn);
}

bool Files::sealed(Job& job, const Sealing& was, const FileDone& done, Turn& turn) {
  const auto* result = std::get_if<FileSealed>(&done.result);
  if (done.fault != FileFault::none || !result) {
    job.phase = Inspecting{0, was.plain, 0};
    const bool no_room = done.fault == FileFault::no_room;
    const bool unable = done.fault == FileFault::unsupported;
    return fail(job,
                no_room  ? FileFailure::no_room
                : unable ? FileFailure::unsupported
                         : FileFailure::lost,
                0, -1, turn);
  }
  turn.effect(DropFile{was.plain});
  FileBody& body = job.about.body();
  const FileId file = was.sealed;
  body.file.bytes = result->size;
  body.file.sha256 = result->sha256;
  body.file.enc_sha256 = result->enc_sha256;
  body.sidecar = result->sidecar;
  body.first_frame_sidecar = result->first_frame_sidecar;
  if (body.first_frame_sidecar.empty()) body.first_frame_length = 0;
  job.phase = Uploading{Upload({file, result->sealed_size, result->enc_sha256, body.kind})};
  enter(job, FileStage::uploading, turn);
  return uploaded(job, std::get<Uploading>(job.phase).upload.begin(hosts_, turn), turn);
}

// In one step with what makes the message leave: after this the file needs nothing any more.
bool Files::uploaded(Job& job, const std::optional<Upload::End>& end, Turn& turn) {
  if (!end) return true;
  if (const auto* failed = std::get_if<Upload::Failed>(&*end)) {
    return fail(job, failed->why, failed->status, failed->retry_after_ms, turn);
  }
  drop_files(job, turn);
  FileBody& body = job.about.body();
  body.file.url = std::get<Upload::Hosted>(*end).url;
  body.file.direct_path = std::get<Upload::Hosted>(*end).direct_path;
  body.file.media_key_time_s = turn.service_time().seconds();
  if (!job.kept) {
    turn.event(FileReady{job.command, std::move(body), std::move(job.about.warnings)});
    return false;
  }
  enter(job, FileStage::uploaded, turn);
  SendMessage message = std::move(job.about.message);
  message.command = job.command;
  turn.event(FileUploaded{job.command, job.about.id, message.id, std::move(job.about.warnings)});
  turn.notify(FileHosted{std::move(message)});
  return false;
}

bool Files::fail(Job& job, FileFailure why, int status, std::int64_t retry_after_ms, Turn& turn) {
  drop_files(job, turn);
  job.about.why = why;
  job.about.status = status;
  enter(job, FileStage::failed, turn);
  turn.event(
      FileFailed{job.command, why, status, retry_after_ms, job.about.id, job.about.message.id, job.about.message.to});
  return false;
}

void Files::enter(Job& job, FileStage stage, Turn& turn) {
  job.about.stage = stage;
  job.about.updated = turn.now.wall;
  if (job.kept) save_file_job(turn.txn, job.about);
}

void Files::drop_files(const Job& job, Turn& turn) {
  const auto drop = [&](FileId file) {
    if (file != 0) turn.effect(DropFile{file});
  };
  if (const auto* queued = std::get_if<Queued>(&job.phase)) drop(queued->given);
  if (const auto* fetching = std::get_if<Fetching>(&job.phase)) drop(fetching->into);
  if (const auto* inspecting = std::get_if<Inspecting>(&job.phase)) {
    drop(inspecting->file);
    drop(inspecting->converted);
  }
  if (const auto* sealing = std::get_if<Sealing>(&job.phase)) {
    drop(sealing->plain);
    drop(sealing->sealed);
  }
  if (const auto* uploading = std::get_if<Uploading>(&job.phase)) drop(uploading->upload.file());
}

bool Files::on_done(Job& job, const FileDone& done, Turn& turn) {
  if (const auto* fetching = std::get_if<Fetching>(&job.phase)) return fetched(job, Fetching(*fetching), done, turn);
  if (const auto* inspecting = std::get_if<Inspecting>(&job.phase))
    return inspected(job, Inspecting(*inspecting), done, turn);
  if (const auto* sealing = std::get_if<Sealing>(&job.phase)) return sealed(job, Sealing(*sealing), done, turn);
  return uploaded(job, std::get<Uploading>(job.phase).upload.on_done(done, hosts_, turn), turn);
}

}  // namespace wa::client
