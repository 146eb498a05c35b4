// What is kept of the signed device identity at pairing, against the generated class.
#include <catch2/catch.hpp>

#include "adv.pb.h"
#include "client/rows/device_identity.h"
#include "crypto/hash.h"
#include "proto/message.h"
#include "unit/signal/scripted_random.h"

using namespace wa;

namespace {

// As the phone signs it; `extra` are fields that this program does not know.
Bytes signed_for(const crypto::PublicKey& identity, const crypto::KeyPair& account, ByteView secret, const Bytes& extra,
                 Random& random) {
  pb::ADVDeviceIdentity details;
  details.set_key_index(3);
  pb::ADVSignedDeviceIdentity out;
  out.set_details(details.SerializeAsString());
  out.set_account_signature_key(to_string(account.public_key));
  const Bytes prefix = {6, 0};
  const Bytes covered = concat({prefix, view(out.details()), identity});
  out.set_account_signature(to_string(crypto::xeddsa_sign(account.private_key, covered, random.array<64>())));
  Bytes bytes = proto::serialise(out);
  bytes.insert(bytes.begin(), extra.begin(), extra.end());
  append(bytes, extra);
  pb::ADVSignedDeviceIdentityHMAC sealed;
  sealed.set_details(to_string(bytes));
  sealed.set_hmac(to_string(crypto::hmac_sha256(secret, {ByteView(bytes)})));
  return proto::serialise(sealed);
}

}  // namespace

TEST_CASE("fields of the device identity that this program does not know are kept as the library keeps them") {
  test::ScriptedRandom random;
  const auto account = crypto::KeyPair::generate(random), identity = crypto::KeyPair::generate(random);
  const ByteArray<32> secret = random.array<32>();
  // 9: a long varint; 1: of another type; 10: fixed32; 11: fixed64; 12: bytes.
  const Bytes extra = {0x48, 0x85, 0x80, 0x00, 0x08, 0x07, 0x55, 1, 2,    3,   4, 0x59,
                       1,    2,    3,    4,    5,    6,    7,    8, 0x62, 0x02, 'h', 'i'};
  const Bytes sealed = signed_for(identity.public_key, account, secret, extra, random);
  const auto paired = client::verify_pair_success(sealed, secret, identity, random.array<64>());
  REQUIRE(paired.ok());
  pb::ADVSignedDeviceIdentityHMAC outer;
  pb::ADVSignedDeviceIdentity expected, stored;
  REQUIRE(proto::parse(outer, sealed));
  REQUIRE(proto::parse(expected, view(outer.details())));
  REQUIRE(proto::parse(stored, paired->stored));
  REQUIRE(stored.device_signature().size() == 64);
  expected.set_device_signature(stored.device_signature());
  CHECK(paired->stored == proto::serialise(expected));
  expected.clear_account_signature_key();
  CHECK(paired->reply == proto::serialise(expected));
  CHECK(paired->key_index == 3);
}
