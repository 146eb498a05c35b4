// Files of the process: encrypted on the disk, gone with their last holder, bounded for each tenant.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "files/kept_file.h"
#include "files/shelf.h"
#include "native/support.h"
#include "system/os_random.h"

using namespace wa;
using namespace wa::native;
using native_test::TemporaryDirectory;

namespace {

Bytes numbered(std::size_t count, std::uint32_t seed = 1) {
  Bytes out(count);
  for (auto& byte : out) byte = static_cast<std::uint8_t>((seed = seed * 1103515245u + 12345u) >> 16);
  return out;
}

struct Kept {
  explicit Kept(FileLimits limits = {})
      : room(std::make_shared<FileRoom>(directory.path() / "files", random, limits)) {}
  std::size_t on_disk() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(room->folder()), std::filesystem::directory_iterator()));
  }
  FileHandle keep(ByteView bytes, std::size_t step = 10'000, const std::string& tenant = "t") {
    FileWriter writer(room, tenant);
    for (std::size_t at = 0; at < bytes.size(); at += step)
      writer.append(bytes.subspan(at, std::min(step, bytes.size() - at)));
    return writer.finish();
  }
  TemporaryDirectory directory;
  OsRandom random;
  std::shared_ptr<FileRoom> room;
};

Bytes read(const KeptFile& file, std::uint64_t from, std::size_t count) {
  Bytes out(count);
  REQUIRE(file.read(from, out));
  return out;
}

}  // namespace

TEST_CASE("a file is read as it was written, from anywhere, and is gone with its last holder") {
  Kept kept;
  for (const std::size_t size : {0, 1, 63, 64, 65'535, 65'536, 65'537, 131'072, 300'001}) {
    INFO(size);
    const Bytes bytes = numbered(size);
    for (const std::size_t step : {std::size_t{777}, std::size_t{65'536}, size + 1}) {
      FileHandle file = kept.keep(bytes, step);
      REQUIRE(file);
      CHECK(file->size() == size);
      CHECK(kept.on_disk() == (size > kSmallFileBytes ? 1 : 0));
      CHECK(read(*file, 0, size) == bytes);
      for (const std::size_t from : {std::size_t{1}, std::size_t{63}, std::size_t{100}, std::size_t{65'530}}) {
        if (from + 70 > size) continue;
        CHECK(read(*file, from, 70) ==
              Bytes(bytes.begin() + static_cast<long>(from), bytes.begin() + static_cast<long>(from) + 70));
      }
      Bytes beyond(2);
      CHECK_FALSE(file->read(size, beyond));
      CHECK_FALSE(file->read(UINT64_MAX, beyond));
      CHECK(kept.room->bytes_of("t") >= size);
      file.reset();
      CHECK(kept.on_disk() == 0);
      CHECK(kept.room->bytes_of("t") == 0);
      CHECK(kept.room->memory_bytes() == 0);
    }
  }
}

TEST_CASE("nothing of a file can be read on the disk; the next start removes what is left") {
  Kept kept;
  const std::string secret = "a sentence that must not be found on any disk. ";
  Bytes bytes;
  while (bytes.size() < 200'000) append(bytes, secret);
  const FileHandle file = kept.keep(bytes);
  REQUIRE(kept.on_disk() == 1);
  const std::filesystem::path path = std::filesystem::directory_iterator(kept.room->folder())->path();
  const std::string stored = native_test::bytes_of(path);
  CHECK(stored.size() == bytes.size());
  CHECK(stored.find(secret.substr(0, 8)) == std::string::npos);
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  REQUIRE(::stat(kept.room->folder().c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0700);
  // Two files of the same bytes look different.
  const FileHandle again = kept.keep(bytes);
  CHECK(native_test::bytes_of(kept.room->folder() / "2") != stored);
  native_test::write_bytes(kept.room->folder() / "left", "x");
  std::filesystem::create_directory(kept.room->folder() / "work-1");
  OsRandom random;
  const FileRoom next(kept.room->folder(), random, {});
  CHECK(kept.on_disk() == 0);
  Bytes one(1);
  CHECK_FALSE(file->read(0, one));
  const std::filesystem::path link = kept.directory.path() / "link";
  std::filesystem::create_directory_symlink(kept.directory.path(), link);
  CHECK_THROWS(FileRoom(link, random, {}));
}

TEST_CASE("a tenant has so many bytes, the others theirs; a file that is given up gives its own back") {
  FileLimits limits;
  limits.tenant_bytes_max = 300'000;
  Kept kept(limits);
  const FileHandle first = kept.keep(numbered(200'000));
  REQUIRE(first);
  {
    FileWriter writer(kept.room, "t");
    CHECK(writer.append(numbered(80'000)) == FileFault::none);
    CHECK(writer.append(numbered(80'000)) == FileFault::no_room);
    CHECK(writer.append(numbered(1)) == FileFault::no_room);
    CHECK_FALSE(writer.finish());
  }
  CHECK(kept.on_disk() == 1);
  CHECK(kept.keep(numbered(200'000), 10'000, "other"));
  CHECK(kept.keep(numbered(80'000)));
  int many = 0;
  std::vector<FileHandle> held;
  for (; many < 1000; ++many) {
    held.push_back(kept.keep(numbered(1)));
    if (!held.back()) break;
  }
  CHECK(many < 100);
  FileWriter bounded(kept.room, "other", 100);
  CHECK(bounded.append(numbered(100)) == FileFault::none);
  CHECK(bounded.append(numbered(1)) == FileFault::too_large);
}

TEST_CASE("a disk that is nearly full takes no file; small ones stay in memory as long as there is room") {
  FileLimits limits;
  limits.disk_free_min = UINT64_MAX / 2;
  limits.memory_bytes_max = 100'000;
  Kept kept(limits);
  CHECK_FALSE(kept.keep(numbered(100'000)));
  const FileHandle first = kept.keep(numbered(60'000));
  CHECK(first);
  CHECK_FALSE(kept.keep(numbered(60'000)));  // it would have to go to the disk
  CHECK(kept.on_disk() == 0);
}

TEST_CASE("a shelf: what is dropped during work on it is gone when that ends") {
  Kept kept;
  FileShelf shelf("t");
  FileFault fault = FileFault::none;
  CHECK_FALSE(shelf.find(7, fault));
  CHECK(fault == FileFault::missing);
  shelf.put(7, kept.keep(numbered(10)));
  CHECK(shelf.find(7, fault));
  shelf.drop(7);
  CHECK_FALSE(shelf.find(7, fault));
  CHECK(kept.room->memory_bytes() == 0);

  shelf.put(8, nullptr, FileFault::no_room);
  CHECK_FALSE(shelf.find(8, fault));
  CHECK(fault == FileFault::no_room);
  shelf.drop(8);

  shelf.expect(9);
  shelf.drop(9);
  shelf.came(9, kept.keep(numbered(10)));
  CHECK_FALSE(shelf.find(9, fault));
  CHECK(kept.room->memory_bytes() == 0);
  CHECK(shelf.size() == 0);

  shelf.expect(10);
  shelf.came(10, kept.keep(numbered(10)));
  CHECK(shelf.find(10, fault));
  shelf.expect(11);
  shelf.came(11, nullptr);
  CHECK(shelf.size() == 1);
  shelf.expect(10);
  shelf.came(10, nullptr);   // work that came to nothing leaves what was there
  CHECK(shelf.find(10, fault));
}
