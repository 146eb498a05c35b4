// A directory and a gateway that do what the request says: they stand in for the real ones so that the host's loop can
// be tested without a protocol. Devices are named in the path: /d/<device>/<order>.
//   new      starts the device               echo      replies at once, no writes
//   count    adds one to a row, replies it   read      replies the row
//   forget   never replies                   twice     replies twice
//   later    replies at a Tick 50 ms later   remove    replies, then Removed
//   dial     Connect; replies when Closed    memory    replies what this object counted in memory
//   hold     replies once the gate is open   throw     std::bad_alloc from the device's step
//   burst    std::bad_alloc from the directory's step
//   slow     6 ms in the directory, and its answer   slow_write  with a row
//   revoke   the directory knows the Authorization header in the body no more
//   file     takes a body with files: replies the body and what each file is; the last of them is what `give` gives
//   give/<from>/<count>  replies with a part of it; drop  drops it
// A device's report is answered with a request to that device.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace wa::native_test {

// Where a step of `hold` waits, and so holds its thread. Gives up when nobody opens it.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false, open = false, gave_up = false;
  void pass();
  bool wait_entered();
  void let_go();
};
Gate& gate();
std::atomic<int>& directories_opened();  // how often
std::atomic<int>& slow_steps();          // that were begun

}  // namespace wa::native_test

#include "gateway/directory/directory.h"
