#include <algorithm>

#include "base/limits.h"
#include "signal.pb.h"
#include "signal/sender_key.h"
#include "unit/signal/party.h"

using namespace wa;
using test::Party;
using store::Table;

namespace {

Errc error_of(const Result<std::string>& result) { return result ? Errc::ok : result.error().code; }

void greet(Party& a, Party& b) {
  a.start(b);
  REQUIRE(*b.open(a, a.seal(b, "hello")) == "hello");
  REQUIRE(*a.open(b, b.seal(a, "hello yourself")) == "hello yourself");
}

}  // namespace

TEST_CASE("a prekey message starts a session and consumes its prekey in the same commit") {
  Party alice("alice", 1), bob("bob", 2);
  alice.start(bob);
  const auto message = alice.seal(bob, "first");
  REQUIRE(message.is_prekey);
  const std::size_t prekeys = bob.count(Table::prekeys);
  {
    store::Txn txn(bob.rows);
    const auto opened = signal::decrypt_prekey_message(txn, bob.own, alice.address, message.message, bob.random);
    REQUIRE(opened.ok());
    CHECK(opened->new_session);
    CHECK_FALSE(opened->identity_changed);
    // Not committed: as if the process had died here.
  }
  CHECK(bob.count(Table::prekeys) == prekeys);
  CHECK(*bob.open(alice, message) == "first");
  CHECK(bob.count(Table::prekeys) == prekeys - 1);
  CHECK(error_of(bob.open(alice, message)) == Errc::duplicate);
  CHECK(alice.seal(bob, "again").is_prekey);
  REQUIRE(alice.open(bob, bob.seal(alice, "answer")).ok());
  CHECK_FALSE(alice.seal(bob, "now ordinary").is_prekey);
}

TEST_CASE("a prekey that is gone is its own error") {
  Party alice("alice", 1), bob("bob", 2);
  const auto bundle = bob.bundle();
  {
    store::Txn txn(bob.rows);
    signal::erase_prekey(txn, bundle.prekey->first);
    bob.commit(txn);
  }
  store::Txn txn(alice.rows);
  REQUIRE(signal::start_session(txn, alice.own, bob.address, bundle, alice.random).ok());
  alice.commit(txn);
  CHECK(error_of(bob.open(alice, alice.seal(bob, "lost"))) == Errc::no_prekey);
}

TEST_CASE("bundles are signed by their identity") {
  Party alice("alice", 1), bob("bob", 2), mallory("mallory", 3);
  auto bundle = bob.bundle();
  store::Txn txn(alice.rows);
  SECTION("the signature is altered") { bundle.signed_prekey_signature[5] ^= 1; }
  SECTION("the signed prekey is another one") { bundle.signed_prekey = mallory.signed_prekey.key.public_key; }
  SECTION("the identity is another one") { bundle.identity = mallory.own.identity.public_key; }
  const auto started = signal::start_session(txn, alice.own, bob.address, bundle, alice.random);
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().code == Errc::bad_signature);
  CHECK(txn.take().empty());
}

TEST_CASE("limits of counters") {
  Party alice("alice", 1), bob("bob", 2);
  greet(alice, bob);
  const auto first = alice.seal(bob, "in time");
  for (std::uint32_t i = 0; i < limits::kRatchetJumpMax - 1; ++i) (void)alice.seal(bob, "lost on the way");
  const auto at_limit = alice.seal(bob, "at the limit");
  const auto beyond = alice.seal(bob, "one beyond");
  CHECK(error_of(bob.open(alice, beyond)) == Errc::too_large);
  CHECK(*bob.open(alice, at_limit) == "at the limit");
  CHECK(*bob.open(alice, beyond) == "one beyond");
  CHECK(*bob.open(alice, first) == "in time");
  CHECK(error_of(bob.open(alice, first)) == Errc::duplicate);
}

TEST_CASE("receiving chains: the newest five are kept") {
  Party alice("alice", 1), bob("bob", 2);
  greet(alice, bob);
  std::vector<signal::Encrypted> late;
  for (std::size_t i = 0; i <= limits::kReceivingChainsMax; ++i) {
    late.push_back(alice.seal(bob, "late"));
    REQUIRE(bob.open(alice, alice.seal(bob, "step")).ok());
    REQUIRE(alice.open(bob, bob.seal(alice, "step back")).ok());
  }
  CHECK_FALSE(bob.open(alice, late.front()).ok());
  for (std::size_t i = 1; i < late.size(); ++i) CHECK(bob.open(alice, late[i]).ok());
}

TEST_CASE("both start at once: either session decrypts, success promotes") {
  Party alice("alice", 1), bob("bob", 2);
  alice.start(bob);
  bob.start(alice);
  const auto from_alice = alice.seal(bob, "a"), from_bob = bob.seal(alice, "b");
  REQUIRE(*alice.open(bob, from_bob) == "b");
  REQUIRE(*bob.open(alice, from_alice) == "a");
  CHECK(alice.count(Table::sessions) == 2);
  CHECK(bob.count(Table::sessions) == 2);
  for (int i = 0; i < 4; ++i) {
    REQUIRE(*bob.open(alice, alice.seal(bob, "ping")) == "ping");
    REQUIRE(*alice.open(bob, bob.seal(alice, "pong")) == "pong");
  }
}

TEST_CASE("archived sessions are bounded and still read") {
  Party alice("alice", 1), bob("bob", 2);
  greet(alice, bob);
  const auto old = alice.seal(bob, "from the first session");
  for (std::size_t i = 0; i < limits::kArchivedSessionsMax; ++i) bob.start(alice);
  CHECK(bob.count(Table::sessions) == limits::kArchivedSessionsMax + 1);
  CHECK(*bob.open(alice, old) == "from the first session");
  for (std::size_t i = 0; i < limits::kArchivedSessionsMax + 5; ++i) bob.start(alice);
  CHECK(bob.count(Table::sessions) == limits::kArchivedSessionsMax + 1);
  CHECK(error_of(bob.open(alice, alice.seal(bob, "too late"))) == Errc::bad_mac);
}

TEST_CASE("a new identity is taken and told") {
  Party alice("alice", 1), bob("bob", 2), reinstalled("alice", 9);
  greet(alice, bob);
  reinstalled.start(bob);
  const auto message = reinstalled.seal(bob, "new phone");
  store::Txn txn(bob.rows);
  const auto opened = signal::decrypt_prekey_message(txn, bob.own, alice.address, message.message, bob.random);
  REQUIRE(opened.ok());
  CHECK(opened->identity_changed);
  CHECK(signal::identity_of(txn, alice.address) == reinstalled.own.identity.public_key);
}

TEST_CASE("messages of a later protocol are refused") {
  Party alice("alice", 1), bob("bob", 2);
  alice.start(bob);
  auto message = alice.seal(bob, "x");
  SECTION("kyber fields") {
    pb::PreKeySignalMessage parsed;
    REQUIRE(parsed.ParseFromArray(message.message.data() + 1, static_cast<int>(message.message.size() - 1)));
    parsed.set_kyber_pre_key_id(1);
    const std::string raw = parsed.SerializeAsString();
    message.message.resize(1);
    append(message.message, raw);
  }
  SECTION("version 4") { message.message[0] = 0x44; }
  SECTION("empty") { message.message.clear(); }
  CHECK(error_of(bob.open(alice, message)) == Errc::bad_input);
}

TEST_CASE("every altered byte of a message is refused and changes nothing") {
  Party alice("alice", 1), bob("bob", 2);
  greet(alice, bob);
  const auto message = alice.seal(bob, "authentic");
  for (std::size_t i = 0; i < message.message.size(); ++i) {
    auto altered = message;
    altered.message[i] ^= 0x01;
    if (i == 0) altered.message[i] = 0x23;
    INFO("byte " << i);
    CHECK_FALSE(bob.open(alice, altered).ok());
  }
  CHECK(*bob.open(alice, message) == "authentic");
}

TEST_CASE("sessions, identities and sender keys move to another name") {
  Party alice("5511999999999", 1), bob("bob", 2);
  greet(alice, bob);
  const auto pending = alice.seal(bob, "sent before");
  store::Txn txn(bob.rows);
  const std::string group = "120363000000000000@g.us";
  test::ScriptedRandom random(5);
  store::MemoryStore elsewhere;
  store::Txn sender(elsewhere);
  const Bytes distribution = signal::create_distribution(sender, group, alice.address, random);
  REQUIRE(signal::process_distribution(txn, group, alice.address, distribution).ok());
  CHECK(signal::migrate_sessions(txn, "5511999999999", "1234_1") == 1);
  const signal::Address lid{"1234_1", 0};
  CHECK(signal::has_session(txn, lid));
  CHECK_FALSE(signal::has_session(txn, alice.address));
  CHECK(signal::identity_of(txn, lid) == alice.own.identity.public_key);
  CHECK(signal::decrypt_message(txn, lid, pending.message, bob.random).ok());
  const auto in_group = signal::encrypt_sender_key(sender, group, alice.address, view("hi"), random);
  CHECK(signal::decrypt_sender_key(txn, group, lid, *in_group).ok());
  SECTION("what is there already stays") {
    bob.commit(txn);
    bob.start(alice);
    store::Txn again(bob.rows);
    CHECK(signal::migrate_sessions(again, "5511999999999", "1234_1") == 0);
    CHECK(signal::has_session(again, alice.address));
    CHECK(signal::has_session(again, lid));
  }
}

// Laws that hold for any schedule: what was sent is read once, whatever the order; nothing is read twice.
TEST_CASE("random schedules between two parties") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Party alice("alice", seed), bob("bob", seed + 100);
    test::ScriptedRandom dice(seed * 7919);
    alice.start(bob);
    if (seed % 3 == 0) bob.start(alice);
    struct Flying { bool to_bob; signal::Encrypted message; std::string text; };
    std::vector<Flying> flying, delivered;
    for (int step = 0; step < 120; ++step) {
      const bool can_send = alice.count(Table::sessions) > 0 && bob.count(Table::sessions) > 0;
      const bool by_alice = !can_send || dice.below(2) == 0;
      if (flying.empty() || dice.below(100) < 45) {
        const std::string text = "message " + std::to_string(step);
        flying.push_back({by_alice, by_alice ? alice.seal(bob, text) : bob.seal(alice, text), text});
        continue;
      }
      // Mostly in order, sometimes not, some never.
      const std::size_t pick = dice.below(4) == 0 ? dice.below(static_cast<std::uint32_t>(flying.size())) : 0;
      Flying one = flying[pick];
      flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(pick));
      if (dice.below(20) == 0) continue;
      const auto opened = one.to_bob ? bob.open(alice, one.message) : alice.open(bob, one.message);
      INFO("seed " << seed << " step " << step);
      REQUIRE(opened.ok());
      REQUIRE(*opened == one.text);
      delivered.push_back(std::move(one));
    }
    for (const Flying& one : delivered) {
      INFO("seed " << seed << " " << one.text);
      REQUIRE_FALSE((one.to_bob ? bob.open(alice, one.message) : alice.open(bob, one.message)).ok());
    }
  }
}
