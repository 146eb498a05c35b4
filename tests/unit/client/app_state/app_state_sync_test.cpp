#include "client/rows/contact_rows.h"
#include "client/rows/service_clock.h"
#include "unit/client/app_state/chats_bench.h"
#include "unit/client/rows/listed.h"

using namespace wa;
using namespace wa::client;
using namespace wa::appstate;
using test::kAlice;
using test::kAliceJid;
using test::kBob;
using test::kBobJid;
using Bench = test::ChatsBench;

TEST_CASE("login brings all five collections, critical ones first") {
  Bench bench;
  bench.server.by_phone(Contact{kAlice, "Alice Example", "Alice", "100000000000001@lid", "", false});
  bench.server.by_phone(UnarchiveChats{true});
  bench.chats->on_online(bench.out, bench.world.turn());
  bench.take();
  REQUIRE(bench.asked.size() == 1);
  const auto& first = bench.asked.front().iq.child_named("sync")->children();
  REQUIRE(first.size() == 2);
  CHECK(first[0].text_attr("name") == "critical_block");
  CHECK(first[1].text_attr("name") == "critical_unblock_low");
  CHECK(first[1].text_attr("return_snapshot") == "true");
  bench.settle();
  for (const auto& [which, store] : bench.server.stores) {
    INFO(collection_name(which));
    CHECK(bench.agrees(which));
    CHECK(bench.state(which).bootstrapped);
  }
  CHECK(bench.all<CollectionSynced>().size() == 5);
  CHECK(bench.row(kBobJid).pinned);
  CHECK(load_contact(bench.world.turn().txn, kAliceJid)->full_name == "Alice Example");
  CHECK(unarchives_chats(bench.world.turn().txn));
  REQUIRE(bench.mappings.size() == 1);
  CHECK(bench.mappings[0].second.text() == "100000000000001@lid");
  for (const auto& change : bench.all<ChatChanged>()) CHECK(change.from_full_sync);
  CHECK(!bench.chats->deadline());  // idle
  CHECK(test::chats_listed(bench.world.turn().txn) == 2);
}

TEST_CASE("a snapshot may come in the answer itself") {
  Bench bench;
  bench.server.inline_snapshots = true;
  bench.server.by_phone(Archive{kAlice, true, {}});
  bench.online();
  CHECK(bench.fetches == 0);
  CHECK(bench.agrees(Collection::regular_low));
  CHECK(bench.row(kAliceJid).archived);
}

TEST_CASE("archive: one patch with the unpin, confirmed by version, then unchanged") {
  Bench bench;
  bench.online();
  bench.set(ChatSetting::archive, kBobJid, true, 7);
  CHECK(bench.all<ChatSettingDone>().empty());  // nothing is claimed before the answer
  bench.settle();
  CHECK(bench.done(7).outcome == SettingOutcome::applied);
  CHECK(bench.done(7).version == 2);
  CHECK(bench.server.archived(kBob));
  CHECK_FALSE(std::get<Pin>(bench.server.shown(Pin{kBob})->action).pinned);
  CHECK(bench.server.stores[Collection::regular_low].uploads == 1);
  CHECK(bench.agrees(Collection::regular_low));
  const auto changes = bench.all<ChatChanged>();
  REQUIRE(changes.size() == 3);  // the pin of the snapshot, then ours
  CHECK((changes[1].setting == ChatSetting::archive && changes[1].by_us && changes[1].value));
  CHECK((changes[2].setting == ChatSetting::pin && changes[2].by_us && !changes[2].value));
  CHECK(bench.world.turn().txn.scan(store::Table::intents, "", 10).empty());  // what is finished leaves nothing

  bench.set(ChatSetting::archive, kBobJid, true, 8);
  bench.settle();
  CHECK(bench.done(8).outcome == SettingOutcome::unchanged);
  CHECK(bench.server.stores[Collection::regular_low].uploads == 1);

  // a newer message makes the record stale
  note_message(kBobJid, {"3EB0AA", false, "", bench.world.now.wall.seconds() + 5}, bench.world.turn());
  bench.set(ChatSetting::archive, kBobJid, true, 9);
  bench.settle();
  CHECK(bench.done(9).outcome == SettingOutcome::applied);
  const auto range = std::get<Archive>(bench.server.shown(Archive{kBob, false, {}})->action).range;
  REQUIRE((range && range->messages.size() == 1));
  CHECK(range->messages[0].key.id == "3EB0AA");
  CHECK(range->messages[0].key.chat == kBob);
  CHECK(range->last_message_s == bench.world.now.wall.seconds() + 5);

  bench.set(ChatSetting::archive, kBobJid, false, 10);
  bench.settle();
  CHECK_FALSE(bench.server.archived(kBob));
  CHECK(bench.all<ChatChanged>().back().value == false);
}

TEST_CASE("the message range: hint, group participant, nothing known") {
  Bench bench;
  bench.online();
  const wire::Jid group{"120363000000000001", wire::Server::group};
  note_message(group, {"3EB0BB", false, "5511999999993@s.whatsapp.net", 1'750'000'100}, bench.world.turn());
  bench.set(ChatSetting::archive, group, true, 1);
  bench.set(ChatSetting::archive, kAliceJid, true, 2);
  bench.set(ChatSetting::mark_read, kBobJid, true, 3, 1'750'000'777);
  bench.settle();
  const auto of_group = std::get<Archive>(bench.server.shown(Archive{group.text(), false, {}})->action).range;
  REQUIRE((of_group && of_group->messages.size() == 1));
  CHECK(of_group->messages[0].key.participant == "5511999999993@s.whatsapp.net");
  const auto unknown = std::get<Archive>(bench.server.shown(Archive{kAlice, false, {}})->action).range;
  REQUIRE(unknown);
  CHECK(unknown->messages.empty());
  CHECK(unknown->last_message_s == bench.world.now.wall.seconds());
  const auto hinted = std::get<MarkRead>(bench.server.shown(MarkRead{kBob, false, {}})->action).range;
  REQUIRE(hinted);
  CHECK(hinted->last_message_s == 1'750'000'777);
  for (CommandId id = 1; id <= 3; ++id) CHECK(bench.done(id).outcome == SettingOutcome::applied);
}

TEST_CASE("records and ranges are stamped by the service's clock") {
  for (const std::int64_t ahead_ms : {3 * 3'600'000LL, -26 * 3'600'000LL}) {
    CAPTURE(ahead_ms);
    Bench bench;
    bench.online();
    const WallTime service = bench.world.now.wall + ahead_ms;
    note_service_time(bench.world.turn().txn, service.seconds(), bench.world.now.wall, 0);
    bench.set(ChatSetting::archive, kAliceJid, false, 1);
    bench.server.by_phone(Archive{kAlice, true, {}}, service.ms - 60'000);   // the phone did it a minute ago
    bench.notify(Collection::regular_low);
    bench.set(ChatSetting::archive, kAliceJid, false, 2);
    bench.set(ChatSetting::clear_chat, kBobJid, true, 3);
    bench.set(ChatSetting::mute, kBobJid, true, 4);
    bench.settle();
    const auto archive = bench.server.shown(Archive{kAlice, false, {}});
    REQUIRE(archive);
    CHECK_FALSE(std::get<Archive>(archive->action).archived);
    CHECK(archive->timestamp_ms == service.ms);
    const auto range = std::get<Archive>(archive->action).range;
    REQUIRE(range);
    CHECK(range->last_message_s == service.seconds());
    CHECK(bench.server.shown(Mute{kBob, true, -1})->timestamp_ms == service.ms);
    const auto cleared = bench.server.shown(ClearChat{kBob, false, false, {}});
    if (cleared) CHECK(cleared->timestamp_ms == service.ms);
  }
}

TEST_CASE("several settings waiting for one collection travel in one patch") {
  Bench bench;
  bench.online();
  bench.set(ChatSetting::archive, kBobJid, true, 1);  // in flight
  bench.set(ChatSetting::archive, kAliceJid, true, 2);
  bench.set(ChatSetting::pin, {"5511999999994", wire::Server::pn}, true, 3);
  bench.set(ChatSetting::mark_read, {"5511999999995", wire::Server::pn}, false, 4);
  bench.set(ChatSetting::mute, kBobJid, true, 5);  // another collection
  bench.settle();
  for (CommandId id = 1; id <= 5; ++id) CHECK(bench.done(id).outcome == SettingOutcome::applied);
  CHECK(bench.server.stores[Collection::regular_low].uploads == 2);
  CHECK(bench.server.stores[Collection::regular_high].uploads == 1);
  CHECK(bench.row(kBobJid).muted_until_ms == -1);
}

TEST_CASE("a newer wish for the same chat replaces one that has not left yet") {
  Bench bench;
  bench.set(ChatSetting::archive, kAliceJid, true, 1);  // offline: kept
  bench.set(ChatSetting::archive, kAliceJid, false, 2);
  bench.set(ChatSetting::pin, kAliceJid, true, 3);
  bench.online();
  CHECK(bench.done(1).outcome == bench.done(2).outcome);
  CHECK_FALSE(bench.server.archived(kAlice));
  CHECK(bench.done(3).outcome == SettingOutcome::applied);
  CHECK(bench.agrees(Collection::regular_low));
}

TEST_CASE("pin of an archived chat takes it out of the archive, one patch after the other") {
  Bench bench;
  bench.set(ChatSetting::archive, kAliceJid, true, 1);
  bench.set(ChatSetting::pin, kAliceJid, true, 2);
  bench.online();
  CHECK(bench.done(1).outcome == SettingOutcome::applied);
  CHECK(bench.done(2).outcome == SettingOutcome::applied);
  CHECK_FALSE(bench.server.archived(kAlice));
  CHECK(std::get<Pin>(bench.server.shown(Pin{kAlice})->action).pinned);
  CHECK((bench.row(kAliceJid).pinned && !bench.row(kAliceJid).archived));
}

TEST_CASE("409") {
  struct Row { const char* name; int rivals; bool with_patches; SettingOutcome outcome; int uploads; };
  const Row rows[] = {
      {"once, patches in the answer", 1, true, SettingOutcome::applied, 2},
      {"once, without patches", 1, false, SettingOutcome::applied, 2},
      {"five times", 5, true, SettingOutcome::applied, 6},
      {"six times", 6, true, SettingOutcome::conflict, 6},
      {"six times without patches", 6, false, SettingOutcome::conflict, 6},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Bench bench;
    bench.online();
    bench.server.rivals = row.rivals;
    bench.server.patches_with_409 = row.with_patches;
    bench.set(ChatSetting::archive, kAliceJid, true);
    bench.settle();
    CHECK(bench.done(1).outcome == row.outcome);
    CHECK(bench.server.stores[Collection::regular_low].uploads == row.uploads);
    CHECK(bench.server.archived(kAlice) == (row.outcome == SettingOutcome::applied));
    CHECK(bench.agrees(Collection::regular_low));
    CHECK(load_intents(bench.world.turn().txn, Collection::regular_low, 10).empty());
  }
}

TEST_CASE("409 with more patches than one answer holds") {
  Bench bench;
  bench.online();
  bench.server.page = 2;
  for (int i = 0; i < 7; ++i) bench.server.by_phone(Pin{kBob, i % 2 == 0});
  bench.set(ChatSetting::archive, kAliceJid, true);
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::applied);
  CHECK(bench.agrees(Collection::regular_low));
}

TEST_CASE("an answer that is lost: looks first, uploads once, and says applied") {
  Bench bench;
  bench.online();
  bench.lost_answers = 1;
  bench.set(ChatSetting::archive, kBobJid, true);
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::applied);
  CHECK(bench.server.stores[Collection::regular_low].uploads == 1);
  CHECK(bench.agrees(Collection::regular_low));
  const auto changes = bench.all<ChatChanged>();
  REQUIRE(changes.size() == 3);
  CHECK(changes[1].by_us);
}

TEST_CASE("an intent survives a restart, before and after it was sent") {
  const bool sent = GENERATE(false, true);
  INFO(sent);
  Bench bench;
  bench.online();
  bench.set(ChatSetting::archive, kBobJid, true);
  if (sent) (void)bench.server.answer(bench.asked.front().iq);
  bench.restart();
  bench.online();
  CHECK(bench.server.archived(kBob));
  CHECK(bench.server.stores[Collection::regular_low].uploads == 1);
  CHECK(bench.agrees(Collection::regular_low));
  CHECK(load_intents(bench.world.turn().txn, Collection::regular_low, 10).empty());
}

TEST_CASE("refusals") {
  struct Row { const char* name; int code, times; SettingOutcome outcome; };
  const Row rows[] = {
      {"400 once: a full resync cures it", 400, 1, SettingOutcome::applied},
      {"404 twice: reported", 404, 2, SettingOutcome::refused},
      {"406 twice: reported", 406, 2, SettingOutcome::refused},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Bench bench;
    bench.online();
    const int before = bench.fetches;
    bench.server.refuse_code = row.code;
    bench.server.refusals = row.times;
    bench.set(ChatSetting::archive, kAliceJid, true);
    bench.settle();
    CHECK(bench.done(1).outcome == row.outcome);
    if (row.outcome == SettingOutcome::refused) CHECK(bench.done(1).upstream_code == row.code);
    CHECK(bench.fetches == before + 1);  // one snapshot
    CHECK(bench.agrees(Collection::regular_low));
    CHECK(load_intents(bench.world.turn().txn, Collection::regular_low, 10).empty());
  }
}

TEST_CASE("a server error is tried again later; the command hears of it in time") {
  Bench bench;
  bench.online();
  bench.server.refuse_code = 503;
  bench.server.refusals = 5;  // 1 + 2 + 4 + 8 + 16 s
  bench.set(ChatSetting::archive, kAliceJid, true);
  bench.settle();
  for (int i = 0; i < 200 && !bench.server.archived(kAlice); ++i) {
    REQUIRE(bench.chats->deadline());
    bench.tick(std::max<std::int64_t>(*bench.chats->deadline() - bench.world.now.mono, 0));
  }
  CHECK(bench.server.archived(kAlice));
  CHECK(bench.done(1).outcome == SettingOutcome::timeout);
  CHECK(!bench.chats->deadline());
}

TEST_CASE("changes by others arrive as patches: paged, external, in order") {
  const bool external = GENERATE(false, true);
  Bench bench;
  bench.online();
  bench.server.page = 3;
  bench.server.external = external;
  for (int i = 0; i < 10; ++i) bench.server.by_phone(Archive{kAlice, i % 2 == 0, {}});
  bench.notify(Collection::regular_low);
  CHECK(bench.agrees(Collection::regular_low));
  std::vector<bool> values;
  for (const auto& change : bench.all<ChatChanged>()) {
    if (change.setting != ChatSetting::archive) continue;
    CHECK((!change.by_us && !change.from_full_sync));
    values.push_back(change.value);
  }
  CHECK(values == std::vector<bool>{true, false, true, false, true, false, true, false, true, false});
  const int before = bench.queries;
  bench.notify(Collection::regular_low);  // nothing new
  CHECK(bench.queries == before);
}

TEST_CASE("two records of one index: the newer counts, in a snapshot and in patches") {
  const bool full = GENERATE(false, true);
  INFO(full);
  test::ScriptedTurn world;
  const Origin origin{full, false};
  apply_action({Operation::set, 2000, Archive{kAlice, true, {}}}, origin, world.turn());
  apply_action({Operation::set, 1000, Archive{kAlice, false, {}}}, origin, world.turn());
  CHECK(find_chat(world.turn().txn, kAliceJid).row.archived);
}

TEST_CASE("one chat, two forms") {
  Bench bench;
  const wire::Jid lid{"100000000000001", wire::Server::lid};
  {
    auto& turn = bench.world.turn();
    turn.txn.put(store::Table::lid_map, "p" + kAliceJid.user, to_bytes(lid.user));
    turn.txn.put(store::Table::lid_map, "l" + lid.user, to_bytes(kAliceJid.user));
  }
  SECTION("the form of an existing record is used") {
    bench.server.by_phone(Archive{lid.text(), false, {}});
    bench.online();
    bench.set(ChatSetting::archive, kAliceJid, true);
    bench.settle();
    CHECK(bench.server.archived(lid.text()));
    CHECK_FALSE(bench.server.archived(kAlice));
    CHECK(bench.row(kAliceJid).archived);
    CHECK(test::chats_listed(bench.world.turn().txn) == 2);
  }
  SECTION("else that of the last message") {
    bench.online();
    note_message(lid, {"3EB0CC", true, "", 1'750'000'200}, bench.world.turn());
    bench.set(ChatSetting::archive, kAliceJid, true);
    bench.settle();
    CHECK(bench.server.archived(lid.text()));
  }
  SECTION("else as given") {
    bench.online();
    bench.set(ChatSetting::archive, kAliceJid, true);
    bench.settle();
    CHECK(bench.server.archived(kAlice));
  }
}

TEST_CASE("a new message takes a chat out of the archive only if the account wants it") {
  const bool wants = GENERATE(false, true);
  Bench bench;
  bench.server.by_phone(UnarchiveChats{wants});
  bench.server.by_phone(Archive{kAlice, true, MessageRange{1'750'000'100, {}, {}}});
  bench.online();
  note_message(kAliceJid, {"3EB0DD", true, "", 1'750'000'200}, bench.world.turn());
  CHECK(bench.row(kAliceJid).archived);  // our own message does not
  note_message(kAliceJid, {"3EB0EE", false, "", 1'750'000'300}, bench.world.turn());
  bench.settle();
  CHECK(bench.row(kAliceJid).archived == !wants);
  CHECK((bench.all<ChatChanged>().back().value == false) == wants);
}

TEST_CASE("nonsense from the service changes nothing") {
  Bench bench;
  bench.online();
  const auto before = bench.state(Collection::regular_low);
  wire::Node empty("iq");
  bench.chats->on_answer(CollectionFetch{{3}}, QueryAnswer{empty}, bench.out, bench.world.turn());  // nobody asked
  bench.take();
  bench.chats->on_answer(PatchUpload{3, 99}, QueryAnswer{empty}, bench.out, bench.world.turn());
  bench.take();
  bench.chats->on_answer(PatchUpload{9, 99}, QueryAnswer{empty}, bench.out, bench.world.turn());
  bench.take();
  bench.chats->on_dirty(bench.world.turn());
  bench.take();
  for (const Ask& ask : bench.asked) {
    bench.chats->on_answer(*std::get_if<CollectionFetch>(&ask.what), QueryAnswer{empty}, bench.out, bench.world.turn());
    bench.take();
  }
  bench.asked.clear();
  CHECK(bench.state(Collection::regular_low).hash == before.hash);
  bench.tick(2'000);
  CHECK(bench.agrees(Collection::regular_low));
  SetChat bad;
  bad.chat = wire::Jid{};
  CHECK_FALSE(bench.chats->execute(bad, bench.out, bench.world.turn()).ok());
  bad.chat = kAliceJid;
  bad.setting = ChatSetting::star;
  CHECK_FALSE(bench.chats->execute(bad, bench.out, bench.world.turn()).ok());
}
