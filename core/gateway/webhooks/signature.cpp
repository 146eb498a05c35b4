#include "gateway/webhooks/signature.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "gateway/http/json_text.h"

namespace wa::gateway {

std::string build_test_data(std::string_view webhook_id, WallTime now) {
  std::string out;
  ObjectText(out).text("webhook_id", webhook_id).moment("timestamp", now).close();
  return out;
}

std::string build_envelope(const Envelope& envelope, std::string_view secret) {
  std::string body;
  ObjectText members(body);
  members.text("id", envelope.id).text("event", envelope.event);
  members.json("timestamp", std::to_string(envelope.timestamp_s));
  members.text("device_id", envelope.device_id).text("user_id", envelope.user_id);
  members.json("data", envelope.data).close();
  if (secret.empty()) return body;
  const auto mac = crypto::hmac_sha256(view(secret), view(body));
  body.pop_back();
  body += ",\"signature\":\"sha256=" + hex(mac) + "\"}";
  return body;
}

Bytes standard_webhook_key(std::string_view secret) {
  constexpr std::string_view kPrefix = "whsec_";
  if (secret.substr(0, kPrefix.size()) == kPrefix) {
    if (auto key = from_base64(secret.substr(kPrefix.size())); key && !key->empty()) return *std::move(key);
  }
  return to_bytes(secret);
}

std::string standard_signatures(std::string_view secret, std::string_view previous, std::string_view id,
                                std::int64_t timestamp_s, std::string_view body) {
  std::string out = standard_signature(secret, id, timestamp_s, body);
  if (!previous.empty()) out += " " + standard_signature(previous, id, timestamp_s, body);
  return out;
}

std::string standard_signature(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                               std::string_view body) {
  const std::string head = std::string(id) + "." + std::to_string(timestamp_s) + ".";
  return "v1," + base64(crypto::hmac_sha256(standard_webhook_key(secret), {view(head), view(body)}));
}

}  // namespace wa::gateway
