#include "gateway/operations/messages.h"

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "client/rows/sent_log.h"
#include "gateway/operations/mentions.h"
#include "unit/gateway/operations/operation_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::jid;
using wa::test::OperationFixture;

TEST_CASE("a text is postponed from now on, or leaves at once") {
  client::SendText text;
  postpone(text, 0, {5000});
  CHECK_FALSE(text.not_before);
  postpone(text, 2000, {5000});
  CHECK(text.not_before->ms == 7000);
}

TEST_CASE("a contact card escapes what is structure, and leaves out what is not known") {
  const auto plain = card_of({"Ana; B,C", "5511888888888", "", "", "", ""});
  CHECK(plain.name == "Ana; B,C");
  CHECK(plain.vcard == "BEGIN:VCARD\nVERSION:3.0\nN:;Ana\\; B\\,C;;;\nFN:Ana\\; B\\,C\n"
                       "TEL;type=CELL;type=VOICE;waid=5511888888888:+5511888888888\nEND:VCARD");
  const auto whole = card_of({"Ana", "5511888888888", "A\nB", "C", "Firm", "a@example.com"});
  CHECK(whole.vcard.find("N:C;A\\nB;;;\n") != std::string::npos);
  CHECK(whole.vcard.find("ORG:Firm;\nEMAIL;type=INTERNET:a@example.com\n") != std::string::npos);
}

TEST_CASE("options of a poll differ") {
  const client::Poll poll{"?", {"a", "b", "a", "", ""}, false};
  CHECK_FALSE(repeats_option(poll, 0));
  CHECK_FALSE(repeats_option(poll, 1));
  CHECK(repeats_option(poll, 2));
  CHECK_FALSE(repeats_option(poll, 4));  // that it is empty is said already
}

TEST_CASE("timers of disappearing messages") {
  CHECK(seconds_of(DisappearingTimer::off) == 0);
  CHECK(seconds_of(DisappearingTimer::quarter) == 7'776'000);
  CHECK(takes_timer(jid("5511888888888@s.whatsapp.net")));
  CHECK_FALSE(takes_timer(jid("120363000000000000@g.us")));
}

TEST_CASE("what a revoke does") {
  OperationFixture at;
  const wire::Jid pn = jid("5511888888888@s.whatsapp.net"), lid = jid("222333444@lid");
  client::learn_lid(at.txn, pn, lid);
  const WallTime now = at.turn.now.wall;
  client::remember_sent(at.txn, "A1", {lid, {}, {now.ms - 60LL * 3'600'000}, false});
  client::remember_sent(at.txn, "OWN", {pn, {}, now, true});
  const auto plan = [&](const RevokeMessage& wish) { return plan_revoke(wish, at.txn, now); };

  CHECK(plan({"A1", pn, true, true}).start == RevokeStart::send);  // the same person in another form
  CHECK(plan({"A1", pn, true, true}).within_time_limit);
  CHECK(plan_revoke({"A1", pn, true, true}, at.txn, {now.ms + 1}).within_time_limit == false);
  CHECK(*plan({"A1", pn, true, true}).elapsed_ms == 60LL * 3'600'000);
  CHECK(plan({"A1", pn, false, false}).start == RevokeStart::nothing_to_do);
  CHECK(plan({"B2", pn, true, false}).start == RevokeStart::send);
  CHECK_FALSE(plan({"B2", pn, true, false}).elapsed_ms);
  CHECK(plan({"B2", pn, true, true}).start == RevokeStart::not_ours);
  CHECK(plan({"B2", pn, false, true}).start == RevokeStart::not_ours);
  CHECK(plan({"OWN", pn, true, true}).start == RevokeStart::not_ours);  // it went to the own phone
  CHECK(plan({"A1", jid("5511777777777@s.whatsapp.net"), true, true}).start == RevokeStart::not_ours);
}

TEST_CASE("mentions: the text with names in it") {
  const wire::Jid one = jid("5511888888888@s.whatsapp.net"), two = jid("222333444@lid");
  struct Row {
    const char* name;
    std::string text;
    std::vector<Mention> people;
    MentionFault fault;
    std::string after;
  };
  const Row rows[] = {
      {"replaced", "hi é X!", {{one, CharSpan{5, 6}}}, MentionFault::none, "hi é @5511888888888!"},
      {"there already", "hi @222333444", {{two, CharSpan{3, 13}}}, MentionFault::none, "hi @222333444"},
      {"from the last on", "X Y", {{one, CharSpan{0, 1}}, {two, CharSpan{2, 3}}}, MentionFault::none,
       "@5511888888888 @222333444"},
      {"beside the text", "hi", {{one, {}}}, MentionFault::none, "hi"},
      {"nobody", "hi", {}, MentionFault::nobody, "hi"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    client::SendText command;
    command.text = row.text;
    CHECK(mention(row.people, command) == row.fault);
    CHECK(command.text == row.after);
  }
  client::SendText command;
  command.text = "abcd";
  CHECK(mention({{one, CharSpan{0, 3}}, {two, CharSpan{2, 4}}}, command) == MentionFault::overlapping);
  command = {};
  command.mention_all = true;
  CHECK(mention({}, command) == MentionFault::none);
  CHECK(mention({{one, {}}, {one, {}}}, command) == MentionFault::none);
  CHECK(command.mentioned.size() == 1);
  command.text = std::string(limits::kTextCharsMax, 'x');
  CHECK(text_fits(command));
  CHECK(mention({{one, CharSpan{0, 1}}}, command) == MentionFault::none);
  CHECK_FALSE(text_fits(command));
  CHECK(takes_mentions(jid("120363000000000000@g.us")));
  CHECK_FALSE(takes_mentions(one));
  CHECK(lies_in({0, 4}, 4));
  CHECK_FALSE(lies_in({0, 5}, 4));
  CHECK_FALSE(lies_in({3, 2}, 4));
}
