#include "store/sealed_files.h"

#include <sodium.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>

#include "base/result.h"

namespace wa::native {

struct SealedFiles::Key {
  ByteArray<32> bytes{};
  ByteArray<16> nonce_head{};  // random; with the count of pages sealed since, no nonce comes twice
  std::atomic<std::uint64_t> sealed{0};
  std::atomic<bool> no_room{false};
  sqlite3_vfs* real = nullptr;
};

namespace {

constexpr int kPage = SealedFiles::kPageBytes, kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr int kText = kPage - SealedFiles::kSealBytes;
static_assert(SealedFiles::kSealBytes == kNonce + crypto_aead_xchacha20poly1305_ietf_ABYTES);
// The log: a header, then frames, each a header (whose first four bytes are the number of the page) and a page.
constexpr int kLogHeader = 32, kFrameHeader = 24, kFrame = kFrameHeader + kPage;

using Page = ByteArray<kPage>;

struct File {
  sqlite3_file base;
  SealedFiles::Key* key;
  bool log;
  sqlite3_int64 header_at;  // of the frame header written last, and
  std::uint32_t page;       // the number in it
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(File) % alignof(sqlite3_int64) == 0);

File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
const sqlite3_io_methods& real_of(sqlite3_file* file) { return *of(file).real()->pMethods; }

ByteArray<4> bound_to(std::uint32_t page) {
  ByteArray<4> out{};
  for (int i = 0; i < 4; ++i) out[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(page >> (24 - 8 * i));
  return out;
}

void seal(SealedFiles::Key& key, std::uint32_t page, const std::uint8_t* text, Page& out) {
  std::uint8_t* nonce = out.data() + kText;
  const std::uint64_t count = key.sealed.fetch_add(1, std::memory_order_relaxed);
  std::memcpy(nonce, key.nonce_head.data(), key.nonce_head.size());
  std::memcpy(nonce + key.nonce_head.size(), &count, sizeof count);
  const auto aad = bound_to(page);
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached(out.data(), nonce + kNonce, nullptr, text, kText, aad.data(),
                                                      aad.size(), nullptr, nonce, key.bytes.data());
}

// In place; zeros where the seal was.
bool unseal(const SealedFiles::Key& key, std::uint32_t page, std::uint8_t* bytes) {
  const auto aad = bound_to(page);
  const std::uint8_t* nonce = bytes + kText;
  const bool good = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
                        bytes, nullptr, bytes, kText, nonce + kNonce, aad.data(), aad.size(), nonce, key.bytes.data()) == 0;
  std::memset(bytes + (good ? kText : 0), 0, static_cast<std::size_t>(good ? SealedFiles::kSealBytes : kPage));
  return good;
}

int read_real(File& file, void* out, int count, sqlite3_int64 at) {
  return file.real()->pMethods->xRead(file.real(), out, count, at);
}

// A page that was never written is a hole of zeros: SQLite leaves them where a page became free before it was needed.
int read_page(File& file, std::uint32_t number, Page& page) {
  const int result = read_real(file, page.data(), kPage, static_cast<sqlite3_int64>(number - 1) * kPage);
  if (result != SQLITE_OK) return result;
  if (std::all_of(page.begin(), page.end(), [](std::uint8_t byte) { return byte == 0; })) return SQLITE_OK;
  return unseal(*file.key, number, page.data()) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int read_database(File& file, std::uint8_t* out, int count, sqlite3_int64 at) {
  Page page;
  while (count > 0) {
    const auto begin = static_cast<int>(at % kPage), part = std::min(count, kPage - begin);
    const int result = read_page(file, static_cast<std::uint32_t>(at / kPage) + 1, page);
    // The first look at the header comes before the log is opened, which may hold a whole copy of a torn page.
    const bool peek = result == SQLITE_IOERR_DATA && at == 0 && count < kPage;
    if (result != SQLITE_OK && !peek) {
      std::memset(out, 0, static_cast<std::size_t>(count));
      return result;
    }
    std::memcpy(out, page.data() + begin, static_cast<std::size_t>(part));
    out += part;
    at += part;
    count -= part;
  }
  return SQLITE_OK;
}

// What of a frame is asked for, and whether it is the page alone: then it was found good before, and must be now. While
// SQLite looks where the log ends it reads whole frames, and their checksums tell it that a page of zeros is not one.
int read_frame(File& file, std::uint8_t* out, int count, sqlite3_int64 frame_at, int begin) {
  ByteArray<kFrame> frame;
  const int end = begin + count;
  const int result = read_real(file, frame.data(), end > kFrameHeader ? kFrame : kFrameHeader, frame_at);
  if (result != SQLITE_OK) {
    std::memset(out, 0, static_cast<std::size_t>(count));
    return result;
  }
  if (end > kFrameHeader) {
    const auto number = static_cast<std::uint32_t>(read_be(ByteView(frame).first(4)));
    const bool good = number != 0 && unseal(*file.key, number, frame.data() + kFrameHeader);
    if (!good) std::memset(frame.data() + kFrameHeader, 0, kPage);
    if (!good && begin >= kFrameHeader) return SQLITE_IOERR_DATA;
  }
  std::memcpy(out, frame.data() + begin, static_cast<std::size_t>(count));
  return SQLITE_OK;
}

int read_log(File& file, std::uint8_t* out, int count, sqlite3_int64 at) {
  if (at < kLogHeader) return at + count <= kLogHeader ? read_real(file, out, count, at) : SQLITE_IOERR_READ;
  while (count > 0) {
    const auto begin = static_cast<int>((at - kLogHeader) % kFrame), part = std::min(count, kFrame - begin);
    if (const int result = read_frame(file, out, part, at - begin, begin); result != SQLITE_OK) return result;
    out += part;
    at += part;
    count -= part;
  }
  return SQLITE_OK;
}

// SQLite tells some of the reasons only, and the system's is overwritten by what it does next.
int write_real(File& file, const void* bytes, int count, sqlite3_int64 at) {
  const int result = file.real()->pMethods->xWrite(file.real(), bytes, count, at);
  const int why = result == SQLITE_OK ? 0 : errno;
  if (result == SQLITE_FULL || why == ENOSPC || why == EDQUOT || why == EFBIG) file.key->no_room = true;
  return result;
}

int write_page(File& file, std::uint32_t number, const std::uint8_t* text, sqlite3_int64 at) {
  // What is reserved must be zeros in memory too: the checksums of the log cover it.
  if (std::any_of(text + kText, text + kPage, [](std::uint8_t byte) { return byte != 0; })) return SQLITE_IOERR_WRITE;
  Page page;
  seal(*file.key, number, text, page);
  return write_real(file, page.data(), kPage, at);
}

int write_log(File& file, const std::uint8_t* bytes, int count, sqlite3_int64 at) {
  const auto begin = static_cast<int>((at - kLogHeader) % kFrame);
  if (at >= kLogHeader && begin == kFrameHeader && count == kPage) {
    if (file.header_at != at - kFrameHeader) {  // a page that is written again
      ByteArray<4> number{};
      if (const int result = read_real(file, number.data(), 4, at - kFrameHeader); result != SQLITE_OK) return result;
      return write_page(file, static_cast<std::uint32_t>(read_be(number)), bytes, at);
    }
    return write_page(file, file.page, bytes, at);
  }
  const bool header = at == 0 ? count == kLogHeader : at >= kLogHeader && begin == 0 && count == kFrameHeader;
  if (!header) return SQLITE_IOERR_WRITE;
  if (at > 0) {
    file.header_at = at;
    file.page = static_cast<std::uint32_t>(read_be(ByteView(bytes, 4)));
  }
  return write_real(file, bytes, count, at);
}

int on_read(sqlite3_file* base, void* out, int count, sqlite3_int64 at) {
  File& file = of(base);
  auto* bytes = static_cast<std::uint8_t*>(out);
  return file.log ? read_log(file, bytes, count, at) : read_database(file, bytes, count, at);
}

int on_write(sqlite3_file* base, const void* bytes, int count, sqlite3_int64 at) {
  File& file = of(base);
  const auto* text = static_cast<const std::uint8_t*>(bytes);
  if (file.log) return write_log(file, text, count, at);
  if (count != kPage || at % kPage != 0) return SQLITE_IOERR_WRITE;
  return write_page(file, static_cast<std::uint32_t>(at / kPage) + 1, text, at);
}

int on_control(sqlite3_file* file, int what, void* value) {
  if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;  // pages are written, not made
  return real_of(file).xFileControl(of(file).real(), what, value);
}

int on_close(sqlite3_file* file) { return real_of(file).xClose(of(file).real()); }
int on_truncate(sqlite3_file* file, sqlite3_int64 size) { return real_of(file).xTruncate(of(file).real(), size); }
int on_sync(sqlite3_file* file, int flags) { return real_of(file).xSync(of(file).real(), flags); }
int on_size(sqlite3_file* file, sqlite3_int64* size) { return real_of(file).xFileSize(of(file).real(), size); }
int on_lock(sqlite3_file* file, int lock) { return real_of(file).xLock(of(file).real(), lock); }
int on_unlock(sqlite3_file* file, int lock) { return real_of(file).xUnlock(of(file).real(), lock); }
int on_reserved(sqlite3_file* file, int* out) { return real_of(file).xCheckReservedLock(of(file).real(), out); }
int on_sector(sqlite3_file* file) { return real_of(file).xSectorSize(of(file).real()); }
int on_traits(sqlite3_file* file) { return real_of(file).xDeviceCharacteristics(of(file).real()); }
int on_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return real_of(file).xShmMap(of(file).real(), page, size, extend, out);
}
int on_shm_lock(sqlite3_file* file, int at, int count, int flags) {
  return real_of(file).xShmLock(of(file).real(), at, count, flags);
}
void on_shm_barrier(sqlite3_file* file) { real_of(file).xShmBarrier(of(file).real()); }
int on_shm_unmap(sqlite3_file* file, int remove) { return real_of(file).xShmUnmap(of(file).real(), remove); }

// Version 2: shared memory for the log's index, and no mapping of pages past these functions.
constexpr sqlite3_io_methods kMethods = {
    2,       on_close, on_read,   on_write,    on_truncate, on_sync,   on_size,     on_lock,     on_unlock,
    on_reserved, on_control, on_sector, on_traits, on_shm_map, on_shm_lock, on_shm_barrier, on_shm_unmap, nullptr, nullptr};

int on_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* base, int flags, int* out_flags) {
  base->pMethods = nullptr;
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return SQLITE_CANTOPEN;
  auto* key = static_cast<SealedFiles::Key*>(vfs->pAppData);
  File* file = new (base) File{};
  file->key = key;
  file->log = (flags & SQLITE_OPEN_WAL) != 0;
  file->header_at = -1;
  const int result = key->real->xOpen(key->real, path, file->real(), flags | SQLITE_OPEN_NOFOLLOW, out_flags);
  if (result == SQLITE_OK) base->pMethods = &kMethods;
  return result;
}

}  // namespace

SealedFiles::SealedFiles(ByteView key) : key_(std::make_unique<Key>()), vfs_(std::make_unique<sqlite3_vfs>()) {
  static std::atomic<unsigned> made{0};
  WA_ASSERT(sodium_init() >= 0 && sqlite3_initialize() == SQLITE_OK);
  key_->bytes = array_of<32>(key);
  randombytes_buf(key_->nonce_head.data(), key_->nonce_head.size());
  key_->real = sqlite3_vfs_find("unix");
  WA_ASSERT(key_->real != nullptr);
  name_ = "sealed-" + std::to_string(made++);
  *vfs_ = *key_->real;  // all but how files are opened
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->szOsFile = static_cast<int>(sizeof(File)) + key_->real->szOsFile;
  vfs_->pAppData = key_.get();
  vfs_->xOpen = on_open;
  WA_ASSERT(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

bool SealedFiles::take_no_room() { return key_->no_room.exchange(false); }

SealedFiles::~SealedFiles() {
  sqlite3_vfs_unregister(vfs_.get());
  sodium_memzero(key_->bytes.data(), key_->bytes.size());
}

}  // namespace wa::native
