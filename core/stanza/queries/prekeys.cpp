#include "base/limits.h"
#include "stanza/inbound/parts.h"
#include "stanza/queries/result.h"

namespace wa::stanza {
namespace {

constexpr Error kMalformed{Errc::bad_input, "malformed prekey answer"};

// Keys come as 32 raw bytes; 33 with the type byte are accepted (04 section 1).
std::optional<ByteArray<32>> key_of(ByteView bytes) {
  if (bytes.size() == 33 && bytes[0] == 5) bytes = bytes.subspan(1);
  if (bytes.size() != 32) return std::nullopt;
  return array_of<32>(bytes);
}

std::optional<std::uint32_t> id_of(ByteView bytes) {
  if (bytes.empty() || bytes.size() > 4) return std::nullopt;
  return static_cast<std::uint32_t>(read_be(bytes));
}

std::optional<SignedPrekeyAnswer> parse_signed_prekey(const Node* node) {
  if (!node) return std::nullopt;
  const auto id = id_of(bytes_of_child(*node, "id"));
  const auto key = key_of(bytes_of_child(*node, "value"));
  const ByteView signature = bytes_of_child(*node, "signature");
  if (!id || !key || signature.size() != 64) return std::nullopt;
  return SignedPrekeyAnswer{*id, *key, array_of<64>(signature)};
}

std::optional<BundleAnswer> parse_bundle(const Node& user) {
  const auto registration = id_of(bytes_of_child(user, "registration"));
  const auto identity = key_of(bytes_of_child(user, "identity"));
  const auto signed_prekey = parse_signed_prekey(user.child_named("skey"));
  if (!registration || !identity || !signed_prekey) return std::nullopt;
  BundleAnswer bundle;
  bundle.registration_id = *registration;
  bundle.identity = *identity;
  bundle.signed_prekey = *signed_prekey;
  bundle.device_identity = to_bytes(bytes_of_child(user, "device-identity"));
  if (const Node* node = user.child_named("key")) {
    const auto id = id_of(bytes_of_child(*node, "id"));
    const auto key = key_of(bytes_of_child(*node, "value"));
    if (!id || !key) return std::nullopt;
    bundle.prekey = BundleAnswer::OneTime{*id, *key};
  }
  return bundle;
}

}  // namespace

Result<std::uint32_t> parse_prekey_count(const Node& iq) {
  const Node* count = iq.child_named("count");
  const auto value = count ? count->number_attr("value") : std::nullopt;
  if (!value || *value > limits::kPrekeyIdMax) return kMalformed;
  return static_cast<std::uint32_t>(*value);
}

Result<DigestAnswer> parse_digest(const Node& iq) {
  const Node* digest = iq.child_named("digest");
  if (!digest) return kMalformed;
  const auto registration = id_of(bytes_of_child(*digest, "registration"));
  const auto identity = key_of(bytes_of_child(*digest, "identity"));
  const auto signed_prekey = parse_signed_prekey(digest->child_named("skey"));
  const Node* list = digest->child_named("list");
  if (!registration || !identity || !signed_prekey || !list) return kMalformed;
  DigestAnswer answer{*registration, *identity, *signed_prekey, {}, to_bytes(bytes_of_child(*digest, "hash"))};
  if (answer.hash.empty()) return kMalformed;
  for (const Node& entry : list->children()) {
    const auto id = id_of(entry.content_bytes());
    if (!id) return kMalformed;
    answer.prekey_ids.push_back(*id);
  }
  return answer;
}

Result<std::vector<UserBundle>> parse_bundles(const Node& iq) {
  const Node* list = iq.child_named("list");
  if (!list) return kMalformed;
  std::vector<UserBundle> users;
  for (const Node& user : list->children()) {
    const auto jid = user.jid_attr("jid");
    if (user.tag != "user" || !jid) continue;
    UserBundle& entry = users.emplace_back();
    entry.device = *jid;
    if (const Node* error = user.child_named("error")) entry.error = static_cast<int>(number_or_zero(*error, "code"));
    else entry.bundle = parse_bundle(user);
  }
  return users;
}

}  // namespace wa::stanza
