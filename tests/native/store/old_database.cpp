#include "native/store/old_database.h"

#include <sodium.h>
#include <sqlite3.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "base/encoding.h"
#include "native/support.h"

namespace wa::native_test {
namespace {

namespace fs = std::filesystem;

std::string sealed(const std::string& key, native::Scope scope, const store::Key& id, const std::string& value) {
  std::string aad;
  for (int shift = 56; shift >= 0; shift -= 8) aad += static_cast<char>(static_cast<std::uint64_t>(scope) >> shift);
  aad += static_cast<char>(id.table);
  aad += id.id;
  std::string out(24 + value.size() + 16, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  randombytes_buf(bytes, 24);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + 24, nullptr, view(value).data(), value.size(), view(aad).data(), aad.size(),
                                             nullptr, bytes, view(key).data());
  return out;
}

void run(sqlite3* db, const std::string& sql) { REQUIRE(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK); }

}  // namespace

void write_old_database(const fs::path& data, const OldRows& rows, int schema) {
  REQUIRE(sodium_init() >= 0);
  std::string key(32, '\0');
  randombytes_buf(key.data(), key.size());
  fs::create_directories(data);
  write_bytes(data / "key", key);
  fs::permissions(data / "key", fs::perms::owner_read | fs::perms::owner_write);
  const fs::path alive = data / "alive";
  fs::create_directory(alive);
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((alive / "wuts.db").c_str(), &db) == SQLITE_OK);
  run(db, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0");
  run(db, "CREATE TABLE kv(scope INTEGER NOT NULL, tbl INTEGER NOT NULL, id BLOB NOT NULL, value BLOB NOT NULL,"
          " PRIMARY KEY(scope,tbl,id)) WITHOUT ROWID; PRAGMA user_version=" + std::to_string(schema));
  OldRows all = rows;
  all[{0, {store::Table::device, "key"}}] = "wuts key check";
  std::size_t n = 0;
  run(db, "BEGIN");
  for (const auto& [where, value] : all) {
    sqlite3_stmt* put = nullptr;
    REQUIRE(sqlite3_prepare_v2(db, "INSERT INTO kv VALUES(?1,?2,?3,?4)", -1, &put, nullptr) == SQLITE_OK);
    const std::string bytes = sealed(key, where.first, where.second, value);
    sqlite3_bind_int64(put, 1, where.first);
    sqlite3_bind_int64(put, 2, static_cast<int>(where.second.table));
    sqlite3_bind_blob(put, 3, where.second.id.data(), static_cast<int>(where.second.id.size()), SQLITE_STATIC);
    sqlite3_bind_blob(put, 4, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    REQUIRE(sqlite3_step(put) == SQLITE_DONE);
    sqlite3_finalize(put);
    if (++n == all.size() / 2) run(db, "COMMIT; PRAGMA wal_checkpoint; BEGIN");  // half of it in the log only
  }
  run(db, "COMMIT");
  for (const char* name : {"wuts.db", "wuts.db-wal"}) fs::copy_file(alive / name, data / name);
  sqlite3_close(db);
  fs::remove_all(alive);
}

std::vector<std::string> found_in_files(const fs::path& folder, const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    const std::string content = bytes_of(file.path());
    for (const std::string& word : words) {
      std::string capitals = word, wide;
      for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      for (const char c : word) wide += {c, '\0'};
      const std::string encoded = base64(to_bytes(word));
      const std::string forms[] = {word, capitals, wide, hex(to_bytes(word)), encoded.substr(0, encoded.size() - 4),
                                   std::string(word.rbegin(), word.rend())};
      for (const std::string& form : forms)
        if (content.find(form) != std::string::npos) out.push_back(file.path().filename().string() + ": " + form);
    }
  }
  return out;
}

}  // namespace wa::native_test
