// Stars, labels, clearing and deleting: what reaches the service, byte for byte, and what is told of them. By hand from 05.
#include <catch2/catch.hpp>

#include "client/rows/label_rows.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/status_rows.h"
#include "store/memory_store.h"
#include "unit/client/app_state/chats_bench.h"

namespace marks_test {

using namespace wa;
using namespace wa::test;

namespace {

const wire::Jid kGroupJid{"120363000000000001", wire::Server::group};

SetChat wish(ChatSetting setting, CommandId id, const wire::Jid& chat, bool value = true) {
  SetChat command;
  command.command = id;
  command.setting = setting;
  command.chat = chat;
  command.value = value;
  return command;
}

void ask(ChatsBench& bench, const SetChat& command) {
  const auto taken = bench.chats->execute(command, bench.out, bench.world.turn());
  REQUIRE(taken.ok());
  bench.take();
  bench.settle();
  CHECK(bench.done(command.command).outcome == SettingOutcome::applied);
}

// The value without its first field, the time of the change.
std::string value_at(ChatsBench& bench, Collection which, const std::string& index) {
  const auto& values = bench.server.stores[which].values;
  const auto found = values.find(index);
  if (found == values.end()) return "none";
  const std::string& value = found->second;
  std::size_t at = 1;
  while (at < value.size() && (value[at] & 0x80)) ++at;
  return hex(view(value.substr(at + 1)));
}

}  // namespace

namespace {

ReadAction made_at(std::int64_t ms, appstate::Action action, Operation operation = Operation::set) {
  ReadAction read;
  read.operation = operation;
  read.timestamp_ms = ms;
  read.action = std::move(action);
  return read;
}

}  // namespace

TEST_CASE("what is older than what is known changes nothing") {
  ScriptedTurn world;
  const auto apply = [&](const ReadAction& read, Origin origin = {}) {
    world.events.clear();
    apply_action(read, origin, world.turn());
    return world.events.size();
  };
  const auto row = [&] {
    store::Txn txn((world.commit(), world.rows));
    return find_chat(txn, kAliceJid).row;
  };
  CHECK(apply(made_at(2'000, Archive{kAlice, true, {}})) == 1);
  CHECK(apply(made_at(1'000, Archive{kAlice, false, {}})) == 0);
  CHECK(row().archived);
  CHECK(apply(made_at(2'000, Archive{kAlice, false, {}})) == 1);  // of the same time: the order of the patches decides
  CHECK_FALSE(row().archived);
  CHECK(apply(made_at(5'000, Pin{kAlice, true})) == 1);
  CHECK(apply(made_at(4'000, Pin{kAlice, false})) == 0);
  CHECK(apply(made_at(4'000, Pin{kAlice, true}, Operation::remove)) == 1);  // a removal says no time of its own
  CHECK(apply(made_at(5'000, Mute{kAlice, true, 9'000'000})) == 1);
  CHECK(apply(made_at(4'999, Mute{kAlice, false, {}})) == 0);
  CHECK(row().muted_until_ms == 9'000'000);
  CHECK(apply(made_at(7'000, MarkRead{kAlice, true, {}})) == 1);
  CHECK(apply(made_at(6'000, MarkRead{kAlice, false, {}})) == 0);
  CHECK(row().read == ReadState::read);
  SECTION("our own changes apply, whatever the phone's clock said") {
    CHECK(apply(made_at(6'000, MarkRead{kAlice, false, {}}), Origin{false, true}) == 1);
    CHECK(row().read == ReadState::unread);
  }
  SECTION("a snapshot takes any") {
    begin_snapshot(world.turn().txn, Collection::regular_low);
    CHECK(apply(made_at(500, Archive{kAlice, true, {}}), Origin{true, false}) == 1);
    CHECK(row().archived);
  }
  SECTION("under the other id of the person, too") {
    const wire::Jid lid{"70000000000002", wire::Server::lid};
    REQUIRE(learn_lid(world.turn().txn, kAliceJid, lid));
    CHECK(apply(made_at(1'500, Archive{lid.text(), true, {}})) == 0);
    CHECK_FALSE(row().archived);
  }
}

TEST_CASE("names, labels and settings of the account that are older than what is known") {
  ScriptedTurn world;
  const auto apply = [&](const ReadAction& read, Origin origin = {}) {
    world.events.clear();
    apply_action(read, origin, world.turn());
    return world.events.size();
  };
  Contact bob;
  bob.jid = kBob;
  const auto named = [&](const char* name) {
    bob.full_name = name;
    return bob;
  };
  CHECK(apply(made_at(3'000, named("Bob New"))) == 1);
  CHECK(apply(made_at(2'000, named("Bob Old"))) == 0);
  CHECK(apply(made_at(2'000, named("Bob of a snapshot")), Origin{true, false}) == 1);
  LabelEdit label;
  label.label = "5";
  label.name = "New";
  CHECK(apply(made_at(3'000, label)) == 1);
  label.name = "Old";
  CHECK(apply(made_at(2'000, label)) == 0);
  CHECK(load_label(world.turn().txn, "5")->name == "New");
  CHECK(apply(made_at(3'000, UnarchiveChats{true})) == 1);
  CHECK(apply(made_at(2'000, UnarchiveChats{false})) == 0);
  apply(made_at(3'000, PushName{"New"}));
  apply(made_at(2'000, PushName{"Old"}));
  std::size_t told = 0;
  for (const auto& notice : world.take_notices()) told += std::holds_alternative<OwnNameNotice>(notice);
  CHECK(told == 1);
}

TEST_CASE("a key that is shared again, older, does not replace the one we have") {
  ScriptedTurn world;
  store::Txn& txn = world.turn().txn;
  const Bytes id{0, 0, 0, 0, 0, 9}, data(32, 1), other(32, 2);
  REQUIRE(store_key(txn, id, data, 2'000).ok());
  REQUIRE(store_key(txn, id, other, 1'000).ok());
  const auto row = txn.get(store::Table::app_keys, "k" + to_string(ByteView(id)));
  REQUIRE(row);
  CHECK(to_string(ByteView(*row)).find(to_string(ByteView(data))) != std::string::npos);
}

TEST_CASE("labels reach the service in the published form") {
  ChatsBench bench;
  bench.online();
  SetChat edit = wish(ChatSetting::label_edit, 1, {});
  edit.detail.label = "5";
  edit.detail.label_name = "Customers";
  edit.detail.label_color = 3;
  ask(bench, edit);
  const std::string name = "0a09437573746f6d657273";  // field 1, 9 bytes
  CHECK(value_at(bench, Collection::regular, R"(["label_edit","5"])") == "720f" + name + "10032000");
  SetChat chat = wish(ChatSetting::label_chat, 2, kAliceJid);
  chat.detail.label = "5";
  ask(bench, chat);
  CHECK(value_at(bench, Collection::regular, R"(["label_jid","5","5511999999991@s.whatsapp.net"])") == "7a020801");
  SetChat message = wish(ChatSetting::label_message, 3, kAliceJid);
  message.detail.label = "5";
  message.detail.message_id = "3EB0AA";
  ask(bench, message);
  const std::string index = R"(["label_message","5","5511999999991@s.whatsapp.net","3EB0AA","0","0"])";
  CHECK(value_at(bench, Collection::regular, index) == "7a020801");
  message.command = 4;
  message.value = false;
  ask(bench, message);
  CHECK(value_at(bench, Collection::regular, index) == "7a020800");
  edit.command = 5;
  edit.value = false;
  ask(bench, edit);
  CHECK(value_at(bench, Collection::regular, R"(["label_edit","5"])") == "720f" + name + "10032001");
  CHECK(bench.agrees(Collection::regular));

  const auto told = bench.all<ChatChanged>();
  REQUIRE(told.size() >= 5);
  const auto last = told.end() - 5;
  CHECK((last[0].setting == ChatSetting::label_edit && last[0].value && last[0].by_us));
  CHECK((last[0].detail.label == "5" && last[0].detail.label_name == "Customers" && last[0].detail.label_color == 3));
  CHECK((last[1].setting == ChatSetting::label_chat && last[1].chat == kAliceJid && last[1].detail.label == "5"));
  CHECK((last[2].setting == ChatSetting::label_message && last[2].detail.message_id == "3EB0AA" && last[2].value));
  CHECK((!last[3].value && !last[4].value));
}

TEST_CASE("who sees statuses reaches the service in the published form; of two wishes the newer one, over a restart") {
  ChatsBench bench;
  SetChat list = wish(ChatSetting::status_privacy, 1, {});
  list.detail.audience = StatusAudience::deny_list;
  list.detail.people = {kAlice};
  REQUIRE(bench.chats->execute(list, bench.out, bench.world.turn()).ok());   // offline: kept
  list.command = 2;
  list.detail.audience = StatusAudience::allow_list;
  list.detail.people = {kAlice, kBob};
  REQUIRE(bench.chats->execute(list, bench.out, bench.world.turn()).ok());
  bench.restart();
  bench.online();
  const auto on_list = [](const std::string& jid) { return "12" + hex(Bytes{static_cast<std::uint8_t>(jid.size())}) + hex(view(jid)); };
  const std::string people = on_list(kAlice) + on_list(kBob), index = R"(["status_privacy"])";
  const std::string body = "0800" + people;
  CHECK(value_at(bench, Collection::regular_high, index) == "e202" + hex(Bytes{static_cast<std::uint8_t>(body.size() / 2)}) + body);
  CHECK(bench.server.stores[Collection::regular_high].uploads == 1);
  const auto kept = status_privacy(bench.world.turn().txn);
  REQUIRE(kept);
  CHECK((kept->audience == StatusAudience::allow_list && kept->people == std::vector<std::string>{kAlice, kBob}));
  list.command = 3;
  list.detail.audience = StatusAudience::contacts;
  list.detail.people.clear();
  ask(bench, list);
  CHECK(value_at(bench, Collection::regular_high, index) == "e202020802");
  CHECK(status_privacy(bench.world.turn().txn)->audience == StatusAudience::contacts);
}

TEST_CASE("what the phone says of statuses is kept; what is older changes nothing; a muted person is told") {
  ScriptedTurn world;
  const auto apply = [&](const ReadAction& read, Origin origin = {}) {
    world.events.clear();
    apply_action(read, origin, world.turn());
    return world.events.size();
  };
  const auto audience = [&] { return status_privacy(world.turn().txn)->audience; };
  CHECK_FALSE(status_privacy(world.turn().txn));
  apply(made_at(3'000, StatusPrivacy{StatusAudience::deny_list, {kBob}}));
  CHECK(status_privacy(world.turn().txn)->people == std::vector<std::string>{kBob});
  apply(made_at(2'000, StatusPrivacy{StatusAudience::contacts, {}}));
  CHECK(audience() == StatusAudience::deny_list);
  apply(made_at(4'000, StatusPrivacy{StatusAudience::close_friends, {kAlice}}));
  CHECK(audience() == StatusAudience::close_friends);
  apply(made_at(5'000, StatusPrivacy{}, Operation::remove));
  CHECK(audience() == StatusAudience::contacts);

  const auto muted = [&] { return status_is_muted(world.turn().txn, kAliceJid); };
  CHECK(apply(made_at(3'000, StatusMute{kAlice, true})) == 1);
  CHECK(world.only_event<ChatChanged>().setting == ChatSetting::status_mute);
  CHECK(muted());
  CHECK(apply(made_at(2'000, StatusMute{kAlice, false})) == 0);
  CHECK(muted());
  CHECK_FALSE(status_is_muted(world.turn().txn, *wire::parse_jid(kBob)));
  apply(made_at(4'000, StatusMute{kAlice, false}));
  CHECK_FALSE(muted());
  apply(made_at(3'500, StatusMute{kAlice, true}));
  CHECK_FALSE(muted());
  apply(made_at(5'000, StatusMute{kAlice, true}));
  apply(made_at(5'000, StatusMute{kAlice, true}, Operation::remove));
  CHECK_FALSE(muted());
}

TEST_CASE("the salt of the fallback token goes when it is removed") {
  ScriptedTurn world;
  const wire::Jid lid{"70000000000002", wire::Server::lid};
  const auto has = [&] { return fallback_token_for(world.turn().txn, lid).has_value(); };
  apply_action(made_at(2'000, NctSalt{Bytes(32, 1)}), {}, world.turn());
  CHECK(has());
  apply_action(made_at(1'000, NctSalt{}), {}, world.turn());   // empty: none that counts
  CHECK(has());
  apply_action(made_at(3'000, NctSalt{}, Operation::remove), {}, world.turn());
  CHECK_FALSE(has());
  apply_action(made_at(4'000, NctSalt{Bytes(32, 2)}), {}, world.turn());
  CHECK(has());
}

TEST_CASE("a star carries the whole key of the message") {
  ChatsBench bench;
  bench.online();
  SetChat star = wish(ChatSetting::star, 1, kGroupJid);
  star.detail.message_id = "3EB0BB";
  star.detail.participant = kBob;
  ask(bench, star);
  CHECK(value_at(bench, Collection::regular_high,
                 R"(["star","120363000000000001@g.us","3EB0BB","0","5511999999992@s.whatsapp.net"])") == "12020801");
  star.command = 2;
  star.detail.from_me = true;
  ask(bench, star);  // of our own message the author is not named
  CHECK(value_at(bench, Collection::regular_high, R"(["star","120363000000000001@g.us","3EB0BB","1","0"])") == "12020801");
}

TEST_CASE("clear and delete carry the chat as we saw it") {
  ChatsBench bench;
  bench.online();
  note_message(kAliceJid, {"3EB0CC", false, "", 1'750'000'100}, bench.world.turn());
  SetChat clear = wish(ChatSetting::clear_chat, 1, kAliceJid);
  clear.detail.delete_starred = true;
  ask(bench, clear);
  SetChat gone = wish(ChatSetting::delete_chat, 2, kAliceJid);
  gone.detail.delete_media = true;
  ask(bench, gone);
  // Range: field 1 the newest time, field 3 {key {remote_jid, from_me, id}, time}.
  const std::string time = "e4c3bbc206", jid = hex(view(std::string_view(kAlice)));
  const std::string key = "0a28" "0a1c" + jid + "1000" "1a06334542304343";
  const std::string range = "08" + time + "1a30" + key + "10" + time;
  CHECK(value_at(bench, Collection::regular_high, R"(["clearChat","5511999999991@s.whatsapp.net","1","0"])") ==
        "aa013a" "0a38" + range);
  CHECK(value_at(bench, Collection::regular_high, R"(["deleteChat","5511999999991@s.whatsapp.net","1"])") ==
        "b2013a" "0a38" + range);
}

TEST_CASE("what comes after the request is not removed with the rest") {
  ChatsBench bench;
  note_message(kAliceJid, {"3EB0CC", false, "", 1'750'000'100}, bench.world.turn());
  REQUIRE(bench.chats->execute(wish(ChatSetting::clear_chat, 1, kAliceJid), bench.out, bench.world.turn()).ok());  // offline: kept
  note_message(kAliceJid, {"3EB0DD", false, "", 1'750'000'200}, bench.world.turn());
  bench.restart();
  bench.online();
  CHECK(value_at(bench, Collection::regular_high, R"(["clearChat","5511999999991@s.whatsapp.net","0","0"])") ==
        "aa0108" "0a0608" "e4c3bbc206");
}

TEST_CASE("a chat with two people has no authors in its keys") {
  ChatsBench bench;
  bench.online();
  SetChat star = wish(ChatSetting::star, 1, kAliceJid);
  star.detail.message_id = "3EB0AA";
  star.detail.participant = kAlice;
  ask(bench, star);
  CHECK(value_at(bench, Collection::regular_high, R"(["star","5511999999991@s.whatsapp.net","3EB0AA","0","0"])") == "12020801");
}

TEST_CASE("two wishes for one chat wait for the first key together") {
  ChatsBench bench(false);
  bench.server.stores[Collection::regular_low] = {};
  bench.online();
  bench.set(ChatSetting::archive, kAliceJid, true, 1);
  bench.set(ChatSetting::pin, kAliceJid, true, 2);
  bench.tick(60'000);
  CHECK(load_intents(bench.world.turn().txn, Collection::regular_low, 10).size() == 2);
}

TEST_CASE("marks of one chat share a patch and survive a restart") {
  ChatsBench bench;
  SetChat star = wish(ChatSetting::star, 1, kAliceJid);
  for (int i = 0; i < 5; ++i) {  // offline: kept
    star.command = static_cast<CommandId>(i + 1);
    star.detail.message_id = "3EB0" + std::to_string(i);
    REQUIRE(bench.chats->execute(star, bench.out, bench.world.turn()).ok());
  }
  star.command = 9;
  star.value = false;  // replaces the last
  REQUIRE(bench.chats->execute(star, bench.out, bench.world.turn()).ok());
  bench.restart();
  bench.online();
  CHECK(bench.server.stores[Collection::regular_high].uploads == 1);
  CHECK(bench.server.stores[Collection::regular_high].values.size() == 5);
  CHECK(value_at(bench, Collection::regular_high, R"(["star","5511999999991@s.whatsapp.net","3EB03","0","0"])") == "12020801");
  CHECK(value_at(bench, Collection::regular_high, R"(["star","5511999999991@s.whatsapp.net","3EB04","0","0"])") == "12020800");
  CHECK(load_intents(bench.world.turn().txn, Collection::regular_high, 10).empty());
}

TEST_CASE("an answer that is lost: told once, as ours, and uploaded once") {
  struct Row { ChatSetting setting; Collection collection; };
  const Row row = GENERATE(values<Row>({{ChatSetting::star, Collection::regular_high},
                                        {ChatSetting::clear_chat, Collection::regular_high},
                                        {ChatSetting::delete_chat, Collection::regular_high},
                                        {ChatSetting::label_edit, Collection::regular},
                                        {ChatSetting::label_chat, Collection::regular},
                                        {ChatSetting::label_message, Collection::regular}}));
  const bool full = GENERATE(false, true);
  INFO(static_cast<int>(row.setting) << ' ' << full);
  ChatsBench bench;
  bench.online();
  SetChat command = wish(row.setting, 1, row.setting == ChatSetting::label_edit ? wire::Jid{} : kAliceJid);
  if (row.setting == ChatSetting::star || row.setting == ChatSetting::label_message) command.detail.message_id = "3EB0AA";
  if (row.setting >= ChatSetting::label_edit) command.detail.label = command.detail.label_name = "5";
  bench.lost_answers = 1;
  const auto taken = bench.chats->execute(command, bench.out, bench.world.turn());
  REQUIRE(taken.ok());
  note_message(kAliceJid, {"3EB0EE", false, "", 1'750'000'300}, bench.world.turn());
  bench.take();
  if (full) {
    SyncAppState sync;
    sync.full = true;
    auto again = bench.chats->execute(sync, bench.out, bench.world.turn());
    REQUIRE(again.ok());
    bench.take();
  }
  bench.settle();
  const auto done = bench.done(1);
  CHECK((done.outcome == SettingOutcome::applied && done.version == bench.server.stores[row.collection].version));
  CHECK(bench.server.stores[row.collection].uploads == 1);
  CHECK(bench.agrees(row.collection));
  std::vector<bool> by_us;
  for (const auto& change : bench.all<ChatChanged>()) {
    if (change.setting == row.setting) by_us.push_back(change.by_us);
  }
  CHECK(by_us == std::vector<bool>{true});
  CHECK(load_intents(bench.world.turn().txn, row.collection, 10).empty());
}

TEST_CASE("another device's change is not taken for ours") {
  struct Row { const char* name; appstate::Action theirs; Operation operation; };
  MessageRange older;
  older.last_message_s = 1'750'000'100;
  const Row rows[] = {{"it cleared less", ClearChat{kAlice, false, false, older}, Operation::set},
                      {"it keeps the media", ClearChat{kAlice, false, true, older}, Operation::set},
                      {"it took it back", ClearChat{kAlice, false, false, older}, Operation::remove},
                      {"it cleared another chat", ClearChat{kBob, false, false, older}, Operation::set}};
  for (const Row& row : rows) {
    INFO(row.name);
    ChatsBench bench;
    bench.online();
    note_message(kAliceJid, {"3EB0CC", false, "", 1'750'000'200}, bench.world.turn());
    const auto taken = bench.chats->execute(wish(ChatSetting::clear_chat, 1, kAliceJid), bench.out, bench.world.turn());
    const std::vector<Ask> queries = bench.world.take_queries();
    REQUIRE((taken.ok() && queries.size() == 1));
    bench.server.by_phone({build_mutation(row.theirs, 1'750'000'000'000, row.operation)}, Collection::regular_high);
    // Ours never arrives.
    bench.chats->on_answer(*std::get_if<PatchUpload>(&queries[0].what), QueryTimeout{}, bench.out, bench.world.turn());
    bench.take();
    bench.settle();
    CHECK(bench.done(1).outcome == SettingOutcome::applied);
    CHECK(bench.server.stores[Collection::regular_high].uploads == 1);
    std::vector<bool> by_us;
    for (const auto& change : bench.all<ChatChanged>()) {
      if (change.setting == ChatSetting::clear_chat) by_us.push_back(change.by_us);
    }
    CHECK(by_us == (row.operation == Operation::set ? std::vector<bool>{false, true} : std::vector<bool>{true}));
  }
}

TEST_CASE("what the phone does with labels is told") {
  ChatsBench bench;
  bench.server.by_phone(LabelEdit{"7", "Suppliers", 2, false});
  bench.server.by_phone(LabelChat{"7", kAlice, true});
  bench.online();
  std::vector<ChatChanged> told;
  for (const auto& change : bench.all<ChatChanged>()) {
    if (change.setting >= ChatSetting::label_edit) told.push_back(change);
  }
  REQUIRE(!told.empty());
  CHECK((told[0].detail.label == "7" && told[0].detail.label_name == "Suppliers" && !told[0].by_us));
  bench.server.by_phone(LabelMessage{"7", {kAlice, "3EB0DD", true, ""}, true});
  bench.notify(Collection::regular);
  const ChatChanged last = bench.all<ChatChanged>().back();
  CHECK((last.setting == ChatSetting::label_message && last.value && last.chat == kAliceJid));
  CHECK((last.detail.label == "7" && last.detail.message_id == "3EB0DD" && last.detail.from_me));
  bench.server.by_phone({build_mutation(LabelEdit{"7", "", 0, false}, 1'750'000'000'000, Operation::remove)}, Collection::regular);
  bench.notify(Collection::regular);
  CHECK_FALSE(bench.all<ChatChanged>().back().value);  // a removed record is a deleted label
}

TEST_CASE("labels are kept: over a restart, through patches and snapshots, until they are deleted") {
  ChatsBench bench;
  const auto kept = [&] {
    std::string out;
    for (const Label& label : labels_after(bench.world.turn().txn, {}, 100)) {
      out += label.id + '=' + label.row.name + '/' + std::to_string(label.row.color);
      if (label.row.predefined_id) out += '/' + std::to_string(*label.row.predefined_id);
      out += ' ';
    }
    return out;
  };
  bench.server.by_phone(LabelEdit{"7", "Suppliers", 2, false});
  bench.server.by_phone(LabelEdit{"8", "Old", 1, true});
  bench.server.by_phone(LabelEdit{"9", "New order", 4, false, 3});
  bench.online();
  CHECK(kept() == "7=Suppliers/2 9=New order/4/3 ");
  bench.restart();
  bench.online();
  CHECK(kept() == "7=Suppliers/2 9=New order/4/3 ");
  SetChat rename = wish(ChatSetting::label_edit, 3, {}, true);
  rename.detail.label = "9";
  rename.detail.label_name = "Orders";
  ask(bench, rename);
  CHECK(kept() == "7=Suppliers/2 9=Orders/0/3 ");  // what the account gave it stays
  REQUIRE(bench.chats->execute(SyncAppState{4, {"regular"}, true}, bench.out, bench.world.turn()).ok());
  bench.take();
  bench.settle();
  CHECK(kept() == "7=Suppliers/2 9=Orders/0/3 ");  // and went with the patch
  bench.server.by_phone(LabelEdit{"7", "Friends", 5, false});
  bench.server.by_phone(LabelEdit{"10", "Late", 0, false});
  const Mutation gone = build_mutation(LabelEdit{"9", "", 0, false}, 1'750'000'000'000, Operation::remove);
  bench.server.by_phone({gone}, Collection::regular);
  bench.notify(Collection::regular);
  CHECK(kept() == "10=Late/0 7=Friends/5 ");
  SetChat edit = wish(ChatSetting::label_edit, 1, {}, false);
  edit.detail.label = "10";
  ask(bench, edit);
  CHECK(kept() == "7=Friends/5 ");
  // A snapshot says all there is.
  store::Txn& txn = bench.world.turn().txn;
  store_label(txn, "11", {"nowhere", 0, {}, false, 1});
  REQUIRE(bench.chats->execute(SyncAppState{2, {"regular"}, true}, bench.out, bench.world.turn()).ok());
  bench.take();
  bench.settle();
  CHECK(kept() == "7=Friends/5 ");
}

TEST_CASE("labels are bounded") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  for (std::size_t i = 0; i < kLabelsMax + 10; ++i) store_label(txn, std::to_string(1000 + i), {"x", 0, {}, false, 1});
  store_label(txn, std::string(kLabelIdBytesMax + 1, '1'), {"x", 0, {}, false, 1});
  store_label(txn, "1000", {std::string(5'000, 'y'), 0, {}, false, 1});
  CHECK(labels_after(txn, {}, 1'000).size() == kLabelsMax);
  // What was deleted has no right to the room of what is there.
  store_label(txn, "1001", {"x", 0, {}, true, 1});
  store_label(txn, "2000", {"x", 0, {}, false, 1});
  CHECK(load_label(txn, "2000").has_value());
  CHECK(labels_after(txn, "1001", 2).front().id == "1002");
  CHECK(load_label(txn, "1000")->name.size() == limits::kNameBytesMax);
}

TEST_CASE("a chat that the phone locks or unlocks is told, but not what a snapshot says of before") {
  ChatsBench bench;
  bench.server.by_phone(Lock{kAlice, true});
  bench.online();
  const auto told = [&] {
    std::vector<bool> out;
    for (const auto& change : bench.all<ChatChanged>()) {
      if (change.setting == ChatSetting::lock && change.chat == kAliceJid && !change.by_us) out.push_back(change.value);
    }
    return out;
  };
  CHECK(told().empty());
  bench.server.by_phone(Lock{kAlice, false});
  bench.notify(Collection::regular_low);
  bench.server.by_phone(Lock{kAlice, true});
  bench.notify(Collection::regular_low);
  CHECK(told() == std::vector<bool>{false, true});
  const Mutation gone = build_mutation(Lock{kAlice, true}, 1'750'000'000'000, Operation::remove);
  bench.server.by_phone({gone}, Collection::regular_low);
  bench.notify(Collection::regular_low);
  CHECK(told() == std::vector<bool>{false, true, false});
}

TEST_CASE("wishes without what they need are refused") {
  ChatsBench bench;
  const auto refused = [&](const SetChat& command) { return !bench.chats->execute(command, bench.out, bench.world.turn()).ok(); };
  CHECK(refused(wish(ChatSetting::star, 1, kAliceJid)));
  CHECK(refused(wish(ChatSetting::lock, 1, kAliceJid)));
  CHECK(refused(wish(ChatSetting::label_edit, 1, {})));
  CHECK(refused(wish(ChatSetting::label_chat, 1, kAliceJid)));
  SetChat nowhere = wish(ChatSetting::label_chat, 1, {});
  nowhere.detail.label = "5";
  CHECK(refused(nowhere));
  SetChat message = wish(ChatSetting::label_message, 1, kAliceJid);
  message.detail.label = "5";
  CHECK(refused(message));
  CHECK(refused(wish(ChatSetting::delete_message, 1, kAliceJid)));
}

TEST_CASE("settings that wait for the phone are bounded: beyond, there is no room") {
  ChatsBench bench;
  const auto add = [&](CommandId id) {
    auto wanted = bench.chats->execute(wish(ChatSetting::pin, id, kAliceJid), bench.out, bench.world.turn());
    bench.world.commit();
    return wanted;
  };
  REQUIRE(add(1).ok());
  const auto rows = bench.world.turn().txn.scan(store::Table::intents, "i", 2);
  REQUIRE(rows.size() == 1);
  const std::string place = rows.front().id.substr(0, 2);  // of the collection; what follows is the id
  client::Turn& turn = bench.world.turn();
  for (std::size_t i = 1; i < limits::kIntentsMax; ++i) {
    turn.txn.put(store::Table::intents, place + store::ordered(1'000'000 + i), rows.front().value);
  }
  bench.world.commit();
  const auto refused = add(2);
  CHECK((!refused.ok() && refused.error().code == Errc::full));
}

TEST_CASE("the chat carries the labels that the account gave it") {
  ChatsBench bench;
  bench.online();
  SetChat chat = wish(ChatSetting::label_chat, 1, kAliceJid);
  chat.detail.label = "5";
  ask(bench, chat);
  const auto labels = [&] { return bench.row(kAliceJid).labels; };
  REQUIRE(labels().size() == 1);
  CHECK((labels().front().id == "5" && labels().front().on));
  chat.command = 2;
  chat.value = false;
  ask(bench, chat);
  CHECK(!labels().front().on);
}

TEST_CASE("unread messages are counted until the account reads them, here or elsewhere") {
  ChatsBench bench;
  bench.online();
  const auto row = [&] { return bench.row(kAliceJid); };
  for (int i = 1; i <= 3; ++i) {
    note_message(kAliceJid, {"M" + std::to_string(i), false, "", 1'750'000'100 + i}, bench.world.turn());
  }
  note_message(kAliceJid, {"OWN", true, "", 1'750'000'110}, bench.world.turn());
  CHECK(row().unread == 3);
  note_read(bench.world.turn().txn, kAliceJid, {"M1"});
  CHECK((row().unread == 2 && row().read == ReadState::unread));
  note_message(kAliceJid, {"M4", false, "", 1'750'000'120}, bench.world.turn());
  note_read(bench.world.turn().txn, kAliceJid, {"M4"});
  CHECK((row().unread == 0 && row().read == ReadState::read));
  note_message(kAliceJid, {"M5", false, "", 1'750'000'130}, bench.world.turn());
  bench.set(ChatSetting::mark_read, kAliceJid, true);
  bench.settle();
  CHECK(row().unread == 0);
  bench.set(ChatSetting::mark_read, kAliceJid, false, 2);
  bench.settle();
  CHECK((row().unread == 0 && row().read == ReadState::unread));
}

}  // namespace marks_test
