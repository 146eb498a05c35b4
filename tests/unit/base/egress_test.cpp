#include "base/egress.h"

#include <arpa/inet.h>

#include <set>

#include "support/egress_corpus.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::EgressCase;
using wa::test::GatewayFixture;
using wa::test::json;

TEST_CASE("webhook URLs: the corpus") {
  const auto corpus = test::egress_corpus();
  std::set<std::string> urls;
  std::size_t allowed = 0;
  for (const EgressCase& one : corpus) {
    INFO(one.url << " (" << one.why << ")");
    CHECK(is_webhook_url(one.url, {true, false}) == one.allowed);
    CHECK(is_webhook_url(one.url, {false, false}) == (one.allowed && one.url.compare(0, 8, "https://") == 0));
    if (one.allowed) CHECK(is_webhook_url(one.url, {true, true}));
    urls.insert(one.url);
    allowed += one.allowed ? 1 : 0;
  }
  CHECK(urls.size() >= 500);
  CHECK(allowed > 100);
}

TEST_CASE("an operator may allow private targets, but not other spellings of them") {
  for (const char* url : {"http://127.0.0.1:9000/hook", "http://localhost/", "http://db:8080/x", "https://10.0.0.1/",
                          "https://[::1]/", "https://[fd00::1]:8443/", "https://printer.local/", "http://169.254.169.254/"}) {
    INFO(url);
    CHECK(is_webhook_url(url, {true, true}));
    CHECK_FALSE(is_webhook_url(url, {true, false}));
  }
  for (const char* url : {"http://0x7f.1/", "http://2130706433/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.0.1./",
                          "http://user@127.0.0.1/", "http://127.0.0.1:22/", "http://[::1%25lo]/"}) {
    INFO(url);
    CHECK_FALSE(is_webhook_url(url, {true, true}));
  }
}

TEST_CASE("an operator may allow hosts and networks: those, and no others") {
  AllowedHosts hosts;
  for (const char* good : {"n8n", "Hooks.Internal.", "192.168.1.5", "10.0.0.0/8", "[fd00::1]", "fd12::/16",
                           "host_with_line"}) {
    INFO(good);
    CHECK(hosts.add(good));
  }
  for (const char* bad : {"", "a b", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/", "10.0.0.0/x", "n8n/8",
                          "http://n8n", "n8n:5678", "0x7f.1", "[::1"}) {
    INFO(bad);
    CHECK_FALSE(AllowedHosts().add(bad));
  }
  CHECK(hosts.has_name("N8N"));
  CHECK(hosts.has_name("hooks.internal"));
  CHECK_FALSE(hosts.has_name("other.internal"));
  struct Row { const char* url; bool allowed; };
  const Row rows[] = {{"http://192.168.1.5/", true}, {"http://192.168.1.6/", false}, {"http://10.200.3.4:8080/x", true},
                      {"http://11.0.0.1/", true}, {"http://127.0.0.1/", false}, {"http://[fd00::1]/", true},
                      {"http://[fd00::2]/", false}, {"http://[fd12::9]/", true}, {"http://[::ffff:10.1.1.1]/", true},
                      {"http://[::ffff:127.0.0.1]/", false}, {"http://n8n:5678/", true}, {"http://0x7f.1/", false},
                      {"http://n8n:22/", false}, {"http://u@n8n/", false}};
  for (const Row& row : rows) {
    INFO(row.url);
    CHECK(is_webhook_url(row.url, {true, false, &hosts}) == row.allowed);
  }
  AllowedHosts names;  // without a network, a name that is not listed leads nowhere inside
  REQUIRE(names.add("n8n"));
  CHECK(is_webhook_url("http://n8n/", {true, false, &names}));
  CHECK_FALSE(is_webhook_url("http://db/", {true, false, &names}));
  CHECK(webhook_url_fault("http://db/", {true, false, &names}) == UrlFault::private_host);
}

TEST_CASE("IPv6 text: what inet_pton reads is read, and as the same address") {
  const char* texts[] = {"::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8",
                         "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "ABCD::abcd", "0001::0", ":", ":::", "1", "1:", ":1", "1::2::3",
                         "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "12345::", "g::", "::1.2.3", "::1.2.3.4.5", "1.2.3.4::", "::1.2.3.4:5",
                         "::256.1.1.1", "1:2:3:4:5:6:7:1.2.3.4", "", " ::1", "::1 ", "::01.2.3.4", "1:2:3:4::5:6:7:8"};
  for (const char* text : texts) {
    INFO(text);
    ByteArray<16> expected{};
    const bool valid = inet_pton(AF_INET6, text, expected.data()) == 1;
    const auto read = parse_ipv6(text);
    CHECK(read.has_value() == valid);
    if (read && valid) CHECK(*read == expected);
  }
}

TEST_CASE("POST /webhook: a private target is refused with one text, whatever it is; others with why") {
  GatewayFixture at;
  std::set<std::string> texts;
  for (const char* url : {"http://127.0.0.1/", "https://169.254.169.254/latest/meta-data", "https://db/",
                          "https://[::ffff:10.0.0.1]/",
                          "http://printer.local/", "http://10.0.0.1:9000/"}) {
    const auto answer = at.call("POST", "/webhook", json{{"webhook_url", url}, {"enabled_events", {"call.offer"}}}.dump());
    INFO(url);
    CHECK(answer.status == 400);
    CHECK(answer.body["error_code"] == "VALIDATION_ERROR");
    REQUIRE(answer.body["validation"].size() == 1);
    CHECK(answer.body["validation"][0]["field"] == "webhook_url");
    texts.insert(answer.body["validation"][0]["message"]);
  }
  CHECK(texts.size() == 1);
  CHECK(texts.begin()->find("--webhook-allow") != std::string::npos);
  CHECK(webhook_url_fault("ftp://example.com/", {}) == UrlFault::scheme);
  CHECK(webhook_url_fault("https://0x7f000001/", {}) == UrlFault::host);
  CHECK(webhook_url_fault("https://user@example.com/", {}) == UrlFault::credentials);
  CHECK(webhook_url_fault("http://example.com:22/", {}) == UrlFault::port);
  CHECK(at.call("GET", "/webhook").status == 404);
  at.config.allow_private_webhooks = true;
  at.reopen();
  CHECK(at.call("POST", "/webhook", R"({"webhook_url":"http://127.0.0.1:9000/","enabled_events":["call.offer"]})").status == 200);
}
