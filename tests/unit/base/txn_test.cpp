#include <catch2/catch.hpp>
#include <map>

#include "sim/world/seeded_random.h"
#include "store/memory_store.h"

using namespace wa;
using store::Table;

namespace {

using Model = std::map<std::string, Bytes>;  // what the table must look like with the transaction on top

std::vector<std::string> model_scan(const Model& model, const std::string& prefix, const std::string& from, std::size_t limit) {
  std::vector<std::string> out;
  for (const auto& [id, value] : model) {
    if (id >= from && id.compare(0, prefix.size(), prefix) == 0 && out.size() < limit) out.push_back(id);
  }
  return out;
}

}  // namespace

TEST_CASE("transaction: reads and scans equal a plain map under random operations") {
  sim::SeededRandom random{11};
  const auto id_of = [&] { return std::string(1, static_cast<char>('a' + random.below(3))) + std::to_string(random.below(40)); };
  for (int round = 0; round < 200; ++round) {
    store::MemoryStore disk;
    Model model;
    for (int i = 0; i < 30; ++i) {
      store::WriteBatch batch;
      const std::string id = id_of();
      batch.writes[{Table::chats, id}] = model[id] = random.bytes(3);
      disk.apply(batch);
    }
    store::Txn txn(disk);
    for (int i = 0; i < 40; ++i) {
      const std::string id = id_of();
      if (random.chance(40)) {
        txn.erase(Table::chats, id);
        model.erase(id);
      } else {
        Bytes value = random.bytes(3);
        model[id] = value;
        txn.put(Table::chats, id, std::move(value));
      }
      const std::string probe = id_of();
      CHECK(txn.has(Table::chats, probe) == (model.count(probe) == 1));
      const std::string prefix(random.below(2), 'b');
      const std::string from = random.chance(50) ? prefix : id_of();
      const std::size_t limit = random.below(20);
      std::vector<std::string> got;
      for (const auto& row : txn.scan(Table::chats, prefix, from, limit)) got.push_back(row.id);
      REQUIRE(got == model_scan(model, prefix, std::max(from, prefix), limit));
    }
    disk.apply(txn.take());
    CHECK(disk.size() == model.size());
  }
}

TEST_CASE("transaction: erasing a prefix leaves the rest, also beyond one page") {
  store::MemoryStore disk;
  store::WriteBatch batch;
  for (int i = 0; i < 1500; ++i) batch.writes[{Table::sent, "m" + std::to_string(i)}] = Bytes{1};
  batch.writes[{Table::sent, "other"}] = Bytes{2};
  disk.apply(batch);
  store::Txn txn(disk);
  txn.put(Table::sent, "m-own", Bytes{3});
  txn.erase_all(Table::sent, "m");
  CHECK(txn.scan(Table::sent, "", 10).size() == 1);
  disk.apply(txn.take());
  CHECK(disk.size() == 1);
}

TEST_CASE("ordered keys sort like their numbers") {
  CHECK(store::ordered(255) < store::ordered(256));
  CHECK(store::from_ordered("prefix" + store::ordered(77)) == 77);
  // A row's id and value may be of any size: a number is read from what is there.
  CHECK(store::from_ordered("") == 0);
  CHECK(store::from_ordered(std::string("\x01\x02", 2)) == 0x0102);
  CHECK(read_be(Bytes{9, 9, 0, 0, 0, 0, 0, 0, 1, 2}) == 0x0102);
}
