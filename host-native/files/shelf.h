// The files of a device by their names. One shelf for each time that the device's machine is opened: whoever works for
// it holds the shelf, and a machine that is discarded leaves its shelf, with all that stands there, to them.
// Guarantees: what is dropped while work on it goes on is gone when that ends; what such work makes is then not kept.
// From any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "files/kept_file.h"

namespace wa::native {

class FileShelf {
 public:
  explicit FileShelf(std::string tenant) : tenant_(std::move(tenant)) {}
  const std::string& tenant() const { return tenant_; }

  void put(FileId id, FileHandle file, FileFault why_not = FileFault::none);
  // nullptr and why: missing, or why it could not be kept.
  FileHandle find(FileId id, FileFault& fault) const;
  void drop(FileId id);
  // Work begins that makes this file; exactly one end of it follows, with or without a file.
  void expect(FileId id);
  void came(FileId id, FileHandle file);
  std::size_t size() const;

 private:
  struct Place {
    FileHandle file;
    FileFault why_not = FileFault::none;
    int expected = 0;
    bool dropped = false;
  };
  const std::string tenant_;
  mutable std::mutex mutex_;
  std::map<FileId, Place> places_;
};

}  // namespace wa::native
