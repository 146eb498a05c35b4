// tested by unit/client/history/history_test.cpp
#include "client/media/downloads.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "client/media/media_host.h"
#include "client/media/upload_protocol.h"
#include "stanza/queries/media.h"

namespace wa::client {
namespace {

constexpr int kDownloadTries = 6;  // the first and five repetitions (08 section 1)
constexpr const char* kDefaultHost = "mmg.whatsapp.net";

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

bool Downloads::hosts_known(MonoTime now) const {
  return !config_.media_hosts.empty() || (!hosts_.empty() && now < hosts_until_);
}

std::vector<std::string> Downloads::hosts() const { return config_.media_hosts.empty() ? hosts_ : config_.media_hosts; }

bool Downloads::start(std::uint64_t tag, const appstate::BlobReference& file, Turn& turn) {
  std::string path = request_path(file, kind_);
  if (path.empty()) return false;
  Open& open = open_[tag];
  open = Open{file, std::move(path), 0, 0, std::nullopt};
  if (hosts_known(turn.now.mono)) {
    issue(open, turn);
  } else if (!asking_hosts_) {
    asking_hosts_ = true;
    turn.query(stanza::build_media_conn_query(), MediaConnQuery{static_cast<std::uint8_t>(kind_)});
  }
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
  turn.effect(Fetch{open.fetch, hosts(), open.path, limits::kMediaBytesMax});
}

void Downloads::on_media_conn(const QueryAnswer& answer, Turn& turn) {
  asking_hosts_ = false;
  hosts_.clear();
  std::int64_t ttl_s = 60;
  if (const auto* node = std::get_if<wire::Node>(&answer)) {
    if (auto connection = stanza::parse_media_conn(*node)) {
      for (std::vector<std::string>* names : {&connection->hosts, &connection->fallbacks}) {
        for (std::string& host : *names) {
          if (hosts_.size() < kMediaHostsMax && is_service_host(host)) hosts_.push_back(std::move(host));
        }
      }
      if (connection->ttl_s > 0) ttl_s = std::min<std::int64_t>(connection->ttl_s, 86'400);
    }
  }
  if (hosts_.empty()) hosts_.push_back(kDefaultHost);
  hosts_until_ = turn.now.mono + ttl_s * 1000;
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
  asking_hosts_ = false;
}

}  // namespace wa::client
