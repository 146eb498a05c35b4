// The backends that this program has, by name: a new one is a file and a line in backends.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "store/store_backend.h"
#include "store/store_keys.h"

namespace wa::native {

struct StoreOptions {
  std::filesystem::path directory;
  std::filesystem::path key_file;  // empty: <directory>/key
};

// A backend and the keys that its rows are sealed with.
struct OpenStore {
  std::unique_ptr<StoreKeys> keys;
  std::unique_ptr<StoreBackend> backend;
};

// Throws StoreError.
OpenStore open_store(std::string_view backend, const StoreOptions& options);

}  // namespace wa::native
