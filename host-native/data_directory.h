// The data directory: made 0700, locked by one process, with the key file made at first start (0600).
#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.h"

namespace wa::native {

// Both throw StoreError in words for the operator.
int lock_directory(const std::filesystem::path& directory);            // file descriptor that holds the lock
ByteArray<32> load_or_make_key(const std::filesystem::path& file);
// Writes a file only its owner can read, durably. Throws StoreError; refuses to replace an existing file.
void write_private_file(const std::filesystem::path& file, ByteView content);

}  // namespace wa::native
