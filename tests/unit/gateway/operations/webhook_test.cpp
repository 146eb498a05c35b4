#include "gateway/operations/webhook.h"

#include "base/limits.h"
#include "gateway/calls/call_settings.h"
#include "unit/gateway/operations/operation_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::OperationFixture;

namespace {

struct Hooked : OperationFixture {
  gateway::Config config;
  Session session;
  Webhooks webhooks{config, disk};

  WebhookChoice choice(const char* url) {
    WebhookChoice out;
    out.url = url;
    return out;
  }
  bool configure(WebhookChoice what, const std::optional<std::string>& secret = {}) {
    return configure_webhook(std::move(what), secret, webhooks, session, turn);
  }
};

}  // namespace

TEST_CASE("a webhook is replaced but for its id, its creation and a secret that nobody gives") {
  Hooked at;
  CHECK_FALSE(remove_webhook(at.webhooks, at.session, at.turn));
  at.session.status_changed = false;
  WebhookChoice seven = at.choice("https://example.com/1");
  seven.retry_attempts = 7;
  CHECK_FALSE(at.configure(seven, "s3cret"));
  CHECK(at.session.status_changed);  // the directory shows the URL
  const WebhookConfig first = *at.webhooks.settings();
  at.turn.now.wall.ms += 1000;
  CHECK(at.configure(at.choice("https://example.com/2")));
  const WebhookConfig second = *at.webhooks.settings();
  CHECK(second.id == first.id);
  CHECK(second.created.ms == first.created.ms);
  CHECK(second.updated.ms == first.updated.ms + 1000);
  CHECK(second.secret == "s3cret");
  CHECK(second.retry_attempts == 3);
  (void)at.configure(at.choice("https://example.com/2"), "");
  CHECK(at.webhooks.settings()->secret.empty());
  CHECK(remove_webhook(at.webhooks, at.session, at.turn));
}

TEST_CASE("when a secret may be rotated, and which sign afterwards") {
  Hooked at;
  const auto fault = [&](const SecretRotation& wish) {
    return rotation_fault(wish, at.webhooks.first(), at.turn.now.wall);
  };
  CHECK(fault({}) == RotationFault::no_webhook);
  (void)at.configure(at.choice("https://example.com/"), "first-secret");
  CHECK(fault({"first-secret", {}}) == RotationFault::same);
  CHECK(fault({}) == RotationFault::none);
  const std::string made = rotate_webhook_secret({}, at.webhooks.first(), at.turn);
  CHECK(made.substr(0, 6) == "whsec_");
  CHECK(at.webhooks.settings()->secret == made);
  CHECK(at.webhooks.settings()->previous(at.turn.now.wall) == "first-secret");
  CHECK(fault({}) == RotationFault::too_soon);
  CHECK(fault({{}, 0}) == RotationFault::none);  // ends the overlap
  CHECK(rotate_webhook_secret({"third-secret", 0}, at.webhooks.first(), at.turn).empty());
  CHECK(at.webhooks.settings()->previous(at.turn.now.wall).empty());
  (void)rotate_webhook_secret({{}, 60}, at.webhooks.first(), at.turn);
  at.turn.now.wall.ms += 60'000;
  CHECK(fault({}) == RotationFault::none);
}

TEST_CASE("a replay needs a webhook that is enabled") {
  Hooked at;
  CHECK_FALSE(replay_failed({}, at.webhooks.first(), at.turn));
  CHECK(replay_failed_one("x", at.webhooks.first(), at.turn) == ReplayStart::nowhere_to_go);
  WebhookChoice choice = at.choice("https://example.com/");
  choice.enabled = false;
  (void)at.configure(choice);
  CHECK_FALSE(replay_failed({}, at.webhooks.first(), at.turn));
  choice.enabled = true;
  (void)at.configure(choice);
  const auto replayed = replay_failed({}, at.webhooks.first(), at.turn);
  REQUIRE(replayed);
  CHECK(replayed->count == 0);
  CHECK(replay_failed_one("x", at.webhooks.first(), at.turn) == ReplayStart::not_found);
}

TEST_CASE("headers of a delivery: a token that is not ours, one line") {
  CHECK(header_fault("X-Tenant", "t") == HeaderFault::none);
  CHECK(header_fault("X Tenant", "t") == HeaderFault::name);
  CHECK(header_fault("webhook-Signature", "t") == HeaderFault::name);
  CHECK(header_fault("X-Tenant", "a\r\nHost: b") == HeaderFault::value);
  CHECK(header_fault("X-Tenant", std::string(1025, 'x')) == HeaderFault::value);
}

TEST_CASE("a change of the call settings keeps what it does not name, and is a row when it changes something") {
  OperationFixture at;
  CallSettingsChange change;
  change.reply_enabled = true;
  CHECK(would_say_nothing({}, change));
  change.reply_message = "busy";
  CHECK_FALSE(would_say_nothing({}, change));
  change.replies_per_hour = 5;
  change.allow = {"5511888888888@s.whatsapp.net", "222333444@lid", "5511888888888@s.whatsapp.net"};
  const CallSettings after = change_call_settings({}, change, at.txn);
  CHECK(after.auto_reply.enabled);
  CHECK(after.auto_reply.per_hour == 5);
  CHECK(after.auto_reply.cooldown_s == CallSettings{}.auto_reply.cooldown_s);
  CHECK(after.allow == std::vector<std::string>{"222333444@lid", "5511888888888@s.whatsapp.net"});  // each once
  CHECK(load_call_settings(at.txn) == after);
  CHECK(change_call_settings(after, {}, at.txn) == after);
  CallSettingsChange none;
  none.allow.emplace();
  CHECK(change_call_settings(after, none, at.txn).allow.empty());
  CallSettingsChange empty;
  empty.reply_message = "";
  CHECK(would_say_nothing(after, empty));

  OperationFixture untouched;
  (void)change_call_settings({}, {}, untouched.txn);
  CHECK(untouched.txn.take().empty());
}
