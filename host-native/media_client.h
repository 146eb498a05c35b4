// Downloads media files (08 section 1): hosts in order, a size limit, a bounded number at a time over the process.
#pragma once

#include <deque>
#include <functional>

#include "client/effect.h"
#include "gateway/input.h"
#include "outgoing.h"

namespace wa::native {

class MediaClient {
 public:
  // `host` replaces the hosts of every request when not empty.
  MediaClient(Outgoing out, std::string host) : out_(out), host_(std::move(host)) {}
  using Done = std::function<void(gateway::Fetched)>;  // on any thread, exactly once
  void fetch(Fetch request, Done done);

 private:
  struct Job {
    Fetch request;
    Done done;
  };
  void start(Job job);
  void finished();
  boost::asio::awaitable<void> download(Job job);

  Outgoing out_;
  std::string host_;
  std::mutex mutex_;
  std::deque<Job> waiting_;
  std::size_t active_ = 0;
};

}  // namespace wa::native
