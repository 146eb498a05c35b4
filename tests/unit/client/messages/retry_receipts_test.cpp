#include "base/limits.h"
#include "store/ring.h"
#include "unit/client/messages/outbox_friends.h"

namespace retry_receipts_test {

using namespace wa;
using namespace wa::client;
using namespace wa::test::outbox;
using test::jid;
using test::MessageRig;

// It could not read 3EB0R.
Node retry_of(const wire::Jid& from, int count) {
  Node node("receipt"), retry("retry");
  retry.attr("count", static_cast<std::uint64_t>(count)).attr("id", "3EB0R").attr("t", std::uint64_t{1}).attr("v", "1");
  node.attr("from", from).attr("id", "3EB0R").attr("type", "retry").attr("t", std::uint64_t{1'750'000'000});
  return std::move(node.child(std::move(retry)));
}

TEST_CASE("retry receipts: the same message again, for that device only") {
  MessageRig rig;
  make_friends(rig);
  REQUIRE(rig.execute(text("say it again", 1, "3EB0R")).ok());
  rig.ack(last_message(rig));
  rig.server.received.clear();
  SECTION("with the session there is") {
    rig.say(retry_of(rig.friend_phone.lid, 1));
    const Node again = last_message(rig);
    CHECK(again.text_attr("id") == "3EB0R");
    CHECK(again.jid_attr("to") == rig.friend_phone.lid);
    CHECK(again.text_attr("device_fanout") == "false");
    CHECK(again.child_named("enc")->text_attr("count") == "1");
    CHECK(rig.open_at(rig.friend_phone, *again.child_named("enc"))->text == "say it again");
    CHECK(rig.sent("ack").size() == 1);
  }
  SECTION("the second time with a new session") {
    rig.say(retry_of(rig.friend_phone.lid, 2));
    CHECK(rig.sent("message").empty());
    rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone)});
    CHECK(last_message(rig).child_named("enc")->text_attr("type") == "pkmsg");
    CHECK(rig.open_at(rig.friend_phone, *last_message(rig).child_named("enc"))->text == "say it again");
  }
  SECTION("own devices get the wrapped form") {
    rig.say(retry_of(rig.own_phone.lid, 1));
    const auto content = rig.open_at(rig.own_phone, *last_message(rig).child_named("enc"));
    REQUIRE(content);
    CHECK(content->sent_to == kFriendLid);
  }
  SECTION("strangers get nothing") {
    rig.say(retry_of(jid("70000000000099@lid"), 1));
    CHECK(rig.sent("message").empty());
    CHECK(rig.queries("encrypt") == 0);
    CHECK(rig.sent("ack").size() == 1);
  }
  SECTION("ten times and no more") {
    for (int i = 0; i < 12; ++i) rig.say(retry_of(rig.friend_phone.lid, 1));
    CHECK(rig.sent("message").size() == 10);
    CHECK(rig.sent("ack").size() == 12);
  }
  SECTION("not when it is old") {
    rig.now.wall = rig.now.wall + 2 * 86'400'000;
    rig.say(retry_of(rig.friend_phone.lid, 1));
    CHECK(rig.sent("message").empty());
  }
}

TEST_CASE("retry receipts: rows under the number of a device count for its LID") {
  MessageRig rig;
  make_friends(rig);
  REQUIRE(rig.execute(text("say it again", 1, "3EB0R")).ok());
  rig.ack(last_message(rig));
  rig.server.received.clear();
  // Rows of the time before its LID was known.
  const auto before = [&](char family, const std::string& key, Bytes value) {
    store::Txn txn(rig.disk);
    store::RecentRows(store::Table::retries, family, limits::kRetryRowsKept).remember(txn, key, value);
    rig.disk.apply(txn.take());
  };
  SECTION("what it was answered under its number counts") {
    before('i', rig.friend_phone.pn.text() + "|3EB0R", {9});
    for (int i = 0; i < 3; ++i) rig.say(retry_of(rig.friend_phone.lid, 1));
    CHECK(rig.sent("message").size() == 1);
  }
  SECTION("its number and its LID count together") {
    for (int i = 0; i < 6; ++i) rig.say(retry_of(rig.friend_phone.pn, 1));
    for (int i = 0; i < 6; ++i) rig.say(retry_of(rig.friend_phone.lid, 1));
    CHECK(rig.sent("message").size() == 10);
  }
  SECTION("under its number as often as it may: nothing more") {
    before('i', rig.friend_phone.pn.text() + "|3EB0R", {10});
    rig.say(retry_of(rig.friend_phone.lid, 1));
    CHECK(rig.sent("message").empty());
  }
  SECTION("of another device, or of another message, does not") {
    before('i', rig.friend_web.pn.text() + "|3EB0R", {10});
    before('i', rig.friend_phone.pn.text() + "|3EB0S", {10});
    rig.say(retry_of(rig.friend_phone.lid, 1));
    CHECK(rig.sent("message").size() == 1);
  }
  SECTION("a session that was made anew under its number a moment ago is not made once more") {
    before('c', rig.friend_phone.pn.text(), be_bytes(static_cast<std::uint64_t>(rig.now.wall.ms - 1000), 8));
    rig.say(retry_of(rig.friend_phone.lid, 2));
    CHECK(rig.queries("encrypt") == 0);
    CHECK(rig.sent("message").size() == 1);
  }
}

}  // namespace retry_receipts_test
