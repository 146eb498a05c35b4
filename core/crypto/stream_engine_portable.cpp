// tested by unit/crypto/media_stream_vectors.cpp
#include <mbedtls/aes.h>
#include <sodium.h>

#include "base/result.h"
#include "crypto/hash.h"
#include "crypto/stream_engine.h"

namespace wa::crypto {

struct RunningSha256::State {
  crypto_hash_sha256_state running;
  ~State() { sodium_memzero(&running, sizeof running); }
};

RunningSha256::RunningSha256() : state_(std::make_unique<State>()) { restart(); }
RunningSha256::~RunningSha256() = default;
RunningSha256::RunningSha256(RunningSha256&&) noexcept = default;
RunningSha256& RunningSha256::operator=(RunningSha256&&) noexcept = default;

void RunningSha256::restart() { crypto_hash_sha256_init(&state_->running); }

void RunningSha256::feed(ByteView bytes) { crypto_hash_sha256_update(&state_->running, bytes.data(), bytes.size()); }

ByteArray<32> RunningSha256::finish() {
  ByteArray<32> out;
  crypto_hash_sha256_final(&state_->running, out.data());
  return out;
}

struct RunningCbc::State {
  mbedtls_aes_context context;
  int mode = MBEDTLS_AES_ENCRYPT;
  ByteArray<16> chain{};
  State() { mbedtls_aes_init(&context); }
  ~State() { mbedtls_aes_free(&context); }   // wipes the key
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

RunningCbc::RunningCbc(Way way, ByteView key, ByteView iv) : state_(std::make_unique<State>()) {
  WA_ASSERT(key.size() == 32 && iv.size() == 16);
  State& state = *state_;
  state.chain = array_of<16>(iv);
  if (way == Way::encrypt) {
    WA_ASSERT(mbedtls_aes_setkey_enc(&state.context, key.data(), 256) == 0);
  } else {
    state.mode = MBEDTLS_AES_DECRYPT;
    WA_ASSERT(mbedtls_aes_setkey_dec(&state.context, key.data(), 256) == 0);
  }
}
RunningCbc::~RunningCbc() = default;
RunningCbc::RunningCbc(RunningCbc&&) noexcept = default;
RunningCbc& RunningCbc::operator=(RunningCbc&&) noexcept = default;

void RunningCbc::run(ByteView blocks, std::uint8_t* out) {
  if (blocks.empty()) return;
  State& state = *state_;
  const int failure =
      mbedtls_aes_crypt_cbc(&state.context, state.mode, blocks.size(), state.chain.data(), blocks.data(), out);
  WA_ASSERT(failure == 0);   // only for sizes that are not whole blocks
}

}  // namespace wa::crypto
