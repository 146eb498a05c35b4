// GET and HEAD /messages/{id}/media: the file of a message, verified, whole or in part.
// tested by unit/gateway/api/files_test.cpp
#include <algorithm>

#include "base/encoding.h"
#include "client/files/file_types.h"
#include "client/rows/received_files.h"
#include "gateway/api/files.h"
#include "gateway/operations/files.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kMediaTimeoutMs = 120'000;

struct MediaWait { std::string id, range; };

std::string tag_of(ByteView sha256) { return sha256.empty() ? std::string() : '"' + hex(sha256) + '"'; }

Answer begin_media(DeviceCall& call) {
  const std::string& id = call.params.front();
  const auto known = client::find_file(call.turn.txn, id, call.turn.service_time());
  if (!known) {
    Failure failed = not_found();
    failed.text = "no file of this message is known: it is older than 30 days, or came before this device was linked";
    return fail(call, failed);
  }
  const std::string tag = tag_of(known->file.sha256);
  if (!tag.empty() && names_entity(call.request.if_none_match, tag)) {
    return Reply{call.request.request, 304, {{"ETag", tag}}, {}};
  }
  return begin(call, client::FetchMedia{0, id}, MediaWait{id, call.request.range});
}

Reply retry_requested(const WaitingCall& call) {
  Reply out{call.waiter.request, 202, {{"Retry-After", "30"}}, {}};
  out.body = compact(object({{"success", false}, {"status", "retry_requested"}}));
  return out;
}

// A stranger chose the type: what a browser would run is shown as bytes.
std::string shown_type(const std::string& said) {
  constexpr std::string_view kShown[] = {
      "image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/3gpp", "video/webm", "audio/ogg",
      "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/webm", "application/pdf"};
  if (said == "audio/ogg; codecs=opus") return said;
  const std::string bare = client::bare_type(said);
  return std::find(std::begin(kShown), std::end(kShown), bare) != std::end(kShown) ? bare : "application/octet-stream";
}

Answer finish_media(WaitingCall& call, const client::Event& event) {
  if (const auto* failed = std::get_if<client::MediaFailed>(&event)) {
    if (failed->why == client::FileFailure::retry_requested) return retry_requested(call);
    return fail(call, failure_of_file(failed->why, failed->status, -1));
  }
  const auto* ready = std::get_if<client::MediaReady>(&event);
  if (!ready) return std::nullopt;
  const auto& wait = context_of<MediaWait>(call.waiter);
  const auto range = range_of(wait.range, ready->size);
  const std::string whole = std::to_string(ready->size);
  if (!range) {
    Reply out = fail(call, invalid_request("the range lies beyond the end of the file"));
    out.status = 416;
    out.headers.emplace_back("Content-Range", "bytes */" + whole);
    return out;
  }
  const std::string name = safe_file_name(ready->file_name, wait.id, ready->mimetype);
  const bool document = ready->kind == client::MediaKind::document;
  Reply out{call.waiter.request, range->part ? 206 : 200, {}, {}};
  out.headers = {
      {"Content-Type", shown_type(ready->mimetype)},
      {"Content-Disposition", std::string(document ? "attachment" : "inline") + "; filename=\"" + name + '"'},
      {"Accept-Ranges", "bytes"},
      {"Cache-Control", "private, max-age=86400"},
      {"X-Content-Type-Options", "nosniff"}};
  if (const std::string tag = tag_of(ready->sha256); !tag.empty()) out.headers.emplace_back("ETag", tag);
  if (range->part) {
    out.headers.emplace_back("Content-Range", "bytes " + std::to_string(range->offset) + '-' +
                                                  std::to_string(range->offset + range->count - 1) + '/' + whole);
  }
  call.waiter.notes.part = {ready->file, range->offset, range->count};
  return out;
}

constexpr Endpoint media_endpoint(const char* method) {
  return {.method = method, .pattern = "/messages/{id}/media", .start = begin_media, .finish = finish_media,
          .timeout_ms = kMediaTimeoutMs, .late = "the service did not give the file in time"};
}

}  // namespace

Endpoints media_endpoints() {
  static constexpr Endpoint kAll[] = {media_endpoint("GET"), media_endpoint("HEAD")};
  return kAll;
}

}  // namespace wa::gateway
