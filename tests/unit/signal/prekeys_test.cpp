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
