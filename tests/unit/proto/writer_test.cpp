// The writer against the library: what it writes is, byte for byte, what the generated classes write, and what they read back.
#include <catch2/catch.hpp>

#include <limits>

#include "e2e.pb.h"
#include "payload.pb.h"
#include "proto/message.h"
#include "proto/writer.h"

namespace wa::proto {

TEST_CASE("numbers of every length are written as the library writes them") {
  for (int bits = 0; bits < 64; ++bits) {
    for (const std::uint64_t value : {(1ull << bits) - 1, 1ull << bits}) {
      pb::ClientPayload expected;
      expected.set_username(value);
      expected.set_lid_db_migrated(bits % 2 == 0);
      Writer writer;
      writer.number(pb::ClientPayload::kUsernameFieldNumber, value)
          .number(pb::ClientPayload::kLidDbMigratedFieldNumber, bits % 2 == 0);
      REQUIRE(writer.written() == serialise(expected));
    }
  }
}

TEST_CASE("texts, bytes and messages are written as the library writes them") {
  for (const std::size_t size : {0u, 1u, 127u, 128u, 16'384u}) {
    pb::ClientPayload expected;
    expected.mutable_user_agent()->set_mcc(std::string(size, 'x'));
    expected.set_push_name("name");
    Writer agent;
    agent.text(pb::UserAgent::kMccFieldNumber, std::string(size, 'x'));
    Writer writer;
    writer.message(pb::ClientPayload::kUserAgentFieldNumber, agent).text(pb::ClientPayload::kPushNameFieldNumber, "name");
    REQUIRE(writer.written() == serialise(expected));
  }
}

TEST_CASE("reals are written as the library writes them") {
  for (const double value : {0.0, -0.0, -23.55, 90.0, 1e-300, std::numeric_limits<double>::infinity()}) {
    pb::LocationMessage expected;
    expected.set_degrees_latitude(value);
    REQUIRE(Writer().real(pb::LocationMessage::kDegreesLatitudeFieldNumber, value).written() == serialise(expected));
  }
}

TEST_CASE("a prefix stands before the message, and malformed bytes are refused") {
  pb::ContactMessage card;
  card.set_display_name("Ana");
  const Bytes prefix = {0x33};
  const Bytes bytes = serialise(card, prefix);
  REQUIRE(bytes == concat({prefix, serialise(card)}));
  pb::ContactMessage back;
  REQUIRE(parse(back, ByteView(bytes).subspan(1)));
  REQUIRE(back.display_name() == "Ana");
  REQUIRE_FALSE(parse(back, ByteView(bytes).subspan(1, bytes.size() - 2)));
}

}  // namespace wa::proto
