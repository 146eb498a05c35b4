// A second connection to a database, of somebody who has its key and means no good.
#pragma once

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "store/data_directory.h"
#include "store/database.h"

namespace wa::native_test {

class Vandal {
 public:
  explicit Vandal(const std::filesystem::path& data)
      : keys_(native::load_key(data / "key", false)), files_(keys_.pages()),
        database_(data / "wuts.db", &files_, native::Database::Mode::write) {}
  sqlite3* db() const { return database_.get(); }
  void run(const std::string& sql) {
    // What the program forbids itself.
    sqlite3_db_config(db(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    INFO(sql);
    REQUIRE(sqlite3_exec(db(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }

 private:
  native::StoreKeys keys_;
  native::SealedFiles files_;
  native::Database database_;
};

}  // namespace wa::native_test
