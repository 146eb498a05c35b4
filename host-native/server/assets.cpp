#include "server/assets.h"

#include <algorithm>
#include <array>
#include <utility>

namespace wa::native {
namespace {

// 'wasm-unsafe-eval' allows WebAssembly and nothing else.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::array<std::pair<std::string_view, const char*>, 12> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".yaml", "application/yaml"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".wasm", "application/wasm"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
}};

const char* type_of(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

// `assets/main-3fa9c1d2.js`: the bundler put a hash of the content into the name, so the content never changes.
bool is_hashed(std::string_view path) {
  constexpr std::size_t kHashChars = 8;
  const std::size_t slash = path.rfind('/'), dot = path.rfind('.');
  if (!path.starts_with("assets/") || dot == std::string_view::npos || dot < slash) return false;
  const std::string_view stem = path.substr(slash + 1, dot - slash - 1);
  return stem.size() > kHashChars && stem[stem.size() - kHashChars - 1] == '-';
}

bool takes_brotli(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = std::min(accept_encoding.find(','), accept_encoding.size());
    std::string_view one = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one != "br" && !one.starts_with("br;")) continue;
    const std::size_t weight = one.find("q=");
    return weight == std::string_view::npos || one.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

Reply page(int status, std::string body) {
  Reply reply;
  reply.status = status;
  reply.headers = {{"Content-Type", "text/html; charset=utf-8"},
                   {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Cache-Control", "no-store"}};
  reply.body = std::move(body);
  return reply;
}

Reply not_built(const Site& site) {
  return page(404, "<!doctype html><html lang=en><title>Not built in</title><h1>This page is not in this binary</h1>"
                   "<p>It was not there when <code>wuts</code> was built. Build it with <code>" + std::string(site.command) +
                   "</code>, then build <code>wuts</code> again.\n");
}

Reply found(const Asset& asset, const HttpRequest& request) {
  Reply reply;
  reply.headers = {{"Content-Type", type_of(asset.path)},
                   {"Content-Security-Policy", kPolicy},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "no-referrer"},
                   {"Cross-Origin-Opener-Policy", "same-origin"},
                   {"Cache-Control", is_hashed(asset.path) ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (!asset.brotli.empty()) reply.headers.emplace_back("Vary", "Accept-Encoding");
  const bool brotli = !asset.brotli.empty() && takes_brotli(request.accept_encoding);
  if (brotli) reply.headers.emplace_back("Content-Encoding", "br");
  reply.body = brotli ? asset.brotli : asset.bytes;
  return reply;
}

}  // namespace

std::optional<Reply> serve_asset(const std::vector<Site>& sites, const HttpRequest& request) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  for (const Site& site : sites) {
    const bool file = site.prefix.back() != '/';
    const bool bare = !file && path == site.prefix.substr(0, site.prefix.size() - 1);
    if (!bare && (file ? path != site.prefix : !path.starts_with(site.prefix))) continue;
    if (request.method != "GET" && request.method != "HEAD") {
      Reply refused = error_reply(405, "METHOD_NOT_ALLOWED", "method not allowed");
      refused.headers.emplace_back("Allow", "GET, HEAD");
      return refused;
    }
    if (bare) {
      Reply moved = page(308, {});
      // Relative: a proxy may serve all of this below a path of its own.
      moved.headers.emplace_back("Location", site.prefix.substr(site.prefix.rfind('/', site.prefix.size() - 2) + 1));
      return moved;
    }
    if (site.assets.empty()) return not_built(site);
    if (file) return found(site.assets.front(), request);
    std::string name(path.substr(site.prefix.size()));
    if (name.empty() || name.back() == '/') name += "index.html";
    const auto at = std::lower_bound(site.assets.begin(), site.assets.end(), std::string_view(name),
                                     [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
    if (at == site.assets.end() || at->path != name) {
      return page(404, "<!doctype html><html lang=en><title>Not found</title><h1>No such page</h1>\n");
    }
    return found(*at, request);
  }
  return std::nullopt;
}

}  // namespace wa::native
