// The files that the simulated host holds for its device, and the work on them with real bytes: sealed and opened by
// the cipher, sent to and fetched from the simulated hosts, looked into as far as a few bytes at their beginning go.
// Guarantees: deterministic; work that fails keeps nothing, but for the part of an upload that the other side has.
// Does not: know when an answer arrives; that is the world's.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "gateway/input.h"
#include "sim/service/network.h"
#include "sim/world/seeded_random.h"

namespace wa::sim {

// What a URL of the user has; `status` 0: nobody answers there.
struct UrlContent { int status = 200; Bytes bytes; std::string content_type, file_name; };

class FileHost {
 public:
  FileHost(SimNetwork& network, SeededRandom& random) : network_(network), random_(random) {}

  FileDone work(const FetchUrl&);
  FileDone work(const SealFile&);
  FileDone work(const UploadFile&);
  FileDone work(const DownloadFile&);
  FileDone work(const InspectFile&);
  void keep(FileId file, Bytes bytes) { put(file, std::move(bytes)); }
  void drop(FileId file) { files_.erase(file); }
  const Bytes* find(FileId file) const;
  void die() { files_.clear(); }      // the process ends

  std::size_t count() const { return files_.size(); }
  std::uint64_t most() const { return most_; }        // files at once, ever
  std::map<std::string, UrlContent> urls;
  bool has_tools = true;              // that look into files
  std::uint32_t fault_percent = 0;    // of work that fails for some reason of the host
  std::size_t faults = 0;             // so many did

 private:
  std::optional<FileDone> stumble(FileJob);
  void put(FileId file, Bytes bytes);

  SimNetwork& network_;
  SeededRandom& random_;
  std::map<FileId, Bytes> files_;
  std::uint64_t most_ = 0;
};

}  // namespace wa::sim
