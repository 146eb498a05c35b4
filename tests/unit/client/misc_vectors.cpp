// misc.json: small formulas of several modules.
#include "client/config.h"
#include "client/link/client_payload.h"
#include "client/messages/fanout.h"
#include "client/messages/padding.h"
#include "signal/prekeys.h"
#include "support/vectors.h"
#include "unit/signal/scripted_random.h"

using namespace wa;
using nlohmann::json;
using test::hex_field;

namespace {

bool phash_ok(const json& vector) {
  std::vector<wire::Jid> devices;
  for (const std::string text : vector["participants"]) {
    const auto jid = wire::parse_jid(text);
    if (!jid) return false;
    devices.insert(devices.begin(), *jid);  // another order than given: it must not matter
  }
  return client::build_phash(devices) == vector["phash"];
}

bool padding_ok(const json& vector) {
  const Bytes plain = hex_field(vector, "plain"), padded = hex_field(vector, "padded");
  const auto opened = client::unpad(padded);
  Bytes altered = padded;
  if (vector["pad_length"] > 1) altered[altered.size() - 2] ^= 1;
  const bool refused = vector["pad_length"] == 1 || !client::unpad(altered);
  test::ScriptedRandom random;
  random.feed(be_bytes(vector["pad_length"].get<std::uint64_t>() - 1, 8));
  return opened && *opened == plain && refused && client::pad(plain, random) == padded;
}

bool message_id_ok(const json& vector) {
  wire::Jid own;
  own.user = vector["user"];
  const auto now = WallTime::from_seconds(vector["unix_seconds"]);
  return client::message_id(now, own, array_of<16>(hex_field(vector, "random16"))) == vector["id"];
}

bool digest_ok(const json& vector) {
  std::vector<crypto::PublicKey> prekeys;
  for (const std::string key : vector["prekeys_in_list_order"]) prekeys.push_back(array_of<32>(*from_hex(key)));
  const auto digest = signal::prekey_digest(array_of<32>(hex_field(vector, "identity")), array_of<32>(hex_field(vector, "signed_prekey")),
                                            hex_field(vector, "signed_prekey_signature"), prekeys);
  return equal(digest, hex_field(vector, "sha1"));
}

bool build_hash_ok(const json& vector) {
  client::Config config;
  const std::string version = vector["version"];
  config.app_version[2] = static_cast<std::uint32_t>(std::stoul(version.substr(version.rfind('.') + 1)));
  return client::version_text(config) == version && equal(client::build_hash(config), hex_field(vector, "build_hash"));
}

bool registration_id_ok(const json& vector) {
  return be_bytes(vector["registration_id"], 4) == hex_field(vector, "four_bytes");
}

WA_VECTORS("misc.json", file, report) {
  const std::map<std::string, bool (*)(const json&)> kinds = {
      {"phash", phash_ok},         {"padding", padding_ok},       {"message_id", message_id_ok},
      {"prekey_digest", digest_ok}, {"build_hash", build_hash_ok}, {"registration_id", registration_id_ok}};
  for (const json& vector : file["vectors"]) {
    const auto kind = kinds.find(vector["kind"]);
    report.check(vector["kind"], kind != kinds.end() && kind->second(vector));
  }
}

}  // namespace
