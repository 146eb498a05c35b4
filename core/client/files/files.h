// Files of messages: those to send are fetched, looked at, sealed and uploaded (09 sections 2 to 5), each a job of its
// own; those received are fetched when somebody asks, and asked of the phone when no host has them any more.
// Guarantees: a job to send a file is a row until its message is in the outbox, in one step with that, or until it
// failed with a reason, so that nothing is uploaded twice for it and each ends once; at most 16 work at a time, the
// others wait, 80 in all; every file that this room made or was given is dropped, kept ones some seconds after they
// were told.
// Does not: have bytes; answer requests; say in a log what a file or an address is.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/files/download.h"
#include "client/files/upload.h"
#include "client/link/out.h"
#include "client/media/hosts.h"
#include "client/rows/file_jobs.h"

namespace wa::client {

// What a job does now.
namespace file_phases {
struct Queued { FileId given = 0; };
struct Fetching { FileJob work = 0; FileId into = 0; };
struct Inspecting { FileJob work = 0; FileId file = 0, converted = 0; };
struct Sealing { FileJob work = 0; FileId plain = 0, sealed = 0; };
struct Uploading { Upload upload; };
using Phase = std::variant<Queued, Fetching, Inspecting, Sealing, Uploading>;
}  // namespace file_phases

class Files {
 public:
  explicit Files(MediaHosts& hosts) : hosts_(hosts) {}
  // Jobs of an earlier life are in the rows: they are taken up by the first tick.
  void expect_rows() { rows_ = Rows::unread; }

  Result<void> execute(const SendFile&, Out&, Turn&);
  Result<void> execute(const PrepareFile&, Out&, Turn&);
  Result<void> execute(const FetchMedia&, Out&, Turn&);
  void on(const HostsKnown&, Out&, Turn&);
  void on(const FileTold&, Out&, Turn&);
  void on_file_done(const FileDone&, Out&, Turn&);
  void on_retried(const stanza::MediaRetried&, Turn&);
  void on_online(Out&, Turn&);
  void on_offline(Turn&) { online_ = false; }
  void on_tick(Out&, Turn&);
  std::optional<MonoTime> deadline() const;
  // The account is gone: so is what was under way for it. Before its rows are.
  void end(Turn&);

 private:
  using Queued = file_phases::Queued;
  using Fetching = file_phases::Fetching;
  using Inspecting = file_phases::Inspecting;
  using Sealing = file_phases::Sealing;
  using Uploading = file_phases::Uploading;
  struct Job {
    FileJobRow about = {};           // its message grows
    CommandId command = 0;           // 0 after a restart
    bool kept = false;               // a row
    std::string named = {};          // the file, by its URL
    file_phases::Phase phase = {};
  };
  using Jobs = std::map<std::uint64_t, Job>;   // in the order in which they were taken

  // --- sending.cpp
  void take(Job, Turn&);
  void load(Turn&);
  void pump(Turn&);
  void fetch(Job&, Turn&);
  void inspect(Job&, FileId, Turn&);
  void seal(Job&, FileId, Turn&);
  // Each: false when the job is over and to be taken out.
  bool on_done(Job&, const FileDone&, Turn&);
  bool fetched(Job&, const Fetching&, const FileDone&, Turn&);
  bool inspected(Job&, const Inspecting&, const FileDone&, Turn&);
  bool sealed(Job&, const Sealing&, const FileDone&, Turn&);
  bool uploaded(Job&, const std::optional<Upload::End>&, Turn&);
  bool fail(Job&, FileFailure, int status, std::int64_t retry_after_ms, Turn&);
  void enter(Job&, FileStage, Turn&);
  static void drop_files(const Job&, Turn&);

  // --- receiving.cpp
  struct Fetch { std::vector<CommandId> commands; Download download; };
  struct Kept { MediaReady ready; MonoTime until; };
  using Fetches = std::map<std::string, Fetch>;   // by message id
  void end_if(Fetches::iterator, const std::optional<Download::End>&, Out&, Turn&);   // it is gone then
  void drop_kept(MonoTime now, Turn&);
  FileFailure ask_phone(const std::string& id, Out&, Turn&);   // what whoever asked is told

  template <class ToUpload, class ToDownload>
  void each_transfer(ToUpload, ToDownload, Out&, Turn&);

  MediaHosts& hosts_;
  Jobs jobs_;
  std::uint64_t next_job_ = 1;
  Fetches fetches_;
  std::map<std::string, MonoTime> asked_;      // of the phone, by message id
  std::map<std::string, Kept> kept_;
  enum class Rows : std::uint8_t { none, unread, read } rows_ = Rows::none;
  bool online_ = false;
};

}  // namespace wa::client
