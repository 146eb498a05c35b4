// A database as versions before sealed pages left it, made here with SQLite and libsodium alone; and what is looked for in
// files that should show nothing.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/store_keys.h"

namespace wa::native_test {

using OldRows = std::map<std::pair<native::Scope, store::Key>, std::string>;
// `key` and `wuts.db` with its log, as a kill -9 leaves them. The key check is a row too.
void write_old_database(const std::filesystem::path& data, const OldRows& rows, int schema = 1);

// Which of the words stand in a file of the folder: as they are, in capitals, as UTF-16, as hex, as base64 and reversed.
std::vector<std::string> found_in_files(const std::filesystem::path& folder, const std::vector<std::string>& words);

}  // namespace wa::native_test
