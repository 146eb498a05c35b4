// Prekeys, own and of others: questions and answers.
// Questions are IQs without the id: Requests gives it.
// Answers are read totally: one that lacks what its kind demands is Errc::bad_input;
// entries of a list are judged one by one, so that one bad user does not cost the others.
// Facts: 04 sections 6, 7.
#pragma once

#include <span>

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

struct PrekeyPublic {
  std::uint32_t id = 0;
  ByteArray<32> key{};
};
struct SignedPrekeyPublic {
  std::uint32_t id = 0;
  ByteArray<32> key{};
  ByteArray<64> signature{};
};
Node build_prekey_count_query();
Node build_prekey_upload(std::uint32_t registration_id, const ByteArray<32>& identity,
                         std::span<const PrekeyPublic> prekeys, const SignedPrekeyPublic& signed_prekey);
Node build_digest_query();
Node build_signed_prekey_rotation(const SignedPrekeyPublic& signed_prekey);
// At most limits::kBundlesPerQueryMax devices per query. `identity_changed` asks for the reason="identity" form.
Node build_bundle_query(std::span<const Jid> devices, bool identity_changed = false);

Result<std::uint32_t> parse_prekey_count(const Node& iq);

struct SignedPrekeyAnswer {
  std::uint32_t id = 0;
  ByteArray<32> key{};
  ByteArray<64> signature{};     // not verified here
};
struct DigestAnswer {
  std::uint32_t registration_id = 0;
  ByteArray<32> identity{};
  SignedPrekeyAnswer signed_prekey;
  Bytes hash;                    // perhaps truncated: compare the prefix
};
Result<DigestAnswer> parse_digest(const Node& iq);

struct BundleAnswer {
  std::uint32_t registration_id = 0;
  ByteArray<32> identity{};
  SignedPrekeyAnswer signed_prekey;
  struct OneTime { std::uint32_t id = 0; ByteArray<32> key{}; };
  std::optional<OneTime> prekey; // may be missing
  Bytes device_identity;         // may be empty
};
struct UserBundle {
  Jid device;
  std::optional<BundleAnswer> bundle;  // nullopt: `error` says why; 0 is a malformed entry
  int error = 0;
};
Result<std::vector<UserBundle>> parse_bundles(const Node& iq);

}  // namespace wa::stanza
