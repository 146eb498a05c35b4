#include "base/reader.h"
#include "store/row.h"

#include <catch2/catch.hpp>

using namespace wa;

TEST_CASE("byte reader: never past the end") {
  const Bytes bytes{1, 2, 3};
  ByteReader reader(bytes);
  CHECK(*reader.u8() == 1);
  CHECK(*reader.be(2) == 0x0203);
  CHECK(reader.u8().error().code == Errc::truncated);
  CHECK(ByteReader(bytes).take(4).error().code == Errc::truncated);
}

TEST_CASE("rows: read back in the order written; anything else is a corrupt store") {
  RowWriter writer(7);
  writer.u8(1).flag(true).u32(2).i64(-3).bytes(Bytes{4, 5}).text("six");
  const Bytes row = std::move(writer).finish();
  RowReader reader(row, 7);
  CHECK(reader.u8() == 1);
  CHECK(reader.flag());
  CHECK(reader.u32() == 2);
  CHECK(reader.i64() == -3);
  CHECK(reader.bytes() == Bytes{4, 5});
  CHECK(reader.more());
  CHECK(reader.text() == "six");
  CHECK(reader.finish().ok());

  CHECK(RowReader(row, 8).finish().error().code == Errc::corrupt_store);
  for (std::size_t size = 0; size < row.size(); ++size) {
    RowReader cut(ByteView(row).first(size), 7);
    cut.u8(), cut.flag(), cut.u32(), cut.i64(), cut.bytes(), cut.text();
    INFO(size);
    CHECK_FALSE(cut.finish().ok());
  }
  Bytes longer = row;
  longer.push_back(0);
  RowReader rest(longer, 7);
  rest.u8(), rest.flag(), rest.u32(), rest.i64(), rest.bytes(), rest.text();
  CHECK_FALSE(rest.finish().ok());
}

TEST_CASE("rows: one reader reads the versions it knows, and refuses what is newer or too old") {
  struct Row { std::uint8_t version; bool read; };
  for (const Row& row : {Row{1, false}, Row{2, true}, Row{3, true}, Row{4, false}, Row{255, false}}) {
    INFO(int{row.version});
    const Bytes bytes = std::move(RowWriter(row.version).u8(9)).finish();
    RowReader reader(bytes, 3, 2);
    CHECK(reader.version() == (row.read ? row.version : 0));
    CHECK(reader.u8() == 9);
    CHECK(reader.finish().ok() == row.read);
    CHECK(store::refuse_newer(bytes, 3).ok() == (row.version <= 3));
  }
  CHECK(RowReader({}, 3, 0).version() == 0);
  CHECK_FALSE(RowReader({}, 3, 0).finish().ok());
  CHECK(store::refuse_newer(std::nullopt, 3).ok());
  CHECK(store::refuse_newer(Bytes{}, 3).ok());
}

TEST_CASE("rows: the last member may stand without its length") {
  const Bytes bytes = std::move(RowWriter(1).u8(2).rest(Bytes{3, 4})).finish();
  CHECK(bytes == Bytes{1, 2, 3, 4});
  RowReader reader(bytes, 1);
  CHECK(reader.u8() == 2);
  CHECK(to_bytes(reader.rest()) == Bytes{3, 4});
  CHECK(reader.finish().ok());
}

TEST_CASE("constant-time comparison agrees with the ordinary one") {
  CHECK(equal_constant_time(Bytes{1, 2}, Bytes{1, 2}));
  CHECK_FALSE(equal_constant_time(Bytes{1, 2}, Bytes{1, 3}));
  CHECK_FALSE(equal_constant_time(Bytes{1, 2}, Bytes{1, 2, 3}));
  CHECK(equal_constant_time(Bytes{}, Bytes{}));
}
