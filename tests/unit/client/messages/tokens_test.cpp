// Privacy tokens: where they stand, when ours is issued and issued again, which one is tried next (12).
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "unit/client/message_rig.h"

namespace tokens_test {

using namespace wa;
using namespace wa::client;
using test::jid;
using test::MessageRig;
using wire::Jid;
using wire::Node;

namespace {

const Jid kOwnLid = jid("90000000000001@lid"), kOwn = jid("5511999999999@s.whatsapp.net");
const Jid kFriendLid = jid("70000000000002@lid"), kFriend = jid("5511888888888@s.whatsapp.net");

struct TokenRig : MessageRig {
  TokenRig() {
    input([](client::Turn& turn) { learn_lid(turn.txn, kFriend, kFriendLid); });
  }
  void have_token(const Jid& whose, std::int64_t age_s = 0) {
    input([&](client::Turn& turn) { store_token(turn.txn, whose, Bytes{1, 2, 3}, turn.now.wall.seconds() - age_s); });
  }
  void have_salt() {
    input([](client::Turn& turn) { store_fallback_salt(turn.txn, Bytes(32, 5)); });
  }
  Node send(MessageBody body = Text{"x"}, const Jid& to = kFriend) {
    SendMessage out;
    out.command = ++commands;
    out.to = to;
    out.body = std::move(body);
    REQUIRE(execute(out).ok());
    if (!met) {
      answer_devices({{kFriendLid, {0}, {}}, {kOwnLid, {0, 7}, {}}});
      answer_bundles({bundle_node(friend_phone), bundle_node(own_phone)});
      met = true;
    }
    return last_message();
  }
  Node last_message() const {
    const auto all = sent("message");
    REQUIRE_FALSE(all.empty());
    return all.back();
  }
  // The questions that issue ours.
  std::vector<Node> issues() const {
    std::vector<Node> out;
    for (const Node& iq : sent("iq")) {
      if (iq.text_attr("xmlns") == "privacy" &&
          iq.child_named("tokens")) out.push_back(*iq.child_named("tokens")->child_named("token"));
    }
    return out;
  }
  static std::string token_in(const Node& message) {
    return message.child_named("tctoken") ? "tctoken" : message.child_named("cstoken") ? "cstoken" : "";
  }
  bool met = false;
  CommandId commands = 0;
};

}  // namespace

TEST_CASE("ours is issued in the background after a message, by number, once a bucket, and counts when it was taken") {
  TokenRig rig;
  const Node message = rig.send();
  CHECK(rig.issues().empty());
  rig.ack(message);
  REQUIRE(rig.issues().size() == 1);
  CHECK(rig.issues()[0].jid_attr("jid") == kFriend);
  CHECK(rig.issues()[0].text_attr("t") == std::to_string(rig.service_s()));
  SECTION("taken") {
    rig.answer("privacy");
    rig.ack(rig.send());
    CHECK(rig.issues().size() == 1);
  }
  SECTION("while the question is open, there is no second one") {
    rig.ack(rig.send());
    CHECK(rig.issues().size() == 1);
  }
  SECTION("taken, and the answer brings one of the other side") {
    Node tokens("tokens"), token("token");
    token.attr("type", "trusted_contact").attr("t", rig.service_s()).bytes(Bytes{7});
    rig.answer("privacy", {std::move(tokens.child(std::move(token)))});
    CHECK(equal(rig.send().child_named("tctoken")->content_bytes(), Bytes{7}));
  }
  SECTION("refused: the next message asks again") {
    Node result("iq"), error("error");
    error.attr("code", std::uint64_t{500});
    result.attr("type", "error").attr("id", rig.last_query("privacy")->text_attr("id")).attr("from",
        wire::server_jid());
    rig.say(result.child(std::move(error)));
    CHECK(rig.count<MessageFailed>() == 0);
    rig.ack(rig.send());
    CHECK(rig.issues().size() == 2);
  }
  SECTION("the service wants LIDs") {
    rig.closed();
    rig.advance(60'000);
    rig.success();
    rig.input([](client::Turn& turn) { note_tokens_go_to_lids(turn.txn); });
    rig.ack(rig.send());
    CHECK(rig.issues().back().jid_attr("jid") == kFriendLid);
  }
}

TEST_CASE("what issues ours, and what does not") {
  const MessageRef theirs{"A", false, {}}, ours{"A", true, {}};
  const struct { const char* name; MessageBody body; bool issues; } kRows[] = {
      {"a text", Text{"x"}, true},
      {"a reaction", EmojiReaction{theirs, "x"}, true},
      {"a location", Location{1, 2, "", "", "", ""}, true},
      {"a deletion", Revoke{ours}, false},
      {"an edit", Edit{ours, "y"}, false},
      {"a timer", DisappearAfter{86'400}, false},
  };
  for (const auto& row : kRows) {
    INFO(row.name);
    TokenRig rig;
    rig.ack(rig.send(row.body));
    CHECK(rig.issues().size() == (row.issues ? 1u : 0u));
  }
  TokenRig own;
  SendText note;
  note.to = kOwn;
  note.text = "to myself";
  REQUIRE(own.execute(note).ok());
  own.answer_devices({{kOwnLid, {0, 7}, {}}});
  own.answer_bundles({MessageRig::bundle_node(own.own_phone)});
  own.ack(own.last_message());
  CHECK(own.issues().empty());
}

TEST_CASE("whoever was set up anew gets ours again, for the time it was issued for") {
  TokenRig rig;
  rig.ack(rig.send());
  const std::string issued_for = rig.issues()[0].text_attr("t");
  rig.answer("privacy");
  const auto changed = [&] {
    Node notification("notification");
    notification.attr("type", "encrypt").attr("from", kFriendLid).attr("id", "N1").attr("t", rig.service_s());
    rig.say(notification.child(Node("identity")));
  };
  SECTION("within four buckets") {
    rig.move(10LL * 86'400'000);
    changed();
    REQUIRE(rig.issues().size() == 2);
    CHECK(rig.issues()[1].text_attr("t") == issued_for);
    CHECK(rig.issues()[1].jid_attr("jid") == kFriend);
  }
  SECTION("later nobody could use it") {
    rig.move(29LL * 86'400'000);
    changed();
    CHECK(rig.issues().size() == 1);
  }
  SECTION("not of somebody who never got one") {
    Node notification("notification");
    notification.attr("type", "encrypt").attr("from", jid("70000000000008@lid")).attr("id", "N2").attr("t",
        rig.service_s());
    rig.say(notification.child(Node("identity")));
    CHECK(rig.issues().size() == 1);
  }
}

TEST_CASE("a refusal of a stale token leads to the fallback, once") {
  TokenRig rig;
  rig.have_token(kFriendLid);
  SECTION("with a salt") {
    rig.have_salt();
    const Node first = rig.send();
    CHECK(TokenRig::token_in(first) == "tctoken");
    rig.ack(first, 463);
    const Node second = rig.last_message();
    CHECK(TokenRig::token_in(second) == "cstoken");
    CHECK(second.text_attr("id") == first.text_attr("id"));
    SECTION("refused, too") {
      rig.ack(second, 463);
      REQUIRE(rig.count<MessageFailed>() == 1);
      CHECK(rig.event<MessageFailed>()->upstream_code == 463);
      CHECK(rig.sent("message").size() == 2);
    }
    SECTION("taken") {
      rig.ack(second);
      CHECK(rig.count<MessageSent>() == 1);
    }
  }
  SECTION("without one") {
    rig.ack(rig.send(), 463);
    CHECK(rig.sent("message").size() == 1);
    CHECK(rig.count<MessageFailed>() == 1);
  }
  SECTION("another refusal") {
    rig.have_salt();
    rig.ack(rig.send(), 475);
    CHECK(rig.sent("message").size() == 1);
    CHECK(rig.event<MessageFailed>()->upstream_code == 475);
  }
}

TEST_CASE("tokens stand in questions about people, too, but not about ourselves") {
  TokenRig rig;
  rig.have_token(kFriendLid);
  rig.have_token(kOwnLid);
  const auto profile = [&](const Jid& who) {
    REQUIRE(rig.execute(AskProfile{1, who}).ok());
    return rig.last_query("usync")->child_named("usync")->child_named("list")->child_named("user")->child_named("tctoken") != nullptr;
  };
  const auto picture = [&](const Jid& who) {
    REQUIRE(rig.execute(AskPicture{2, who, false, {}}).ok());
    return rig.last_query("w:profile:picture")->child_named("picture")->child_named("tctoken") != nullptr;
  };
  CHECK((profile(kFriend) && profile(kFriendLid) && picture(kFriend)));
  CHECK_FALSE((profile(kOwn) || profile(kOwnLid) || picture(kOwn)));
  CHECK_FALSE(picture(jid("5511333333333@s.whatsapp.net")));
  rig.move(29LL * 86'400'000);
  CHECK_FALSE((profile(kFriend) || picture(kFriend)));
}

TEST_CASE("what somebody gives us is kept of people only, and never of ourselves") {
  TokenRig rig;
  const auto told = [&](const Jid& from) {
    Node notification("notification"), tokens("tokens"), token("token");
    token.attr("type", "trusted_contact").attr("t", rig.service_s()).bytes(Bytes{4});
    notification.attr("from", from).attr("id", "N1").attr("type", "privacy_token").attr("t", rig.service_s());
    rig.say(notification.child(std::move(tokens.child(std::move(token)))));
    bool kept = false;
    rig.input([&](client::Turn& turn) { kept = token_for(turn.txn, from, turn.now.wall).has_value(); });
    return kept;
  };
  CHECK(told(kFriendLid));
  CHECK(told(jid("5511333333333@s.whatsapp.net")));
  for (const char* none : {"90000000000001@lid", "5511999999999@s.whatsapp.net", "0@s.whatsapp.net",
      "120363000000000001@g.us"}) {
    INFO(none);
    CHECK_FALSE(told(jid(none)));
  }
}

}  // namespace tokens_test
