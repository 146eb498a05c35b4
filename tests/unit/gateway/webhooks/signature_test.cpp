#include "gateway/webhooks/signature.h"

#include <sodium.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace wa;
using namespace wa::gateway;

namespace {

// Not our HMAC: libsodium's, straight.
std::string hmac_hex(const std::string& key, const std::string& text) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  unsigned char mac[32];
  crypto_auth_hmacsha256_final(&state, mac);
  char out[65];
  sodium_bin2hex(out, sizeof out, mac, sizeof mac);
  return out;
}

const Envelope kEnvelope{"0b8e4d4e-0000-4000-8000-0000000000aa", "call.offer", 1767225600, "d", "u", R"({"call_id":"A1"})"};

}  // namespace

TEST_CASE("the envelope is the published one, in order, signed as api.md 6.5 says") {
  const std::string plain = build_envelope(kEnvelope, "");
  CHECK(plain == R"({"id":"0b8e4d4e-0000-4000-8000-0000000000aa","event":"call.offer","timestamp":1767225600,)"
                 R"("device_id":"d","user_id":"u","data":{"call_id":"A1"}})");
  const std::string signed_body = build_envelope(kEnvelope, "s3cret");
  // Computed with another implementation.
  CHECK(nlohmann::json::parse(signed_body)["signature"] ==
        "sha256=3fc13fc6d59ab4b491fcb134cc6dea3390550b44641cc535ca5a144b561ddb59");
  // A receiver may cut the member off textually.
  const std::size_t cut = signed_body.find(",\"signature\":");
  REQUIRE(cut != std::string::npos);
  const std::string without = signed_body.substr(0, cut) + "}";
  CHECK(without == plain);
  CHECK(signed_body.substr(cut) == ",\"signature\":\"sha256=" + hmac_hex("s3cret", plain) + "\"}");
}

TEST_CASE("Standard Webhooks: the example of the specification") {
  CHECK(standard_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                           R"({"test": 2432232314})") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("the key of a secret") {
  CHECK(standard_webhook_key("s3cret") == to_bytes("s3cret"));
  CHECK(standard_webhook_key("whsec_czNjcmV0") == to_bytes("s3cret"));  // the prefixed form of the same key
  CHECK(standard_webhook_key("whsec_") == to_bytes("whsec_"));
  CHECK(standard_webhook_key("whsec_%%%") == to_bytes("whsec_%%%"));
}

TEST_CASE("text in the envelope is escaped") {
  const Envelope odd{"i\"d", "e", 1, "d\\", "u\n", "{}"};
  const auto parsed = nlohmann::json::parse(build_envelope(odd, "k"));
  CHECK(parsed["id"] == "i\"d");
  CHECK(parsed["device_id"] == "d\\");
  CHECK(parsed["user_id"] == "u\n");
}
