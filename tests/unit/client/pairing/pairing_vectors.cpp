#include "support/vectors.h"

#include "adv.pb.h"
#include "client/pairing/pair_code.h"
#include "client/rows/device_identity.h"
#include "crypto/hash.h"

using namespace wa;
using nlohmann::json;
using test::hex_field;

WA_VECTORS("adv_pair_success.json", file, report) {
  for (const json& vector : file["vectors"]) {
    crypto::KeyPair identity = crypto::KeyPair::from_private(array_of<32>(hex_field(vector, "identity_private")));
    identity.public_key = array_of<32>(hex_field(vector, "identity_public"));
    const ByteArray<64> nonce{1, 2, 3};
    auto paired = client::verify_pair_success(hex_field(vector, "signed_device_identity_hmac"), hex_field(vector, "adv_secret"),
                                              identity, nonce);
    if (vector["expect"] == "reject") {
      report.check(vector["name"], !paired.ok());
      continue;
    }
    if (!paired.ok()) {
      report.check(vector["name"], false, paired.error().detail);
      continue;
    }
    // Signatures are randomised: ours must verify over the message of the vector, and the rest must be equal.
    pb::ADVSignedDeviceIdentity stored, reply, example;
    stored.ParseFromArray(paired->stored.data(), static_cast<int>(paired->stored.size()));
    reply.ParseFromArray(paired->reply.data(), static_cast<int>(paired->reply.size()));
    const Bytes example_bytes = hex_field(vector, "stored_device_identity");
    example.ParseFromArray(example_bytes.data(), static_cast<int>(example_bytes.size()));
    const bool signature_ok = crypto::xeddsa_verify(identity.public_key, hex_field(vector, "device_signature_message"),
                                                    view(stored.device_signature()));
    const std::string signature = stored.device_signature();
    stored.set_device_signature(example.device_signature());
    report.check(vector["name"], signature_ok && stored.SerializeAsString() == example.SerializeAsString() &&
                                     reply.device_signature() == signature && !reply.has_account_signature_key() &&
                                     std::to_string(paired->key_index) == vector["key_index"].get<std::string>());
  }
}

namespace {

bool code_flow(const json& vector) {
  const std::string code = vector["code"];
  const auto key_of = [&](const char* name) { return crypto::KeyPair::from_private(array_of<32>(hex_field(vector, name))); };
  const auto ephemeral = key_of("companion_ephemeral_private");
  const auto identity = key_of("companion_identity_private");
  const Bytes wrapped = client::wrap_ephemeral(code, ephemeral.public_key, array_of<32>(hex_field(vector, "hello_salt")),
                                               array_of<16>(hex_field(vector, "hello_iv")));
  auto primary = client::unwrap_ephemeral(code, hex_field(vector, "wrapped_primary_ephemeral_pub"));
  const client::BundleRandom random{array_of<32>(hex_field(vector, "bundle_random")), array_of<32>(hex_field(vector, "bundle_salt")),
                                    array_of<12>(hex_field(vector, "bundle_nonce"))};
  auto finish = client::finish_pair_code(code, ephemeral, identity, hex_field(vector, "wrapped_primary_ephemeral_pub"),
                                         hex_field(vector, "primary_identity_public"), random);
  return wrapped == hex_field(vector, "wrapped_companion_ephemeral_pub") && primary.ok() &&
         equal(*primary, hex_field(vector, "primary_ephemeral_public")) && finish.ok() &&
         finish->wrapped_key_bundle == hex_field(vector, "wrapped_key_bundle") &&
         equal(finish->adv_secret, hex_field(vector, "adv_secret"));
}

// 03 section 5. The product only detects the step and reports it; the derivations are proved here so that a later
// implementation starts from known ground.
bool passkey_flow(const json& vector) {
  const Bytes public_key = hex_field(vector, "companion_ephemeral_public"), nonce = hex_field(vector, "companion_nonce");
  const Bytes primary_public = hex_field(vector, "primary_ephemeral_public"), primary_nonce = hex_field(vector, "primary_nonce");
  const std::string ref = vector["ref"];
  pb::CompanionEphemeralIdentity identity;
  identity.set_public_key(to_string(public_key));
  identity.set_device_type(vector["device_type"].get<int>());
  identity.set_ref(ref);
  const Bytes identity_bytes = to_bytes(identity.SerializeAsString());
  const auto commitment = crypto::sha256({identity_bytes, nonce});
  pb::ProloguePayload prologue;
  prologue.set_companion_ephemeral_identity(to_string(identity_bytes));
  prologue.mutable_commitment()->set_hash(to_string(commitment));
  const Bytes prologue_bytes = to_bytes(prologue.SerializeAsString());
  const auto mask = crypto::sha256({nonce, primary_public});
  ByteArray<5> code{};
  for (std::size_t i = 0; i < 5; ++i) code[i] = static_cast<std::uint8_t>(primary_nonce[i] ^ mask[i]);
  const auto own = crypto::KeyPair::from_private(array_of<32>(hex_field(vector, "companion_ephemeral_private")));
  auto shared = crypto::x25519(own.private_key, array_of<32>(primary_public));
  if (!shared.ok()) return false;
  const std::string salt = "Companion Pairing " + std::to_string(vector["device_type"].get<int>()) + " with ref " + ref;
  const auto handoff = crypto::hkdf_sha256<32>(hex_field(vector, "old_adv_secret"), {}, "shortcake-passkey-handoff-v1");
  return identity_bytes == hex_field(vector, "companion_ephemeral_identity") && equal(commitment, hex_field(vector, "commitment")) &&
         prologue_bytes == hex_field(vector, "prologue_payload") &&
         client::pair_code_text(code) == vector["verification_code"].get<std::string>() &&
         equal(crypto::hkdf_sha256<32>(*shared, view(salt), "Pairing Information Encryption Key"), hex_field(vector, "encryption_key")) &&
         equal(handoff, hex_field(vector, "handoff_key")) &&
         equal(crypto::hmac_sha256(handoff, prologue_bytes), hex_field(vector, "pairing_handoff_proof"));
}

}  // namespace

WA_VECTORS("pairing_code.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const std::string name = vector["name"];
    if (name == "code text") {
      report.check(name, client::pair_code_text(array_of<5>(hex_field(vector, "bytes"))) == vector["code"].get<std::string>());
    } else if (name == "passkey flow") {
      report.check(name, passkey_flow(vector));
    } else {
      report.check(name, code_flow(vector));
    }
  }
}
