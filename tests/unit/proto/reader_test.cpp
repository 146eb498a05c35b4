// The reader against the library: of any bytes, whole or broken, it takes what the generated classes take, and reads
// the same from it.
#include <catch2/catch.hpp>

#include <random>

#include "adv.pb.h"
#include "base/encoding.h"
#include "e2e.pb.h"
#include "proto/message.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::proto {
namespace {

using Random64 = std::mt19937_64;

// Of every length that a varint has.
std::uint64_t any_number(Random64& random) { return random() >> (random() % 64); }

std::string any_bytes(Random64& random) {
  std::string out(random() % 8 == 0 ? random() % 300 : random() % 9, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

// --- what is compared: all that a generated class has, and the reader's view of the same

const Nested kVersionOnly[] = {{}};
const Nested kTestRecord[] = {{1}, {2}, {3}, {}};
const Nested kTestMutation[] = {{pb::SyncdMutation::kRecordFieldNumber, kTestRecord}, {}};
const Nested kTestPatch[] = {{1, kVersionOnly}, {2, kTestMutation}, {3}, {6}, {}};
const Nested kTestFingerprint[] = {{3, kPackedNumbers}, {}};
const Nested kTestData[] = {{2, kTestFingerprint}, {}};
const Nested kTestKey[] = {{1}, {2, kTestData}, {}};
const Nested kTestIdentity[] = {{}};

void fill(Random64& random, pb::SyncdPatch& out) {
  if (random() % 2) out.mutable_version()->set_version(any_number(random));
  for (auto count = random() % 3; count > 0; --count) {
    pb::SyncdMutation* mutation = out.add_mutations();
    mutation->set_operation(static_cast<std::int32_t>(any_number(random)));
    if (random() % 2) mutation->mutable_record()->mutable_index()->set_blob(any_bytes(random));
    if (random() % 2) mutation->mutable_record()->mutable_key_id()->set_id(any_bytes(random));
  }
  if (random() % 2) out.mutable_external_mutations()->set_file_size_bytes(any_number(random));
  if (random() % 2) out.set_patch_mac(any_bytes(random));
  if (random() % 2) out.set_device_index(static_cast<std::uint32_t>(any_number(random)));
}

bool same(const pb::SyncdRecord& a, const Reader& b) {
  return a.has_index() == b.has(1) && a.has_value() == b.has(2) && a.has_key_id() == b.has(3) &&
         equal(view(a.index().blob()), b.message(1).bytes(1)) && a.value().blob() == b.message(2).text(1) &&
         a.key_id().has_id() == b.message(3).has(1) && a.key_id().id() == b.message(3).text(1);
}

bool same(const pb::SyncdPatch& a, const Reader& b) {
  if (b.count(2) != static_cast<std::size_t>(a.mutations_size())) return false;
  int at = 0;
  for (Repeated each = b.repeated(2); each.next(); ++at) {
    const pb::SyncdMutation& mutation = a.mutations(at);
    if (mutation.operation() != each.message().int32(1) || mutation.has_operation() != each.message().has_number(1) ||
        !same(mutation.record(), each.message().message(2))) {
      return false;
    }
  }
  return a.has_version() == b.has(1) && a.version().has_version() == b.message(1).has_number(1) &&
         a.version().version() == b.message(1).uint64(1) &&
         a.external_mutations().direct_path() == b.message(3).text(2) &&
         a.external_mutations().file_size_bytes() == b.message(3).uint64(4) && a.has_patch_mac() == b.has(5) &&
         a.patch_mac() == b.text(5) && a.device_index() == b.uint32(8) && a.has_device_index() == b.has_number(8);
}

void fill(Random64& random, pb::AppStateSyncKey& out) {
  if (random() % 2) out.mutable_key_id()->set_key_id(any_bytes(random));
  if (random() % 2) out.mutable_key_data()->set_key_data(any_bytes(random));
  if (random() % 2) out.mutable_key_data()->set_timestamp(static_cast<std::int64_t>(any_number(random)));
  for (auto count = random() % 4; count > 0; --count) {
    out.mutable_key_data()->mutable_fingerprint()->add_device_indexes(static_cast<std::uint32_t>(any_number(random)));
  }
}

bool same(const pb::AppStateSyncKey& a, const Reader& b) {
  const Reader data = b.message(2), print = data.message(2);
  return a.key_id().key_id() == b.message(1).text(1) && a.has_key_data() == b.has(2) &&
         a.key_data().key_data() == data.text(1) && a.key_data().timestamp() == data.int64(3) &&
         a.key_data().has_fingerprint() == data.has(2) && a.key_data().fingerprint().raw_id() == print.uint32(1) &&
         a.key_data().fingerprint().current_index() == print.uint32(2);
}

void fill(Random64& random, pb::MessageKey& out) {
  if (random() % 2) out.set_remote_jid(any_bytes(random));
  if (random() % 2) out.set_from_me(random() % 2 == 0);
  if (random() % 2) out.set_id(any_bytes(random));
}

bool same(const pb::MessageKey& a, const Reader& b) {
  return a.has_from_me() == b.has_number(2) && a.from_me() == b.flag(2) && a.remote_jid() == b.text(1) &&
         a.has_id() == b.has(3) && a.id() == b.text(3) && a.participant() == b.text(4);
}

// --- broken bytes

Bytes broken(Random64& random, Bytes bytes, const Bytes& other) {
  const auto at = [&] { return static_cast<std::ptrdiff_t>(random() % (bytes.size() + 1)); };
  switch (random() % 7) {
    case 0: break;
    case 1: append(bytes, other); break;  // merged
    case 2: bytes.resize(random() % (bytes.size() + 1)); break;
    case 3: bytes.insert(bytes.begin() + at(), static_cast<std::uint8_t>(random())); break;
    case 4: bytes.insert(bytes.begin() + at(), random() % 12, std::uint8_t{0x80}); break;  // long varints
    case 5: bytes.insert(bytes.begin() + at(), other.begin(), other.end()); break;
    default:
      for (auto count = 1 + random() % 3; count > 0 && !bytes.empty(); --count) {
        bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      }
  }
  return bytes;
}

// The library takes groups among unknown fields, the reader does not: such bytes are left out.
bool may_hold_group(const Bytes& bytes) {
  for (const std::uint8_t byte : bytes) {
    if ((byte & 7) == 3) return true;
  }
  return false;
}

template <class Message>
void compare(std::uint64_t seed, const Nested* nested) {
  Random64 random(seed);
  int taken = 0, refused = 0, groups = 0;
  for (int round = 0; round < 60'000; ++round) {
    Message one, two;
    fill(random, one);
    fill(random, two);
    const Bytes bytes = broken(random, serialise(one), serialise(two));
    const Parsed in(bytes, nested);
    Message expected;
    const bool parses = parse(expected, bytes);
    INFO("seed " << seed << " round " << round << ' ' << hex(bytes));
    if (!in && parses) {
      REQUIRE(may_hold_group(bytes));
      ++groups;
      continue;
    }
    REQUIRE(static_cast<bool>(in) == parses);
    if (parses) REQUIRE(same(expected, *in));
    ++(parses ? taken : refused);
  }
  CHECK(taken > 10'000);
  CHECK(refused > 5'000);
  CHECK(groups < 600);
}

}  // namespace

TEST_CASE("whatever the bytes, the reader says what the generated class says") {
  compare<pb::SyncdPatch>(1, kTestPatch);
  compare<pb::AppStateSyncKey>(2, kTestKey);
  compare<pb::MessageKey>(3, nullptr);
}

TEST_CASE("numbers are cut and signed as the library does it") {
  for (const std::uint64_t value : {0ull, 1ull, 0x7FFFFFFFull, 0x80000000ull, 0xFFFFFFFFull, 0x1'0000'0001ull, ~0ull}) {
    const Bytes bytes = Writer().number(1, value).number(4, value).written();
    pb::ADVDeviceIdentity expected;
    REQUIRE(parse(expected, bytes));
    const Parsed in(bytes);
    REQUIRE(in->uint32(1) == expected.raw_id());
    REQUIRE(in->int32(4) == expected.account_type());
  }
  pb::SyncActionData negative;
  negative.set_version(-2);
  REQUIRE(Writer().integer(4, -2).written() == serialise(negative));
  REQUIRE(Parsed(serialise(negative))->int32(4) == -2);
}

TEST_CASE("the last one of a field counts, and another wire type is another field") {
  const Bytes bytes = Writer().text(1, "first").text(1, "last").number(1, 7).number(2, 1).text(2, "x").written();
  const Parsed in(bytes);
  REQUIRE(in->text(1) == "last");
  REQUIRE(in->uint64(1) == 7);
  REQUIRE(in->count(1) == 2);
  REQUIRE(in->flag(2));
  REQUIRE(in->has_number(2));
  REQUIRE_FALSE(in->has_number(3));
  REQUIRE_FALSE(in->has(3));
  REQUIRE(in->message(3).raw().empty());
}

TEST_CASE("a message given in parts is one") {
  Writer first, second;
  first.text(1, "kept").text(2, "lost");
  second.text(2, "last");
  const Bytes bytes = Writer().message(5, first).number(1, 1).message(5, second).written();
  const Nested nested[] = {{5}, {}};
  const Parsed in(bytes, nested);
  const Reader one = in->message(5), again = in->message(5);
  REQUIRE(one.text(1) == "kept");
  REQUIRE(one.text(2) == "last");
  REQUIRE(again.text(2) == "last");
}

TEST_CASE("what is malformed inside is malformed as a whole, where it is said to be a message") {
  const Nested nested[] = {{2}, {}};
  const Bytes inside = Writer().bytes(2, Bytes{0x0A, 0x05, 'x'}).written();
  REQUIRE_FALSE(Parsed(inside, nested));
  REQUIRE(Parsed(inside));
  REQUIRE(Parsed(inside)->has(2));
  REQUIRE_FALSE(Parsed(inside, nested)->has(2));
}

TEST_CASE("messages nest as deep as the library lets them") {
  static const Nested kWrapper[] = {{1, kWrapper}, {}};
  Bytes bytes;
  for (int depth = 1; depth <= 102; ++depth) {
    bytes = Writer().bytes(1, bytes).written();
    const bool fits = depth <= Parsed::kNestingMax;
    REQUIRE(static_cast<bool>(Parsed(bytes, kWrapper)) == fits);
    if (depth % 2 == 0) continue;
    pb::Message::DeviceSent sent;  // destination 1, message 2, which has the next one as 31
    Bytes deep;
    for (int level = 0; level < depth; ++level) deep = Writer().bytes(level % 2 == depth % 2 ? 31 : 2, deep).written();
    REQUIRE(parse(sent, deep) == fits);
  }
}

TEST_CASE("every field is walked, and written again as it was") {
  Bytes bytes = Writer().number(1, 300).text(2, "two").real(3, 1.5).written();
  append(bytes, Bytes{0x25, 1, 2, 3, 4});  // 4, fixed32
  const Parsed in(bytes);
  REQUIRE(in);
  Writer copy;
  Items items = in->items();
  for (Item item; items.next(item);) copy.item(item);
  REQUIRE(copy.written() == bytes);
  REQUIRE_FALSE(items.malformed());
}

TEST_CASE("what no message has is refused") {
  for (const Bytes& bytes : {Bytes{0x00}, Bytes{0x02, 0x00}, Bytes{0x0B, 0x0C}, Bytes{0x0C}, Bytes{0x0E}, Bytes{0x0F},
                             Bytes{0x08}, Bytes{0x09, 1, 2, 3}, Bytes{0x0D, 1}, Bytes{0x0A, 0x01},
                             Bytes{0x0A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, Bytes(11, 0x80)}) {
    INFO(hex(bytes));
    REQUIRE_FALSE(Parsed(bytes));
  }
}

}  // namespace wa::proto
