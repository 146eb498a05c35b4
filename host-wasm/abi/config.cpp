#include "abi/config.h"

#include "base/encoding.h"
#include "gateway/http/json.h"

namespace wa::wasm {
namespace {

using gateway::Json;

bool read(const Json& value, std::string& out) {
  if (!value.is_string()) return false;
  out = *value.get_ptr<const std::string*>();
  return true;
}

bool read(const Json& value, bool& out) {
  if (!value.is_boolean()) return false;
  out = *value.get_ptr<const bool*>();
  return true;
}

template <class T>
bool read_number(const Json& value, T& out) {
  if (!value.is_number_unsigned()) return false;
  const std::uint64_t number = *value.get_ptr<const std::uint64_t*>();
  if (number > 0xFFFFFFFFu) return false;
  out = static_cast<T>(number);
  return true;
}

bool read_version(const Json& value, std::uint32_t (&out)[3]) {
  std::string text;
  if (!read(value, text)) return false;
  std::size_t part = 0, digits = 0;
  std::uint64_t number = 0;
  for (char c : text + '.') {
    if (c == '.') {
      if (digits == 0 || part == 3) return false;
      out[part++] = static_cast<std::uint32_t>(number);
      number = digits = 0;
    } else {
      if (c < '0' || c > '9' || ++digits > 9 + (number < 400'000'000)) return false;
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  return part == 3;
}

bool read_key(const Json& value, crypto::PublicKey& out) {
  std::string text;
  if (!read(value, text)) return false;
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != out.size()) return false;
  out = array_of<32>(*bytes);
  return true;
}

bool read_list(const Json& value, std::vector<std::string>& out) {
  if (!value.is_array()) return false;
  for (const Json& item : value) {
    if (!read(item, out.emplace_back())) return false;
  }
  return true;
}

// nullptr: taken; else what is wrong.
const char* take(const std::string& name, const Json& value, gateway::Config& out) {
  client::Config& to = out.client;
  if (name == "device_id") return read(value, out.device_id) ? nullptr : "device_id";
  if (name == "user_id") return read(value, out.user_id) ? nullptr : "user_id";
  if (name == "reject_ack_ms") return read_number(value, out.reject_ack_ms) ? nullptr : "reject_ack_ms";
  if (name == "allow_private_webhooks") return read(value, out.allow_private_webhooks) ? nullptr : "allow_private_webhooks";
  if (name == "allow_http_webhooks") return read(value, out.allow_http_webhooks) ? nullptr : "allow_http_webhooks";
  if (name == "app_version") return read_version(value, to.app_version) ? nullptr : "app_version";
  if (name == "device_name") return read(value, to.device_name) ? nullptr : "device_name";
  if (name == "platform_display") return read(value, to.platform_display) ? nullptr : "platform_display";
  if (name == "media_hosts") return read_list(value, to.media_hosts) ? nullptr : "media_hosts";
  if (name == "prekey_count") return read_number(value, to.prekey_count) ? nullptr : "prekey_count";
  if (name == "use_routing_info") return read(value, to.use_routing_info) ? nullptr : "use_routing_info";
  if (name == "trace") return read(value, to.trace) ? nullptr : "trace";
  if (name == "root_key") return read_key(value, to.certificates.root_key) ? nullptr : "root_key";
  if (name == "root_serial") return read_number(value, to.certificates.root_serial) ? nullptr : "root_serial";
  if (name == "check_dates") return read(value, to.certificates.check_dates) ? nullptr : "check_dates";
  return "a member that does not exist";
}

}  // namespace

Result<gateway::Config> parse_config(std::string_view json) {
  const auto parsed = gateway::parse_json(json);
  if (!parsed || !parsed->is_object()) return {Errc::invalid_argument, "the configuration is not a JSON object"};
  gateway::Config out;
  for (auto it = parsed->begin(); it != parsed->end(); ++it) {
    if (const char* wrong = take(it.key(), it.value(), out)) return {Errc::invalid_argument, wrong};
  }
  return out;
}

}  // namespace wa::wasm
