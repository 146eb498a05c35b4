// tested by unit/crypto/media_stream_vectors.cpp
#include <openssl/evp.h>

#include "base/result.h"
#include "crypto/stream_engine.h"

namespace wa::crypto {

// What fails here is memory or an OpenSSL without SHA-256 and AES: nothing to go on with.
struct RunningSha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() { WA_ASSERT(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

RunningSha256::RunningSha256() : state_(std::make_unique<State>()) {}
RunningSha256::~RunningSha256() = default;
RunningSha256::RunningSha256(RunningSha256&&) noexcept = default;
RunningSha256& RunningSha256::operator=(RunningSha256&&) noexcept = default;

void RunningSha256::restart() { WA_ASSERT(EVP_DigestInit_ex(state_->context, nullptr, nullptr) == 1); }

void RunningSha256::feed(ByteView bytes) {
  WA_ASSERT(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

ByteArray<32> RunningSha256::finish() {
  ByteArray<32> out{};
  WA_ASSERT(EVP_DigestFinal_ex(state_->context, out.data(), nullptr) == 1);
  return out;
}

struct RunningCbc::State {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  State() { WA_ASSERT(context != nullptr); }
  ~State() { EVP_CIPHER_CTX_free(context); }   // wipes the key
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

RunningCbc::RunningCbc(Way way, ByteView key, ByteView iv) : state_(std::make_unique<State>()) {
  WA_ASSERT(key.size() == 32 && iv.size() == 16);
  const int encrypt = way == Way::encrypt ? 1 : 0;
  WA_ASSERT(EVP_CipherInit_ex(state_->context, EVP_aes_256_cbc(), nullptr, key.data(), iv.data(), encrypt) == 1);
  EVP_CIPHER_CTX_set_padding(state_->context, 0);
}
RunningCbc::~RunningCbc() = default;
RunningCbc::RunningCbc(RunningCbc&&) noexcept = default;
RunningCbc& RunningCbc::operator=(RunningCbc&&) noexcept = default;

void RunningCbc::run(ByteView blocks, std::uint8_t* out) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 30;   // sizes are ints there
  WA_ASSERT(blocks.size() % 16 == 0);
  while (!blocks.empty()) {
    const ByteView some = blocks.first(blocks.size() < kAtOnce ? blocks.size() : kAtOnce);
    int written = 0;
    const int good = EVP_CipherUpdate(state_->context, out, &written, some.data(), static_cast<int>(some.size()));
    WA_ASSERT(good == 1 && static_cast<std::size_t>(written) == some.size());
    out += some.size();
    blocks = blocks.subspan(some.size());
  }
}

}  // namespace wa::crypto
