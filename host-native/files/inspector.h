// What files are, and what is made of them: kind by their first bytes, sides, duration, thumbnail, waveform, another
// format.
// Formats are read by programs in processes of their own (tools.h); without these programs by what their headers say.
// Guarantees: at most kInspectionsMax at a time, tenants take turns, one of each; each is told once, on a thread of its
// own; a file that cannot be read is `unreadable` or told as it is, with a warning.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "files/kept_file.h"
#include "files/tools.h"
#include "net/fair_queue.h"

namespace wa::native {

struct Inspection {
  std::string tenant;
  FileHandle file;
  std::string kind;                 // of kMediaKinds
  bool thumbnail = false, convert = false;
};
struct Inspected {
  FileFault fault = FileFault::none;
  FileInspected facts;
  FileHandle converted;
};

class Inspector {
 public:
  static constexpr std::size_t kInspectionsMax = 2;
  Inspector(std::shared_ptr<FileRoom> room, MediaTools tools);
  ~Inspector();   // what is under way ends soon, what waits is told no more
  using Done = std::function<void(Inspected)>;
  void inspect(Inspection what, Done done);

 private:
  struct Job {
    Inspection what;
    Done done;
  };
  using Held = std::shared_ptr<Job>;
  void start(Held job) noexcept;
  void work(Held job) noexcept;

  const std::shared_ptr<FileRoom> room_;
  const MediaTools tools_;
  FairQueue<Held> queue_;
  std::atomic<bool> stopping_{false};
  boost::asio::thread_pool threads_;
};

}  // namespace wa::native
