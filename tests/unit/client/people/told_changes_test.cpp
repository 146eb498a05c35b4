// Notifications that change nothing here, but are told.
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
