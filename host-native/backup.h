// Copies of the database: taken while a server runs (SQLite's online backup), put back while none does.
// A backup holds the rows of all devices, tenants and webhooks as they are stored: values are encrypted, ids are not. It
// does not hold the key file that opens it, nor the master token: keep those apart, and without the key it is worthless.
#pragma once

#include <filesystem>

namespace wa::native {

// Both throw StoreError in words for the operator.
// To a new file, 0600, complete or absent. Counts its rows.
std::size_t backup_store(const std::filesystem::path& data_dir, const std::filesystem::path& to);
// Takes the lock of the directory, so no server may run. Checks the file and that the key opens it first; refuses to
// replace a database unless `replace`, and then keeps the old one as wuts.db.before-restore.
void restore_store(const std::filesystem::path& data_dir, const std::filesystem::path& key_file,
                   const std::filesystem::path& from, bool replace);

}  // namespace wa::native
