// Statuses: who they go to, who can read them, what becomes of the list, deletions and retries; those of others.
#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_row.h"
#include "client/rows/status_rows.h"
#include "unit/client/message_rig.h"

namespace status_test {

using namespace wa;
using namespace wa::client;
using test::Device;
using test::jid;
using test::MessageRig;
using store::Table;
using wire::Jid;
using wire::Node;

namespace {

const Jid kOwnLid = jid("90000000000001@lid"), kFriendLid = jid("70000000000002@lid");
const Jid kFriend = jid("5511888888888@s.whatsapp.net");
const Jid kOther = jid("5511777777777@s.whatsapp.net"), kOtherLid = jid("70000000000003@lid");

struct StatusRig : MessageRig {
  Device other{"70000000000003@lid", "5511777777777@s.whatsapp.net", 14};

  // Both stand in the address book; of the other one no LID is known.
  StatusRig() {
    in_book(kFriend, "Friend");
    in_book(kOther, "Other");
    in_book(jid("5511666666666@s.whatsapp.net"), "");   // only called so by themselves
    input([](client::Turn& turn) { learn_lid(turn.txn, kFriend, kFriendLid); });
  }
  void in_book(const Jid& who, const std::string& name) {
    input([&](client::Turn& turn) {
      ContactRow row;
      row.full_name = name;
      row.push_name = "x";
      store_contact(turn.txn, who, row);
    });
  }
  bool post(const std::string& text, const std::string& id = "3EB0S1") {
    SendMessage out;
    out.command = 1;
    out.to = status_chat();
    out.body = StatusText{text};
    out.id = id;
    return execute(out).ok();
  }
  bool take_back(const std::string& id, const std::string& as = "3EB0D1") {
    SendMessage out;
    out.command = 2;
    out.to = status_chat();
    out.body = Revoke{{id, true, {}}};
    out.id = as;
    return execute(out).ok();
  }
  static Node list(std::string_view type, bool in_force, const std::vector<Jid>& people) {
    Node node("list");
    node.attr("type", type);
    if (in_force) node.attr("default", "true");
    for (const Jid& one : people) node.child(std::move(Node("user").attr("jid", one)));
    return node;
  }
  void answer_list(std::string_view type, const std::vector<Jid>& people) {
    Node privacy("privacy");
    privacy.child(list("contacts", type == "contacts", {}));
    if (type != "contacts") privacy.child(list(type, true, people));
    answer("status", {std::move(privacy)});
  }
  void refuse_list(int code) {
    Node result("iq"), error("error");
    error.attr("code", static_cast<std::uint64_t>(code));
    result.attr("type", "error").attr("id", last_query("status")->text_attr("id")).attr("from", wire::server_jid());
    say(result.child(std::move(error)));
  }
  // Numbers, then devices, then bundles.
  void answer_people() {
    answer_devices({{kOther, {0}, kOtherLid}});
    answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
    answer_bundles({bundle_node(own_phone), bundle_node(friend_phone), bundle_node(friend_web), bundle_node(other)});
  }
  Node message() const {
    const auto all = sent("message");
    REQUIRE_FALSE(all.empty());
    return all.back();
  }
  Node first(const std::string& text) {
    REQUIRE(post(text));
    answer_list("contacts", {});
    answer_people();
    return message();
  }
  // Whom it names, those with a key of their own marked by a star.
  static std::string names(const Node& message) {
    std::string out;
    const Node* participants = message.child_named("participants");
    for (const Node& to : participants ? participants->children() : Node::Children()) {
      if (!out.empty()) out += ' ';
      out += to.jid_attr("jid")->text() + (to.children().empty() ? "" : "*");
    }
    return out;
  }
  std::optional<Content> read(Device& at, const Node& message) {
    const Node* participants = message.child_named("participants");
    for (const Node& to : participants ? participants->children() : Node::Children()) {
      if (to.jid_attr("jid") == at.lid && !to.children().empty()) {
        if (const auto part = open_at(at, to.children().front())) take_key(at, *part);
      }
    }
    store::Txn txn(at.party.rows);
    auto plain = signal::decrypt_sender_key(txn, status_chat().text(), us, message.child_named("enc")->content_bytes());
    if (!plain) return std::nullopt;
    at.party.commit(txn);
    auto content = parse_content(*unpad(*std::move(plain)));
    return content ? std::optional(*std::move(content)) : std::nullopt;
  }
  void take_key(Device& at, const Content& part) {
    if (!part.distribution) return;
    CHECK(part.distribution->group == "status@broadcast");
    store::Txn txn(at.party.rows);
    REQUIRE(signal::process_distribution(txn, status_chat().text(), us, part.distribution->message).ok());
    at.party.commit(txn);
  }
  bool named_in_audience(const std::string& id, const Jid& who) {
    bool out = false;
    input([&](client::Turn& turn) {
      const auto sent = find_status(turn.txn, id, turn.now.wall);
      out = sent && went_to(turn.txn, *sent, who);
    });
    return out;
  }
};

// Of somebody, as the service brings it.
Node status_from(MessageRig& rig, Device& from, std::string_view tag, std::string_view id, const Bytes& content) {
  Node node(tag);
  node.attr("from", status_chat()).attr("participant", from.lid).attr("id", id).attr("t", std::uint64_t{1'750'000'100});
  node.attr("type", "text").attr("notify", "Friend").attr("participant_pn", from.pn.user_jid());
  return std::move(node.child(rig.enc_from(from, content)));
}
Bytes content_of(MessageBody body) {
  test::ScriptedRandom random;
  return build_body_content(std::move(body), status_chat(), {0}, random);
}

}  // namespace

TEST_CASE("a status: the list, the numbers, the devices, the sessions; one body for everybody") {
  StatusRig rig;
  REQUIRE(rig.post("hello"));
  CHECK(rig.queries("status") == 1);
  CHECK(rig.queries("usync") == 0);
  rig.answer_list("contacts", {});
  CHECK(rig.queries("usync") == 1);
  rig.answer_people();
  const Node message = rig.message();
  CHECK(message.jid_attr("to") == status_chat());
  CHECK(message.text_attr("addressing_mode") == "lid");
  CHECK(message.text_attr("phash").empty());
  CHECK(message.text_attr("type") == "text");
  CHECK(message.child_named("meta")->text_attr("status_setting") == "contacts");
  CHECK(message.child_named("device-identity"));
  CHECK_FALSE(message.child_named("tctoken"));
  CHECK(StatusRig::names(message) ==
      "70000000000003@lid* 70000000000002@lid* 70000000000002:3@lid* 90000000000001@lid*");
  for (Device* device : {&rig.friend_phone, &rig.friend_web, &rig.other, &rig.own_phone}) {
    const auto content = rig.read(*device, message);
    REQUIRE(content);
    CHECK(content->text == "hello");
    CHECK(content->background_argb == 0xff1e6e4f);
    CHECK(content->secret.size() == 32);
  }
  CHECK(rig.rows(Table::outbox) == 1);
  rig.ack(message);
  CHECK(rig.rows(Table::outbox) == 0);
  const auto* event = rig.event<MessageSent>();
  REQUIRE(event);
  CHECK((event->chat == status_chat() && event->failed_devices == 0));
  rig.input([](client::Turn& turn) { CHECK_FALSE(load_chat(turn.txn, status_chat())); });   // it is no chat

  rig.server.received.clear();
  REQUIRE(rig.post("again", "3EB0S2"));
  CHECK(StatusRig::names(rig.message()) == "70000000000003@lid 70000000000002@lid 90000000000001@lid");
  CHECK(rig.sent("iq").empty());
  CHECK(rig.read(rig.other, rig.message())->text == "again");
}

TEST_CASE("who sees a status") {
  const Jid stranger = jid("5511555555555@s.whatsapp.net");
  const struct { const char* name; const char* type; std::vector<Jid> people; const char* setting; bool friend_sees,
      other_sees; } kRows[] = {
      {"the address book", "contacts", {}, "contacts", true, true},
      {"but for one, by number", "blacklist", {kOther}, "denylist", true, false},
      {"but for one, by LID", "blacklist", {kFriendLid}, "denylist", false, true},
      {"one alone", "whitelist", {kFriend}, "allowlist", true, false},
      {"one alone, who is in no book", "whitelist", {kOtherLid}, "allowlist", false, true},
      {"a list newer than this program", "somebody", {kFriend}, "allowlist", true, false},
  };
  for (const auto& row : kRows) {
    INFO(row.name);
    StatusRig rig;
    rig.input([](client::Turn& turn) { learn_lid(turn.txn, kOther, kOtherLid); });
    REQUIRE(rig.post("x"));
    rig.answer_list(row.type, row.people);
    rig.answer_devices({{kFriendLid, {0}, {}}, {kOtherLid, {0}, {}}, {kOwnLid, {0, 7}, {}}});
    rig.answer_bundles({MessageRig::bundle_node(rig.own_phone), MessageRig::bundle_node(rig.friend_phone),
                        MessageRig::bundle_node(rig.other)});
    const Node message = rig.message();
    CHECK(message.child_named("meta")->text_attr("status_setting") == row.setting);
    CHECK(rig.read(rig.friend_phone, message).has_value() == row.friend_sees);
    CHECK(rig.read(rig.other, message).has_value() == row.other_sees);
    CHECK(rig.read(rig.own_phone, message).has_value());
    CHECK(rig.named_in_audience("3EB0S1", kOther) == row.other_sees);
  }
}

TEST_CASE("a status that nobody sees is not sent") {
  StatusRig rig;
  REQUIRE(rig.post("x"));
  SECTION("the list is empty") { rig.answer_list("whitelist", {}); }
  SECTION("only ourselves are on it") { rig.answer_list("whitelist", {kOwnLid}); }
  SECTION("who is on it has no LID") {
    rig.answer_list("whitelist", {kOther});
    rig.answer_devices({{kOther, {0}, {}}});
  }
  CHECK(rig.sent("message").empty());
  const auto* failed = rig.event<MessageFailed>();
  REQUIRE(failed);
  CHECK(failed->why == SendFailure::no_devices);
  CHECK(rig.rows(Table::outbox) == 0);
}

TEST_CASE("device lists that are not told are asked for again; nobody counts as without devices for that") {
  StatusRig rig;
  const auto refuse = [&] {
    Node result("iq"), error("error");
    error.attr("code", std::uint64_t{500});
    result.attr("type", "error").attr("id", rig.last_query("usync")->text_attr("id")).attr("from", wire::server_jid());
    rig.say(result.child(std::move(error)));
  };
  REQUIRE(rig.post("x"));
  rig.answer_list("contacts", {});
  SECTION("of numbers") {
    refuse();
    rig.advance(11'000);
    rig.answer_people();
  }
  SECTION("of LIDs") {
    rig.answer_devices({{kOther, {0}, kOtherLid}});
    refuse();
    rig.advance(11'000);
    rig.answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
    rig.answer_bundles({MessageRig::bundle_node(rig.own_phone), MessageRig::bundle_node(rig.friend_phone),
                        MessageRig::bundle_node(rig.friend_web), MessageRig::bundle_node(rig.other)});
  }
  CHECK(rig.sent("message").size() == 1);
  CHECK(rig.read(rig.friend_web, rig.message()));
}

TEST_CASE("the list of who sees statuses") {
  StatusRig rig;
  SECTION("nothing is stored: the address book") {
    REQUIRE(rig.post("x"));
    rig.refuse_list(404);
    rig.answer_people();
    CHECK(rig.message().child_named("meta")->text_attr("status_setting") == "contacts");
  }
  SECTION("it is not told: nothing is sent, and it is asked for again") {
    REQUIRE(rig.post("x"));
    rig.refuse_list(500);
    CHECK(rig.sent("message").empty());
    CHECK(rig.queries("usync") == 0);
    rig.advance(10'000);
    CHECK(rig.queries("status") == 2);
  }
  SECTION("asked for again after a day, not before") {
    rig.ack(rig.first("x"));
    rig.move(23 * 3'600'000);
    REQUIRE(rig.post("y", "3EB0S2"));
    CHECK(rig.queries("status") == 1);
    rig.answer_devices({{kOtherLid, {0}, {}}, {kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
    rig.ack(rig.message());
    rig.move(2 * 3'600'000);
    REQUIRE(rig.post("z", "3EB0S3"));
    CHECK(rig.queries("status") == 2);
  }
  SECTION("of two sources the newer one") {
    const StatusPrivacy told{StatusAudience::deny_list, {kOther.text()}}, set{StatusAudience::allow_list,
        {kFriend.text()}};
    rig.input([&](client::Turn& turn) {
      note_told_status_privacy(turn.txn, told, turn.now.wall);
      CHECK(status_privacy(turn.txn)->audience == StatusAudience::deny_list);
      note_status_privacy(turn.txn, set, turn.now.wall.ms + 1);
      note_told_status_privacy(turn.txn, told, turn.now.wall + 2);   // as before: it may not know of it yet
      CHECK(status_privacy(turn.txn)->audience == StatusAudience::allow_list);
      note_told_status_privacy(turn.txn, {}, turn.now.wall + 3);     // another one: the phone has changed it
      CHECK(status_privacy(turn.txn)->audience == StatusAudience::contacts);
    });
  }
  SECTION("asked by a caller: what counts comes first") {
    rig.input([&](client::Turn& turn) {
      note_status_privacy(turn.txn, {StatusAudience::allow_list, {kFriend.text()}}, turn.now.wall.ms);
    });
    REQUIRE(rig.execute(AskStatusPrivacy{7}).ok());
    rig.answer_list("contacts", {});
    const auto* done = rig.event<StatusPrivacyDone>();
    REQUIRE(done);
    REQUIRE(done->lists.size() == 2);
    CHECK((done->lists[0].type == "whitelist" && done->lists[0].in_force && done->lists[0].people ==
        std::vector{kFriend}));
    CHECK((done->lists[1].type == "contacts" && !done->lists[1].in_force));
  }
}

TEST_CASE("who does not see statuses any more cannot read them") {
  StatusRig rig;
  const Node before = rig.first("one");
  REQUIRE(rig.read(rig.other, before));
  rig.ack(before);
  rig.input([&](client::Turn& turn) {
    note_status_privacy(turn.txn, {StatusAudience::deny_list, {kOther.text()}}, turn.now.wall.ms);
  });
  rig.server.received.clear();
  REQUIRE(rig.post("two", "3EB0S2"));
  CHECK(StatusRig::names(rig.message()) == "70000000000002@lid* 70000000000002:3@lid* 90000000000001@lid*");
  CHECK(rig.read(rig.friend_phone, rig.message())->text == "two");
  CHECK_FALSE(rig.read(rig.other, rig.message()));
}

TEST_CASE("a deletion goes to whoever the status went to") {
  StatusRig rig;
  const Node posted = rig.first("one");
  (void)rig.read(rig.other, posted);
  rig.ack(posted);
  rig.input([&](client::Turn& turn) {
    note_status_privacy(turn.txn, {StatusAudience::allow_list, {kFriend.text()}}, turn.now.wall.ms);
  });
  REQUIRE(rig.take_back("3EB0S1"));
  const Node message = rig.message();
  CHECK(message.text_attr("edit") == "7");
  CHECK(message.text_attr("id") == "3EB0D1");
  CHECK_FALSE(message.child_named("meta"));
  CHECK(message.child_named("enc")->text_attr("decrypt-fail").empty());
  CHECK(StatusRig::names(message) == "70000000000003@lid 70000000000002@lid 90000000000001@lid");
  const auto content = rig.read(rig.other, message);
  REQUIRE(content);
  CHECK(content->change == Change::revoked);
  CHECK(content->key->id == "3EB0S1");
}

TEST_CASE("a device that could not read a status gets it, and the key, alone") {
  StatusRig rig;
  const Node posted = rig.first("one");
  for (Device* device : {&rig.friend_phone, &rig.other}) (void)rig.read(*device, posted);
  rig.ack(posted);
  rig.server.received.clear();
  SECTION("one it went to") {
    rig.ask_again(rig.other, "3EB0S1", status_chat(), true);
    const Node again = rig.message();
    CHECK(again.jid_attr("to") == status_chat());
    CHECK(again.jid_attr("participant") == rig.other.lid);
    CHECK(again.text_attr("addressing_mode").empty());
    CHECK(again.child_named("meta")->text_attr("status_setting") == "contacts");
    CHECK(again.child_named("enc")->text_attr("count") == "1");
    const auto content = rig.open_at(rig.other, *again.child_named("enc"));
    REQUIRE(content);
    CHECK(content->text == "one");
    CHECK(content->distribution);
    CHECK(rig.sent("ack").size() == 1);
  }
  SECTION("one it did not go to") {
    Device stranger("70000000000009@lid", "5511333333333@s.whatsapp.net", 31);
    rig.ask_again(stranger, "3EB0S1", status_chat(), true);
    CHECK(rig.sent("message").empty());
    CHECK(rig.sent("ack").size() == 1);
  }
  SECTION("a day later") {
    rig.move(86'400'000 + 1000);
    rig.ask_again(rig.other, "3EB0S1", status_chat(), true);
    CHECK(rig.sent("message").empty());
  }
  SECTION("of a status that nobody knows") {
    rig.ask_again(rig.other, "3EB0NONE", status_chat(), true);
    CHECK(rig.sent("message").empty());
    CHECK(rig.sent("ack").size() == 1);
  }
}

TEST_CASE("a status of somebody: told as such, with a receipt of its own and the plain acknowledgement") {
  MessageRig rig;
  const Bytes content = content_of(StatusText{"hello"});
  for (const char* tag : {"message", "status"}) {
    INFO(tag);
    rig.server.received.clear();
    rig.events.clear();
    rig.say(status_from(rig, rig.friend_phone, tag, std::string("ID-") + tag, content));
    const auto* told = rig.event<StatusReceived>();
    REQUIRE(told);
    CHECK((told->text == "hello" && told->sender == kFriend && told->chat == status_chat() && !told->muted));
    CHECK(told->background_argb == 0xff1e6e4f);
    CHECK_FALSE(rig.event<MessageReceived>());
    REQUIRE(rig.sent("receipt").size() == 1);
    const Node receipt = rig.sent("receipt").front();
    CHECK((receipt.jid_attr("to") == status_chat() && receipt.jid_attr("participant") == rig.friend_phone.lid));
    CHECK((receipt.text_attr("context") == "status" && receipt.text_attr("type").empty()));
    REQUIRE(rig.sent("ack").size() == 1);
    CHECK(rig.sent("ack").front().text_attr("class") == tag);
    CHECK(rig.sent("ack").front().jid_attr("participant") == rig.friend_phone.lid);
  }
}

TEST_CASE("statuses that are muted, deleted, or cannot be read") {
  MessageRig rig;
  const Bytes content = content_of(StatusText{"hello"});
  SECTION("muted") {
    rig.input([](client::Turn& turn) { note_status_mute(turn.txn, kFriend, true, 1); });
    rig.say(status_from(rig, rig.friend_phone, "message", "ID2", content));
    CHECK(rig.event<StatusReceived>()->muted);
  }
  SECTION("deleted by its author") {
    rig.say(status_from(rig, rig.friend_phone, "message", "ID-message", content));
    const Bytes revoke = content_of(Revoke{{"ID-message", true, {}}});
    rig.say(status_from(rig, rig.friend_phone, "message", "ID3", revoke));
    CHECK(rig.event<StatusReceived>()->change == Change::revoked);
    CHECK(rig.event<StatusReceived>()->target->id == "ID-message");
  }
  SECTION("one that cannot be read is asked for once, and not of the phone") {
    rig.server.received.clear();
    rig.events.clear();
    for (int i = 0; i < 3; ++i) {
      Node broken = status_from(rig, rig.friend_phone, "message", "BROKEN", content);
      Bytes& sealed = std::get<Bytes>(std::get<Node::Children>(broken.content).front().content);
      sealed[sealed.size() / 2] ^= 1;
      rig.say(broken);
    }
    CHECK(rig.sent("receipt").size() == 1);
    CHECK(rig.sent("ack").size() == 3);
    CHECK(rig.rows(Table::outbox) == 0);
    CHECK(rig.events.empty());
  }
  SECTION("without its content it is acknowledged, and nobody is asked") {
    rig.server.received.clear();
    rig.events.clear();
    Node node("status");
    node.attr("from", status_chat()).attr("participant", rig.friend_phone.lid).attr("id", "EMPTY").attr("t",
        std::uint64_t{1});
    node.attr("type", "text");
    rig.say(node.child(Node("unavailable")));
    CHECK(rig.sent("ack").size() == 1);
    CHECK(rig.sent("ack").front().text_attr("class") == "status");
    CHECK(rig.sent("receipt").empty());
    CHECK(rig.events.empty());
    CHECK(rig.rows(Table::outbox) == 0);
  }
}

TEST_CASE("who has seen a status is told") {
  MessageRig rig;
  Node receipt("receipt");
  receipt.attr("from", status_chat()).attr("participant", rig.friend_phone.lid).attr("id", "3EB0S1").attr("type",
      "read");
  rig.say(receipt.attr("t", std::uint64_t{1'750'000'100}).attr("context", "status"));
  const auto* told = rig.event<MessageReceipt>();
  REQUIRE(told);
  CHECK((told->chat == status_chat() && told->kind == ReceiptKind::read && told->ids ==
      std::vector<std::string>{"3EB0S1"}));
  CHECK(told->by.user == "70000000000002");
}

TEST_CASE("that we have seen a status is said with its author, by LID, and the number") {
  StatusRig rig;
  MarkMessagesRead read;
  read.chat = status_chat();
  read.sender = kFriend;
  read.ids = {"ID1"};
  read.time = rig.now.wall;
  rig.input([](client::Turn& turn) { note_read_receipts(turn.txn, {}); });
  REQUIRE(rig.execute(read).ok());
  const Node receipt = rig.sent("receipt").back();
  CHECK((receipt.jid_attr("to") == status_chat() && receipt.jid_attr("participant") == kFriendLid));
  CHECK((receipt.text_attr("context") == "status" && receipt.text_attr("type") == "read"));
  CHECK(receipt.jid_attr("peer_participant_pn") == kFriend);
  read.sender = kOther;   // whose LID is not known
  REQUIRE(rig.execute(read).ok());
  CHECK(rig.sent("receipt").back().jid_attr("participant") == kOther);
  CHECK(rig.sent("receipt").back().text_attr("peer_participant_pn").empty());
}

TEST_CASE("what a status may be") {
  StatusRig rig;
  SendText text;
  text.to = status_chat();
  text.text = "x";
  CHECK_FALSE(rig.execute(text).ok());
  const MessageBody kRefused[] = {EmojiReaction{{"A", true, {}}, "x"}, Location{}, Poll{"q", {"a", "b"}, false},
                                  Edit{{"A", true, {}}, "y"}, DisappearAfter{60}};
  for (const MessageBody& body : kRefused) {
    SendMessage send;
    send.to = status_chat();
    send.body = body;
    CHECK_FALSE(rig.execute(send).ok());
  }
  SendMessage elsewhere;
  elsewhere.to = kFriend;
  elsewhere.body = StatusText{"x"};
  CHECK_FALSE(rig.execute(elsewhere).ok());
  CHECK(rig.rows(Table::outbox) == 0);
}

}  // namespace status_test
