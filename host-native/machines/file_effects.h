// Work on files for all devices: what the effects of base/files.h ask for, but the answers to requests. It runs on
// strands of its own, a piece at a time, so that neither a device nor a thread waits for it; tenants take turns.
// Guarantees: each job is told once; a file comes to its shelf only whole, and only when all that was to be checked of
// it holds; what a tenant names is connected to by the rules of webhooks, at every hop; what the service names only
// below whatsapp.net over https, at every hop. URLs, hosts and keys are never logged.
#pragma once

#include <functional>
#include <memory>
#include <variant>

#include "client/effect.h"
#include "files/inspector.h"
#include "files/shelf.h"
#include "gateway/input.h"
#include "net/fair_jobs.h"
#include "net/transfer.h"

namespace wa::native {

class FileEffects {
 public:
  struct Config {
    boost::asio::io_context& io;
    std::shared_ptr<FileRoom> room;
    Outgoing urls;                // where tenants send us, and
    UrlPolicy policy;             // how far they may
    Outgoing media;               // the service's hosts
    std::string media_host;       // the operator's instead of them (media_client.h)
    Inspector& inspector;
    unsigned threads = 1;
  };
  explicit FileEffects(Config config);

  using Shelf = std::shared_ptr<FileShelf>;
  using Done = std::function<void(gateway::FileDone)>;  // on any thread, exactly once

  void write(const Shelf& shelf, const WriteFile& order);
  void fetch(const Shelf& shelf, FetchUrl order, Done done);
  void seal(const Shelf& shelf, SealFile order, Done done);
  void upload(const Shelf& shelf, UploadFile order, Done done);
  void download(const Shelf& shelf, DownloadFile order, Done done);
  void inspect(const Shelf& shelf, const InspectFile& order, Done done);
  const std::shared_ptr<FileRoom>& room() const { return config_.room; }

 private:
  using Order = std::variant<FetchUrl, SealFile, UploadFile, DownloadFile>;
  struct Job {
    std::string tenant;
    Order order;
    Shelf shelf;
    FileHandle from;      // what it reads: held, so that it may be dropped meanwhile
    FileId into = 0;
    Done done;
    gateway::FileDone result;
  };
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  void add(FairJobs<Job>& jobs, Job job);
  bool find(const Shelf& shelf, FileId id, FileHandle& out, gateway::FileDone& result) const;
  Awaitable<void> run(Job& job);
  Awaitable<FileHandle> fetch_url(Job& job, const FetchUrl& order);
  Awaitable<FileHandle> seal_file(Job& job, const SealFile& order);
  Awaitable<void> digest_file(Job& job);
  Awaitable<FileHandle> upload_file(Job& job, const UploadFile& order);
  Awaitable<FileHandle> download_file(Job& job, const DownloadFile& order);
  std::optional<Destination> service(const std::string& host, const std::string& path) const;
  std::optional<Destination> service_redirect(const Destination& from, const std::string& location) const;

  Config config_;
  FairJobs<Job> transfers_, seals_;
};

}  // namespace wa::native
