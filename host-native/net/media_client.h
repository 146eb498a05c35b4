// Downloads media files (08 section 1): hosts in order, a size limit, a time for all hosts together, a bounded number at
// a time over the process and for each tenant.
// Hosts come from the service: only its own are asked, over https, at public addresses. What the operator named is asked
// wherever it is.
#pragma once

#include <functional>

#include "client/effect.h"
#include "gateway/input.h"
#include "net/fair_jobs.h"
#include "net/outgoing.h"

namespace wa::native {

class MediaClient {
 public:
  // `host` is the operator's: a name or a URL that replaces the hosts of every request when not empty.
  MediaClient(Outgoing out, std::string host);
  using Done = std::function<void(gateway::Fetched)>;  // on any thread, exactly once
  void fetch(const std::string& tenant, Fetch request, Done done);

 private:
  struct Job {
    std::string tenant;
    Fetch request;
    Done done;
    gateway::Fetched result;  // of one that did not end well
  };
  boost::asio::awaitable<void> download(Job& job);
  std::vector<Destination> destinations(const Fetch& request) const;

  Outgoing out_;
  std::string host_;
  FairJobs<Job> jobs_;
};

}  // namespace wa::native
