// Noise XX as the client plays it (01 section 3). After an error the object is dead: drop it and the socket.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/curve.h"
#include "noise/transport.h"

namespace wa::noise {

// h, ck, k, n of the Noise specification; public for the vectors (noise.json traces) and the simulated server.
class SymmetricState {
 public:
  SymmetricState(std::string_view protocol_name, ByteView prologue);
  void mix_hash(ByteView data);
  void mix_key(ByteView input_key);
  Bytes encrypt(ByteView plaintext);
  Result<Bytes> decrypt(ByteView ciphertext);
  struct Keys { ByteArray<32> client_to_server, server_to_client; };
  Keys split() const;
  const ByteArray<32>& hash() const { return hash_; }
  const ByteArray<32>& chaining_key() const { return chaining_key_; }
  const ByteArray<32>& cipher_key() const { return cipher_key_; }
  std::uint32_t counter() const { return counter_; }

 private:
  ByteArray<32> hash_, chaining_key_, cipher_key_;
  std::uint32_t counter_ = 0;
};

inline constexpr std::string_view kXxName{"Noise_XX_25519_AESGCM_SHA256\0\0\0\0", 32};
inline constexpr std::string_view kIkName{"Noise_IK_25519_AESGCM_SHA256\0\0\0\0", 32};         // vectors only: we never resume
inline constexpr std::string_view kXxFallbackName{"Noise_XXfallback_25519_AESGCM_SHA256"};        // vectors only

struct CertificatePolicy {
  crypto::PublicKey root_key{};
  std::uint32_t root_serial = 0;
  bool check_dates = true;
};
CertificatePolicy production_certificate_policy();  // root of 01 section 3.4

// Checks 1-5 of 01 section 3.4. Errors: bad_certificate, bad_signature, clock_or_expired.
Result<void> verify_certificate(ByteView chain, const crypto::PublicKey& server_static, const CertificatePolicy&, WallTime);

class Handshake {
 public:
  Handshake(crypto::KeyPair noise_key, crypto::KeyPair ephemeral);
  Bytes client_hello() const;  // HandshakeMessage bytes, to be framed

  struct Finished {
    Bytes client_finish;  // HandshakeMessage bytes, to be framed
    Transport transport;
  };
  // `client_payload` is sent encrypted only after the certificate was accepted.
  Result<Finished> on_server_hello(ByteView message, ByteView client_payload, const CertificatePolicy&, WallTime);

 private:
  crypto::KeyPair noise_key_, ephemeral_;
  SymmetricState state_;
};

}  // namespace wa::noise
