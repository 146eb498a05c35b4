// ClientPayload (01 section 4): what a client says of itself inside the handshake. Pure; proved by client_payload.json.
#pragma once

#include "base/bytes.h"
#include "client/config.h"
#include "client/rows/account.h"

namespace wa::client {

// Where implementations differ; the defaults are the product's (the "safe choice" of 01 section 4).
struct PayloadStyle {
  bool manufacturer = true;    // written, though empty
  bool lid_db_migrated = false;    // what the account is (rows/direct_chats.h)
  bool login_counter = true;
};

Bytes build_device_props(const Config&);
Bytes build_registration_payload(const Config&, const Account&, const signal::SignedPrekey&, PayloadStyle = {});
// The username is the phone number as digits, never the LID. Errc::corrupt_store when the stored JID is not a number.
Result<Bytes> build_login_payload(const Config&, const Account&, PayloadStyle = {});
// MD5 of "2.3000.<revision>", of the version actually sent.
ByteArray<16> build_hash(const Config&);
std::string version_text(const Config&);

}  // namespace wa::client
