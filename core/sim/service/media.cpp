// tested by sim/sim_test.cpp
// The media hosts: files by their path, uploads by their hash, and what may go wrong with either (09 sections 2 and 6).
#include "base/encoding.h"
#include "crypto/hash.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

std::optional<std::string> parameter(std::string_view target, std::string_view name) {
  const std::size_t start = target.find('?');
  std::string_view query = start == std::string_view::npos ? std::string_view() : target.substr(start + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view one = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (one.substr(0, name.size() + 1) == std::string(name) + "=") return unescaped(one.substr(name.size() + 1));
  }
  return std::nullopt;
}

bool is_away(Server& server, std::string_view host) {
  const auto away = server.hosts_away.find(std::string(host));
  return away != server.hosts_away.end() && server.now.mono < away->second;
}

MediaAnswer json(int status, const std::string& text) { return {status, to_bytes(view(text)), -1}; }

std::string path_of(std::string_view token) {
  return "/v/t62.7118-24/" + std::string(token) + "?ccb=11-4&oh=01_sim&oe=6A000000";
}

MediaAnswer hosted(std::string_view token, const char* before) {
  const std::string path = path_of(token);
  return json(200, std::string("{") + before + "\"url\":\"https:\\/\\/mmg.whatsapp.net" + path +
                       "\",\"direct_path\":\"" + path + "\"}");
}

bool is_upload_path(std::string_view kind) {
  for (const char* known : {"image", "video", "audio", "document", "thumbnail-link"}) {
    if (kind == known) return true;
  }
  return false;
}

}  // namespace

MediaAnswer fetch_media(Server& server, std::string_view host, std::string_view target) {
  if (is_away(server, host) || server.take_fault(FaultKind::media_lost)) return {0, {}, -1};
  if (auto fault = server.take_fault(FaultKind::media_failure))
    return {fault->code, {}, fault->code == 429 ? 1'000 : -1};
  const std::size_t end = target.find("&hash=");
  const bool with_query = target.find('?') != std::string_view::npos;
  if (with_query && (end == std::string_view::npos || target.find("&mms-type=", end) == std::string_view::npos)) {
    server.violation("media path without hash or mms-type");
  }
  const auto found = server.media.find(std::string(target.substr(0, end)));
  if (found == server.media.end()) return {404, {}, -1};
  MediaAnswer out{200, found->second, -1};
  if (server.take_fault(FaultKind::media_truncated)) out.body.resize(out.body.size() / 2);
  if (server.take_fault(FaultKind::media_flipped)) out.body[out.body.size() / 2] ^= 0x04;
  return out;
}

MediaAnswer upload_media(Server& server, std::string_view host, std::string_view target, ByteView body) {
  if (is_away(server, host)) return {0, {}, -1};
  if (auto fault = server.take_fault(FaultKind::upload_failure)) {
    return {fault->code, {}, fault->detail.empty() ? -1 : std::atoll(fault->detail.c_str()) * 1000};
  }
  constexpr std::string_view kRoot = "/mms/";
  const std::string_view path = target.substr(0, target.find('?'));
  const std::size_t slash = path.rfind('/');
  const std::string token(path.substr(slash + 1));
  if (path.substr(0, kRoot.size()) != kRoot || slash <= kRoot.size() ||
      !is_upload_path(path.substr(kRoot.size(), slash - kRoot.size()))) {
    server.violation("upload to an unknown path");
    return {404, {}, -1};
  }
  if (parameter(target, "token") != token) server.violation("upload with another token in its query");
  if (parameter(target, "auth") != kMediaAuth) return {401, {}, -1};
  const std::string stored_at = path_of(token);
  const auto part = server.parts.find(token);
  if (parameter(target, "resume")) {
    if (!body.empty()) server.violation("a resume check with a body");
    if (server.media.count(stored_at)) return hosted(token, "\"resume\":\"complete\",");
    const std::size_t have = part == server.parts.end() ? 0 : part->second.size();
    return json(200, "{\"resume\":\"" + std::to_string(have) + "\"}");
  }
  Bytes whole = to_bytes(body);
  const auto offset = parameter(target, "file_offset");
  if (offset) {
    if (part == server.parts.end() || *offset != std::to_string(part->second.size())) {
      server.violation("an upload goes on where nothing ended");
      return {400, {}, -1};
    }
    whole = concat({part->second, body});
  }
  if (server.take_fault(FaultKind::upload_lost)) {
    whole.resize(whole.size() / 2);
    server.parts[token] = std::move(whole);
    return {0, {}, -1};
  }
  if (base64_url(crypto::sha256(whole)) != token) {
    server.violation("an upload is not what its token says");
    return {400, {}, -1};
  }
  if (server.take_fault(FaultKind::upload_silent)) return json(200, "{}");
  server.parts.erase(token);
  server.fact(FileStoredAt{stored_at, whole.size(), offset.has_value()});
  server.media[stored_at] = std::move(whole);
  server.chat_media.insert(stored_at);
  return hosted(token, "");
}

std::string store_chat_media(Server& server, ByteView sealed) {
  std::string path = store_media(server, sealed);
  server.chat_media.insert(path);
  return path;
}

std::string_view media_info(std::string_view kind) {
  if (kind == "video") return "WhatsApp Video Keys";
  if (kind == "audio" || kind == "voice") return "WhatsApp Audio Keys";
  if (kind == "document") return "WhatsApp Document Keys";
  return "WhatsApp Image Keys";
}

}  // namespace wa::sim
