// The two primitives under media_stream.h that a processor has instructions for: SHA-256 and AES-256-CBC as running
// states. Natively they are OpenSSL's (stream_engine_openssl.cpp), in wasm libsodium's and mbedTLS's
// (stream_engine_portable.cpp); crypto.cmake chooses. Both give the same bytes: the vectors run on both.
// Guarantees: nothing is allocated after the constructor; what is secret is wiped at the end.
#pragma once

#include <memory>

#include "base/bytes.h"

namespace wa::crypto {

class RunningSha256 {
 public:
  RunningSha256();
  ~RunningSha256();
  RunningSha256(RunningSha256&&) noexcept;
  RunningSha256& operator=(RunningSha256&&) noexcept;

  void restart();
  void feed(ByteView bytes);
  ByteArray<32> finish();   // restart() comes before the next bytes

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whole blocks, chained over all calls; padding is the caller's. `out` has room for the blocks and may be `blocks`.
class RunningCbc {
 public:
  enum class Way : std::uint8_t { encrypt, decrypt };
  RunningCbc(Way way, ByteView key, ByteView iv);
  ~RunningCbc();
  RunningCbc(RunningCbc&&) noexcept;
  RunningCbc& operator=(RunningCbc&&) noexcept;

  void run(ByteView blocks, std::uint8_t* out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wa::crypto
