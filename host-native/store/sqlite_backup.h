// Copies of the database: taken while a server runs (SQLite's online backup), put back while none does.
// A backup holds the rows of all devices, tenants and webhooks on sealed pages, and at its end a seal over every byte of
// it: neither shows names or numbers, and one that was changed, cut or put together is refused. It does not hold the key
// file that opens it, nor the master token: keep those apart, and without the key it is worthless.
#pragma once

#include <filesystem>
#include <string>

namespace wa::native {

// Both throw StoreError in words for the operator. An empty key file is <data_dir>/key.
// To a new file, 0600, complete or absent. Counts its rows, each of which was opened.
std::size_t backup_store(const std::filesystem::path& data_dir, const std::filesystem::path& key_file,
                         const std::filesystem::path& to);

struct RestoreOptions {
  bool replace = false;    // a database that is there, also a damaged one; it is kept as wuts.db.before-restore
  bool unsealed = false;   // a backup of versions without a seal: its rows are checked, that none is missing cannot be
};
struct Restored {
  std::filesystem::path kept;  // the database that was replaced; empty: there was none
  std::string damage;          // why that one could not be read; it is kept as it was, with its log beside it
};
// Takes the lock of the directory, so no server may run. The seal is checked before anything of the file is looked at,
// then the schema and every row.
Restored restore_store(const std::filesystem::path& data_dir, const std::filesystem::path& key_file,
                   const std::filesystem::path& from, RestoreOptions options);

}  // namespace wa::native
