// tested by unit/client/files/files_test.cpp
// Files of messages that were told: where they are is kept, they are fetched when somebody asks.
#include "client/files/files.h"
#include "client/media/media_retry.h"
#include "client/media/upload_protocol.h"
#include "client/rows/lid_map.h"

namespace wa::client {
namespace {

constexpr std::size_t kFetchesMax = 16, kAskersMax = 32, kKeptMax = 4;
constexpr std::int64_t kKeptMs = 10'000;
constexpr std::size_t kAskedMax = 64, kMediaKeyBytes = 32, kRetryIvBytes = 12;
constexpr std::int64_t kAskedMs = 60'000;

}  // namespace

void Files::on(const FileTold& told, Out&, Turn& turn) {
  ReceivedFile row;
  row.chat = told.chat;
  row.author = told.author;
  row.from_me = told.from_me;
  row.view_once = told.view_once;
  row.time = told.time;
  row.kind = told.file.kind;
  row.file = told.file.hosted;
  row.file.mimetype = told.file.mimetype;
  row.file.sha256 = told.file.sha256;
  row.file.bytes = told.file.bytes;
  row.file_name = told.file.file_name;
  row.file.direct_path = direct_path_of(row.file.direct_path, row.file.url);
  keep_file(turn.txn, told.id, row, turn.service_time());
}

Result<void> Files::execute(const FetchMedia& command, Out& out, Turn& turn) {
  if (!out.account().paired) return {Errc::not_ready, "not paired"};
  const auto known = find_file(turn.txn, command.id, turn.service_time());
  if (!known) return {Errc::not_found, "no file of this message is known"};
  if (const auto kept = kept_.find(command.id); kept != kept_.end()) {
    MediaReady ready = kept->second.ready;
    ready.command = command.command;
    kept->second.until = turn.now.mono + kKeptMs;
    turn.event(std::move(ready));
    return {};
  }
  if (const auto running = fetches_.find(command.id); running != fetches_.end()) {
    if (running->second.commands.size() >= kAskersMax) return {Errc::full, "too many ask for this file"};
    running->second.commands.push_back(command.command);
    return {};
  }
  if (known->gone) {
    turn.event(MediaFailed{command.command, FileFailure::gone, 0});
    return {};
  }
  if (fetches_.size() >= kFetchesMax) return {Errc::full, "too many files are fetched"};
  const auto [fetch, fresh] = fetches_.emplace(command.id, Fetch{{command.command}, Download(*known)});
  end_if(fetch, fetch->second.download.begin(hosts_, turn), out, turn);
  return {};
}

void Files::end_if(Fetches::iterator at, const std::optional<Download::End>& end, Out& out, Turn& turn) {
  if (!end) return;
  const std::string id = at->first;
  const std::vector<CommandId> commands = std::move(at->second.commands);
  fetches_.erase(at);
  if (const auto* failed = std::get_if<Download::Failed>(&*end)) {
    FileFailure why = failed->why;
    if (why == FileFailure::gone) why = ask_phone(id, out, turn);
    for (const CommandId command : commands) turn.event(MediaFailed{command, why, failed->status});
    return;
  }
  const Download::Got& got = std::get<Download::Got>(*end);
  const auto about = find_file(turn.txn, id, turn.service_time());
  MediaReady ready;
  ready.file = got.file;
  ready.size = got.bytes;
  if (about) {
    ready.kind = about->kind;
    ready.sha256 = about->file.sha256;
    ready.mimetype = about->file.mimetype;
    ready.file_name = about->file_name;
  }
  if (kept_.size() >= kKeptMax) {   // the one that was not asked for for the longest time
    auto oldest = kept_.begin();
    for (auto it = kept_.begin(); it != kept_.end(); ++it) {
      if (it->second.until < oldest->second.until) oldest = it;
    }
    turn.effect(DropFile{oldest->second.ready.file});
    kept_.erase(oldest);
  }
  kept_.emplace(id, Kept{ready, turn.now.mono + kKeptMs});
  for (const CommandId command : commands) {
    ready.command = command;
    turn.event(ready);
  }
}

void Files::drop_kept(MonoTime now, Turn& turn) {
  for (auto it = kept_.begin(); it != kept_.end();) {
    const auto current = it++;
    if (now < current->second.until) continue;
    turn.effect(DropFile{current->second.ready.file});
    kept_.erase(current);
  }
}

// --- the phone may have it (09 section 7)

FileFailure Files::ask_phone(const std::string& id, Out& out, Turn& turn) {
  const auto about = find_file(turn.txn, id, turn.service_time());
  if (!about || about->view_once || about->file.media_key.size() != kMediaKeyBytes) return FileFailure::gone;
  if (!out.online()) return FileFailure::unreachable;
  std::erase_if(asked_, [&](const auto& one) { return turn.now.mono - one.second >= kAskedMs; });
  if (asked_.count(id) != 0) return FileFailure::retry_requested;
  if (asked_.size() >= kAskedMax) return FileFailure::busy;
  asked_[id] = turn.now.mono;
  stanza::MediaRetryReceipt receipt;
  receipt.id = id;
  receipt.own = out.account().pn;
  receipt.chat = about->chat;
  receipt.from_me = about->from_me;
  if (!about->chat.is_user()) receipt.participant = about->author;
  out.send(build_media_retry(std::move(receipt), about->file.media_key, turn.random.bytes(kRetryIvBytes)), turn);
  return FileFailure::retry_requested;
}

// What opens under the key of the file is the phone's answer, whenever it comes.
void Files::on_retried(const stanza::MediaRetried& retried, Turn& turn) {
  auto about = find_file(turn.txn, retried.id, turn.service_time());
  const bool asked = asked_.erase(retried.id) != 0;
  if (!about || about->file.media_key.size() != kMediaKeyBytes) return;
  MediaRetryAnswer answer;
  if (!retried.enc_p.empty()) {
    auto opened = open_media_retry(retried, about->file.media_key);
    if (!opened) return turn.log(LogLevel::warning, "the answer about a file could not be read");
    answer = *std::move(opened);
  } else if (!asked) {
    return;
  } else if (retried.error == static_cast<int>(RetryResult::not_found)) {
    answer.result = RetryResult::not_found;
  } else if (retried.error == static_cast<int>(RetryResult::decryption_error)) {
    answer.result = RetryResult::decryption_error;
  }
  const bool found = answer.result == RetryResult::success && !answer.direct_path.empty();
  if (found) about->file.direct_path = std::move(answer.direct_path);
  about->gone = answer.result == RetryResult::not_found;
  change_file(turn.txn, retried.id, *about);
  turn.event(MediaRetried{retried.id, pn_or_same(turn.txn, about->chat), pn_or_same(turn.txn, about->author),
                          about->from_me, found, static_cast<int>(answer.result), turn.service_time()});
}

}  // namespace wa::client
