// How a poll was voted, as it is shown.
#include "client/rows/poll_rows.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

TEST_CASE("votes of a poll by option, over a restart") {
  const wire::Jid own = jid("5511999999999@s.whatsapp.net"), ana = jid("5511777777777@s.whatsapp.net"),
                  bia = jid("5511888888888@s.whatsapp.net");
  GatewayFixture at;
  {
    store::Txn txn(at.disk);
    client::PollRow poll;
    poll.chat = jid("120363000000000000@g.us");
    poll.question = "Lunch?";
    poll.several = true;
    poll.since = at.now.wall;
    poll.options = {"Pizza", "Salad"};
    client::remember_poll(txn, own, "3EB0P", true, poll);
    client::remember_poll(txn, ana, "3EB0HERS", false, poll);
    client::note_vote(txn, own, "3EB0P", ana, {"Pizza", "Salad"}, at.now.wall + 1'000);
    client::note_vote(txn, own, "3EB0P", bia, {"Pizza"}, at.now.wall + 2'000);
    client::note_vote(txn, own, "3EB0P", ana, {"Salad"}, at.now.wall + 3'000);
    at.disk.apply(txn.take());
  }
  at.reopen();
  const auto answer = at.call("GET", "/messages/3EB0P/poll");
  CHECK(answer.status == 200);
  CHECK(answer.body == json{{"success", true}, {"message_id", "3EB0P"}, {"chat_jid", "120363000000000000@g.us"},
                            {"question", "Lunch?"}, {"multiple_choice", true}, {"voters_count", 2},
                            {"timestamp", "2026-01-01T00:00:00Z"}, {"updated_at", "2026-01-01T00:00:03Z"},
                            {"options", {{{"option_name", "Pizza"}, {"votes", 1}, {"voters", {bia.text()}}},
                                         {{"option_name", "Salad"}, {"votes", 1}, {"voters", {ana.text()}}}}}});
  CHECK(at.call("GET", "/messages/3EB0HERS/poll").status == 404);
  CHECK(at.call("GET", "/messages/3EB0HERS/poll?participant=5511777777777").status == 200);
  CHECK(at.call("GET", "/messages/3EB0P/poll?participant=x").status == 400);
  at.now.wall = at.now.wall + 32LL * 86'400'000;
  CHECK(at.call("GET", "/messages/3EB0P/poll").status == 404);
}
