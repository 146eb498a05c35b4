// Direct chats: by which id they go (a property of the account), and under which timer.
#include "client/history/history_reader.h"
#include "client/messages/message_context.h"
#include "client/messages/message_fields.h"
#include "client/rows/addressing.h"
#include "client/rows/direct_chats.h"
#include "client/rows/lid_map.h"
#include "e2e.pb.h"
#include "proto/writer.h"
#include "unit/client/message_rig.h"
#include "wire/inflate.h"

namespace direct_chats_test {

using namespace wa;
using namespace wa::client;
using store::Table;
using test::Device;
using test::jid;
using test::MessageRig;
using wire::Node;

namespace {

const wire::Jid kGroup = jid("120363000000000001@g.us");
const wire::Jid kOwn = jid("5511999999999@s.whatsapp.net"), kOwnLid = jid("90000000000001@lid");
const wire::Jid kFriend = jid("5511888888888@s.whatsapp.net"), kFriendLid = jid("70000000000002@lid");
constexpr std::int64_t kSet = 1'750'000'050;

struct Rig : MessageRig {
  Rig() {
    for (Device* device : {&friend_phone, &own_phone}) say(text_from(*device, "M" + device->lid.text(), "hi"));
    server.received.clear();
    events.clear();
  }
  template <class Change>
  void rows(Change change) {
    store::Txn txn(disk);
    change(txn);
    disk.apply(txn.take());
  }
  bool by_number() {
    store::Txn txn(disk);
    return direct_chats_go_by_number(txn);
  }
  Node send(MessageBody body, const wire::Jid& to = kFriend) {
    server.received.clear();
    REQUIRE(execute(SendMessage{1, to, std::move(body)}).ok());
    return leave();
  }
  // Answers what the last message waits for, if anything.
  Node leave() {
    if (sent("message").empty() && last_query("usync")) {
      answer_devices({{kFriendLid, {0}, {}}, {kFriend, {0}, {}}, {kOwnLid, {0, 7}, {}}, {kOwn, {0, 7}, {}}});
    }
    const auto all = sent("message");
    REQUIRE_FALSE(all.empty());
    return all.back();
  }
  Node text(const std::string& what = "hello", const wire::Jid& to = kFriend) { return send(Text{what}, to); }
  std::vector<std::string> participants(const Node& message) {
    std::vector<std::string> out;
    for (const Node& node : message.child_named("participants")->children()) out.push_back(node.text_attr("jid"));
    return out;
  }
  void props(const char* code, const char* value) {
    Node prop("prop"), props("props");
    prop.attr("config_code", code).attr("config_value", value);
    props.attr("protocol", "1").child(std::move(prop));
    answer("abt", {std::move(props)});
  }
  void from_own_phone(const pb::Message& message, const char* id) {
    Node node = message_from(own_phone, id);
    node.attr("category", "peer").child(enc_from(own_phone, view(message.SerializeAsString())));
    say(node);
  }
  void from_friend(const pb::Message& message, const char* id) {
    Node node = message_from(friend_phone, id);
    say(node.child(enc_from(friend_phone, view(message.SerializeAsString()))));
  }
  // The timer of what was sent, as it lies in the sent log.
  std::optional<ChatTimer> timer_of_sent(const Node& message) {
    const Node& to = message.child_named("participants")->children().front();
    const auto content = open_at(friend_phone, message, *to.jid_attr("jid"));
    REQUIRE(content);
    return content->timer;
  }
};

pb::Message setting(std::uint32_t seconds, std::int64_t at) {
  pb::Message out;
  out.mutable_protocol_message()->set_type(3);
  out.mutable_protocol_message()->set_ephemeral_expiration(seconds);
  if (at > 0) out.mutable_protocol_message()->set_ephemeral_setting_timestamp(at);
  return out;
}

bool is_timer(const std::optional<ChatTimer>& timer, std::uint32_t seconds, std::int64_t at) {
  return timer && timer->seconds == seconds && timer->set_s == at;
}

}  // namespace

// --- by which id

TEST_CASE("an account of which nothing is known goes by LID; one that is not migrated by number") {
  Rig rig;
  CHECK(rig.text().jid_attr("to") == kFriendLid);
  rig.rows([](store::Txn& txn) { note_paired_unmigrated(txn); });
  for (const wire::Jid& to : {kFriend, kFriendLid}) {   // a caller is known by LID
    const Node message = rig.text("hello", to);
    CHECK(message.jid_attr("to") == kFriend);
    CHECK_FALSE(message.jid_attr("peer_recipient_pn"));
    CHECK(rig.participants(message) == std::vector<std::string>{kFriend.text(), kOwn.text()});
    CHECK(rig.queries("encrypt") == 0);                 // sessions stay under the LID
    CHECK(rig.open_at(rig.friend_phone, message, kFriend)->text == "hello");
    CHECK(rig.open_at(rig.own_phone, message, kOwn)->sent_to == kFriend);
  }
  rig.rows([](store::Txn& txn) { note_migrated(txn); });
  CHECK(rig.text().jid_attr("to") == kFriendLid);
  rig.rows([](store::Txn& txn) { note_paired_unmigrated(txn); });   // what says yes stays
  CHECK(rig.text().jid_attr("to") == kFriendLid);
}

TEST_CASE("the property of the service says yes, once and for all") {
  Rig rig;
  rig.rows([](store::Txn& txn) { note_paired_unmigrated(txn); });
  const struct { const char* code; const char* value; bool migrated; } kRows[] = {
      {"9435", "0", false}, {"9434", "1", false}, {"9435", "1", true}};
  for (const auto& row : kRows) {
    INFO(row.code << row.value);
    rig.closed();
    rig.go_online();
    rig.props(row.code, row.value);
    CHECK(rig.by_number() == !row.migrated);
  }
  rig.closed();
  rig.go_online();
  CHECK_FALSE(rig.last_query("abt"));   // known: not asked for any more
}

TEST_CASE("the phone says that the account is migrated") {
  Rig rig;
  rig.rows([](store::Txn& txn) { note_paired_unmigrated(txn); });
  pb::LidMigrationPayload payload;
  payload.add_pn_to_lid_mappings()->set_pn(5511777777777);
  payload.mutable_pn_to_lid_mappings(0)->set_assigned_lid(70000000000003);
  const bool with_time = GENERATE(false, true);
  if (with_time) payload.set_chat_db_migration_timestamp(1'750'000'000);
  pb::Message message;
  message.mutable_protocol_message()->set_type(22);
  message.mutable_protocol_message()->mutable_lid_migration_mapping_sync_message()->set_encoded_mapping_payload(
      to_string(ByteView(wire::deflate(view(payload.SerializeAsString())))));
  SECTION("itself") {
    rig.from_own_phone(message, "MIGRATED");
    CHECK(rig.by_number() == !with_time);
  }
  SECTION("not somebody else") {
    rig.from_friend(message, "MIGRATED");
    CHECK(rig.by_number());
  }
}

TEST_CASE("the history says that the account is migrated, and the timers of chats") {
  proto::Writer settings, conversation, history;
  settings.number(13, 1).number(20, 1'750'000'000);
  conversation.text(1, kFriend.text()).number(9, 86'400).number(10, kSet).number(12, kSet);
  history.message(2, conversation).message(8, settings);
  HistoryReader reader(wire::deflate(history.written()));
  const auto chat = reader.next(), migrated = reader.next(), end = reader.next();
  REQUIRE((chat.ok() && migrated.ok() && end.ok()));
  const auto* found = std::get_if<HistoryConversation>(&*chat);
  REQUIRE(found);
  CHECK(found->timer_s == 86'400);
  CHECK(found->timer_set_s == kSet);
  CHECK(std::get_if<HistoryMigrated>(&*migrated));
  CHECK(std::get_if<HistoryEnd>(&*end));
}

TEST_CASE("a refusal of one id leads to the other, at once, and is remembered when that was right") {
  Rig rig;
  SECTION("a LID that the account does not use") {
    const Node first = rig.text();
    const std::string id = first.text_attr("id");
    rig.server.received.clear();
    rig.ack(first, 400);
    const Node again = rig.leave();
    CHECK(again.text_attr("id") == id);
    CHECK(again.jid_attr("to") == kFriend);
    CHECK(rig.participants(again) == std::vector<std::string>{kFriend.text(), kOwn.text()});
    CHECK(rig.count<MessageFailed>() == 0);
    SECTION("taken") {
      rig.ack(again);
      CHECK(rig.count<MessageSent>() == 1);
      CHECK(rig.text("next").jid_attr("to") == kFriend);
      rig.closed();
      rig.reopen();
      rig.go_online();
      CHECK(rig.text("after a restart").jid_attr("to") == kFriend);
      rig.rows([](store::Txn& txn) { note_migrated(txn); });
      CHECK(rig.text("migrated by now").jid_attr("to") == kFriendLid);
    }
    SECTION("refused as well") {
      rig.ack(again, 400);
      REQUIRE(rig.count<MessageFailed>() == 1);
      CHECK(rig.event<MessageFailed>()->upstream_code == 400);
      CHECK(rig.text("next").jid_attr("to") == kFriendLid);
    }
  }
  SECTION("a number where LIDs are meant") {
    rig.rows([](store::Txn& txn) { note_paired_unmigrated(txn); });
    const Node first = rig.text();
    CHECK(first.jid_attr("to") == kFriend);
    rig.ack(first, 463);
    const Node again = rig.leave();
    CHECK(again.jid_attr("to") == kFriendLid);
    rig.ack(again);
    CHECK(rig.count<MessageSent>() == 1);
    CHECK(rig.text("next").jid_attr("to") == kFriendLid);
  }
  SECTION("463 for a LID is a refusal") {
    rig.ack(rig.text(), 463);
    CHECK(rig.count<MessageFailed>() == 1);
  }
  SECTION("without another id it is one, too") {
    const wire::Jid alone = jid("70000000000055@lid");
    Device phone{"70000000000055@lid", "5511000000055@s.whatsapp.net", 55};
    REQUIRE(rig.execute(SendMessage{1, alone, Text{"x"}}).ok());
    rig.answer_devices({{alone, {0}, {}}, {kOwnLid, {0, 7}, {}}});
    rig.answer_bundles({MessageRig::bundle_node(phone)});
    rig.ack(*rig.last("message"), 400);
    CHECK(rig.count<MessageFailed>() == 1);
  }
}

// --- under which timer

TEST_CASE("a timer that somebody sets is that of the chat") {
  Rig rig;
  rig.from_friend(setting(86'400, kSet), "T1");
  CHECK(is_timer(rig.timer_of_sent(rig.text()), 86'400, kSet));
  SECTION("an older setting comes late") {
    rig.from_friend(setting(0, kSet - 10), "T2");
    CHECK(is_timer(rig.timer_of_sent(rig.text()), 86'400, kSet));
  }
  SECTION("off") {
    rig.from_friend(setting(0, kSet + 10), "T2");
    CHECK_FALSE(rig.timer_of_sent(rig.text()));
  }
  SECTION("by our phone") {
    pb::Message copy;
    copy.mutable_device_sent_message()->set_destination_jid(kFriendLid.text());
    *copy.mutable_device_sent_message()->mutable_message() = setting(604'800, kSet + 10);
    Node node = rig.message_from(rig.own_phone, "T2");
    node.attr("recipient", kFriendLid).child(rig.enc_from(rig.own_phone, view(copy.SerializeAsString())));
    rig.say(node);
    CHECK(is_timer(rig.timer_of_sent(rig.text()), 604'800, kSet + 10));
  }
  SECTION("by number, it is the same chat") {
    rig.rows([](store::Txn& txn) { note_paired_unmigrated(txn); });
    CHECK(is_timer(rig.timer_of_sent(rig.text()), 86'400, kSet));
  }
  SECTION("over a restart") {
    rig.closed();
    rig.reopen();
    rig.go_online();
    CHECK(is_timer(rig.timer_of_sent(rig.text()), 86'400, kSet));
  }
  SECTION("without its time it counts from when it came") {
    rig.from_friend(setting(604'800, 0), "T2");
    const auto timer = rig.timer_of_sent(rig.text());
    CHECK(is_timer(timer, 604'800, 1'750'000'100));
  }
}

TEST_CASE("what is sent under a timer tells it") {
  proto::Writer context;
  context.number(25, 7'776'000).integer(26, kSet);
  const struct { const char* name; int field, context; } kRows[] = {
      {"text", 6, 17}, {"image", 3, 17}, {"location", 5, 17}, {"contact", 4, 17}, {"poll", 49, 5}, {"list", 36, 8}};
  for (const auto& row : kRows) {
    INFO(row.name);
    Rig rig;
    proto::Writer content, message;
    if (row.field == 6) content.text(1, "hi");
    message.message(row.field, content.message(row.context, context));
    Node node = rig.message_from(rig.friend_phone, "C1");
    rig.say(node.child(rig.enc_from(rig.friend_phone, message.written())));
    CHECK(is_timer(rig.timer_of_sent(rig.text()), 7'776'000, kSet));
  }
}

TEST_CASE("every kind of content carries the timer, what changes a message does not") {
  for (const auto& kind : test::kinds_of_messages({})) {
    INFO(kind.name);
    Rig rig;
    rig.from_friend(setting(86'400, kSet), "T1");
    const Node message = rig.send(kind.body);
    const bool changes = std::holds_alternative<EmojiReaction>(kind.body) || std::holds_alternative<Edit>(kind.body) ||
                         std::holds_alternative<Revoke>(kind.body);
    const auto timer = rig.timer_of_sent(message);
    CHECK(timer.has_value() == !changes);
    if (!changes) CHECK(is_timer(timer, 86'400, kSet));
    rig.ask_again(rig.friend_phone, message.text_attr("id"), {}, false);   // and so does the one that is sent again
    const auto again = rig.open_at(rig.friend_phone, *rig.last("message")->child_named("enc"));
    REQUIRE(again);
    CHECK(again->timer.has_value() == !changes);
  }
}

TEST_CASE("a timer that we set counts when the service took it") {
  for (const bool taken : {true, false}) {
    Rig rig;
    const Node set = rig.send(DisappearAfter{86'400});
    rig.ack(set, taken ? 0 : 479);
    const auto timer = rig.timer_of_sent(rig.text());
    CHECK(timer.has_value() == taken);
    if (taken) CHECK(is_timer(timer, 86'400, rig.now.wall.seconds()));
  }
}

TEST_CASE("a group's timer is in every kind of content") {
  for (const auto& kind : test::kinds_of_messages(kFriendLid)) {
    INFO(kind.name);
    const Bytes content = build_body_content(kind.body, kGroup, {0}, *std::make_unique<test::ScriptedRandom>());
    const Bytes timed = edit_context(content, {nullptr, false, {}, {604'800, kSet}});
    const auto read = parse_content(timed);
    REQUIRE(read);
    CHECK(read->type == parse_content(content)->type);
    const bool changes = timed == content;
    CHECK(changes == (std::holds_alternative<EmojiReaction>(kind.body) || std::holds_alternative<Edit>(kind.body) ||
                      std::holds_alternative<Revoke>(kind.body)));
    if (!changes) CHECK(is_timer(read->timer, 604'800, kSet));
    CHECK(edit_context(content, {}) == content);
  }
}

TEST_CASE("a chat of before timers is read") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  ChatRow chat;
  chat.archived = true;
  chat.name = "a name";
  store_chat(txn, kFriend, chat);
  Bytes row = *txn.get(Table::chats, kFriend.text());
  row.front() = 2;
  row.resize(row.size() - 12);
  const auto read = read_chat(row);
  REQUIRE(read);
  CHECK(read->archived);
  CHECK(read->name == "a name");
  CHECK(read->timer.seconds == 0);
}

}  // namespace direct_chats_test
