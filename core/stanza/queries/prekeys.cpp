// tested by unit/stanza/queries/result_test.cpp
#include "stanza/queries/prekeys.h"

#include "base/limits.h"
#include "stanza/inbound/parts.h"
#include "stanza/keys.h"
#include "stanza/queries/parts.h"

namespace wa::stanza {
namespace {

Node signed_key_node(const SignedPrekeyPublic& key) {
  Node node = key_node("skey", key.id, key.key);
  node.child(with_bytes("signature", key.signature));
  return node;
}

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

Node build_prekey_count_query() { return iq_of("encrypt", "get", Node("count")); }

Node build_prekey_upload(std::uint32_t registration_id, const ByteArray<32>& identity,
                         std::span<const PrekeyPublic> prekeys, const SignedPrekeyPublic& signed_prekey) {
  Node list("list");
  auto& keys = list.content.emplace<Node::Children>();
  keys.reserve(prekeys.size());
  for (const PrekeyPublic& prekey : prekeys) keys.push_back(key_node("key", prekey.id, prekey.key));
  Node iq = iq_of("encrypt", "set", registration_node(registration_id));
  iq.child(key_type_node()).child(with_bytes("identity", identity)).child(std::move(list));
  iq.child(signed_key_node(signed_prekey));
  return iq;
}

Node build_digest_query() { return iq_of("encrypt", "get", Node("digest")); }

Node build_signed_prekey_rotation(const SignedPrekeyPublic& signed_prekey) {
  return iq_of("encrypt", "set", std::move(Node("rotate").child(signed_key_node(signed_prekey))));
}

Node build_bundle_query(std::span<const Jid> devices, bool identity_changed) {
  WA_ASSERT(devices.size() <= limits::kBundlesPerQueryMax);
  Node key("key");
  for (const Jid& device : devices) {
    Node user("user");
    user.attr("jid", device);
    if (identity_changed) user.attr("reason", "identity");
    key.child(std::move(user));
  }
  return iq_of("encrypt", "get", std::move(key));
}

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
  DigestAnswer answer{*registration, *identity, *signed_prekey, to_bytes(bytes_of_child(*digest, "hash"))};
  if (answer.hash.empty()) return kMalformed;
  for (const Node& entry : list->children()) {
    if (!id_of(entry.content_bytes())) return kMalformed;
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
