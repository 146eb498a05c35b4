#include "client/chats.h"

#include <deque>

#include "base/encoding.h"
#include "unit/client/app_state_server.h"

using namespace wa;
using namespace wa::client;
using namespace wa::appstate;
using test::AppStateServer;

namespace {

constexpr const char* kAlice = "5511999999991@s.whatsapp.net";
constexpr const char* kBob = "5511999999992@s.whatsapp.net";
const wire::Jid kAliceJid{"5511999999991", wire::Server::pn};
const wire::Jid kBobJid{"5511999999992", wire::Server::pn};

struct Bench {
  Config config;
  test::ScriptedTurn world;
  AppStateServer server;
  std::unique_ptr<Chats> chats;
  std::deque<Ask> asked;
  std::vector<Bytes> key_requests;
  std::vector<std::pair<wire::Jid, wire::Jid>> mappings;
  int fetches = 0, queries = 0;
  int lost_answers = 0;     // upload answers that never arrive
  int fetch_status = 200;   // of media
  std::vector<Event> seen;  // everything that ever happened

  explicit Bench(bool with_key = true) {
    config.media_hosts = {"media.test"};
    chats = std::make_unique<Chats>(config);
    if (with_key) REQUIRE(store_key(world.turn().txn, server.key_id, server.key_data, 0));
    for (const auto c : {Collection::critical_block, Collection::critical_unblock_low, Collection::regular_high,
                         Collection::regular_low, Collection::regular}) {
      server.stores[c];
    }
    server.by_phone(Pin{kBob, true});
  }
  void take(Wanted wanted) {
    for (Ask& ask : wanted.queries) asked.push_back(std::move(ask));
    for (Bytes& key : wanted.key_requests) key_requests.push_back(std::move(key));
    for (auto& mapping : wanted.mappings) mappings.push_back(std::move(mapping));
  }
  void answer(const Ask& ask) {
    ++queries;
    if (std::get_if<PatchUpload>(&ask.what) && lost_answers > 0) {
      --lost_answers;
      (void)server.answer(ask.iq);  // arrives, but the answer does not
      return take(chats->on_answer(*std::get_if<PatchUpload>(&ask.what), QueryTimeout{}, world.turn()));
    }
    const QueryAnswer result = server.answer(ask.iq);
    if (const auto* fetch = std::get_if<CollectionFetch>(&ask.what))
      take(chats->on_answer(*fetch, result, world.turn()));
    if (const auto* upload = std::get_if<PatchUpload>(&ask.what)) take(chats->on_answer(*upload, result, world.turn()));
  }
  void settle(int rounds = 300) {
    for (int i = 0; i < rounds; ++i) {
      if (!world.effects.empty()) {
        const std::vector<Effect> effects = std::move(world.effects);
        world.effects.clear();
        for (const Effect& effect : effects) {
          const auto* fetch = std::get_if<Fetch>(&effect);
          if (!fetch) continue;
          ++fetches;
          const std::string path = fetch->path.substr(0, fetch->path.find('&'));
          CHECK(fetch->path.find("&mms-type=md-app-state") != std::string::npos);
          const bool ok = fetch_status == 200;
          take(chats->on_fetched(fetch->fetch, ok, fetch_status, ok ? server.files[path] : Bytes{}, world.turn()));
        }
      } else if (!asked.empty()) {
        const Ask ask = std::move(asked.front());
        asked.pop_front();
        answer(ask);
      } else {
        break;
      }
    }
    world.commit();
    CHECK(asked.empty());
    for (const auto& event : world.events) seen.push_back(event);
    world.events.clear();
    CHECK(server.violations == std::vector<std::string>{});
  }
  void online() {
    take(chats->on_online(world.turn()));
    settle();
  }
  void tick(std::int64_t ms) {
    world.advance(ms);
    take(chats->on_tick(world.turn()));
    settle();
  }
  void restart() {
    asked.clear();
    world.effects.clear();
    world.commit();
    chats = std::make_unique<Chats>(config);
  }
  void notify(Collection which) {
    stanza::AppStateDirty dirty;
    dirty.collections.emplace_back(std::string(collection_name(which)), server.stores[which].version);
    take(chats->on_server_sync(dirty, world.turn()));
    settle();
  }
  void set(ChatSetting setting, const wire::Jid& chat, bool value, CommandId id = 1, std::int64_t hint_s = 0) {
    SetChat command;
    command.command = id;
    command.chat = chat;
    command.setting = setting;
    command.value = value;
    if (hint_s) command.last_message_hint = WallTime::from_seconds(hint_s);
    auto wanted = chats->execute(command, world.turn());
    REQUIRE(wanted.ok());
    take(*std::move(wanted));
  }
  CollectionState state(Collection which) { return load_collection(world.turn().txn, which); }
  bool agrees(Collection which) {
    const auto local = state(which);
    return local.version == server.stores[which].version && local.hash == server.stores[which].hash;
  }
  ChatRow row(const wire::Jid& chat) { return find_chat(world.turn().txn, chat).row; }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& event : seen) {
      if (const auto* one = std::get_if<T>(&event)) out.push_back(*one);
    }
    return out;
  }
  ChatSettingDone done(CommandId id) const {
    ChatSettingDone found;
    int count = 0;
    for (const auto& one : all<ChatSettingDone>()) {
      if (one.command != id) continue;
      found = one;
      ++count;
    }
    REQUIRE(count == 1);
    return found;
  }
};

}  // namespace

TEST_CASE("login brings all five collections, critical ones first") {
  Bench bench;
  bench.server.by_phone(Contact{kAlice, "Alice Example", "Alice", "100000000000001@lid", "", false});
  bench.server.by_phone(UnarchiveChats{true});
  bench.take(bench.chats->on_online(bench.world.turn()));
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
  CHECK(list_chats(bench.world.turn().txn, 100).size() == 2);
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
  CHECK(bench.world.turn().txn.scan(store::Table::intents, "", 10).empty());  // only what is to be done is kept

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

TEST_CASE("keys that come later: parked, asked for once a day, resumed by the share") {
  Bench bench(false);
  bench.take(bench.chats->on_online(bench.world.turn()));
  CHECK(bench.asked.empty());  // right after pairing the keys come a moment later
  bench.tick(10'000);
  REQUIRE(bench.key_requests.size() == 1);
  CHECK(bench.key_requests[0] == bench.server.key_id);
  CHECK(bench.all<CollectionFailed>().empty());
  bench.set(ChatSetting::archive, kAliceJid, true);
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::blocked);
  CHECK(bench.server.stores[Collection::regular_low].uploads == 0);
  bench.restart();
  bench.online();
  bench.tick(10'000);
  CHECK(bench.key_requests.size() == 1);
  bench.world.advance(86'400'000);
  bench.online();
  bench.tick(10'000);
  CHECK(bench.key_requests.size() == 2);
  bench.take(bench.chats->on_key_share({{bench.server.key_id, Bytes(31, 1), 0}}, bench.world.turn()));
  bench.settle();
  CHECK_FALSE(bench.server.archived(kAlice));  // 31 bytes are no key
  bench.take(bench.chats->on_key_share({{bench.server.key_id, bench.server.key_data, 0}}, bench.world.turn()));
  bench.settle();
  CHECK(bench.agrees(Collection::regular_low));
  CHECK(bench.server.archived(kAlice));
}

TEST_CASE("drift: one resync, then degraded, never a loop; uploads go on") {
  Bench bench;
  bench.online();
  const int before = bench.fetches;
  bench.server.wrong_snapshot_mac = true;
  bench.server.by_phone(Archive{kAlice, true, {}});
  bench.notify(Collection::regular_low);
  CHECK(bench.fetches == before + 1);  // the snapshot is right again
  CHECK_FALSE(bench.state(Collection::regular_low).degraded);
  CHECK(bench.row(kAliceJid).archived);
  bench.server.by_phone(Archive{kAlice, false, {}});
  bench.notify(Collection::regular_low);
  CHECK(bench.fetches == before + 2);
  CHECK(bench.agrees(Collection::regular_low));
  CHECK_FALSE(bench.row(kAliceJid).archived);
}

TEST_CASE("drift that a snapshot does not cure") {
  Bench bench;
  bench.online();
  bench.server.frozen = bench.server.stores;
  bench.server.wrong_snapshot_mac = true;
  const int before = bench.fetches;
  for (int i = 0; i < 3; ++i) {
    bench.server.by_phone(Archive{kAlice, i % 2 == 0, {}});
    bench.notify(Collection::regular_low);
  }
  CHECK(bench.fetches == before + 1);
  CHECK(bench.state(Collection::regular_low).degraded);
  CHECK(bench.agrees(Collection::regular_low));
  CHECK(bench.row(kAliceJid).archived);
  bench.set(ChatSetting::pin, kAliceJid, true);
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::applied);
  CHECK(bench.done(1).degraded);
  bench.server.wrong_snapshot_mac = false;
  bench.server.by_phone(Archive{kAlice, true, {}});
  bench.notify(Collection::regular_low);
  CHECK_FALSE(bench.state(Collection::regular_low).degraded);  // the hash is proved right again
}

TEST_CASE("a wrong patch MAC: cured by a snapshot that contains it") {
  Bench bench;
  bench.online();
  bench.server.wrong_patch_mac = true;
  bench.server.by_phone(Archive{kAlice, true, {}});
  const int before = bench.fetches;
  bench.notify(Collection::regular_low);
  CHECK(bench.fetches == before + 1);
  CHECK(bench.all<CollectionFailed>().empty());
  CHECK(bench.agrees(Collection::regular_low));
}

TEST_CASE("a wrong patch MAC that stays: nothing applied, one snapshot, failed, no loop") {
  Bench bench;
  bench.online();
  bench.server.frozen = bench.server.stores;
  bench.server.wrong_patch_mac = true;
  bench.server.by_phone(Archive{kAlice, true, {}});
  const int before = bench.fetches;
  for (int i = 1; i <= 2; ++i) {
    bench.notify(Collection::regular_low);
    CHECK(bench.fetches == before + 1);
    CHECK(bench.all<CollectionFailed>().size() == static_cast<std::size_t>(i));
  }
  CHECK_FALSE(bench.row(kAliceJid).archived);
  CHECK(bench.state(Collection::regular_low).version == bench.server.frozen[Collection::regular_low].version);
  CHECK(!bench.chats->deadline());
  bench.set(ChatSetting::pin, kAliceJid, true);  // on an old version: 409 with the same patch
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::blocked);
}

TEST_CASE("files: retries with backoff, gone, corrupt") {
  SECTION("network errors are repeated and then given to the slow retry") {
    Bench bench;
    bench.fetch_status = 503;
    bench.online();
    for (int i = 0; i < 5; ++i) bench.tick(20'000);
    CHECK(bench.fetches >= 6);
    bench.fetch_status = 200;
    for (int i = 0; i < 20 && bench.chats->deadline(); ++i) bench.tick(60'000);
    CHECK(bench.agrees(Collection::regular_low));
  }
  SECTION("a file that is gone: a new snapshot is asked, not for ever") {
    Bench bench;
    bench.fetch_status = 404;
    bench.online();
    CHECK(bench.fetches == 3);
    CHECK(bench.chats->deadline());
  }
  SECTION("a corrupt file is not applied") {
    Bench bench;
    bench.server.bad_snapshot_file = true;
    bench.online();
    for (int i = 0; i < 6; ++i) bench.tick(20'000);
    CHECK_FALSE(bench.state(Collection::regular_low).bootstrapped);
    bench.server.bad_snapshot_file = false;
    for (int i = 0; i < 20 && bench.chats->deadline(); ++i) bench.tick(60'000);
    CHECK(bench.agrees(Collection::regular_low));
  }
}

TEST_CASE("SyncAppState: part, all, full, unknown, offline") {
  Bench bench;
  auto refused = bench.chats->execute(SyncAppState{1, {}, false}, bench.world.turn());
  CHECK((!refused.ok() && refused.error().code == Errc::not_ready));
  bench.online();
  refused = bench.chats->execute(SyncAppState{2, {"nonsense"}, false}, bench.world.turn());
  CHECK((!refused.ok() && refused.error().code == Errc::invalid_argument));
  const int before = bench.fetches;
  auto wanted = bench.chats->execute(SyncAppState{3, {"regular_low"}, true}, bench.world.turn());
  REQUIRE(wanted.ok());
  bench.take(*std::move(wanted));
  bench.settle();
  CHECK(bench.fetches == before + 1);
  REQUIRE(bench.all<SyncDone>().size() == 1);
  CHECK((bench.all<SyncDone>()[0].ok && bench.all<SyncDone>()[0].command == 3));
  CHECK(bench.all<CollectionSynced>().back().full);
  wanted = bench.chats->execute(SyncAppState{4, {}, false}, bench.world.turn());
  REQUIRE(wanted.ok());
  bench.chats->on_offline(bench.world.turn());
  bench.asked.clear();
  bench.settle();
  REQUIRE(bench.all<SyncDone>().size() == 2);
  CHECK_FALSE(bench.all<SyncDone>()[1].ok);
}

TEST_CASE("a full resync forgets what is not in the snapshot") {
  Bench bench;
  bench.server.by_phone(Mute{kBob, true, -1});
  bench.online();
  CHECK(bench.row(kBobJid).pinned);
  auto& store = bench.server.stores[Collection::regular_low];
  Mutation gone = build_mutation(Pin{kBob, false}, 0, Operation::remove);
  bench.server.by_phone({gone, build_mutation(Archive{kAlice, true, {}}, 5)}, Collection::regular_low);
  store.patches.clear();
  auto wanted = bench.chats->execute(SyncAppState{1, {"regular_low"}, true}, bench.world.turn());
  bench.take(*std::move(wanted));
  bench.settle();
  CHECK_FALSE(bench.row(kBobJid).pinned);
  CHECK(bench.row(kBobJid).muted_until_ms == -1);
  CHECK(bench.row(kAliceJid).archived);
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
    CHECK(list_chats(bench.world.turn().txn, 10).size() == 2);
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
  bench.take(bench.chats->on_answer(CollectionFetch{{3}}, QueryAnswer{empty}, bench.world.turn()));  // nobody asked
  bench.take(bench.chats->on_answer(PatchUpload{3, 99}, QueryAnswer{empty}, bench.world.turn()));
  bench.take(bench.chats->on_answer(PatchUpload{9, 99}, QueryAnswer{empty}, bench.world.turn()));
  bench.take(bench.chats->on_dirty(bench.world.turn()));
  for (const Ask& ask : bench.asked) {
    bench.take(
        bench.chats->on_answer(*std::get_if<CollectionFetch>(&ask.what), QueryAnswer{empty}, bench.world.turn()));
  }
  bench.asked.clear();
  CHECK(bench.state(Collection::regular_low).hash == before.hash);
  bench.tick(2'000);
  CHECK(bench.agrees(Collection::regular_low));
  SetChat bad;
  bad.chat = wire::Jid{};
  CHECK_FALSE(bench.chats->execute(bad, bench.world.turn()).ok());
  bad.chat = kAliceJid;
  bad.setting = ChatSetting::star;
  CHECK_FALSE(bench.chats->execute(bad, bench.world.turn()).ok());
}
