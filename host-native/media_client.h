// Downloads media files (08 section 1): hosts in order, a size limit, a bounded number at a time over the process
// and for each tenant.
#pragma once

#include <functional>

#include "client/effect.h"
#include "gateway/input.h"
#include "fair_queue.h"
#include "outgoing.h"

namespace wa::native {

class MediaClient {
 public:
  // `host` replaces the hosts of every request when not empty.
  MediaClient(Outgoing out, std::string host);
  using Done = std::function<void(gateway::Fetched)>;  // on any thread, exactly once
  void fetch(const std::string& tenant, Fetch request, Done done);

 private:
  struct Job {
    std::string tenant;
    Fetch request;
    Done done;
  };
  void start(std::optional<Job> job);
  boost::asio::awaitable<void> download(Job job);

  Outgoing out_;
  std::string host_;
  FairQueue<Job> jobs_;
};

}  // namespace wa::native
