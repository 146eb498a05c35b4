// Downloads media files (08 section 1): hosts in order, a size limit, a bounded number at a time over the process.
#pragma once

#include <functional>

#include "client/effect.h"
#include "gateway/input.h"
#include "job_queue.h"
#include "outgoing.h"

namespace wa::native {

class MediaClient {
 public:
  // `host` replaces the hosts of every request when not empty.
  MediaClient(Outgoing out, std::string host);
  using Done = std::function<void(gateway::Fetched)>;  // on any thread, exactly once
  void fetch(Fetch request, Done done);

 private:
  struct Job {
    Fetch request;
    Done done;
  };
  void start(std::optional<Job> job);
  boost::asio::awaitable<void> download(Job job);

  Outgoing out_;
  std::string host_;
  JobQueue<Job> jobs_;
};

}  // namespace wa::native
