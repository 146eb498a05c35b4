// tested by unit/noise/noise_vectors.cpp
#include "noise/transport.h"

#include <limits>

#include "crypto/aes.h"
#include "crypto/hash.h"
#include "noise/nonce.h"

namespace wa::noise {

Transport::Transport(const ByteArray<32>& send_key, const ByteArray<32>& receive_key)
    : send_key_(send_key), receive_key_(receive_key) {}

Transport::~Transport() {
  crypto::wipe(send_key_);
  crypto::wipe(receive_key_);
}

Result<Bytes> Transport::seal(ByteView plaintext) {
  if (sent_ == std::numeric_limits<std::uint32_t>::max()) return {Errc::too_large, "frame counter is used up"};
  return crypto::gcm_seal(send_key_, nonce_of(sent_++), {}, plaintext);
}

Result<Bytes> Transport::open(ByteView ciphertext) {
  if (received_ == std::numeric_limits<std::uint32_t>::max()) return {Errc::too_large, "frame counter is used up"};
  return crypto::gcm_open(receive_key_, nonce_of(received_++), {}, ciphertext);
}

}  // namespace wa::noise
