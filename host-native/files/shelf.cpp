// tested by native/files/kept_file_test.cpp
#include "files/shelf.h"

#include <utility>

namespace wa::native {

// What a place held goes when the lock is given back: its end touches the disk.
void FileShelf::put(FileId id, FileHandle file, FileFault why_not) {
  const std::lock_guard lock(mutex_);
  Place& place = places_[id];
  place.file.swap(file);
  place.why_not = why_not;
  place.dropped = false;
}

FileHandle FileShelf::find(FileId id, FileFault& fault) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(id);
  fault = FileFault::missing;
  if (found == places_.end() || found->second.dropped) return nullptr;
  if (found->second.file) fault = FileFault::none;
  else if (found->second.why_not != FileFault::none) fault = found->second.why_not;
  return found->second.file;
}

void FileShelf::drop(FileId id) {
  FileHandle gone;
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  gone.swap(found->second.file);
  if (found->second.expected > 0) found->second.dropped = true;
  else places_.erase(found);
}

void FileShelf::expect(FileId id) {
  const std::lock_guard lock(mutex_);
  Place& place = places_[id];
  ++place.expected;
  place.dropped = false;
}

void FileShelf::came(FileId id, FileHandle file) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  Place& place = found->second;
  --place.expected;
  if (!place.dropped && file) place.file.swap(file);
  if (place.expected == 0 && !place.file && (place.dropped || place.why_not == FileFault::none)) places_.erase(found);
}

std::size_t FileShelf::size() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

}  // namespace wa::native
