// Jobs: files that are to be sent. Table::file_jobs: "o<id>" of those under way, and family 'd', id -> how it ended,
// the newest kFileJobsKept of the last seven days. A job that is over and did not fail is a message: what became of
// that is known by its id.
// Guarantees: an id has one row at a time. Does not hold: bytes; keys of what was not uploaded yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/files/contract.h"
#include "store/store.h"

namespace wa::client {

enum class FileStage : std::uint8_t {
  waiting = 0,
  fetching = 1,
  inspecting = 2,
  sealing = 3,
  uploading = 4,
  uploaded = 5,
  failed = 6
};

struct FileJobRow {
  std::string id;
  FileStage stage = FileStage::waiting;
  WallTime created, updated;
  // what it does
  std::string url;                  // empty: the bytes came with the request
  bool thumbnail = false, convert = false;
  SendMessage message;              // its body is a FileBody
  // what became of it
  FileFailure why = FileFailure::none;
  int status = 0;
  std::vector<std::string> warnings;

  const FileBody& body() const { return std::get<FileBody>(message.body); }
  FileBody& body() { return std::get<FileBody>(message.body); }
  bool over() const { return stage == FileStage::uploaded || stage == FileStage::failed; }
};

inline constexpr std::uint32_t kFileJobsKept = 1'000;
inline constexpr std::size_t kFileJobsOpenMax = 96;            // more than ever wait at once
inline constexpr std::int64_t kFileJobKeptMs = 7LL * 86'400'000;

void save_file_job(store::Txn&, const FileJobRow&);            // as its stage says: under way, or over
std::optional<FileJobRow> find_file_job(const store::Txn&, std::string_view id, WallTime now);
std::vector<FileJobRow> open_file_jobs(store::Txn&);           // what cannot be read is erased
bool has_open_file_jobs(const store::StoreView&);

}  // namespace wa::client
