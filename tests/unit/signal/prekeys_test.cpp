#include <set>

#include "base/limits.h"
#include "store/row.h"
#include "unit/signal/party.h"

using namespace wa;

namespace {

std::vector<std::uint32_t> ids_of(const std::vector<signal::Prekey>& prekeys) {
  std::vector<std::uint32_t> out;
  for (const auto& prekey : prekeys) out.push_back(prekey.id);
  return out;
}

}  // namespace

TEST_CASE("an unconfirmed upload comes again, with the same keys") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  test::ScriptedRandom random;
  const auto first = signal::prekeys_for_upload(txn, 10, random);
  REQUIRE(ids_of(first) == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK_FALSE(signal::ever_uploaded(txn));
  const auto again = signal::prekeys_for_upload(txn, 12, random);
  REQUIRE(again.size() == 12);
  for (std::size_t i = 0; i < first.size(); ++i) {
    CHECK(again[i].id == first[i].id);
    CHECK(again[i].key.public_key == first[i].key.public_key);
  }
  signal::mark_uploaded(txn, ids_of(again));
  CHECK(signal::ever_uploaded(txn));
  CHECK(ids_of(signal::prekeys_for_upload(txn, 2, random)) == std::vector<std::uint32_t>{13, 14});
}

TEST_CASE("a prekey in a retry receipt is not uploaded as well") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  test::ScriptedRandom random;
  const auto handed_out = signal::take_prekey(txn, random);
  const auto uploaded = signal::prekeys_for_upload(txn, 3, random);
  for (const auto& prekey : uploaded) CHECK(prekey.id != handed_out.id);
  CHECK(signal::load_prekey(txn, handed_out.id)->key.public_key == handed_out.key.public_key);
  signal::erase_prekey(txn, handed_out.id);
  CHECK_FALSE(signal::load_prekey(txn, handed_out.id));
}

TEST_CASE("ids wrap at 24 bits and pass over those in use") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  test::ScriptedRandom random;
  signal::store_prekey(txn, {1, crypto::KeyPair::generate(random)});
  txn.put(store::Table::prekeys, "meta", std::move(RowWriter(1).u32(limits::kPrekeyIdMax).flag(true)).finish());
  CHECK(signal::take_prekey(txn, random).id == limits::kPrekeyIdMax);
  CHECK(signal::take_prekey(txn, random).id == 2);
}

namespace {

std::size_t count_prekeys(const store::Txn& txn) {
  std::size_t count = 0;
  for (const store::Row& row : txn.scan(store::Table::prekeys, {}, 10'000)) count += row.id[0] == 0;
  return count;
}

}  // namespace

TEST_CASE("a device has one unused prekey of ours, however often it is asked to send again") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  test::ScriptedRandom random;
  const WallTime now{1'750'000'000'000};
  const auto first = signal::prekey_for_device(txn, "7:1@lid", now, random);
  CHECK(signal::prekey_for_device(txn, "7:1@lid", now + 60'000, random).id == first.id);
  CHECK(signal::prekey_for_device(txn, "7:2@lid", now, random).id != first.id);
  CHECK(count_prekeys(txn) == 2);
  signal::erase_prekey(txn, first.id);  // used
  const auto second = signal::prekey_for_device(txn, "7:1@lid", now, random);
  CHECK(second.id != first.id);
  CHECK(signal::load_prekey(txn, second.id)->key.public_key == second.key.public_key);
  const auto third = signal::prekey_for_device(txn, "7:1@lid", now + limits::kGivenPrekeyMs, random);
  CHECK(third.id != second.id);
  CHECK_FALSE(signal::load_prekey(txn, second.id));
}

TEST_CASE("what strangers were given is bounded in number and age") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  test::ScriptedRandom random;
  const WallTime now{1'750'000'000'000};
  signal::mark_uploaded(txn, ids_of(signal::prekeys_for_upload(txn, 10, random)));
  const auto again = signal::prekey_for_device(txn, "0@lid", now, random);
  std::uint32_t last = 0;
  for (std::uint32_t i = 1; i < 2 * limits::kGivenPrekeysMax; ++i) {
    last = signal::prekey_for_device(txn, std::to_string(i) + "@lid", now, random).id;
  }
  CHECK(count_prekeys(txn) == limits::kGivenPrekeysMax + 10);
  CHECK(txn.scan(store::Table::retries, {}, 10'000).size() == 2 * limits::kGivenPrekeysMax + 1);
  CHECK_FALSE(signal::load_prekey(txn, again.id));
  CHECK(signal::load_prekey(txn, last));
  signal::drop_old_given(txn, now + (limits::kGivenPrekeyMs - 1));
  CHECK(count_prekeys(txn) == limits::kGivenPrekeysMax + 10);
  signal::drop_old_given(txn, now + limits::kGivenPrekeyMs);
  CHECK(count_prekeys(txn) == 10);
  CHECK(txn.scan(store::Table::retries, {}, 10'000).size() == 1);
  CHECK(signal::load_prekey(txn, 1));  // those of the service stay
  // One device, again and again with the key used each time, leaves no slots behind.
  for (int i = 0; i < 600; ++i) {
    signal::erase_prekey(txn, signal::prekey_for_device(txn, "9@lid", now + i, random).id);
  }
  CHECK(txn.scan(store::Table::retries, {}, 10'000).size() == 3);
}

TEST_CASE("the current signed prekey and the two before it stay") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  test::ScriptedRandom random;
  const auto identity = crypto::KeyPair::generate(random);
  for (std::uint32_t id = 1; id <= 5; ++id) {
    const auto made = signal::make_signed_prekey(identity, id, id * 1000, random);
    CHECK(crypto::xeddsa_verify(identity.public_key, crypto::with_type_byte(made.key.public_key), made.signature));
    signal::store_signed_prekey(txn, made);
    CHECK(signal::current_signed_prekey(txn)->id == id);
  }
  CHECK_FALSE(signal::load_signed_prekey(txn, 2));
  for (std::uint32_t id = 3; id <= 5; ++id) CHECK(signal::load_signed_prekey(txn, id));
}
