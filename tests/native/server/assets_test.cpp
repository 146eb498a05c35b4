// Pages inside the binary: what is served, under which headers, and what is said of a page that was not built in.
#include <catch2/catch.hpp>

#include "server/assets.h"

using namespace wa;
using namespace wa::native;

namespace {

const std::vector<Site> kSites{
    {"/demo/", "./dev web",
     {{"assets/core-3fa9c1d2.wasm", "raw", "small"},
      {"assets/main-3fa9c1d2.js", "js", {}},
      {"assets/readme.txt", "words", {}},
      {"index.html", "<html>", "br"}}},
    {"/docs/", "./dev docs", {}},
    {"/openapi.json", "./dev build", {{"openapi.json", "{}", {}}}},
};

std::optional<Reply> ask(const std::string& target, const std::string& accept_encoding = {}, const std::string& method = "GET") {
  HttpRequest request;
  request.method = method;
  request.target = target;
  request.accept_encoding = accept_encoding;
  return serve_asset(kSites, request);
}

std::string header(const Reply& reply, const std::string& name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a site may be one file") {
  const auto file = ask("/openapi.json");
  REQUIRE(file);
  CHECK(file->body == "{}");
  CHECK(header(*file, "Content-Type") == "application/json");
  CHECK(!ask("/openapi.jsonx"));
  CHECK(!ask("/openapi.json/x"));
  CHECK(!ask("/openapi"));
}

TEST_CASE("a site answers under its prefix only") {
  CHECK(!ask("/"));
  CHECK(!ask("/demonstration"));
  CHECK(!ask("/devices"));
  REQUIRE(ask("/demo/"));
  CHECK(ask("/demo/")->body == "<html>");
  CHECK(ask("/demo/?seed=7")->body == "<html>");
  CHECK(ask("/demo/index.html")->body == "<html>");
  CHECK(ask("/demo")->status == 308);
  CHECK(header(*ask("/demo"), "Location") == "demo/");  // also below a path of a proxy
  CHECK(header(*ask("/demo?x=/y"), "Location") == "demo/");
  for (const char* missing : {"/demo/nothing.js", "/demo/../main.cpp", "/demo/assets", "/demo/assets/", "/demo/index.html.br"}) {
    INFO(missing);
    CHECK(ask(missing)->status == 404);
  }
  CHECK(ask("/demo/", "", "POST")->status == 405);
  CHECK(ask("/demo/", "", "HEAD")->status == 200);
}

TEST_CASE("types, caching and policy") {
  const Reply wasm = *ask("/demo/assets/core-3fa9c1d2.wasm");
  CHECK(header(wasm, "Content-Type") == "application/wasm");
  CHECK(header(wasm, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(header(*ask("/demo/assets/main-3fa9c1d2.js"), "Content-Type") == "text/javascript; charset=utf-8");
  CHECK(header(*ask("/demo/assets/readme.txt"), "Cache-Control") == "no-cache");
  const Reply page = *ask("/demo/");
  CHECK(header(page, "Cache-Control") == "no-cache");
  CHECK(header(page, "X-Content-Type-Options") == "nosniff");
  const std::string policy = header(page, "Content-Security-Policy");
  CHECK(policy.find("default-src 'none'") == 0);
  CHECK(policy.find("unsafe-inline") == std::string::npos);
  CHECK(policy.find("'unsafe-eval'") == std::string::npos);
}

TEST_CASE("the compressed form goes to those who take it") {
  const std::string path = "/demo/assets/core-3fa9c1d2.wasm";
  for (const char* takes : {"br", "gzip, deflate, br", "gzip,br;q=0.9"}) {
    INFO(takes);
    CHECK(ask(path, takes)->body == "small");
    CHECK(header(*ask(path, takes), "Content-Encoding") == "br");
  }
  for (const char* refuses : {"", "gzip", "brotli", "br;q=0", "gzip, br;q=0"}) {
    INFO(refuses);
    CHECK(ask(path, refuses)->body == "raw");
    CHECK(header(*ask(path, refuses), "Content-Encoding").empty());
  }
  CHECK(header(*ask(path), "Vary") == "Accept-Encoding");
  CHECK(ask("/demo/assets/main-3fa9c1d2.js", "br")->body == "js");
}

TEST_CASE("a page that is not built in says how to get it") {
  const Reply reply = *ask("/docs/anything");
  CHECK(reply.status == 404);
  CHECK(reply.body.find("./dev docs") != std::string::npos);
  CHECK(header(reply, "Content-Type") == "text/html; charset=utf-8");
}

TEST_CASE("the generated table is sorted, and every site has its first page or nothing") {
  for (const Site& site : embedded_sites()) {
    CHECK(site.prefix.front() == '/');
    CHECK(std::is_sorted(site.assets.begin(), site.assets.end(), [](const Asset& a, const Asset& b) { return a.path < b.path; }));
    if (!site.assets.empty()) CHECK(serve_asset({site}, {"GET", std::string(site.prefix), "", "", "", "", "", "", ""})->status == 200);
  }
}
