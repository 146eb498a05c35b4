// tested by unit/client/media/media_upload_vectors.cpp
#include "client/media/upload_protocol.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json_reader.h"
#include "client/media/media_host.h"

namespace wa::client {
namespace {

constexpr std::size_t kHandleBytesMax = 1024;
constexpr std::size_t kAnswerBytesMax = 64u << 10;
constexpr std::int64_t kMarginS = 30;
constexpr std::int64_t kIsTimeS = 1'000'000'000;   // so long no lifetime is
constexpr std::int64_t kLifetimeSMax = 7 * 86'400;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string percent_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::string path_with_token(std::string path, ByteView hash, std::string_view auth) {
  const std::string token = base64_url(hash);
  return path + "/" + token + "?auth=" + percent_encoded(auth) + "&token=" + token;
}

std::string_view newsletter_name(MediaKind kind) {
  switch (kind) {
    case MediaKind::voice: return "ptt";
    case MediaKind::link_thumbnail: return "thumbnail-link";
    default: return row_of(kind).name;
  }
}

// Seconds from now on; 0: there is none.
std::int64_t lifetime_s(std::int64_t given_s, std::int64_t now_s) {
  const std::int64_t left = given_s >= kIsTimeS ? given_s - now_s : given_s;
  return std::clamp<std::int64_t>(left, 0, kLifetimeSMax);
}

JsonTexts texts_of(const std::string& body) { return body.size() <= kAnswerBytesMax ? json_texts(body) : JsonTexts(); }

std::string clean_text(const JsonTexts& texts, std::string_view name, std::size_t bytes_max = kMediaPathBytesMax) {
  std::string text = text_of(texts, name);
  return text.size() <= bytes_max && is_printable(text) ? text : std::string();
}

// Where the file is now, if it says so.
void read_place(const JsonTexts& texts, UploadAnswer& out) {
  std::string path = clean_text(texts, "direct_path");
  if (!is_direct_path(path)) return;
  out.next = UploadNext::done;
  out.url = clean_text(texts, "url");
  if (out.url.empty()) out.url = "https://" + std::string(kDefaultMediaHosts[0]) + path;
  out.direct_path = std::move(path);
  out.handle = clean_text(texts, "handle", kHandleBytesMax);
  out.thumbnail_direct_path = clean_text(texts, "thumbnail_info.thumbnail_direct_path");
  if (auto hash = from_base64(clean_text(texts, "thumbnail_info.thumbnail_sha256")))
    out.thumbnail_sha256 = *std::move(hash);
}

}  // namespace

Result<MediaConnection> media_connection_of(const stanza::MediaConn& answer, std::int64_t now_s) {
  MediaConnection out;
  if (answer.auth.empty()) return {Errc::bad_input, "media connection without auth"};
  out.auth = answer.auth;
  for (const std::string& host : answer.hosts) {
    if (out.hosts.size() < kMediaHostsMax && is_service_host(host)) out.hosts.push_back(host);
  }
  if (out.hosts.empty()) return {Errc::bad_input, "media connection without hosts"};
  std::int64_t left_s = lifetime_s(answer.ttl_s, now_s);
  if (answer.auth_ttl_s > 0) left_s = std::min(left_s, lifetime_s(answer.auth_ttl_s, now_s));
  if (left_s <= 0) return {Errc::bad_input, "media connection without lifetime"};
  out.usable_ms = left_s > 2 * kMarginS ? (left_s - kMarginS) * 1000 : left_s * 500;
  return out;
}

std::string upload_path(std::string_view where, ByteView enc_sha256, std::string_view auth) {
  return path_with_token(std::string(where), enc_sha256, auth);
}

std::string newsletter_upload_path(MediaKind kind, ByteView sha256, std::string_view auth) {
  return path_with_token("/newsletter/newsletter-" + std::string(newsletter_name(kind)), sha256, auth);
}

std::string resume_check_path(std::string path) { return std::move(path) + "&resume=1"; }

std::string offset_path(std::string path, std::uint64_t offset) {
  return std::move(path) + "&file_offset=" + std::to_string(offset);
}

UploadAnswer read_upload_answer(const FileAnswered& answer) {
  UploadAnswer out;
  if (answer.status == 401 || answer.status == 403) {
    out.next = UploadNext::refresh;
  } else if (answer.status == 429) {
    out.next = UploadNext::throttled;
    out.retry_after_ms = answer.retry_after_ms;
  } else if (answer.status >= 200 && answer.status < 300) {
    read_place(texts_of(answer.body), out);
  }
  return out;
}

ResumeAnswer read_resume_answer(const FileAnswered& answer, std::uint64_t sealed_size) {
  ResumeAnswer out;
  if (answer.status < 200 || answer.status >= 300) return out;
  const JsonTexts texts = texts_of(answer.body);
  const std::string resume = clean_text(texts, "resume", 20);
  if (resume == "complete") {
    read_place(texts, out.uploaded);
    out.complete = out.uploaded.next == UploadNext::done;
    return out;
  }
  std::uint64_t offset = 0;
  for (const char digit : resume) {
    if (digit < '0' || digit > '9' || offset > sealed_size) return out;
    offset = offset * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (offset < sealed_size) out.offset = offset;
  return out;
}

bool is_direct_path(std::string_view path) {
  return path.size() > 1 && path.size() <= kMediaPathBytesMax && path[0] == '/' && path[1] != '/' && is_printable(path);
}

std::string direct_path_of(std::string_view direct_path, std::string_view url) {
  if (!direct_path.empty()) return is_direct_path(direct_path) ? std::string(direct_path) : std::string();
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return {};
  url.remove_prefix(kScheme.size());
  const std::size_t slash = url.find('/');
  if (slash == std::string_view::npos || !is_service_host(url.substr(0, slash))) return {};
  const std::string_view path = url.substr(slash);
  return is_direct_path(path) ? std::string(path) : std::string();
}

std::string download_path(std::string_view direct_path, ByteView enc_sha256, std::string_view mms_type) {
  std::string out(direct_path);
  if (enc_sha256.empty() || direct_path.find('?') == std::string_view::npos) return out;
  std::string hash = base64_url(enc_sha256);
  hash.append((4 - hash.size() % 4) % 4, '=');   // here with padding, as the web client has it
  return out + "&hash=" + hash + "&mms-type=" + std::string(mms_type) + "&__wa-mms=";
}

DownloadNext read_download_status(int status) {
  if (status == 401 || status == 403) return DownloadNext::refresh;
  if (status == 404 || status == 410) return DownloadNext::gone;
  if (status == 429 || status >= 500) return DownloadNext::again;
  return DownloadNext::next_host;
}

}  // namespace wa::client
