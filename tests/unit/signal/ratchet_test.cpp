#include "base/limits.h"
#include "signal/address.h"
#include "unit/signal/party.h"

using namespace wa;
using test::Party;

TEST_CASE("addresses keep the namespaces apart") {
  const struct { const char* jid; const char* row; } kRows[] = {
      {"5511999999999@s.whatsapp.net", "5511999999999.0"},
      {"5511999999999:12@s.whatsapp.net", "5511999999999.12"},
      {"5511999999999:12@lid", "5511999999999_1.12"},
      {"5511999999999:99@hosted", "5511999999999_128.99"},
      {"5511999999999:99@hosted.lid", "5511999999999_129.99"},
  };
  for (const auto& row : kRows) {
    INFO(row.jid);
    CHECK(signal::address_of(*wire::parse_jid(row.jid)).row_id() == row.row);
  }
}

TEST_CASE("a ratchet is the same after its row") {
  Party alice("alice", 1), bob("bob", 2);
  alice.start(bob);
  (void)alice.seal(bob, "lost");
  REQUIRE(bob.open(alice, alice.seal(bob, "read")).ok());
  for (const auto& row : {alice.rows.get({store::Table::sessions, "bob.0"}), bob.rows.get({store::Table::sessions, "alice.0"})}) {
    REQUIRE(row);
    const auto ratchet = signal::Ratchet::decode(*row);
    REQUIRE(ratchet.ok());
    CHECK(ratchet->encode() == *row);
    SECTION("damaged rows are refused") {
      for (std::size_t length = 0; length < row->size(); length += 7) {
        CHECK_FALSE(signal::Ratchet::decode(ByteView(*row).first(length)).ok());
      }
      Bytes other_version = *row;
      other_version[0] = 99;
      CHECK_FALSE(signal::Ratchet::decode(other_version).ok());
    }
  }
}

TEST_CASE("a low-order ratchet key is refused") {
  Party alice("alice", 1), bob("bob", 2);
  auto bundle = bob.bundle();
  bundle.signed_prekey = {};
  const auto base = crypto::KeyPair::generate(alice.random), first = crypto::KeyPair::generate(alice.random);
  CHECK_FALSE(signal::start_as_initiator(alice.own.identity, 1, bundle, base, first).ok());
}
