// The data directory: made 0700, locked by one process, with the key file made at first start (0600). And the files that
// hold secrets: nobody else may read them, or have put them there.
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "store/store_error.h"

namespace wa::native {

// All of these throw StoreError.
int lock_directory(const std::filesystem::path& directory);  // file descriptor that holds the lock
bool open_to_writers(const std::filesystem::path& directory);  // others than its owner may put files there
// `may_make`: a new key where there is none; without it that is an error, and nothing is written.
ByteArray<32> load_key(const std::filesystem::path& file, bool may_make);
// Writes a file only its owner can read, durably. Refuses to replace an existing file.
void write_private_file(const std::filesystem::path& file, ByteView content);
// The content of a file with a secret: it must be ours or root's, and closed to others. `what` names it.
std::string read_secret_file(const std::filesystem::path& file, const std::string& what);
void sync_file(const std::filesystem::path& file);  // what is in it, and its name
void sync_names_beside(const std::filesystem::path& file);  // what was made, renamed and removed in its folder

}  // namespace wa::native
