// tested by unit/gateway/api/files_test.cpp
#include "gateway/operations/files.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace wa::gateway {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

struct Extension { std::string_view type, ending; };
constexpr Extension kExtensions[] = {
    {"image/jpeg", ".jpg"}, {"image/png", ".png"},       {"image/webp", ".webp"}, {"image/gif", ".gif"},
    {"video/mp4", ".mp4"},  {"video/3gpp", ".3gp"},      {"audio/ogg", ".ogg"},   {"audio/mpeg", ".mp3"},
    {"audio/mp4", ".m4a"},  {"audio/aac", ".aac"},       {"audio/amr", ".amr"},   {"application/pdf", ".pdf"},
    {"text/plain", ".txt"}, {"application/zip", ".zip"},
};

}  // namespace

std::string new_job_id(Random& random) { return "job_" + hex(random.array<12>()); }

std::optional<JobState> find_job(const store::Txn& txn, std::string_view id, WallTime now) {
  auto row = client::find_file_job(txn, id, now);
  if (!row) return std::nullopt;
  JobState out;
  out.message = find_state(txn, row->message.id, now);
  if (row->stage == client::FileStage::failed) {
    out.stage = JobStage::failed;
  } else if (row->stage == client::FileStage::uploaded && out.message) {
    if (out.message->stage == MessageStage::failed) out.stage = JobStage::failed;
    if (out.message->stage >= MessageStage::sent) out.stage = JobStage::sent;
  }
  out.row = *std::move(row);
  return out;
}

const char* stage_name(client::FileStage stage) {
  switch (stage) {
    case client::FileStage::waiting: break;
    case client::FileStage::fetching: return "fetching";
    case client::FileStage::inspecting: return "inspecting";
    case client::FileStage::sealing: return "sealing";
    case client::FileStage::uploading: return "uploading";
    case client::FileStage::uploaded: return "uploaded";
    case client::FileStage::failed: return "failed";
  }
  return "waiting";
}

const char* failure_name(client::FileFailure why) {
  switch (why) {
    case client::FileFailure::none: break;
    case client::FileFailure::restarted: return "restarted";
    case client::FileFailure::not_fetched: return "not_fetched";
    case client::FileFailure::not_allowed: return "not_allowed";
    case client::FileFailure::too_large: return "too_large";
    case client::FileFailure::wrong_type: return "wrong_type";
    case client::FileFailure::no_room: return "no_room";
    case client::FileFailure::refused: return "refused";
    case client::FileFailure::unreachable: return "unreachable";
    case client::FileFailure::throttled: return "throttled";
    case client::FileFailure::unsupported: return "unsupported";
    case client::FileFailure::lost: return "lost";
    case client::FileFailure::unpaired: return "unpaired";
    case client::FileFailure::not_sent: return "not_sent";
    case client::FileFailure::gone: return "gone";
    case client::FileFailure::broken: return "broken";
    case client::FileFailure::retry_requested: return "retry_requested";
    case client::FileFailure::busy: return "busy";
    case client::FileFailure::timeout: return "timeout";
  }
  return "unknown";
}

std::optional<ByteRange> range_of(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const ByteRange whole{0, size, false};
  if (header.substr(0, kUnit.size()) != kUnit || header.find(',') != std::string_view::npos) return whole;
  header.remove_prefix(kUnit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto first = number_of(header.substr(0, dash)), last = number_of(header.substr(dash + 1));
  const bool has_first = dash > 0, has_last = dash + 1 < header.size();
  if ((has_first && !first) || (has_last && !last) || (!has_first && !has_last)) return whole;
  if (!has_first) {
    if (*last == 0 || size == 0) return std::nullopt;
    const std::uint64_t count = std::min(*last, size);
    return ByteRange{size - count, count, true};
  }
  if (has_last && *last < *first) return whole;
  if (*first >= size) return std::nullopt;
  const std::uint64_t end = has_last ? std::min(*last, size - 1) : size - 1;
  return ByteRange{*first, end - *first + 1, true};
}

bool names_entity(std::string_view header, std::string_view tag) {
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    std::string_view one = header.substr(0, comma);
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one.substr(0, 2) == "W/") one.remove_prefix(2);
    if (one == "*" || one == tag) return true;
  }
  return false;
}

std::string safe_file_name(std::string_view said, std::string_view message_id, std::string_view mimetype) {
  constexpr std::size_t kNameBytesMax = 150;
  std::string out;
  for (const char c : said.substr(said.find_last_of("/\\") + 1)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool harmless = plain || c == '.' || c == '-' || c == '_' || c == ' ' || c == '(' || c == ')';
    if (out.size() < kNameBytesMax) out += harmless ? c : '_';
  }
  while (!out.empty() && (out.front() == '.' || out.front() == ' ')) out.erase(0, 1);
  if (!out.empty()) return out;
  for (const char c : message_id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain && out.size() < kNameBytesMax) out += c;
  }
  if (out.empty()) out = "file";
  for (const Extension& one : kExtensions) {
    if (mimetype.substr(0, one.type.size()) == one.type) return out.append(one.ending);
  }
  return out;
}

}  // namespace wa::gateway
