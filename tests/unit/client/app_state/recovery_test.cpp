// 05 section 8: keys that are missing, hashes that differ, files that do not come.
#include "unit/client/app_state/chats_bench.h"

using namespace wa;
using namespace wa::client;
using namespace wa::appstate;
using test::kAlice;
using test::kAliceJid;
using test::kBob;
using test::kBobJid;
using Bench = test::ChatsBench;

namespace {

constexpr std::int64_t kHourMs = 3'600'000;

// A mismatch that a snapshot does not cure.
void degrade(Bench& bench) {
  bench.online();
  bench.server.frozen = bench.server.stores;
  bench.server.wrong_snapshot_mac = true;
  bench.server.by_phone(Archive{kAlice, true, {}});
  bench.notify(Collection::regular_low);
  REQUIRE(bench.state(Collection::regular_low).degraded);
}

}  // namespace

TEST_CASE("keys that come later: parked, asked for once a day, resumed by the share") {
  Bench bench(false);
  bench.chats->on_online(bench.out, bench.world.turn());
  bench.take();
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
  bench.chats->on(KeyShareNotice{{{bench.server.key_id, Bytes(31, 1), 0}}}, bench.out, bench.world.turn());
  bench.take();
  bench.settle();
  CHECK_FALSE(bench.server.archived(kAlice));  // 31 bytes are no key
  bench.chats->on(KeyShareNotice{{{bench.server.key_id, bench.server.key_data, 0}}}, bench.out, bench.world.turn());
  bench.take();
  bench.settle();
  CHECK(bench.agrees(Collection::regular_low));
  CHECK(bench.server.archived(kAlice));
}

TEST_CASE("drift: one resync, then degraded, never a loop") {
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
  CHECK(bench.fetches == before + 2);  // a snapshot first
  CHECK(bench.done(1).outcome == SettingOutcome::blocked);
  CHECK(bench.done(1).degraded);
  bench.set(ChatSetting::pin, kBobJid, false, 2);
  bench.settle();
  CHECK(bench.done(2).outcome == SettingOutcome::blocked);
  CHECK(bench.fetches == before + 2);  // not one for each change
  CHECK(bench.server.stores[Collection::regular_low].uploads == 0);
  CHECK(app_state_health(bench.world.turn().txn)[static_cast<std::size_t>(Collection::regular_low)].pending == 2);
  bench.server.wrong_snapshot_mac = false;
  bench.server.by_phone(Archive{kAlice, true, {}});
  bench.notify(Collection::regular_low);
  bench.settle();
  CHECK_FALSE(bench.state(Collection::regular_low).degraded);  // the hash is proved right again: what waited goes out
  CHECK(bench.server.stores[Collection::regular_low].uploads > 0);
  CHECK(bench.server.violations.empty());
  CHECK(bench.row(kAliceJid).pinned);
  CHECK_FALSE(bench.row(kBobJid).pinned);
  CHECK(bench.agrees(Collection::regular_low));
}

TEST_CASE("a change for a base that does not match: the snapshot that cures it comes before the patch") {
  Bench bench;
  degrade(bench);
  bench.server.wrong_snapshot_mac = false;
  bench.server.frozen.clear();
  bench.set(ChatSetting::pin, kAliceJid, true);
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::applied);
  CHECK_FALSE(bench.done(1).degraded);
  CHECK(bench.server.stores[Collection::regular_low].uploads == 1);
  CHECK(bench.server.violations.empty());
  CHECK(bench.agrees(Collection::regular_low));
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
  auto refused = bench.chats->execute(SyncAppState{1, {}, false}, bench.out, bench.world.turn());
  CHECK((!refused.ok() && refused.error().code == Errc::not_ready));
  bench.online();
  refused = bench.chats->execute(SyncAppState{2, {"nonsense"}, false}, bench.out, bench.world.turn());
  CHECK((!refused.ok() && refused.error().code == Errc::invalid_argument));
  const int before = bench.fetches;
  auto taken = bench.chats->execute(SyncAppState{3, {"regular_low"}, true}, bench.out, bench.world.turn());
  REQUIRE(taken.ok());
  bench.take();
  bench.settle();
  CHECK(bench.fetches == before + 1);
  REQUIRE(bench.all<SyncDone>().size() == 1);
  CHECK((bench.all<SyncDone>()[0].ok && bench.all<SyncDone>()[0].command == 3));
  CHECK(bench.all<CollectionSynced>().back().full);
  taken = bench.chats->execute(SyncAppState{4, {}, false}, bench.out, bench.world.turn());
  REQUIRE(taken.ok());
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
  REQUIRE(bench.chats->execute(SyncAppState{1, {"regular_low"}, true}, bench.out, bench.world.turn()).ok());
  bench.take();
  bench.settle();
  CHECK_FALSE(bench.row(kBobJid).pinned);
  CHECK(bench.row(kBobJid).muted_until_ms == -1);
  CHECK(bench.row(kAliceJid).archived);
}

TEST_CASE("a base that does not match is healed by time alone, asked for ever more rarely") {
  Bench bench;
  degrade(bench);
  const int before = bench.fetches;
  REQUIRE(bench.chats->deadline());
  CHECK(*bench.chats->deadline() == bench.world.now.mono + kHourMs);
  bench.tick(kHourMs);
  CHECK(bench.fetches == before + 1);
  CHECK(bench.state(Collection::regular_low).degraded);
  bench.set(ChatSetting::pin, kAliceJid, true);
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::blocked);
  bench.tick(kHourMs);
  CHECK(bench.fetches == before + 1);
  bench.server.wrong_snapshot_mac = false;
  bench.server.frozen.clear();
  bench.tick(kHourMs);
  CHECK(bench.fetches == before + 2);
  CHECK_FALSE(bench.state(Collection::regular_low).degraded);
  CHECK_FALSE(bench.chats->deadline());
  CHECK(bench.server.stores[Collection::regular_low].uploads == 1);  // what waited has gone out
  CHECK(bench.row(kAliceJid).pinned);
  CHECK(bench.agrees(Collection::regular_low));
}

// Fuzzing found it: asked to be woken for a time that had passed, again and again, until the answer came.
TEST_CASE("a retry that is due while a critical collection is on its way asks for no time that has passed") {
  Bench bench;
  bench.online();
  const auto ask = [&](Collection which) {
    stanza::AppStateDirty dirty;
    dirty.collections.emplace_back(std::string(collection_name(which)), 99);
    bench.chats->on_server_sync(dirty, bench.world.turn());
    bench.take();
    const Ask out = bench.asked.back();
    bench.asked.clear();
    return out;
  };
  const Ask low = ask(Collection::regular_low);
  bench.chats->on_answer(std::get<CollectionFetch>(low.what), stanza::IqError{"1", 500, "", 0}, bench.out, bench.world.turn());
  bench.take();
  REQUIRE(bench.chats->deadline());
  (void)ask(Collection::critical_block);  // never answered
  bench.world.advance(3'600'000);
  bench.chats->on_tick(bench.out, bench.world.turn());
  bench.take();
  CHECK((!bench.chats->deadline() || bench.world.now.mono < *bench.chats->deadline()));
  CHECK(bench.asked.empty());
}

TEST_CASE("a base that does not match is healed by time also on a link that does not hold so long") {
  Bench bench;
  degrade(bench);
  bench.server.wrong_snapshot_mac = false;
  bench.server.frozen.clear();
  for (int i = 0; i < 2; ++i) {
    bench.tick(kHourMs / 2 - 1'000);
    bench.chats->on_offline(bench.world.turn());
    bench.online();
  }
  CHECK(bench.state(Collection::regular_low).degraded);
  bench.tick(2'000);
  CHECK_FALSE(bench.state(Collection::regular_low).degraded);
}

TEST_CASE("a key that does not come is asked for again a day later, by time alone") {
  Bench bench(false);
  bench.online();
  bench.tick(10'000);
  REQUIRE(bench.key_requests.size() == 1);
  bench.tick(3'600'000);
  CHECK(bench.key_requests.size() == 1);
  bench.tick(86'400'000 - 3'600'000);
  CHECK(bench.key_requests.size() == 2);
  bench.chats->on(KeyShareNotice{{{bench.server.key_id, bench.server.key_data, 0}}}, bench.out, bench.world.turn());
  bench.take();
  bench.settle();
  CHECK(bench.agrees(Collection::regular_low));
  CHECK_FALSE(bench.chats->deadline());
}

namespace {

// The phone writes with a key that it does not share.
void block_on_new_key(Bench& bench) {
  bench.online();
  REQUIRE(bench.agrees(Collection::regular_low));
  bench.server.key_id = *from_hex("000000004eb0");
  bench.server.key_data = Bytes(32, 8);
  bench.server.by_phone(Pin{kAlice, true});
  bench.notify(Collection::regular_low);
  REQUIRE(bench.key_requests.size() == 1);
}

std::string why_blocked(Bench& bench) { return app_state_health(bench.world.turn().txn)[3].last_error; }

}  // namespace

TEST_CASE("a key that no own device has: a snapshot, and the state says why") {
  Bench bench;
  block_on_new_key(bench);
  const Bytes lost = bench.server.key_id;
  CHECK(why_blocked(bench) == "a key is missing and was asked for");
  bench.chats->on(KeyShareNotice{{{Bytes{9, 9}, {}, 0}}}, bench.out, bench.world.turn());  // nobody asked for this one
  bench.tick(20'000);
  CHECK_FALSE(bench.state(Collection::regular_low).blocked_on.empty());
  bench.chats->on(KeyShareNotice{{{lost, {}, 0}}}, bench.out, bench.world.turn());
  bench.take();
  CHECK(why_blocked(bench) == "no own device has the key that is missing");
  SECTION("the snapshot is of a key that we have") {
    auto& store = bench.server.stores[Collection::regular_low];
    store.records.clear();
    store.hash = LtHash{};
    store.patches.clear();
    bench.server.key_id = *from_hex("000000004eaf");
    bench.server.key_data = Bytes(32, 7);
    bench.tick(9'999);
    CHECK_FALSE(bench.state(Collection::regular_low).blocked_on.empty());
    bench.tick(1);
    CHECK(bench.agrees(Collection::regular_low));
    CHECK(why_blocked(bench).empty());
  }
  SECTION("it is not: no loop, and a day later all begins anew") {
    bench.tick(10'000);
    const int queries = bench.queries;
    bench.chats->on(KeyShareNotice{{{lost, {}, 0}}}, bench.out, bench.world.turn());
    bench.tick(3'600'000);
    CHECK(bench.queries <= queries + 1);
    CHECK(why_blocked(bench) == "no own device has the key that is missing");
    CHECK(bench.key_requests.size() == 1);
    bench.tick(86'400'000);
    CHECK(bench.key_requests.size() == 2);
  }
  SECTION("another device has it after all") {
    bench.chats->on(KeyShareNotice{{{lost, bench.server.key_data, 0}}}, bench.out, bench.world.turn());
    bench.take();
    bench.settle();
    CHECK(bench.agrees(Collection::regular_low));
  }
}

TEST_CASE("a request for keys that did not leave does not count") {
  Bench bench;
  block_on_new_key(bench);
  bench.chats->on(PeerLost{{}, {bench.server.key_id}}, bench.out, bench.world.turn());
  bench.take();
  bench.tick(3'599'000);
  CHECK(bench.key_requests.size() == 1);
  bench.tick(1'000);
  CHECK(bench.key_requests.size() == 2);
  bench.chats->on(PeerLost{{}, {bench.server.key_id}}, bench.out, bench.world.turn());
  bench.take();
  bench.online();  // the next login asks as well
  CHECK(bench.key_requests.size() == 3);
}

TEST_CASE("a degraded collection that begins anew, empty, matches again") {
  Bench bench;
  degrade(bench);
  bench.server.stores[Collection::regular_low] = {};
  bench.tick(kHourMs);
  CHECK(bench.state(Collection::regular_low).bootstrapped);
  CHECK_FALSE(bench.state(Collection::regular_low).degraded);
  CHECK_FALSE(bench.chats->deadline());
  bench.set(ChatSetting::pin, kAliceJid, true);
  bench.settle();
  CHECK(bench.done(1).outcome == SettingOutcome::applied);
}

TEST_CASE("of too many app-state keys the newest and those in use are kept, the phone's too") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const auto key_id = [](std::uint16_t device, std::uint32_t epoch) {
    return concat({be_bytes(device, 2), be_bytes(epoch, 4)});
  };
  const auto share = [&](const Bytes& id) { CHECK(store_key_share(txn, {{id, Bytes(32, 1), 0}}) == 1); };
  const Bytes newest = key_id(0, 90'000), in_use = key_id(0, 1), idle = key_id(0, 2);
  for (const Bytes& id : {newest, in_use, idle}) share(id);
  KeyRing ring(txn);
  CHECK(ring.find(in_use));
  ring.note_used(txn);
  share(in_use);  // once more: it stays the one in use
  std::vector<SharedKey> many;
  for (std::uint32_t i = 0; i < limits::kAppKeysKept; ++i) many.push_back({key_id(7, 100 + i), Bytes(32, 2), 0});
  CHECK(store_key_share(txn, many) == limits::kAppKeysKept);
  CHECK(txn.scan(store::Table::app_keys, "k", 2 * limits::kAppKeysKept).size() == limits::kAppKeysKept);
  CHECK(has_key(txn, newest));
  CHECK(has_key(txn, in_use));
  CHECK_FALSE(has_key(txn, idle));
  CHECK_FALSE(has_key(txn, key_id(7, 100)));
  CHECK(has_key(txn, key_id(7, 102)));
  CHECK(active_key(txn) == newest);
  // One that a collection waits for is not the first to go, however old it is.
  const Bytes awaited = key_id(0, 3);
  CHECK(note_key_request(txn, awaited, {1'750'000'000'000}));
  share(awaited);
  share(key_id(7, 200));
  CHECK(has_key(txn, awaited));
}
