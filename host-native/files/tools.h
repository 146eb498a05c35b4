// The programs that read and convert media (FFmpeg's), and how one of them is run: as a process, in a process group and
// an empty folder of its own, without what else is open here, without the environment, without a network protocol it
// may open; bounded in processor time, memory, bytes it writes and time by the clock; killed with its group
// and with us.
// What it reads and writes are memory files, given by descriptor: the formats need to seek in them, which no pipe can,
// and no plaintext comes to a disk, so that there is none to be found after a kill. They end with their last holder.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace wa::native {

struct MediaTools {
  std::string ffmpeg, ffprobe;   // absolute paths; empty: there are none
  bool usable() const { return !ffmpeg.empty() && !ffprobe.empty(); }
  // "auto": those on PATH; "off": none; else the folder where they are.
  static MediaTools find(const std::string& where);
};

// A file in memory that a child sees under a path of its own. -1: there is no memory for it.
class MemoryFile {
 public:
  MemoryFile();
  ~MemoryFile();
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&&) = delete;
  int descriptor() const { return descriptor_; }
  bool write(ByteView bytes) const;   // at its end
  std::uint64_t size() const;
  bool read(std::uint64_t offset, std::span<std::uint8_t> out) const;

 private:
  int descriptor_;
};

struct ChildLimits {
  int processor_s = 20;
  std::chrono::milliseconds time{40'000};
  std::uint64_t memory_bytes = 1024ull << 20, written_bytes = 128ull << 20;
  std::size_t output_bytes = 256u << 10;
  const std::atomic<bool>* stop = nullptr;   // killed soon after it is true
};
struct ChildEnd {
  bool ok = false;        // it ended by itself, with 0
  bool killed = false;    // at a limit
  bool too_long = false;  // its output
};
// `in`, `out`: descriptors that it has as 3 and 4, -1 for none: kChildIn, kChildOut name them. `output`: what it says.
inline constexpr const char* kChildIn = "/proc/self/fd/3";
inline constexpr const char* kChildOut = "/proc/self/fd/4";
ChildEnd run_child(const std::vector<std::string>& command, const std::filesystem::path& folder, int in, int out,
                   ChildLimits limits, const std::function<void(ByteView)>& output);

}  // namespace wa::native
