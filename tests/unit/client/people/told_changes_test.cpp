// Notifications that change nothing here, but are told.
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "unit/client/client_rig.h"

using namespace wa;
using test::ClientRig;

TEST_CASE("the picture of somebody is told, with the number where it is known") {
  ClientRig rig(true);
  rig.go_online();
  const wire::Jid lid{"77", wire::Server::lid}, pn{"5511777777777", wire::Server::pn};
  rig.input([&](client::Turn& turn) { client::learn_lid(turn.txn, pn, lid); });
  const auto rows = rig.disk.rows();
  wire::Node set("set"), notification("notification");
  set.attr("jid", lid).attr("id", "17").attr("author", lid);
  notification.attr("id", "N1").attr("from", lid).attr("type", "picture").attr("t", std::uint64_t{1'749'000'000});
  rig.say(notification.child(std::move(set)));
  const auto* told = rig.event<client::NotificationTold>();
  REQUIRE(told);
  CHECK(told->jid == pn);
  CHECK(std::get<stanza::PictureChange>(told->what).id == "17");
  CHECK(told->by == pn);
  CHECK(told->time.ms == 1'749'000'000'000);
  CHECK(rig.disk.rows() == rows);
  REQUIRE(rig.last("ack"));
  CHECK(rig.last("ack")->text_attr("id") == "N1");
}

TEST_CASE("a push name of an older message does not replace the newer one") {
  ClientRig rig(true);
  const wire::Jid lid{"77", wire::Server::lid}, pn{"5511777777777", wire::Server::pn};
  rig.input([&](client::Turn& turn) {
    store::Txn& txn = turn.txn;
    const auto name = [&](const wire::Jid& of) { return client::load_contact(txn, of)->push_name; };
    CHECK(client::note_push_name(txn, pn, "New", 2'000'000));
    CHECK_FALSE(client::note_push_name(txn, pn, "Old", 1'000'000));
    CHECK_FALSE(client::note_push_name(txn, pn, "Of a history", 0));
    CHECK(name(pn) == "New");
    CHECK_FALSE(client::note_push_name(txn, pn, "New", 9'000'000));
    CHECK_FALSE(client::note_push_name(txn, pn, "Between", 8'000'000));
    client::learn_lid(txn, pn, lid);
    CHECK_FALSE(client::note_push_name(txn, lid, "Old", 1'000'000));
    CHECK(client::note_push_name(txn, lid, "Newest", 10'000'000));
    CHECK(client::note_push_name(txn, {"78", wire::Server::lid}, "Of a history", 0));
  });
}
