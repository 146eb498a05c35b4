// tested by unit/client/history/history_test.cpp
#include "client/media/downloads.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "client/media/upload_protocol.h"

namespace wa::client {
namespace {

constexpr int kDownloadTries = 6;  // the first and five repetitions (08 section 1)

const char* type_name(FileKind kind) { return kind == FileKind::app_state ? "md-app-state" : "md-msg-hist"; }
std::string_view info_of(FileKind kind) {
  return kind == FileKind::app_state ? crypto::kAppStateMediaInfo : crypto::kHistoryMediaInfo;
}

// Empty: the path cannot be used in a request.
std::string request_path(const appstate::BlobReference& file, FileKind kind) {
  const std::string& path = file.direct_path;
  if (!is_direct_path(path)) return {};
  const char* separator = path.find('?') == std::string::npos ? "?" : "&";
  return path + separator + "hash=" + base64_url(file.file.file_enc_sha256) + "&mms-type=" + type_name(kind) +
         "&__wa-mms=";
}

}  // namespace

bool Downloads::start(std::uint64_t tag, const appstate::BlobReference& file, Turn& turn) {
  std::string path = request_path(file, kind_);
  if (path.empty()) return false;
  Open& open = open_[tag];
  open = Open{file, std::move(path), 0, 0, std::nullopt};
  if (hosts_.known(turn)) issue(open, turn);
  return true;
}

// The id is random so that the answer to a fetch of an earlier life is not taken for this one; its last bit tells the
// flows apart.
void Downloads::issue(Open& open, Turn& turn) {
  open.retry_at.reset();
  ++open.tries;
  do {
    open.fetch = (turn.random.u32() & ~1u) | static_cast<FetchId>(kind_);
  } while (open.fetch <= 1);
  turn.effect(Fetch{open.fetch, hosts_.names(), open.path, limits::kMediaBytesMax});
}

void Downloads::on_hosts(Turn& turn) {
  for (auto& [tag, open] : open_) {
    if (open.fetch == 0 && !open.retry_at) issue(open, turn);
  }
}

bool Downloads::owns(FetchId fetch) const {
  return std::any_of(open_.begin(), open_.end(), [&](const auto& entry) { return entry.second.fetch == fetch; });
}

std::optional<Downloaded> Downloads::on_fetched(FetchId fetch, bool ok, int http_status, Bytes body, Turn& turn) {
  const auto found =
      std::find_if(open_.begin(), open_.end(), [&](const auto& entry) { return entry.second.fetch == fetch; });
  if (fetch == 0 || found == open_.end()) return std::nullopt;
  Open& open = found->second;
  Downloaded done;
  done.tag = found->first;
  done.gone = http_status == 403 || http_status == 404 || http_status == 410;
  if (ok && http_status >= 200 && http_status < 300) {
    auto plaintext = crypto::media_decrypt(open.file.file, info_of(kind_), body);
    if (plaintext) {
      done.ok = true;
      done.plaintext = *std::move(plaintext);
    }
  }
  if (!done.ok && !done.gone && open.tries < kDownloadTries) {
    open.fetch = 0;
    open.retry_at = turn.now.mono + (1000LL << (open.tries - 1));
    return std::nullopt;
  }
  open_.erase(found);
  return done;
}

std::optional<MonoTime> Downloads::deadline() const {
  std::optional<MonoTime> first;
  for (const auto& [tag, open] : open_) {
    if (open.retry_at && (!first || *open.retry_at < *first)) first = open.retry_at;
  }
  return first;
}

void Downloads::on_tick(Turn& turn) {
  for (auto& [tag, open] : open_) {
    if (open.retry_at && *open.retry_at <= turn.now.mono) issue(open, turn);
  }
}

void Downloads::clear() {
  open_.clear();
}

}  // namespace wa::client
