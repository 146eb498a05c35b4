// One connection to a database file that nobody is trusted to have left alone: no triggers, views or functions of its
// schema run, and the schema must be ours to the letter. And the one way to make a database: whole, under another name.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "store/sealed_files.h"
#include "store/store_keys.h"

struct sqlite3;
struct sqlite3_stmt;

namespace wa::native {

// 1: files in the clear, values sealed. 2: the same rows on sealed pages.
inline constexpr int kSchemaInTheClear = 1, kSchemaVersion = 2;

class Database {
 public:
  enum class Mode : std::uint8_t { make, write, read };
  // `files`: null for a database in the clear. Throws StoreError.
  Database(const std::filesystem::path& file, const SealedFiles* files, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  sqlite3* get() const { return db_; }

  void run(const char* sql);
  bool try_run(const char* sql) noexcept;
  sqlite3_stmt* prepare(const char* sql);
  std::string text(const char* sql);
  std::int64_t number(const char* sql);
  // The log's pages go into the database, and it is empty; throws StoreBusy when somebody else still needs it.
  void fold_log();
  [[noreturn]] void fail() const;
  [[noreturn]] void fail_in_use() const;
  void give_up_after(std::chrono::seconds time);  // whatever it does then fails
  // Throws StoreError unless the schema is `version` and exactly as this program makes it.
  void check_schema(int version);

 private:
  std::string file_;
  sqlite3* db_ = nullptr;
  std::chrono::steady_clock::time_point deadline_{};
};

// A prepared statement in use; given back clean, so that no read transaction stays open behind it.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Use& number(int index, std::int64_t value);
  Use& blob(int index, ByteView value);  // the bytes must live until the statement has run
  int step();
  ByteView column(int index);
  std::int64_t column_number(int index);

 private:
  sqlite3_stmt* statement_;
};

enum class Found : std::uint8_t { nothing, in_the_clear, sealed };
Found look_at_database(const std::filesystem::path& file);  // throws StoreError: not a plain file of ours

inline constexpr const char* kLogSuffixes[] = {"-wal", "-shm", "-journal"};
// SQLite takes whatever log lies beside a database for that database's own: one of before must be gone, durably, when
// another database takes the name. Throws StoreError.
void remove_logs(const std::filesystem::path& file);

// Opens every row of a sealed database; throws StoreError when one does not open. How many there are.
std::size_t check_rows(Database& database, const StoreKeys& keys);
// A sealed database with the key check and, unless null, the rows of `from`, durable and ready to be renamed. How many.
std::size_t make_database(const std::filesystem::path& file, const SealedFiles& files, const StoreKeys& keys, Database* from);
// The rows of a database in the clear go to a sealed one that takes its name at the end: whenever this dies, one of the
// two is there and whole. Where nothing is, an empty one is made. Returns whether there was one in the clear.
bool seal_database(const std::filesystem::path& file, const SealedFiles& files, const StoreKeys& keys);

// The key check says whether the key is the right one.
void check_key(Database& database, const StoreKeys& keys);

}  // namespace wa::native
