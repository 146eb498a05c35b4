// tested by unit/noise/noise_vectors.cpp
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "noise/handshake.h"
#include "noise/nonce.h"

namespace wa::noise {

SymmetricState::SymmetricState(std::string_view protocol_name, ByteView prologue) {
  hash_ = protocol_name.size() == 32 ? array_of<32>(view(protocol_name)) : crypto::sha256(view(protocol_name));
  chaining_key_ = hash_;
  cipher_key_ = hash_;
  mix_hash(prologue);
}

void SymmetricState::mix_hash(ByteView data) { hash_ = crypto::sha256({hash_, data}); }

void SymmetricState::mix_key(ByteView input_key) {
  ByteArray<64> keys = crypto::hkdf_sha256<64>(input_key, chaining_key_, "");
  chaining_key_ = array_of<32>(ByteView(keys).first(32));
  cipher_key_ = array_of<32>(ByteView(keys).last(32));
  counter_ = 0;
  crypto::wipe(keys);
}

Bytes SymmetricState::encrypt(ByteView plaintext) {
  Bytes sealed = crypto::gcm_seal(cipher_key_, nonce_of(counter_++), hash_, plaintext);
  mix_hash(sealed);
  return sealed;
}

Result<Bytes> SymmetricState::decrypt(ByteView ciphertext) {
  WA_TRY(Bytes plaintext, crypto::gcm_open(cipher_key_, nonce_of(counter_++), hash_, ciphertext));
  mix_hash(ciphertext);
  return plaintext;
}

SymmetricState::Keys SymmetricState::split() const {
  ByteArray<64> keys = crypto::hkdf_sha256<64>({}, chaining_key_, "");
  Keys out{array_of<32>(ByteView(keys).first(32)), array_of<32>(ByteView(keys).last(32))};
  crypto::wipe(keys);
  return out;
}

}  // namespace wa::noise
