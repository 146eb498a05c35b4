// tested by unit/crypto/media_stream_vectors.cpp
#include "crypto/media_stream.h"

#include <algorithm>
#include <cstring>

#include "crypto/hash.h"

namespace wa::crypto {
namespace {

constexpr std::size_t kCipherBlock = 16;
// So much goes through cipher and hashes before the next: it stays in the nearest cache from one to the other.
constexpr std::size_t kStride = 8192;

struct WipedKeys : MediaKeys {
  WipedKeys(ByteView media_key, std::string_view info) : MediaKeys(expand_media_key(media_key, info)) {}
  ~WipedKeys() {
    wipe(cipher_key);
    wipe(mac_key);
    wipe(ref_key);
  }
};

std::size_t whole_blocks(std::size_t size) { return size / kCipherBlock * kCipherBlock; }

// Room for `size` bytes more than are there; never less than there was.
void make_room(Bytes& buffer, std::size_t size) {
  if (buffer.size() < size) buffer.resize(size);
}

}  // namespace

// --- HMAC

RunningHmac::RunningHmac(ByteView key) {
  WA_ASSERT(key.size() <= inner_.size());   // longer keys would be hashed first: ours have 32 bytes
  std::copy(key.begin(), key.end(), inner_.begin());
  outer_ = inner_;
  for (std::uint8_t& byte : inner_) byte ^= 0x36;
  for (std::uint8_t& byte : outer_) byte ^= 0x5c;
  hash_.feed(inner_);
}

RunningHmac::~RunningHmac() {
  wipe(inner_);
  wipe(outer_);
}

void RunningHmac::restart() {
  hash_.restart();
  hash_.feed(inner_);
}

ByteArray<32> RunningHmac::finish() {
  const ByteArray<32> inside = hash_.finish();
  hash_.restart();
  hash_.feed(outer_);
  hash_.feed(inside);
  return hash_.finish();
}

// --- sidecar

SidecarWriter::SidecarWriter(ByteView mac_key, ByteView iv) : window_(mac_key), filled_(iv.size()) { window_.feed(iv); }

void SidecarWriter::close_window() { append(entries_, ByteView(window_.finish()).first(kMediaMacBytes)); }

void SidecarWriter::feed(ByteView sealed) {
  constexpr std::size_t kWhole = kSidecarWindow + kCipherBlock;
  while (!sealed.empty()) {
    if (filled_ == kWhole) {   // only now: there is something behind it
      close_window();
      window_.restart();
      window_.feed(overlap_);
      filled_ = kCipherBlock;
    }
    const ByteView some = sealed.first(std::min(sealed.size(), kWhole - filled_));
    window_.feed(some);
    filled_ += some.size();
    if (filled_ == kWhole) overlap_ = array_of<kCipherBlock>(some.last(kCipherBlock));   // pieces are whole blocks
    sealed = sealed.subspan(some.size());
  }
}

Bytes SidecarWriter::finish() {
  close_window();
  return std::move(entries_);
}

// --- sealing

MediaSealer::MediaSealer(ByteView media_key, std::string_view info, SealOptions options)
    : MediaSealer(WipedKeys(media_key, info), options) {}

MediaSealer::MediaSealer(const MediaKeys& keys, SealOptions options)
    : cipher_(RunningCbc::Way::encrypt, keys.cipher_key, keys.iv), mac_(keys.mac_key) {
  mac_.feed(keys.iv);
  if (options.sidecar) sidecar_.emplace(keys.mac_key, keys.iv);
  if (options.first_frame_length != 0) {
    first_frame_.emplace(keys.mac_key);
    first_frame_->feed(keys.iv);
    first_frame_left_ =
        options.first_frame_length + (kCipherBlock - options.first_frame_length % kCipherBlock) % kCipherBlock;
  }
}

void MediaSealer::account(ByteView sealed) {
  sealed_size_ += sealed.size();
  sealed_hash_.feed(sealed);
  if (sidecar_) sidecar_->feed(sealed);
}

void MediaSealer::seal_blocks(ByteView blocks) {
  while (!blocks.empty()) {
    const ByteView some = blocks.first(std::min(blocks.size(), kStride));
    cipher_.run(some, out_.data() + out_size_);
    const ByteView sealed = ByteView(out_).subspan(out_size_, some.size());
    out_size_ += some.size();
    mac_.feed(sealed);
    account(sealed);
    if (first_frame_left_ != 0) {
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(first_frame_left_, sealed.size()));
      first_frame_->feed(sealed.first(part));
      first_frame_left_ -= part;
    }
    blocks = blocks.subspan(some.size());
  }
}

ByteView MediaSealer::feed(ByteView piece) {
  make_room(out_, piece.size() + kCipherBlock);
  out_size_ = 0;
  size_ += piece.size();
  if (rest_size_ != 0) {
    const std::size_t missing = std::min(kCipherBlock - rest_size_, piece.size());
    std::copy_n(piece.begin(), missing, rest_.begin() + static_cast<std::ptrdiff_t>(rest_size_));
    rest_size_ += missing;
    plain_hash_.feed(piece.first(missing));
    piece = piece.subspan(missing);
    if (rest_size_ < kCipherBlock) return {};
    seal_blocks(rest_);
    rest_size_ = 0;
  }
  while (piece.size() >= kCipherBlock) {
    const ByteView some = piece.first(std::min(whole_blocks(piece.size()), kStride));
    plain_hash_.feed(some);
    seal_blocks(some);
    piece = piece.subspan(some.size());
  }
  plain_hash_.feed(piece);
  std::copy(piece.begin(), piece.end(), rest_.begin());
  rest_size_ = piece.size();
  return ByteView(out_).first(out_size_);
}

SealedMedia MediaSealer::finish() {
  make_room(out_, kCipherBlock + kMediaMacBytes);
  out_size_ = 0;
  const std::size_t padding = kCipherBlock - rest_size_;
  std::fill(rest_.begin() + static_cast<std::ptrdiff_t>(rest_size_), rest_.end(), static_cast<std::uint8_t>(padding));
  seal_blocks(rest_);
  const ByteArray<32> mac = mac_.finish();
  const ByteView cut = ByteView(mac).first(kMediaMacBytes);
  std::copy(cut.begin(), cut.end(), out_.begin() + static_cast<std::ptrdiff_t>(out_size_));
  out_size_ += cut.size();
  account(cut);
  SealedMedia done;
  done.size = size_;
  done.sealed_size = sealed_size_;
  done.sha256 = plain_hash_.finish();
  done.enc_sha256 = sealed_hash_.finish();
  if (sidecar_) done.sidecar = sidecar_->finish();
  if (first_frame_) done.first_frame_sidecar = to_bytes(ByteView(first_frame_->finish()).first(kMediaMacBytes));
  done.last = ByteView(out_).first(out_size_);
  return done;
}

// --- opening

MediaOpener::MediaOpener(const MediaFile& file, std::string_view info)
    : MediaOpener(file, WipedKeys(file.media_key, info)) {}

MediaOpener::MediaOpener(const MediaFile& file, const MediaKeys& keys)
    : cipher_(RunningCbc::Way::decrypt, keys.cipher_key, keys.iv),
      mac_(keys.mac_key),
      file_sha256_(file.file_sha256),
      file_enc_sha256_(file.file_enc_sha256),
      file_size_(file.file_size) {
  mac_.feed(keys.iv);
}

void MediaOpener::open_blocks(ByteView blocks) {
  while (!blocks.empty()) {
    const ByteView some = blocks.first(std::min(blocks.size(), kStride));
    sealed_hash_.feed(some);
    mac_.feed(some);
    cipher_.run(some, out_.data() + out_size_);
    plain_hash_.feed(ByteView(out_).subspan(out_size_, some.size()));
    out_size_ += some.size();
    size_ += some.size();
    blocks = blocks.subspan(some.size());
  }
}

ByteView MediaOpener::feed(ByteView piece) {
  out_size_ = 0;
  sealed_size_ += piece.size();
  const std::size_t there = rest_size_ + piece.size();
  const std::size_t ready = there < kHeldBack ? 0 : whole_blocks(there - kHeldBack);
  make_room(out_, ready);
  if (ready != 0) {
    // First what was held back, filled up to whole blocks from the piece; the rest of the piece needs no copy.
    ByteArray<kHeldBack + 2 * kCipherBlock> head{};
    const std::size_t held = std::min(rest_size_, ready);
    const std::size_t head_size = whole_blocks(held + kCipherBlock - 1), taken = head_size - held;
    std::copy_n(rest_.begin(), held, head.begin());
    std::copy_n(piece.begin(), taken, head.begin() + static_cast<std::ptrdiff_t>(held));
    open_blocks(ByteView(head).first(head_size));
    std::copy(rest_.begin() + static_cast<std::ptrdiff_t>(held),
              rest_.begin() + static_cast<std::ptrdiff_t>(rest_size_), rest_.begin());
    rest_size_ -= held;
    piece = piece.subspan(taken);
    open_blocks(piece.first(ready - head_size));
    piece = piece.subspan(ready - head_size);
  }
  std::copy(piece.begin(), piece.end(), rest_.begin() + static_cast<std::ptrdiff_t>(rest_size_));
  rest_size_ += piece.size();
  return ByteView(out_).first(out_size_);
}

Result<OpenedMedia> MediaOpener::finish() {
  if (sealed_size_ < kHeldBack) return {Errc::truncated, "media file is too short"};
  if (rest_size_ != kHeldBack) return {Errc::bad_input, "media file is not made of whole blocks"};
  const ByteView block = ByteView(rest_).first(kCipherBlock),
                 mac = ByteView(rest_).subspan(kCipherBlock, kMediaMacBytes);
  sealed_hash_.feed(block);
  sealed_hash_.feed(mac);
  if (!file_enc_sha256_.empty() && !equal(sealed_hash_.finish(), file_enc_sha256_)) {
    return {Errc::mismatch, "hash of the encrypted media file differs"};
  }
  mac_.feed(block);
  if (!equal_constant_time(ByteView(mac_.finish()).first(kMediaMacBytes), mac))
    return {Errc::bad_mac, "media MAC is wrong"};
  make_room(out_, kCipherBlock);
  cipher_.run(block, out_.data());
  const std::size_t padding = out_[kCipherBlock - 1];
  bool good = padding >= 1 && padding <= kCipherBlock;
  for (std::size_t i = 0; good && i < padding; ++i) good = out_[kCipherBlock - 1 - i] == padding;
  if (!good) return {Errc::bad_input, "media padding is wrong"};
  OpenedMedia done;
  done.last = ByteView(out_).first(kCipherBlock - padding);
  plain_hash_.feed(done.last);
  done.size = size_ + done.last.size();
  done.sha256 = plain_hash_.finish();
  if (!file_sha256_.empty() && !equal(done.sha256, file_sha256_))
    return {Errc::mismatch, "hash of the media file differs"};
  // Senders disagree whether the size is that of the plaintext or of the encrypted file.
  if (file_size_ != 0 && file_size_ != done.size && file_size_ != sealed_size_) {
    return {Errc::mismatch, "size of the media file differs"};
  }
  return done;
}

// --- ranges

MediaRange media_range(std::uint64_t from, std::uint64_t to) {
  WA_ASSERT(from < to);
  const std::uint64_t first_block = from / kCipherBlock * kCipherBlock,
                      end = (to - 1) / kCipherBlock * kCipherBlock + kCipherBlock;
  return {first_block == 0 ? 0 : first_block - kCipherBlock, end, first_block / kSidecarWindow,
          (end - 1) / kSidecarWindow};
}

Result<Bytes> open_media_range(ByteView media_key, std::string_view info, std::uint64_t from, std::uint64_t to,
                               ByteView sealed) {
  const MediaRange range = media_range(from, to);
  if (sealed.size() != range.file_to - range.file_from)
    return {Errc::bad_input, "range of a media file has another size"};
  const WipedKeys keys(media_key, info);
  const bool from_start = from < kCipherBlock;
  const ByteView blocks = from_start ? sealed : sealed.subspan(kCipherBlock);
  RunningCbc cipher(RunningCbc::Way::decrypt, keys.cipher_key,
                    from_start ? ByteView(keys.iv) : sealed.first(kCipherBlock));
  Bytes out(blocks.size());
  cipher.run(blocks, out.data());
  const auto skipped = static_cast<std::size_t>(from % kCipherBlock);
  return to_bytes(ByteView(out).subspan(skipped, static_cast<std::size_t>(to - from)));
}

bool sidecar_vouches(ByteView mac_key, ByteView sidecar, std::uint64_t window, ByteView iv_and_bytes) {
  if (window >= sidecar.size() / kMediaMacBytes) return false;
  const ByteArray<32> mac = hmac_sha256(mac_key, iv_and_bytes);
  const auto at = static_cast<std::size_t>(window) * kMediaMacBytes;
  return equal_constant_time(ByteView(mac).first(kMediaMacBytes), sidecar.subspan(at, kMediaMacBytes));
}

}  // namespace wa::crypto
