#include "appstate/collection.h"

#include <catch2/catch.hpp>

#include "appstate/action.h"
#include "store/memory_store.h"

using namespace wa;
using namespace wa::appstate;

namespace {

constexpr Collection kLow = Collection::regular_low;
constexpr const char* kAlice = "5511999999991@s.whatsapp.net";
constexpr const char* kBob = "5511999999992@s.whatsapp.net";

struct Counting final : Random {
  std::uint8_t next = 0;
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (auto& byte : out) byte = next++;
  }
};

struct Device {
  store::MemoryStore disk;
  store::Txn txn{disk};
  Counting random;
  Bytes key_id = {0, 0, 0, 0, 0, 1};

  Device() {
    REQUIRE(store_key(txn, key_id, Bytes(32, 5), 0));
    CollectionState start;
    start.bootstrapped = true;
    save_collection(txn, kLow, start);
  }
  CollectionState state() const { return load_collection(txn, kLow); }
  Staged staged(const std::vector<Mutation>& mutations) {
    KeyRing ring(txn);
    auto result = stage(txn, kLow, state(), mutations, ring, random);
    REQUIRE(result.ok());
    return *std::move(result);
  }
  Applied take(const Patch& patch, bool tolerant = false) {
    CollectionState current = state();
    KeyRing ring(txn);
    return apply_patch(txn, kLow, current, patch, ring, tolerant);
  }
  std::size_t records() const { return txn.scan(store::Table::app_records, "", 1000).size(); }
};

Patch received(const Staged& staged) {
  auto patch = decode_patch(staged.encoded);
  REQUIRE(patch.ok());
  patch->version = staged.after.version;
  return *std::move(patch);
}

Mutation pin(const char* chat, bool value, Operation operation = Operation::set) {
  return build_mutation(Pin{chat, value}, 1'750'000'000'000, operation);
}

// The MACs of a patch made of given records, as their sender would compute them.
Patch sealed(Device& sender, std::vector<Record> records, const LtHash& after, std::uint64_t version) {
  KeyRing ring(sender.txn);
  const Keys& keys = *ring.find(sender.key_id);
  Patch patch;
  patch.version = version;
  patch.key_id = sender.key_id;
  patch.snapshot_mac = to_bytes(snapshot_mac(keys, after, version, kLow));
  patch.records = std::move(records);
  patch.patch_mac = to_bytes(patch_mac(keys, patch.snapshot_mac, patch.records, version, kLow));
  return patch;
}

}  // namespace

TEST_CASE("LTHash laws") {
  const Bytes a(32, 1), b(32, 2), c(32, 3);
  LtHash one, other;
  one.add(a);
  one.add(b);
  one.add(c);
  other.add(c);
  other.add(a);
  other.add(b);
  CHECK(one == other);
  CHECK_FALSE(one == LtHash{});
  other.subtract(b);
  CHECK_FALSE(one == other);
  other.add(b);
  CHECK(one == other);
  for (const Bytes* each : {&b, &a, &c}) one.subtract(*each);
  CHECK(one == LtHash{});
  one.subtract(a);
  one.add(a);
  CHECK(one == LtHash{});
}

TEST_CASE("stage changes nothing; promote equals what the others apply") {
  Device ours, theirs;
  const Staged staged = ours.staged({pin(kAlice, true), pin(kBob, true)});
  CHECK(ours.state().version == 0);
  CHECK(ours.records() == 0);
  CHECK(theirs.take(received(staged)).outcome == Outcome::applied);
  promote(ours.txn, staged);
  CHECK(ours.state().version == 1);
  CHECK(ours.state().hash == theirs.state().hash);
  CHECK(ours.records() == theirs.records());
  const Staged second = ours.staged({pin(kAlice, false)});
  CHECK(theirs.take(received(second)).outcome == Outcome::applied);
}

TEST_CASE("rebase: the same wish on top of what came in between") {
  Device ours, theirs;
  const Staged lost = ours.staged({pin(kAlice, true)});
  const Staged theirs_first = theirs.staged({pin(kAlice, false), pin(kBob, true)});
  promote(theirs.txn, theirs_first);
  CHECK(ours.take(received(theirs_first)).outcome == Outcome::applied);
  CHECK(theirs.take(received(lost)).outcome == Outcome::stale);
  const Staged again = ours.staged({pin(kAlice, true)});
  CHECK(again.base_version == 1);
  CHECK(theirs.take(received(again)).outcome == Outcome::applied);
  CHECK(theirs.records() == 2);
}

TEST_CASE("of one index only the last mutation travels") {
  Device ours, theirs;
  const Staged staged = ours.staged({pin(kAlice, true), pin(kBob, true), pin(kAlice, false)});
  REQUIRE(staged.records.size() == 2);
  const Applied applied = theirs.take(received(staged));
  REQUIRE(applied.mutations.size() == 2);
  const ReadAction last = parse_action(applied.mutations[1]);
  CHECK_FALSE(std::get_if<Pin>(&last.action)->pinned);
}

TEST_CASE("stage refuses what cannot be uploaded") {
  Device device;
  KeyRing ring(device.txn);
  CHECK(stage(device.txn, kLow, device.state(), {}, ring, device.random).error().code == Errc::invalid_argument);
  CHECK(stage(device.txn, kLow, CollectionState{}, {pin(kAlice, true)}, ring, device.random).error().code ==
        Errc::not_ready);
  store::MemoryStore empty;
  store::Txn no_keys(empty);
  KeyRing nothing(no_keys);
  CHECK(stage(no_keys, kLow, device.state(), {pin(kAlice, true)}, nothing, device.random).error().code ==
        Errc::missing_key);
}

TEST_CASE("REMOVE of an unknown index is counted and changes nothing but the version") {
  Device ours, theirs;
  const Staged staged = ours.staged({pin(kAlice, true, Operation::remove)});
  CHECK(staged.after.hash == LtHash{});
  const Applied applied = theirs.take(received(staged));
  CHECK(applied.outcome == Outcome::applied);
  CHECK(applied.unknown_removes == 1);
  CHECK(theirs.state().version == 1);
}

TEST_CASE("REMOVE takes the record out again") {
  Device ours, theirs;
  for (const Mutation& mutation : {pin(kAlice, true), pin(kAlice, true, Operation::remove)}) {
    const Staged staged = ours.staged({mutation});
    promote(ours.txn, staged);
    CHECK(theirs.take(received(staged)).unknown_removes == 0);
  }
  CHECK(theirs.state().hash == LtHash{});
  CHECK(theirs.records() == 0);
  CHECK(ours.records() == 0);
}

TEST_CASE("what a patch can be besides applied") {
  Device sender;
  const Staged first = sender.staged({pin(kAlice, true)});
  const Patch good = received(first);
  struct Row { const char* name; void (*spoil)(Patch&); Outcome outcome; };
  const Row rows[] = {
      {"as sent", [](Patch&) {}, Outcome::applied},
      {"no version", [](Patch& p) { p.version.reset(); }, Outcome::applied},
      {"an old version", [](Patch& p) { p.version = 0; }, Outcome::stale},
      {"a version too far", [](Patch& p) { p.version = 2; }, Outcome::gap},
      {"patch MAC", [](Patch& p) { p.patch_mac[0] ^= 1; }, Outcome::rejected},
      {"patch MAC missing", [](Patch& p) { p.patch_mac.clear(); }, Outcome::rejected},
      {"snapshot MAC", [](Patch& p) { p.snapshot_mac[0] ^= 1; }, Outcome::rejected},
      {"value MAC", [](Patch& p) { p.records[0].value_blob.back() ^= 1; }, Outcome::rejected},
      {"index MAC", [](Patch& p) { p.records[0].index_mac[0] ^= 1; }, Outcome::rejected},
      {"ciphertext", [](Patch& p) { p.records[0].value_blob[20] ^= 1; }, Outcome::rejected},
      {"operation", [](Patch& p) { p.records[0].operation = Operation::remove; }, Outcome::rejected},
      {"unknown patch key", [](Patch& p) { p.key_id = {9, 9}; }, Outcome::missing_key},
      {"unknown record key", [](Patch& p) { p.records[0].key_id = {9, 9}; }, Outcome::missing_key},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Device device;
    Patch patch = good;
    row.spoil(patch);
    const Applied applied = device.take(patch);
    CHECK(applied.outcome == row.outcome);
    const bool changed = row.outcome == Outcome::applied;
    CHECK(device.state().version == (changed ? 1u : 0u));
    CHECK(device.records() == (changed ? 1u : 0u));
    CHECK(applied.mutations.size() == (changed ? 1u : 0u));
    if (row.outcome == Outcome::missing_key) CHECK(applied.missing_key == Bytes{9, 9});
  }
}

TEST_CASE("drift is applied and told; a later match clears `degraded`") {
  Device sender, device;
  const Staged first = sender.staged({pin(kAlice, true)});
  LtHash wrong;
  wrong.add(Bytes(32, 9));
  CHECK(device.take(sealed(sender, first.records, wrong, 1)).outcome == Outcome::drift);
  CHECK(device.state().version == 1);
  CHECK(device.state().hash == first.after.hash);
  CollectionState degraded = device.state();
  degraded.degraded = true;
  save_collection(device.txn, kLow, degraded);
  promote(sender.txn, first);
  CHECK(device.take(received(sender.staged({pin(kBob, true)}))).outcome == Outcome::applied);
  CHECK_FALSE(device.state().degraded);
}

TEST_CASE("tolerant: an unreadable record is skipped, its MACs are kept") {
  Device sender, device;
  Staged staged = sender.staged({pin(kAlice, true), pin(kBob, true)});
  staged.records[0].index_mac[0] ^= 1;  // the patch MAC does not cover it
  CHECK(device.take(sealed(sender, staged.records, staged.after.hash, 1)).outcome == Outcome::rejected);
  const Applied applied = device.take(sealed(sender, staged.records, staged.after.hash, 1), true);
  CHECK(applied.outcome == Outcome::applied);
  CHECK(applied.skipped == 1);
  CHECK(applied.mutations.size() == 1);
  CHECK(device.records() == 2);
}

TEST_CASE("a snapshot replaces everything, or nothing") {
  Device sender, device;
  promote(device.txn, device.staged({pin("5511999999993@s.whatsapp.net", true)}));
  const Staged content = sender.staged({pin(kAlice, true), pin(kBob, false)});
  KeyRing ring(device.txn);
  Snapshot snapshot;
  snapshot.version = 40;
  snapshot.records = content.records;
  snapshot.key_id = sender.key_id;
  snapshot.mac = to_bytes(snapshot_mac(*ring.find(sender.key_id), content.after.hash, 40, kLow));
  CollectionState state = device.state();

  Snapshot unknown = snapshot;
  unknown.key_id = {7};
  CHECK(apply_snapshot(device.txn, kLow, state, unknown, ring).outcome == Outcome::missing_key);
  CHECK(device.state().version == 1);

  const auto again = decode_snapshot(encode_snapshot(snapshot));
  REQUIRE(again.ok());
  CHECK(apply_snapshot(device.txn, kLow, state, *again, ring).outcome == Outcome::applied);
  CHECK(device.state().version == 40);
  CHECK(device.state().hash == content.after.hash);
  CHECK(device.records() == 2);
  CHECK(device.take(received(device.staged({pin(kAlice, false)}))).outcome == Outcome::applied);

  snapshot.mac[0] ^= 1;
  CHECK(apply_snapshot(device.txn, kLow, state, snapshot, ring).outcome == Outcome::drift);
}

TEST_CASE("external mutations are records like any other") {
  Device sender, device;
  const Staged staged = sender.staged({pin(kAlice, true), pin(kBob, true)});
  auto records = decode_external_mutations(encode_external_mutations(staged.records));
  REQUIRE(records.ok());
  CHECK(device.take(sealed(sender, *records, staged.after.hash, 1)).outcome == Outcome::applied);
  CHECK(device.records() == 2);
}

TEST_CASE("collections do not share rows") {
  Device device;
  promote(device.txn, device.staged({pin(kAlice, true)}));
  CollectionState state;
  reset_collection(device.txn, Collection::regular, state);
  CHECK(device.records() == 1);
  reset_collection(device.txn, kLow, state);
  CHECK(device.records() == 0);
  CHECK(device.state().version == 0);
}

TEST_CASE("keys: 32 bytes, active key, expiration") {
  store::MemoryStore disk;
  store::Txn txn(disk);
  CHECK_FALSE(active_key(txn));
  CHECK_FALSE(store_key(txn, Bytes(6, 1), Bytes(31, 1), 0));
  CHECK_FALSE(store_key(txn, Bytes(6, 1), Bytes(33, 1), 0));
  CHECK_FALSE(store_key(txn, {}, Bytes(32, 1), 0));
  CHECK_FALSE(active_key(txn));
  const Bytes older{0, 0, 0, 0, 0, 4}, newer_high_device{0, 2, 0, 0, 0, 9}, newer_low_device{0, 1, 0, 0, 0, 9};
  for (const Bytes& id : {newer_high_device, older, newer_low_device}) REQUIRE(store_key(txn, id, Bytes(32, id[1]), 0));
  CHECK(active_key(txn) == newer_low_device);
  CHECK(has_key(txn, older));
  store_expired_epoch(txn, 8);
  CHECK(active_key(txn) == newer_low_device);
  store_expired_epoch(txn, 9);
  CHECK(active_key(txn) == newer_low_device);  // nothing better is there
  KeyRing ring(txn);
  CHECK(ring.find(older));
  CHECK_FALSE(ring.find(Bytes{1}));
}

TEST_CASE("indices") {
  CHECK(text_of(build_index({"a\"b\\c\n\x01", "<&>é"})) == "[\"a\\\"b\\\\c\\n\\u0001\",\"<&>é\"]");
  const auto round = parse_index(build_index({"a\"b\\c\n\x01", "", "é"}));
  REQUIRE(round.ok());
  CHECK(*round == std::vector<std::string>{"a\"b\\c\n\x01", "", "é"});
  struct Row { const char* text; bool ok; };
  const Row rows[] = {
      {"[]", true},
      {" [ \"a\" , \"b\" ] ", true},
      {"[\"\\u00e9\\ud83d\\ude00\\/\"]", true},
      {"", false},
      {"[", false},
      {"[\"a\"", false},
      {"[\"a\",]", false},
      {"[1]", false},
      {"[\"a\"]x", false},
      {"{\"a\":1}", false},
      {"[[\"a\"]]", false},
      {"[\"\\ud83d\"]", false},
      {"[\"\\ude00\"]", false},
      {"[\"\\x\"]", false},
      {"[\"a\nb\"]", false},
      {"[\"\\u12\"]", false},
      {"[null]", false},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(parse_index(view(row.text)).ok() == row.ok);
  }
  CHECK(*parse_index(view("[\"\\u00e9\\ud83d\\ude00\"]")) == std::vector<std::string>{"é😀"});
  CHECK_FALSE(parse_index(view("[\"" + std::string(20'000, 'a') + "\"]")).ok());
}

TEST_CASE("actions that are not in the vectors go there and back") {
  const Action actions[] = {Lock{kAlice, true}, LidContact{"100000000000001@lid", "Alice Example", "Alice"},
                            PnForLidChat{"100000000000001@lid", kAlice}, NctSalt{Bytes(3, 1)}, KeyExpiration{7}};
  const Collection where[] = {Collection::regular_low, Collection::critical_unblock_low, Collection::regular,
                              Collection::regular_high, Collection::regular_low};
  const std::int32_t versions[] = {7, 1, 8, 1, 3};
  for (std::size_t i = 0; i < std::size(actions); ++i) {
    const Mutation mutation = build_mutation(actions[i], 99);
    INFO(text_of(mutation.index));
    const ReadAction read = parse_action(mutation);
    CHECK(read.timestamp_ms == 99);
    CHECK(read.action.index() == actions[i].index());
    CHECK(build_mutation(read.action, 99).value == mutation.value);
    CHECK(collection_of(read.action) == where[i]);
    CHECK(mutation.version == versions[i]);
  }
}

TEST_CASE("records that are not what their index says are unknown") {
  struct Row { const char* index; Bytes value; };
  const Row rows[] = {{"[\"archive\",\"5511999999991@s.whatsapp.net\"]", {}},
                      {"[\"archive\"]", {}},
                      {"[]", {}},
                      {"nonsense", {}},
                      {"[\"pin_v1\",\"a\"]", {0xFF, 0xFF}},
                      {"[\"star\",\"a\",\"b\"]", {}},
                      {"[\"quick_reply\",\"1\"]", {}}};
  for (const Row& row : rows) {
    INFO(row.index);
    const ReadAction read = parse_action({Operation::set, to_bytes(std::string_view(row.index)), row.value, 3});
    CHECK(std::get_if<UnknownAction>(&read.action));
  }
}

TEST_CASE("bytes that are no patch, snapshot, or reference") {
  for (const Bytes& bytes : {Bytes{0xFF}, Bytes(40, 0x12), Bytes{0x12, 0x02, 0x08, 0x05}, Bytes{0x12, 0x00}}) {
    CHECK_FALSE(decode_patch(bytes).ok());
    CHECK_FALSE(decode_snapshot(bytes).ok());
    CHECK_FALSE(decode_blob_reference(bytes).ok());
  }
}
