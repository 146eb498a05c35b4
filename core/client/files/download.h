// One file on its way from the service (09 section 6): which host is next, what an answer means.
// Guarantees: it ends; nothing is kept of what did not hold; "gone" only if every host said so.
// Does not: ask the phone; drop the file that it got. Where a file is is never logged.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/files.h"
#include "client/files/contract.h"
#include "client/media/hosts.h"
#include "client/rows/received_files.h"

namespace wa::client {

class Download {
 public:
  explicit Download(const ReceivedFile& about) : kind_(about.kind), file_(about.file) {}

  struct Got { FileId file = 0; std::uint64_t bytes = 0; };
  struct Failed { FileFailure why = FileFailure::unreachable; int status = 0; };
  using End = std::variant<Got, Failed>;

  // Each: the end, when it has come to one.
  std::optional<End> begin(MediaHosts&, Turn&);
  std::optional<End> on_hosts(MediaHosts&, Turn&);
  std::optional<End> on_done(const FileDone&, MediaHosts&, Turn&);
  std::optional<End> on_tick(MediaHosts&, Turn&);
  std::optional<End> on_online(MediaHosts&, Turn&);    // what waited for the hosts asks again
  bool owns(FileJob) const;
  std::optional<MonoTime> deadline() const;
  FileId into() const;                       // what may become a file; 0: nothing under way

 private:
  struct Unhosted { MonoTime until; };
  struct Getting { FileJob work = 0; FileId into = 0; };
  struct Pausing { MonoTime until; };

  std::optional<End> go_on(MediaHosts&, Turn&);
  std::optional<End> next_host(Failed, std::int64_t wait_ms, MediaHosts&, Turn&);

  MediaKind kind_;
  HostedFile file_;
  std::variant<Unhosted, Getting, Pausing> state_ = Pausing{};
  std::size_t host_ = 0;
  int rounds_ = 0;
  bool renewed_ = false, was_broken_ = false, all_gone_ = true;   // all hosts of this round
};

}  // namespace wa::client
