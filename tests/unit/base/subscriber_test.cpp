#include "base/subscriber.h"

#include <catch2/catch.hpp>

using namespace wa;

TEST_CASE("two spellings of one subscriber") {
  CHECK(same_subscriber("5562988887777", "556288887777"));
  CHECK(same_subscriber("5215512345678", "525512345678"));
  CHECK(same_subscriber("541123456789", "5491123456789"));
  CHECK_FALSE(same_subscriber("5562988887777", "5562988887778"));
  CHECK_FALSE(same_subscriber("4915112345678", "495112345678"));
  CHECK_FALSE(same_subscriber("556288887777", "5562888877779"));
}
