// tested by unit/gateway/api/files_test.cpp
#include "gateway/api/files.h"

#include <algorithm>

#include "base/encoding.h"
#include "client/files/file_types.h"
#include "client/files/work.h"
#include "gateway/operations/files.h"

namespace wa::gateway {
namespace {

using client::FileFailure;

bool is_http_url(std::string_view url) {
  const bool scheme = url.substr(0, 8) == "https://" || url.substr(0, 7) == "http://";
  return scheme && std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// Mail programs and shells break lines.
std::string without_breaks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c != '\r' && c != '\n' && c != ' ') out += c;
  }
  return out;
}

Failure with_code(int status, const char* code, std::string text) {
  Failure out = invalid_request(std::move(text));
  out.status = status;
  out.code = code;
  return out;
}

std::int64_t seconds_until(std::int64_t retry_after_ms) {
  return retry_after_ms < 0 ? 30 : (retry_after_ms + 999) / 1000;
}

}  // namespace

RequestFile::RequestFile(DeviceCall& call, Fields& fields, const char* name, std::string url_name) {
  if (url_name.empty()) url_name = std::string(name) + "_url";
  int found = 0;
  for (const GivenFile& one : call.request.files) {
    if (!one.member.empty() && one.member != name && one.member != "file") {
      fields.bad(one.member, "is not a file that this endpoint takes");
      continue;
    }
    ++found;
    file_ = one.file;
    size_ = one.size;
    content_type_ = one.content_type;
    file_name_ = one.file_name;
  }
  if (fields.has(name)) {
    const Json* value = member(call.body, name);
    const auto* text = value->get_ptr<const std::string*>();
    ++found;
    if (text) read_text(fields, name, *text);
    else fields.bad(name, "must be a string: base64, with or without a data-URI prefix");
  }
  if (fields.has(url_name.c_str())) {
    ++found;
    url_ = fields.text(url_name.c_str(), kFileUrlBytesMax);
    if (!url_.empty() && !is_http_url(url_)) fields.bad(url_name, "must be an http or https URL");
  }
  if (found == 0) fields.bad(name, "is required, or " + url_name);
  if (found > 1) fields.bad(name, "give exactly one of " + std::string(name) + " and " + url_name);
  if (found == 1 && given() && size_ == 0) fields.bad(name, "must not be empty");
}

void RequestFile::read_text(Fields& fields, const char* name, std::string_view text) {
  has_bytes_ = true;
  if (text.substr(0, 5) == "data:") {
    const std::size_t comma = text.find(',');
    const std::string_view head = text.substr(5, comma == std::string_view::npos ? 0 : comma - 5);
    if (head.size() < 7 || head.substr(head.size() - 7) != ";base64")
      return fields.bad(name, "a data URI must be base64");
    content_type_ = std::string(head.substr(0, head.size() - 7));
    text.remove_prefix(comma + 1);
  }
  auto bytes = from_base64(without_breaks(text));
  if (!bytes) return fields.bad(name, "is not base64");
  bytes_ = *std::move(bytes);
  size_ = bytes_.size();
}

client::FileSource RequestFile::take(DeviceCall& call) {
  client::FileSource out;
  out.url = std::move(url_);
  if (has_bytes_) {
    file_ = client::new_file_name(call.turn.random);
    call.turn.effect(WriteFile{file_, std::move(bytes_)});
  }
  out.given = file_;
  out.bytes = size_;
  std::erase(call.notes.given, file_);
  return out;
}

void RequestFile::give_back(DeviceCall& call, const client::FileSource& source) {
  if (source.given != 0) call.notes.given.push_back(source.given);
}

Failure failure_of_file(FileFailure why, int status, std::int64_t retry_after_ms) {
  switch (why) {
    case FileFailure::not_fetched: return upstream_rejected("the file could not be fetched from its URL", status);
    case FileFailure::timeout:
      return upstream_timeout("the file could not be fetched from its URL in time; nothing was sent");
    case FileFailure::not_allowed:
      return with_code(400, "VALIDATION_ERROR",
                       "the URL is not one that this server fetches: private networks are refused");
    case FileFailure::too_large: return too_large("the file is larger than files of this kind may be");
    case FileFailure::wrong_type:
      return with_code(415, "UNSUPPORTED_MEDIA_TYPE", "the file is not of the kind that it is to be sent as");
    case FileFailure::no_room: return rate_limited("there is no room for this file now", seconds_until(retry_after_ms));
    case FileFailure::busy:
      return rate_limited("too many files are asked for again at once", seconds_until(retry_after_ms));
    case FileFailure::throttled:
      return rate_limited("the service takes no more files for now", seconds_until(retry_after_ms));
    case FileFailure::refused: return upstream_rejected("the service refused the file; nothing was sent", status);
    case FileFailure::unreachable: {
      if (status != 0)
        return upstream_rejected("the service's media hosts answered with errors; nothing was sent", status);
      return upstream_timeout("the service's media hosts could not be reached");
    }
    case FileFailure::unsupported: {
      Failure out = with_code(501, "NOT_IMPLEMENTED", "this server handles no files");
      out.family = "messages";
      return out;
    }
    case FileFailure::unpaired: return not_ready("device is not paired");
    case FileFailure::not_sent:
      return upstream_rejected("the file was uploaded, but its message was not taken", status);
    case FileFailure::gone:
      return with_code(410, "GONE", "the service does not have this file any more, nor has the phone");
    case FileFailure::broken: return upstream_rejected("what the service has is not the file of this message", status);
    case FileFailure::none:
    case FileFailure::restarted:
    case FileFailure::lost:
    case FileFailure::retry_requested: break;
  }
  Failure out = internal_error();
  out.text = "the file was lost on its way; nothing was sent";
  return out;
}

}  // namespace wa::gateway
