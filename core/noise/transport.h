// The two counters and keys of an established connection (01 section 3.1). 76 bytes, no buffers.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace wa::noise {

class Transport {
 public:
  Transport(const ByteArray<32>& send_key, const ByteArray<32>& receive_key);
  ~Transport();
  Transport(const Transport&) = default;
  Transport& operator=(const Transport&) = default;
  // Errc::too_large when the counter is used up: reconnect.
  Result<Bytes> seal(ByteView plaintext);
  Result<Bytes> open(ByteView ciphertext);  // bad_mac: the link is dead

 private:
  ByteArray<32> send_key_, receive_key_;
  std::uint32_t sent_ = 0, received_ = 0;
};

}  // namespace wa::noise
