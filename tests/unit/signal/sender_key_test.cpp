#include "base/limits.h"
#include "signal/sender_key.h"
#include "unit/signal/party.h"

using namespace wa;

namespace {

const std::string kGroup = "120363000000000000@g.us";
const signal::Address kSender{"1234_1", 2};

struct Group {
  store::MemoryStore sender_rows, receiver_rows;
  store::Txn sender{sender_rows}, receiver{receiver_rows};
  test::ScriptedRandom random;

  void introduce() {
    const Bytes distribution = signal::create_distribution(sender, kGroup, kSender, random);
    REQUIRE(signal::process_distribution(receiver, kGroup, kSender, distribution).ok());
  }
  Bytes seal(std::string_view text) { return *signal::encrypt_sender_key(sender, kGroup, kSender, view(text), random); }
  Errc open(const Bytes& message) {
    const auto opened = signal::decrypt_sender_key(receiver, kGroup, kSender, message);
    return opened ? Errc::ok : opened.error().code;
  }
};

}  // namespace

TEST_CASE("a sender key starts where its distribution says") {
  Group group;
  (void)signal::create_distribution(group.sender, kGroup, kSender, group.random);
  const Bytes before = group.seal("before you came");
  group.introduce();
  CHECK(group.open(before) == Errc::duplicate);
  CHECK(group.open(group.seal("welcome")) == Errc::ok);
}

TEST_CASE("a distribution that comes again does not turn back the chain") {
  Group group;
  const Bytes distribution = signal::create_distribution(group.sender, kGroup, kSender, group.random);
  REQUIRE(signal::process_distribution(group.receiver, kGroup, kSender, distribution).ok());
  const Bytes first = group.seal("one");
  CHECK(group.open(first) == Errc::ok);
  REQUIRE(signal::process_distribution(group.receiver, kGroup, kSender, distribution).ok());
  CHECK(group.open(first) == Errc::duplicate);
}

TEST_CASE("limits of iterations") {
  Group group;
  group.introduce();
  const Bytes first = group.seal("first");
  for (std::uint32_t i = 1; i < limits::kSenderKeyJumpMax; ++i) (void)group.seal("");
  const Bytes at_limit = group.seal("at the limit");
  const Bytes beyond = group.seal("beyond");
  CHECK(group.open(beyond) == Errc::too_large);
  CHECK(group.open(at_limit) == Errc::ok);
  CHECK(group.open(beyond) == Errc::ok);
  CHECK(group.open(first) == Errc::duplicate);  // of a long gap only the newest keys are kept
}

TEST_CASE("at most five states per sender") {
  Group receiver;
  std::vector<Bytes> messages;
  for (std::size_t i = 0; i <= limits::kSenderKeyStatesMax; ++i) {
    store::MemoryStore rows;
    store::Txn txn(rows);
    const Bytes distribution = signal::create_distribution(txn, kGroup, kSender, receiver.random);
    REQUIRE(signal::process_distribution(receiver.receiver, kGroup, kSender, distribution).ok());
    messages.push_back(*signal::encrypt_sender_key(txn, kGroup, kSender, view("x"), receiver.random));
  }
  CHECK(receiver.open(messages.front()) == Errc::no_sender_key);
  for (std::size_t i = 1; i < messages.size(); ++i) CHECK(receiver.open(messages[i]) == Errc::ok);
}

TEST_CASE("malformed distributions") {
  Group group;
  const Bytes good = signal::create_distribution(group.sender, kGroup, kSender, group.random);
  for (std::size_t length = 0; length < good.size(); ++length) {
    CHECK_FALSE(signal::process_distribution(group.receiver, kGroup, kSender, ByteView(good).first(length)).ok());
  }
  CHECK(group.receiver.take().empty());
}

TEST_CASE("of one group more than are kept, the one whose key was not used for the longest time gives way") {
  Group group;
  constexpr std::size_t kMost = 3;
  const auto introduce = [&](const std::string& name, std::int64_t ms) {
    const Bytes distribution = signal::create_distribution(group.sender, name, kSender, group.random);
    REQUIRE(signal::process_distribution(group.receiver, name, kSender, distribution, {ms}, kMost).ok());
  };
  const auto readable = [&](const std::string& name, std::int64_t ms) {
    const Bytes sealed = *signal::encrypt_sender_key(group.sender, name, kSender, view("x"), group.random);
    signal::Work work;
    return signal::decrypt_sender_key(group.receiver, name, kSender, sealed, work, {ms}).ok();
  };
  introduce("c", 1);
  introduce("b", 2);
  introduce("a", 3);
  CHECK(readable("c", 4));
  introduce("d", 5);
  CHECK_FALSE(readable("b", 6));
  CHECK((readable("a", 7) && readable("c", 8) && readable("d", 9)));

  SECTION("a row of before there was a time is read, and counts as the oldest") {
    const std::string id = kSender.row_id() + "/d";
    Bytes row = *group.receiver.get(store::Table::sender_keys, id);
    row.erase(row.begin() + 1, row.begin() + 9);
    row.front() = 1;
    group.receiver.put(store::Table::sender_keys, id, row);
    CHECK(readable("d", 10));
    group.receiver.put(store::Table::sender_keys, id, row);
    introduce("e", 11);
    CHECK_FALSE(readable("d", 12));
    CHECK((readable("a", 13) && readable("c", 14) && readable("e", 15)));
  }
}
