// The own prekeys (04 section 6): rows until consumed; ids are 24 bit, grow, wrap, and are never reused while a row
// exists.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "crypto/curve.h"
#include "store/store.h"

namespace wa::signal {

struct Prekey {
  std::uint32_t id = 0;
  crypto::KeyPair key;
};
struct SignedPrekey {
  std::uint32_t id = 0;
  crypto::KeyPair key;
  crypto::Signature signature{};
  std::int64_t created_ms = 0;
};

// Makes `count` fresh prekeys, stored before the upload is sent. Not-yet-confirmed ones of an earlier upload come
// first.
std::vector<Prekey> prekeys_for_upload(store::Txn&, std::uint32_t count, Random&);
void mark_uploaded(store::Txn&, const std::vector<std::uint32_t>& ids);
bool ever_uploaded(const store::Txn&);
// One fresh prekey, marked as handed out.
Prekey take_prekey(store::Txn&, Random&);
// The one for a retry receipt: what the device was given before, while nobody has used it, else a fresh one. At most
// kGivenPrekeysMax are out, none longer than kGivenPrekeyMs: who comes later is asked to send again.
// Rows of Table::retries: "gd" device -> id, time, number; "gs" number -> device; "gq" -> first and next number.
Prekey prekey_for_device(store::Txn&, std::string_view device, WallTime now, Random&);
void drop_old_given(store::Txn&, WallTime now);
std::optional<Prekey> load_prekey(const store::Txn&, std::uint32_t id);
void store_prekey(store::Txn&, const Prekey&);    // one made elsewhere, taken as handed out
void erase_prekey(store::Txn&, std::uint32_t id);  // consumed

// XEdDSA over 05 || public key by the identity key.
SignedPrekey make_signed_prekey(const crypto::KeyPair& identity, std::uint32_t id, std::int64_t created_ms, Random&);
void store_signed_prekey(store::Txn&, const SignedPrekey&);  // becomes the current one; keeps the previous two
std::optional<SignedPrekey> load_signed_prekey(const store::Txn&, std::uint32_t id);
std::optional<SignedPrekey> current_signed_prekey(const store::Txn&);

// SHA-1 over identity, signed prekey, signature and the listed prekeys in order (misc.json).
ByteArray<20> prekey_digest(const crypto::PublicKey& identity, const crypto::PublicKey& signed_prekey,
                            ByteView signature, const std::vector<crypto::PublicKey>& prekeys);

}  // namespace wa::signal
