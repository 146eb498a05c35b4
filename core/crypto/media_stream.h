// Media files piece by piece (09 section 4): what a host runs over a file that is too large to be held, on every host
// the same. media_cipher.h does it with bytes that are held.
// Guarantees: memory is that of the largest piece given; nothing is allocated per piece once the pieces do not grow (a
// sidecar grows by 10 bytes per 64 KiB). What feed() returns is valid until the next call; pieces may have any size.
// Does not: read or write files; limit sizes (the host counts what it takes).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/media_cipher.h"
#include "crypto/stream_engine.h"

namespace wa::crypto {

inline constexpr std::size_t kMediaMacBytes = 10;
inline constexpr std::size_t kSidecarWindow = 65536;    // every window covers 16 bytes more, those of the next one's iv

// Of ciphertext, padding and MAC.
constexpr std::uint64_t sealed_size_of(std::uint64_t plain_size) { return (plain_size / 16 + 1) * 16 + kMediaMacBytes; }

// HMAC-SHA256 as a running state. The key goes in once; restart() begins with the same key.
class RunningHmac {
 public:
  explicit RunningHmac(ByteView key);
  ~RunningHmac();
  RunningHmac(RunningHmac&&) noexcept = default;
  RunningHmac& operator=(RunningHmac&&) noexcept = default;

  void restart();
  void feed(ByteView bytes) { hash_.feed(bytes); }
  ByteArray<32> finish();

 private:
  RunningSha256 hash_;
  ByteArray<64> inner_{}, outer_{};   // the key with the pads of RFC 2104
};

// Size and SHA-256 of a file that is not encrypted.
class MediaDigest {
 public:
  void feed(ByteView piece) {
    size_ += piece.size();
    hash_.feed(piece);
  }
  ByteArray<32> finish() { return hash_.finish(); }
  std::uint64_t size() const { return size_; }

 private:
  RunningSha256 hash_;
  std::uint64_t size_ = 0;
};

// The MACs of the windows of a file as it is sealed, 10 bytes each (09 section 4). `sealed` pieces are whole blocks,
// but the last.
class SidecarWriter {
 public:
  SidecarWriter(ByteView mac_key, ByteView iv);
  void feed(ByteView sealed);
  Bytes finish();

 private:
  void close_window();
  RunningHmac window_;
  std::size_t filled_ = 0;            // of the window, with its iv
  ByteArray<16> overlap_{};           // the last block of the window, the iv of the next one
  Bytes entries_;
};

struct SealOptions {
  bool sidecar = false;
  std::uint64_t first_frame_length = 0;   // 0: no first_frame_sidecar
};

struct SealedMedia {
  std::uint64_t size = 0, sealed_size = 0;   // of the plaintext; of ciphertext and MAC
  ByteArray<32> sha256{}, enc_sha256{};
  Bytes sidecar, first_frame_sidecar;        // only if asked for
  ByteView last;                             // the last piece of the sealed file: it is still to be written
};

// Plaintext in, the sealed file out: write what feed() returns, in order, and then SealedMedia.last.
class MediaSealer {
 public:
  MediaSealer(ByteView media_key, std::string_view info, SealOptions options = {});
  ByteView feed(ByteView piece);
  SealedMedia finish();   // once

 private:
  MediaSealer(const MediaKeys& keys, SealOptions options);
  void seal_blocks(ByteView blocks);   // appends to out_
  void account(ByteView sealed);       // everything that is computed over the sealed file

  RunningCbc cipher_;
  RunningHmac mac_;
  RunningSha256 plain_hash_, sealed_hash_;
  std::optional<SidecarWriter> sidecar_;
  std::optional<RunningHmac> first_frame_;
  std::uint64_t first_frame_left_ = 0;
  ByteArray<16> rest_{};               // plaintext short of a block
  std::size_t rest_size_ = 0;
  std::uint64_t size_ = 0, sealed_size_ = 0;
  Bytes out_;
  std::size_t out_size_ = 0;
};

struct OpenedMedia {
  std::uint64_t size = 0;
  ByteArray<32> sha256{};
  ByteView last;            // the last piece of the plaintext: it is still to be written
};

// The sealed file in, plaintext out. UNTIL finish() IS OK THE PLAINTEXT IS NOT AUTHENTIC: keep it where nobody sees it.
class MediaOpener {
 public:
  MediaOpener(const MediaFile& file, std::string_view info);
  ByteView feed(ByteView piece);
  // Checks in this order: length, encrypted hash, MAC, padding, plain hash, size; what `file` leaves empty is not
  // checked.
  Result<OpenedMedia> finish();   // once

 private:
  MediaOpener(const MediaFile& file, const MediaKeys& keys);
  void open_blocks(ByteView blocks);   // appends to out_
  static constexpr std::size_t kHeldBack = 16 + kMediaMacBytes;   // the padded block and the MAC

  RunningCbc cipher_;
  RunningHmac mac_;
  RunningSha256 plain_hash_, sealed_hash_;
  Bytes file_sha256_, file_enc_sha256_;
  std::uint64_t file_size_ = 0;
  ByteArray<kHeldBack + 16> rest_{};   // sealed bytes that may be the end
  std::size_t rest_size_ = 0;
  std::uint64_t size_ = 0, sealed_size_ = 0;
  Bytes out_;
  std::size_t out_size_ = 0;
};

// A part of a sealed file (09 section 6, Ranges): which bytes of it give the plaintext [from, to), from < to <= size.
// Neither MAC nor hashes cover a part: only the sidecar does, a window at a time.
struct MediaRange {
  std::uint64_t file_from = 0, file_to = 0;          // begins with the block before, if there is one: it is the iv
  std::uint64_t first_window = 0, last_window = 0;   // those that vouch for it
};
MediaRange media_range(std::uint64_t from, std::uint64_t to);
// `sealed`: the bytes [file_from, file_to). Fails (bad_input) when it has another size.
Result<Bytes> open_media_range(ByteView media_key, std::string_view info, std::uint64_t from, std::uint64_t to,
                               ByteView sealed);
// The bytes of a window: iv for window 0, else 16 bytes before n * 65536, up to (n + 1) * 65536 or the end of the file.
bool sidecar_vouches(ByteView mac_key, ByteView sidecar, std::uint64_t window, ByteView iv_and_bytes);

}  // namespace wa::crypto
