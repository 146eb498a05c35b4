// One ciphertext on its way to the service (09 section 2): which host is next, whether one may have it already, what an
// answer means, how often it all begins anew.
// Guarantees: it ends, in at most kUploadRounds rounds over all hosts; a refusal of who we are leads to one new
// connection.
// Does not: read or drop the file; know what it is for. What goes to a host or was said by one is never logged.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/files.h"
#include "client/files/contract.h"
#include "client/media/hosts.h"

namespace wa::client {

class Upload {
 public:
  struct Goal { FileId file = 0; std::uint64_t bytes = 0; Bytes enc_sha256; MediaKind kind = MediaKind::image; };
  explicit Upload(Goal goal) : goal_(std::move(goal)) {}

  struct Hosted { std::string url, direct_path; };
  struct Failed { FileFailure why = FileFailure::unreachable; int status = 0; std::int64_t retry_after_ms = -1; };
  using End = std::variant<Hosted, Failed>;

  // Each: the end, when it has come to one.
  std::optional<End> begin(MediaHosts&, Turn&);
  std::optional<End> on_hosts(MediaHosts&, Turn&);
  std::optional<End> on_done(const FileDone&, MediaHosts&, Turn&);
  std::optional<End> on_tick(MediaHosts&, Turn&);
  std::optional<End> on_online(MediaHosts&, Turn&);    // what waited for the hosts asks again
  bool owns(FileJob) const;
  std::optional<MonoTime> deadline() const;
  FileId file() const { return goal_.file; }

 private:
  struct Unhosted { MonoTime until; };                  // the media connection was asked for
  struct Checking { FileJob work = 0; };                // whether the host has it, or a part of it
  struct Sending { FileJob work = 0; };
  struct Pausing { MonoTime until; };
  using State = std::variant<Unhosted, Checking, Sending, Pausing>;

  std::optional<End> go_on(MediaHosts&, Turn&);         // to the present host
  std::optional<End> next_host(Failed, MediaHosts&, Turn&);
  std::optional<End> after_round(Failed, Turn&);
  std::optional<End> on_check(const FileDone&, MediaHosts&, Turn&);
  std::optional<End> on_answer(const FileDone&, MediaHosts&, Turn&);
  void post(bool check, std::uint64_t offset, MediaHosts&, Turn&);

  Goal goal_;
  State state_ = Pausing{};
  std::size_t host_ = 0;
  int rounds_ = 0;                                      // that are over
  bool renewed_ = false;                                // the media connection, after a refusal
};

}  // namespace wa::client
