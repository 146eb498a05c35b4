#include "support/vectors.h"

#include "client/link/client_payload.h"

using namespace wa;
using test::hex_field;

// The vectors come from another client; its choices are the PayloadStyle and the device name.
WA_VECTORS("client_payload.json", file, report) {
  const client::PayloadStyle theirs{false, false, false};
  for (const auto& vector : file["vectors"]) {
    client::Config config;
    const std::string version = vector["version"];
    config.app_version[2] = static_cast<std::uint32_t>(std::stoul(version.substr(version.rfind('.') + 1)));
    config.device_name = "Ubuntu";
    client::Account account;
    if (vector["name"] == "login") {
      account.pn = wire::parse_jid(vector["jid"].get<std::string>()).value();
      auto payload = client::build_login_payload(config, account, theirs);
      report.check("login " + version, payload.ok() && *payload == hex_field(vector, "payload"));
      continue;
    }
    account.registration_id = vector["registration_id"].get<std::uint32_t>();
    account.identity.public_key = array_of<32>(hex_field(vector, "identity_public"));
    signal::SignedPrekey prekey;
    prekey.id = vector["signed_prekey_id"].get<std::uint32_t>();
    prekey.key.public_key = array_of<32>(hex_field(vector, "signed_prekey_public"));
    prekey.signature = array_of<64>(hex_field(vector, "signed_prekey_signature"));
    report.check("registration " + version,
                 client::build_registration_payload(config, account, prekey, theirs) == hex_field(vector, "payload") &&
                     client::build_device_props(config) == hex_field(vector, "device_props") &&
                     equal(client::build_hash(config), hex_field(vector, "build_hash")));
  }
}
