// Known answers from the standards, and what must be refused. The protocol's own vectors are in crypto_vectors.cpp.
#include <catch2/catch.hpp>

#include "base/encoding.h"
#include "crypto/aes.h"
#include "crypto/curve.h"
#include "crypto/field25519.h"
#include "crypto/hash.h"
#include "sim/world/seeded_random.h"

using namespace wa;

namespace {

Bytes hx(const char* text) { return *from_hex(text); }

}  // namespace

TEST_CASE("hashes: FIPS 180-4 and RFC 1321 examples") {
  CHECK(hex(crypto::sha256(view("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(crypto::sha256({view("a"), view(""), view("bc")})) == hex(crypto::sha256(view("abc"))));
  CHECK(hex(crypto::sha1(view("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex(crypto::md5(view("message digest"))) == "f96b697d7cb7938d525a2f31aaf161d0");
  CHECK(hex(crypto::sha512({view("abc")})).substr(0, 32) == "ddaf35a193617abacc417349ae204131");
}

TEST_CASE("HMAC: RFC 4231, cases 1 and 6 (a key longer than the block)") {
  CHECK(hex(crypto::hmac_sha256(Bytes(20, 0x0b), view("Hi There"))) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(crypto::hmac_sha256(Bytes(131, 0xaa), view("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hex(crypto::hmac_sha512(Bytes(20, 0x0b), {view("Hi There")})).substr(0, 32) == "87aa7cdea5ef619d4ff0b4241a1d6cb0");
}

TEST_CASE("HKDF: RFC 5869, cases 1 and 3") {
  Bytes okm(42);
  const Bytes info = hx("f0f1f2f3f4f5f6f7f8f9");
  crypto::hkdf_sha256(Bytes(22, 0x0b), hx("000102030405060708090a0b0c"), text_of(info), okm);
  CHECK(hex(okm) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  crypto::hkdf_sha256(Bytes(22, 0x0b), {}, "", okm);
  CHECK(hex(okm) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("PBKDF2-HMAC-SHA256: RFC 7914 section 11, first block") {
  CHECK(hex(crypto::pbkdf2_sha256(view("passwd"), view("salt"), 1)) == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
  CHECK(hex(crypto::pbkdf2_sha256(view("Password"), view("NaCl"), 80000)) == "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
}

TEST_CASE("AES-256-GCM: test case 16 of the GCM specification; any change is refused") {
  const Bytes key = hx("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const Bytes nonce = hx("cafebabefacedbaddecaf888"), aad = hx("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const Bytes plain = hx("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const Bytes sealed = crypto::gcm_seal(key, nonce, aad, plain);
  CHECK(hex(sealed) == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                       "76fc6ece0f4e1768cddf8853bb2d551b");
  CHECK(*crypto::gcm_open(key, nonce, aad, sealed) == plain);
  for (std::size_t i = 0; i < sealed.size(); i += 5) {
    Bytes damaged = sealed;
    damaged[i] ^= 1;
    CHECK(crypto::gcm_open(key, nonce, aad, damaged).error().code == Errc::bad_mac);
  }
  CHECK_FALSE(crypto::gcm_open(key, nonce, {}, sealed).ok());
  CHECK_FALSE(crypto::gcm_open(key, nonce, aad, ByteView(sealed).first(15)).ok());
}

TEST_CASE("AES-256-CBC and CTR: NIST SP 800-38A; sizes and padding are checked") {
  const Bytes key = hx("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const Bytes iv = hx("000102030405060708090a0b0c0d0e0f"), block = hx("6bc1bee22e409f96e93d7e117393172a");
  const Bytes sealed = crypto::cbc_encrypt(key, iv, block);
  CHECK(hex(ByteView(sealed).first(16)) == "f58c4c04d6e5f1ba779eabfb5f7bfbd6");
  CHECK(sealed.size() == 32);
  CHECK(*crypto::cbc_decrypt(key, iv, sealed) == block);
  CHECK_FALSE(crypto::cbc_decrypt(key, iv, {}).ok());
  CHECK_FALSE(crypto::cbc_decrypt(key, iv, ByteView(sealed).first(31)).ok());
  CHECK_FALSE(crypto::cbc_decrypt(key, iv, ByteView(sealed).first(16)).ok());  // ends in data, not in padding
  CHECK(hex(crypto::ctr_xor(key, hx("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), block)) == "601ec313775789a5b7a7f504bbf3d228");
}

TEST_CASE("X25519: RFC 7748 section 6.1; low-order points are refused") {
  const auto alice = crypto::KeyPair::from_private(array_of<32>(hx("77076d0a7318a57d3c16c17251b26645a4c2d3a5a5b5a5a5b5a5a5b5a5a5b5a5")));
  const auto bob = crypto::KeyPair::from_private(array_of<32>(hx("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")));
  CHECK(hex(bob.public_key) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  CHECK(*crypto::x25519(alice.private_key, bob.public_key) == *crypto::x25519(bob.private_key, alice.public_key));
  CHECK_FALSE(crypto::x25519(alice.private_key, crypto::PublicKey{}).ok());
  crypto::PublicKey one{};
  one[0] = 1;
  CHECK_FALSE(crypto::x25519(alice.private_key, one).ok());
}

TEST_CASE("XEdDSA: what we sign verifies, and nothing near it does") {
  sim::SeededRandom random{9};
  for (int i = 0; i < 20; ++i) {
    const auto key = crypto::KeyPair::generate(random);
    Bytes message = random.bytes(random.below(200));
    auto signature = crypto::xeddsa_sign(key.private_key, message, random.array<64>());
    REQUIRE(crypto::xeddsa_verify(key.public_key, message, signature));
    CHECK_FALSE(crypto::xeddsa_verify(crypto::KeyPair::generate(random).public_key, message, signature));
    CHECK_FALSE(crypto::xeddsa_verify(key.public_key, message, ByteView(signature).first(63)));
    message.push_back(0);
    CHECK_FALSE(crypto::xeddsa_verify(key.public_key, message, signature));
    message.pop_back();
    signature[random.below(64)] ^= 4;
    CHECK_FALSE(crypto::xeddsa_verify(key.public_key, message, signature));
  }
}

TEST_CASE("Montgomery to Edwards: the base point, and the value without an image") {
  crypto::PublicKey nine{};
  nine[0] = 9;  // u = 9 is y = 4/5, the Ed25519 base point
  CHECK(hex(*crypto::edwards_y_of_montgomery_u(nine)) == "5866666666666666666666666666666666666666666666666666666666666666");
  crypto::PublicKey minus_one;  // p - 1 = 2^255 - 20
  minus_one.fill(0xff);
  minus_one[0] = 0xec;
  minus_one[31] = 0x7f;
  CHECK_FALSE(crypto::edwards_y_of_montgomery_u(minus_one).has_value());
}

TEST_CASE("public keys: 32 bytes, or 33 with the type byte") {
  const Bytes raw(32, 3);
  CHECK(crypto::parse_public_key(raw).ok());
  CHECK(*crypto::parse_public_key(crypto::with_type_byte(array_of<32>(raw))) == array_of<32>(raw));
  CHECK_FALSE(crypto::parse_public_key(Bytes(33, 3)).ok());
  CHECK_FALSE(crypto::parse_public_key(Bytes(31, 3)).ok());
}
