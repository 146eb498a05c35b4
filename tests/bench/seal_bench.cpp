// What sealing and opening a media file cost beside the same passes of OpenSSL over the same pieces in the same run:
// AES-256-CBC, HMAC-SHA256 over the ciphertext, and a SHA-256 of either side. CPU time, the best of several rounds.
// Asserts nothing; the ratio is the budget: 0.8.
#include <openssl/evp.h>

#include <cstdio>
#include <ctime>

#include "crypto/media_stream.h"

using namespace wa;

namespace {

constexpr std::size_t kPiece = 64 << 10, kPieces = 512;   // 32 MiB
volatile std::size_t sink = 0;                            // keeps results alive

template <class Work>
double mib_per_second(Work work) {
  double best = 0;
  for (int round = 0; round < 7; ++round) {
    const std::clock_t start = std::clock();
    sink = sink + work();
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const double rate = static_cast<double>(kPiece * kPieces) / (1 << 20) / seconds;
    if (rate > best) best = rate;
  }
  return best;
}

// The yardstick: each pass over the whole piece, as a caller of the library writes it.
std::size_t by_openssl(const Bytes& piece, Bytes& out) {
  const Bytes key(32, 1), iv(16, 2);
  EVP_CIPHER_CTX* cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.data(), iv.data());
  EVP_MD_CTX *plain = EVP_MD_CTX_new(), *sealed = EVP_MD_CTX_new(), *mac = EVP_MD_CTX_new();
  EVP_PKEY* mac_key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nullptr, key.data(), key.size());
  EVP_DigestInit_ex(plain, EVP_sha256(), nullptr);
  EVP_DigestInit_ex(sealed, EVP_sha256(), nullptr);
  EVP_DigestSignInit(mac, nullptr, EVP_sha256(), nullptr, mac_key);
  for (std::size_t i = 0; i < kPieces; ++i) {
    int written = 0;
    EVP_DigestUpdate(plain, piece.data(), piece.size());
    EVP_EncryptUpdate(cipher, out.data(), &written, piece.data(), static_cast<int>(piece.size()));
    EVP_DigestSignUpdate(mac, out.data(), static_cast<std::size_t>(written));
    EVP_DigestUpdate(sealed, out.data(), static_cast<std::size_t>(written));
  }
  EVP_PKEY_free(mac_key);
  for (EVP_MD_CTX* context : {plain, sealed, mac}) EVP_MD_CTX_free(context);
  EVP_CIPHER_CTX_free(cipher);
  return out[0];
}

std::size_t seal(const Bytes& piece, bool sidecar) {
  crypto::MediaSealer sealer(Bytes(32, 3), "WhatsApp Video Keys", {.sidecar = sidecar, .first_frame_length = 0});
  for (std::size_t i = 0; i < kPieces; ++i) sink = sink + sealer.feed(piece).size();
  return sealer.finish().last.size();
}

std::size_t open(const Bytes& piece) {
  crypto::MediaOpener opener({Bytes(32, 3), {}, {}, 0}, "WhatsApp Video Keys");
  for (std::size_t i = 0; i < kPieces; ++i) sink = sink + opener.feed(piece).size();
  return opener.finish().ok() ? 1 : 0;
}

void row(const char* name, double rate, double yardstick) {
  std::printf("%-44s %9.0f MiB/s %6.2f of OpenSSL's\n", name, rate, rate / yardstick);
  std::printf("{\"bench\":\"seal\",\"name\":\"%s\",\"mib_per_second\":%.0f,\"ratio\":%.3f}\n", name, rate,
              rate / yardstick);
}

}  // namespace

int main() {
  Bytes piece(kPiece), out(kPiece + 16);
  for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8));
  const double yardstick = mib_per_second([&] { return by_openssl(piece, out); });
  row("OpenSSL: CBC, HMAC, two SHA-256", yardstick, yardstick);
  row("seal", mib_per_second([&] { return seal(piece, false); }), yardstick);
  row("seal with a sidecar (another HMAC)", mib_per_second([&] { return seal(piece, true); }), yardstick);
  row("open", mib_per_second([&] { return open(piece); }), yardstick);
}
