// What one message of a contact may cost: HMACs and agreements are counted where libsodium is called (the linker's --wrap),
// whatever the code under test believes of its limits.
#include "base/limits.h"
#include "signal/sender_key.h"
#include "unit/signal/party.h"

namespace work_test {

using namespace wa;
using store::Table;
using test::Party;

namespace {

std::size_t hmacs = 0, agreements = 0;

// A contact with as many sessions as we keep, each with a message of ours that was read (so that none is a pkmsg any more).
struct ManySessions {
  Party alice{"alice", 1}, bob{"bob", 2};
  ManySessions() {
    for (std::size_t i = 0; i <= limits::kArchivedSessionsMax; ++i) {
      alice.start(bob);
      skip(600);
      REQUIRE(bob.open(alice, alice.seal(bob, "hello")).ok());
    }
  }
  void skip(int messages) {
    for (int i = 0; i < messages; ++i) (void)alice.seal(bob, "lost on the way");
  }
  std::size_t session_bytes() const {
    std::size_t out = 0;
    for (const auto& row : bob.rows.rows()) out += row.first.table == Table::sessions ? row.second.size() : 0;
    return out;
  }
};

Errc error_of(const Result<std::string>& result) { return result ? Errc::ok : result.error().code; }

}  // namespace

extern "C" {
int __real_crypto_auth_hmacsha256_final(void*, unsigned char*);
int __real_crypto_scalarmult_curve25519(unsigned char*, const unsigned char*, const unsigned char*);
int __wrap_crypto_auth_hmacsha256_final(void* state, unsigned char* out) {
  ++hmacs;
  return __real_crypto_auth_hmacsha256_final(state, out);
}
int __wrap_crypto_scalarmult_curve25519(unsigned char* out, const unsigned char* n, const unsigned char* p) {
  ++agreements;
  return __real_crypto_scalarmult_curve25519(out, n, p);
}
}

TEST_CASE("the worst message of a contact is bounded over all sessions") {
  ManySessions both;
  REQUIRE(both.bob.count(Table::sessions) == limits::kArchivedSessionsMax + 1);
  // A chain nobody has seen, at a counter every session allows, with a MAC that fits none of them.
  const std::uint32_t counter = GENERATE(limits::kRatchetJumpMax, signal::kArchivedJumpMax);
  both.alice.start(both.bob);
  both.skip(static_cast<int>(counter));
  signal::Encrypted sealed = both.alice.seal(both.bob, "x");
  sealed.message = signal::parse_prekey_message(sealed.message)->message.raw;
  sealed.message.back() ^= 1;
  sealed.is_prekey = false;
  hmacs = agreements = 0;
  CHECK(error_of(both.bob.open(both.alice, sealed)) == Errc::bad_mac);
  INFO("counter " << counter << ": " << hmacs << " HMACs, " << agreements << " agreements");
  CHECK(hmacs >= 2 * counter);
  CHECK(hmacs < 14'000);  // 7 ms; it was 164,000 for a counter of 2,000
  CHECK(agreements <= limits::kArchivedSessionsMax + 1);
}

TEST_CASE("a sender whose work is spent costs nothing more, and is read again when it has some") {
  ManySessions both;
  both.skip(100);
  const auto late = both.alice.seal(both.bob, "late");
  Bytes bad = signal::parse_prekey_message(late.message)->message.raw;
  bad.back() ^= 1;
  signal::Work work;
  std::size_t first = 0, last = 0;
  for (int i = 0; i < 500; ++i) {
    hmacs = 0;
    store::Txn txn(both.bob.rows);
    CHECK_FALSE(signal::decrypt_message(txn, both.alice.address, bad, both.bob.random, work).ok());
    CHECK(txn.take().empty());
    (i == 0 ? first : last) = hmacs;
  }
  CHECK(first > 0);
  CHECK(last == 0);
  CHECK(*both.bob.open(both.alice, late) == "late");
}

TEST_CASE("new sessions take from the work of their sender") {
  Party alice("alice", 1), bob("bob", 2);
  signal::Work work;
  int taken = 0;
  for (int i = 0; i < 200; ++i) {
    alice.start(bob, false);
    const auto message = alice.seal(bob, "again").message;
    store::Txn txn(bob.rows);
    agreements = 0;
    if (signal::decrypt_prekey_message(txn, bob.own, alice.address, message, bob.random, work)) {
      ++taken;
      bob.commit(txn);
    } else {
      CHECK(agreements == 0);
    }
  }
  CHECK(taken >= 40);
  CHECK(taken <= 80);
}

TEST_CASE("skipped keys of all sessions of a contact together stay small, the oldest go first") {
  ManySessions both;
  const std::size_t key_bytes = 36;
  CHECK(both.session_bytes() < 2 * 2'000 * key_bytes + 41 * 1'000);
  SECTION("the newest are still there") {
    Party carol("carol", 5);
    carol.start(both.bob);
    const auto first = carol.seal(both.bob, "first"), second = carol.seal(both.bob, "second");
    REQUIRE(both.bob.open(carol, second).ok());
    both.bob.start(carol);  // archives it
    both.bob.start(carol);
    CHECK(*both.bob.open(carol, first) == "first");
  }
  SECTION("of one session") {
    Party carol("carol", 5);
    carol.start(both.bob);
    for (int turn = 0; turn < 4; ++turn) {
      for (int i = 0; i < 1'500; ++i) (void)carol.seal(both.bob, "lost");
      REQUIRE(both.bob.open(carol, carol.seal(both.bob, "read")).ok());
      REQUIRE(carol.open(both.bob, both.bob.seal(carol, "answer")).ok());
    }
    CHECK(both.bob.rows.get({Table::sessions, "carol.0"})->size() < 2'000 * key_bytes + 1'000);
  }
}

TEST_CASE("jumps of a sender key take from the work of their sender; its keys are bounded over all states") {
  const std::string group = "120363000000000000@g.us";
  const signal::Address sender{"1234_1", 2};
  test::ScriptedRandom random(3);
  store::MemoryStore rows;
  store::Txn receiver(rows);
  signal::Work work;
  std::size_t last = 0;
  for (int i = 0; i < 20; ++i) {
    store::MemoryStore sender_rows;
    store::Txn txn(sender_rows);
    REQUIRE(signal::process_distribution(receiver, group, sender, signal::create_distribution(txn, group, sender, random)).ok());
    for (int skipped = 0; skipped < 1'900; ++skipped) (void)signal::encrypt_sender_key(txn, group, sender, view(""), random);
    const auto message = signal::encrypt_sender_key(txn, group, sender, view("x"), random);
    hmacs = 0;
    const auto opened = signal::decrypt_sender_key(receiver, group, sender, *message, work);
    CHECK(opened.ok() == (i < 11));
    last = hmacs;
  }
  CHECK(last == 0);
  CHECK(receiver.get(Table::sender_keys, sender.row_id() + '/' + group)->size() < 2'000 * 36 + 2'000);
}

}  // namespace work_test
