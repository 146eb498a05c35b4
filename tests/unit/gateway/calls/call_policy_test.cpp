#include "gateway/calls/call_policy.h"

#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using namespace wa::gateway;
using client::CallEventKind;
using client::RejectOutcome;

TEST_CASE("which calls are rejected") {
  struct Row {
    const char* name;
    void (*change)(CallSettings&, client::CallEvent&);
    bool reject;
  };
  const Row rows[] = {
      {"off by default", [](CallSettings&, client::CallEvent&) {}, false},
      {"1:1 when on", [](CallSettings& s, client::CallEvent&) { s.auto_reject = true; }, true},
      {"groups have their own switch", [](CallSettings& s, client::CallEvent& e) { s.auto_reject = true;
          e.is_group = true; }, false},
      {"group when on", [](CallSettings& s, client::CallEvent& e) { s.auto_reject_groups = true; e.is_group = true; },
          true},
      {"the group switch is not for 1:1", [](CallSettings& s, client::CallEvent&) { s.auto_reject_groups = true; },
          false},
      {"video too", [](CallSettings& s, client::CallEvent& e) { s.auto_reject = true; e.is_video = true; }, true},
      {"silenced too", [](CallSettings& s, client::CallEvent& e) { s.auto_reject = true; e.silenced = true; }, true},
      {"never offline", [](CallSettings& s, client::CallEvent& e) { s.auto_reject = true; e.offline = true; }, false},
      {"never missed", [](CallSettings& s, client::CallEvent& e) { s.auto_reject = true; e.missed = true; }, false},
      {"only once", [](CallSettings& s, client::CallEvent& e) { s.auto_reject = true; e.first = false; }, false},
      {"only offers", [](CallSettings& s, client::CallEvent& e) { s.auto_reject = true;
          e.kind = CallEventKind::terminate; }, false},
      {"allowed by PN", [](CallSettings& s, client::CallEvent&) { s.auto_reject = true;
          s.allow = {"5511888888888@s.whatsapp.net"}; }, false},
      {"allowed by LID", [](CallSettings& s, client::CallEvent&) { s.auto_reject = true; s.allow = {"222333444@lid"};
          }, false},
      {"others are not allowed", [](CallSettings& s, client::CallEvent&) { s.auto_reject = true;
          s.allow = {"5511777777777@s.whatsapp.net"}; }, true},
  };
  for (const Row& row : rows) {
    CallSettings settings;
    client::CallEvent event;
    event.call_id = "A1";
    row.change(settings, event);
    INFO(row.name);
    CHECK(CallPolicy(settings).decide(event, {"5511888888888@s.whatsapp.net", "222333444@lid"}) == row.reject);
  }
}

TEST_CASE("which rejected callers are answered") {
  const WallTime now{test::kStartMs};
  struct Row {
    const char* name;
    void (*change)(CallSettings&, client::RejectDone&);
    bool repeated;
    std::vector<ReplyHistory> history;
    ReplyVerdict verdict;
  };
  const auto none = [](CallSettings&, client::RejectDone&) {};
  const Row rows[] = {
      {"confirmed", none, false, {}, ReplyVerdict::send},
      {"unconfirmed", [](CallSettings&, client::RejectDone& d) { d.outcome = RejectOutcome::unconfirmed; }, false, {},
          ReplyVerdict::send},
      {"refused", [](CallSettings&, client::RejectDone& d) { d.outcome = RejectOutcome::refused; }, false, {},
          ReplyVerdict::not_rejected},
      {"over by itself", [](CallSettings&, client::RejectDone& d) { d.outcome = RejectOutcome::already_ended; }, false,
          {}, ReplyVerdict::not_rejected},
      {"over after our repeated reject", [](CallSettings&,
          client::RejectDone& d) { d.outcome = RejectOutcome::already_ended; }, true, {}, ReplyVerdict::send},
      {"link lost", [](CallSettings&, client::RejectDone& d) { d.outcome = RejectOutcome::link_lost; }, true, {},
          ReplyVerdict::not_rejected},
      {"reply off", [](CallSettings& s, client::RejectDone&) { s.auto_reply.enabled = false; }, false, {},
          ReplyVerdict::disabled},
      {"group", [](CallSettings&, client::RejectDone& d) { d.is_group = true; }, false, {}, ReplyVerdict::group_call},
      {"late offer", [](CallSettings&, client::RejectDone& d) { d.offline = true; }, false, {},
          ReplyVerdict::late_offer},
      {"inside the cooldown", none, false, {{now + -599'999, {}, {}}}, ReplyVerdict::cooling_down},
      {"after the cooldown", none, false, {{now + -600'000, {}, {}}}, ReplyVerdict::send},
      {"the second id counts", none, false, {{now + -700'000, {}, {}}, {now + -1, {}, {}}}, ReplyVerdict::cooling_down},
      {"refused by the service lately", none, false, {{now + -700'000, now + 1, {}}}, ReplyVerdict::cooling_down},
      {"the clock went back", none, false, {{now + 86'400'000, {}, {}}}, ReplyVerdict::cooling_down},
      {"no cooldown", [](CallSettings& s, client::RejectDone&) { s.auto_reply.cooldown_s = 0; }, false, {{now, {},
          "A0"}}, ReplyVerdict::send},
      {"the same call twice", [](CallSettings& s, client::RejectDone&) { s.auto_reply.cooldown_s = 0; }, false,
          {{now + -5000, {}, "A1"}}, ReplyVerdict::answered},
  };
  for (const Row& row : rows) {
    CallSettings settings;
    settings.auto_reply = {true, "busy", 600};
    client::RejectDone done;
    done.call_id = "A1";
    row.change(settings, done);
    INFO(row.name);
    CHECK(CallPolicy(settings).decide_reply(done, row.repeated, {"x"}, row.history, now) == row.verdict);
  }
}

TEST_CASE("who is allowed by a number that the account has with one more digit is not rejected") {
  CallSettings settings;
  settings.auto_reject = true;
  client::CallEvent event;
  event.call_id = "A1";
  event.first = true;
  event.kind = CallEventKind::offer;
  const CallerIds with{"5511988888888@s.whatsapp.net"}, without{"551188888888@s.whatsapp.net"};
  settings.allow = {"551188888888@s.whatsapp.net"};
  CHECK_FALSE(CallPolicy(settings).decide(event, with));
  settings.allow = {"5511988888888@s.whatsapp.net"};
  CHECK_FALSE(CallPolicy(settings).decide(event, without));
  settings.allow = {"5511988888889@s.whatsapp.net"};
  CHECK(CallPolicy(settings).decide(event, with));
}
