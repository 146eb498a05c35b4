// The body of a delivery and its two signatures (api.md 6.5).
//
// Envelope: compact JSON, members id, event, timestamp, device_id, user_id, data. With a secret, the member `signature`
// is appended: "sha256=" and the hex HMAC-SHA256 of the envelope without it, keyed with the UTF-8 bytes of the secret.
//
// Standard Webhooks: headers webhook-id, webhook-timestamp (seconds of this attempt) and webhook-signature,
// "v1," + base64(HMAC-SHA256(key, id "." timestamp "." body)) over the body as sent. The key: the UTF-8 bytes of
// the secret; but of a secret written "whsec_<base64>", as that specification does, the decoded bytes. A verifier that only
// takes the prefixed form is given "whsec_" + base64(secret).
//
// While a rotation's overlap lasts two secrets count. The header then carries both signatures, the new secret's first,
// as Standard Webhooks allows. The envelope has room for one: it stays the previous secret's until the overlap
// ends, so that a receiver that knows nothing of the rotation yet loses nothing; one that has the new secret verifies the
// header, or the envelope with either.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace wa::gateway {

struct Envelope {
  std::string_view id, event;
  std::int64_t timestamp_s = 0;
  std::string_view device_id, user_id;
  std::string_view data;              // compact JSON
};

std::string build_test_data(std::string_view webhook_id, WallTime now);  // of an event "webhook.test"
std::string build_envelope(const Envelope&, std::string_view secret);  // empty secret: unsigned
Bytes standard_webhook_key(std::string_view secret);
// `previous` may be empty.
std::string standard_signatures(std::string_view secret, std::string_view previous, std::string_view id,
                                std::int64_t timestamp_s, std::string_view body);
std::string standard_signature(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                               std::string_view body);

}  // namespace wa::gateway
