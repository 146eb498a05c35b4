// The small tables of the message flows.
#include "base/limits.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/sent_log.h"
#include "store/ring.h"
#include "unit/client/message_rig.h"

using namespace wa;
using namespace wa::client;
using test::jid;
using store::Table;

TEST_CASE("LID map: both ways, the newest wins") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const auto pn = jid("5511999999999@s.whatsapp.net"), other_pn = jid("5511888888888@s.whatsapp.net");
  const auto lid = jid("1234@lid"), other_lid = jid("5678@lid");
  CHECK(learn_lid(txn, pn, lid));
  CHECK_FALSE(learn_lid(txn, pn, lid));
  CHECK(lid_of(txn, jid("5511999999999:3@s.whatsapp.net")) == jid("1234:3@lid"));
  CHECK(pn_of(txn, lid) == pn);
  CHECK(learn_lid(txn, pn, other_lid));
  CHECK(lid_of(txn, pn) == other_lid);
  CHECK_FALSE(pn_of(txn, lid));
  CHECK(learn_pair(txn, other_lid, other_pn));
  CHECK_FALSE(lid_of(txn, pn));
  CHECK(pn_of(txn, other_lid) == other_pn);
  CHECK_FALSE(learn_lid(txn, lid, pn));
  CHECK_FALSE(learn_lid(txn, jid("120363000000000000@g.us"), lid));
}

TEST_CASE("device lists grow old, and skip what has no key index") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  stanza::UserDevices list;
  list.user = jid("1234@lid");
  list.devices = {{0, {}, false}, {4, 1, false}, {5, {}, false}, {99, {}, true}};
  const WallTime now{1'000'000'000};
  store_devices(txn, list, now);
  const std::vector<wire::Jid> expected = {jid("1234@lid"), jid("1234:4@lid"), jid("1234:99@hosted.lid")};
  CHECK(known_devices(txn, list.user, now) == expected);
  CHECK(known_devices(txn, list.user, now + limits::kDeviceListTtlMs));
  CHECK_FALSE(known_devices(txn, list.user, now + limits::kDeviceListTtlMs + 1));
  CHECK_FALSE(known_devices(txn, list.user, now + -1));
  learn_lid(txn, jid("5511999999999@s.whatsapp.net"), list.user);
  forget_devices(txn, jid("5511999999999@s.whatsapp.net"));
  CHECK_FALSE(known_devices(txn, list.user, now));
}

TEST_CASE("recent rows are bounded and keep the newest") {
  store::MemoryStore rows;
  constexpr store::RecentRows ring(Table::handled, 'x', 8), neighbour(Table::handled, 'y', 8);
  {
    store::Txn txn(rows);
    neighbour.remember(txn, "n", Bytes{7});
    for (std::uint8_t i = 0; i < 100; ++i) {
      ring.remember(txn, "key " + std::to_string(i), Bytes{i});
      if (i % 5 == 0) ring.forget(txn, "key " + std::to_string(i));
      if (i % 5 == 1 && i > 1) ring.remember(txn, "key " + std::to_string(i - 1), Bytes{static_cast<std::uint8_t>(i - 1)});
    }
    rows.apply(txn.take());
  }
  store::Txn txn(rows);
  CHECK(rows.size() <= 2 * 8 + 1 + 3);
  CHECK(ring.find(txn, "key 99") == Bytes{99});
  CHECK(ring.find(txn, "key 95") == Bytes{95});
  CHECK_FALSE(ring.has(txn, "key 80"));
  CHECK(neighbour.find(txn, "n") == Bytes{7});
  ring.remember(txn, "key 99", Bytes{1});
  CHECK(ring.find(txn, "key 99") == Bytes{1});
}

TEST_CASE("sent messages are found by id") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  remember_sent(txn, "3EB0A", {jid("1234@lid"), Bytes{1, 2}, {5}, true});
  const auto sent = find_sent(txn, "3EB0A");
  REQUIRE(sent);
  CHECK(sent->chat == jid("1234@lid"));
  CHECK(sent->content == Bytes{1, 2});
  CHECK(sent->time == WallTime{5});
  CHECK(sent->peer);
  CHECK_FALSE(find_sent(txn, "3EB0B"));
}

TEST_CASE("tokens follow the user from PN to LID") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const wire::Jid pn{"5511999999991", wire::Server::pn}, lid{"70000000000009", wire::Server::lid};
  const WallTime now = WallTime::from_seconds(2'000 * 7 * 86'400);
  const std::int64_t t = now.seconds();
  SECTION("none there") {
    store_token(txn, pn, Bytes{1}, t - 5);
    note_token_issued(txn, pn, now.seconds());
    learn_lid(txn, pn, lid);
    CHECK(token_for(txn, lid, now) == Bytes{1});
    store_token(txn, lid, Bytes{2}, t - 9);  // older than the one by number
    CHECK(token_for(txn, pn, now) == Bytes{1});
    CHECK_FALSE(token_issue_is_due(txn, lid, now));
    CHECK(token_issued_s(txn, lid, now) == now.seconds());
  }
  SECTION("a newer one there") {
    store_token(txn, lid, Bytes{2}, t - 1);
    store_token(txn, pn, Bytes{1}, t - 5);
    learn_lid(txn, pn, lid);
    CHECK(token_for(txn, lid, now) == Bytes{2});
  }
  SECTION("an older one there") {
    store_token(txn, lid, Bytes{2}, t - 9);
    store_token(txn, pn, Bytes{1}, t - 5);
    learn_lid(txn, pn, lid);
    CHECK(token_for(txn, lid, now) == Bytes{1});
  }
  CHECK(txn.scan(store::Table::tokens, "t5511", 9).empty());
  CHECK(txn.scan(store::Table::tokens, "i5511", 9).empty());
}

TEST_CASE("tokens: the newest, for four buckets; ours once per bucket") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const auto lid = jid("1234@lid");
  constexpr std::int64_t kWeek = 7 * 86'400;
  store_token(txn, lid, Bytes{2}, 10 * kWeek);
  store_token(txn, lid, Bytes{1}, 9 * kWeek);
  CHECK(token_for(txn, lid, WallTime::from_seconds(10 * kWeek)) == Bytes{2});
  CHECK(token_for(txn, lid, WallTime::from_seconds(14 * kWeek - 1)));
  CHECK_FALSE(token_for(txn, lid, WallTime::from_seconds(14 * kWeek)));
  CHECK(token_issue_is_due(txn, lid, WallTime::from_seconds(10 * kWeek)));
  note_token_issued(txn, lid, 10 * kWeek);
  CHECK_FALSE(token_issue_is_due(txn, lid, WallTime::from_seconds(11 * kWeek - 1)));
  CHECK(token_issue_is_due(txn, lid, WallTime::from_seconds(11 * kWeek)));
  note_token_issued(txn, lid, 9 * kWeek);   // older
  CHECK(token_issued_s(txn, lid, WallTime::from_seconds(14 * kWeek - 1)) == 10 * kWeek);
  CHECK_FALSE(token_issued_s(txn, lid, WallTime::from_seconds(14 * kWeek)));
  txn.put(store::Table::tokens, "i1234@lid", be_bytes(12, 8));   // a bucket: of a former version
  CHECK_FALSE(token_issue_is_due(txn, lid, WallTime::from_seconds(13 * kWeek - 1)));
  CHECK(token_issue_is_due(txn, lid, WallTime::from_seconds(13 * kWeek)));
  CHECK(token_issued_s(txn, lid, WallTime::from_seconds(13 * kWeek)) == 12 * kWeek);
  drop_old_token(txn, lid, WallTime::from_seconds(13 * kWeek));
  CHECK(txn.has(store::Table::tokens, "t1234@lid"));
  drop_old_token(txn, lid, WallTime::from_seconds(14 * kWeek));
  CHECK_FALSE(txn.has(store::Table::tokens, "t1234@lid"));
  CHECK(txn.has(store::Table::tokens, "i1234@lid"));
  store_token(txn, lid, Bytes{3}, 0);
  CHECK_FALSE(txn.has(store::Table::tokens, "t1234@lid"));
}
