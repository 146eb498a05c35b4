// No server hello and no certificate that is not signed by the root is ever accepted.
#include "fuzz/fuzz.h"
#include "noise/handshake.h"

using namespace wa;

void fuzz_one(ByteView input) {
  const auto key = crypto::KeyPair::from_private({1, 2, 3});
  noise::Handshake handshake(key, crypto::KeyPair::from_private({4, 5, 6}));
  noise::CertificatePolicy policy;
  policy.root_key = crypto::KeyPair::from_private({7, 8, 9}).public_key;
  const WallTime now = WallTime::from_seconds(1'790'000'000);
  WA_ASSERT(!handshake.on_server_hello(input, {}, policy, now).ok());
  WA_ASSERT(!noise::verify_certificate(input, key.public_key, policy, now).ok());
}
