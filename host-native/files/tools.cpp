// tested by native/files/inspector_test.cpp
#include "files/tools.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <string_view>
#include <utility>

namespace wa::native {
namespace {

using Clock = std::chrono::steady_clock;

std::string program_in(const std::string& folders, const std::string& name) {
  for (std::string_view rest = folders; !rest.empty();) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    if (!folder.starts_with('/')) continue;
    const std::string path = std::string(folder) + "/" + name;
    struct stat facts {};
    if (::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  ::setrlimit(static_cast<__rlimit_resource>(what), &both);
}

// Between fork and exec: only what is safe in a copy of a process with threads. Does not come back.
[[noreturn]] void become(char* const* argv, const char* folder, int in, int out, int said, const ChildLimits& limits) {
  static char* const no_environment[] = {nullptr};
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  // Above what is put in their places.
  in = in >= 0 ? ::fcntl(in, F_DUPFD, 16) : -1;
  out = out >= 0 ? ::fcntl(out, F_DUPFD, 16) : -1;
  said = ::fcntl(said, F_DUPFD, 16);
  if (::dup2(nothing, 0) < 0 || ::dup2(said, 1) < 0 || ::dup2(nothing, 2) < 0) ::_exit(127);
  if ((in >= 0 && ::dup2(in, 3) < 0) || (out >= 0 && ::dup2(out, 4) < 0)) ::_exit(127);
  const unsigned first_unused = out >= 0 ? 5 : in >= 0 ? 4 : 3;
  if (::syscall(SYS_close_range, first_unused, ~0U, 0) != 0)
    for (int file = static_cast<int>(first_unused); file < 65'536; ++file) ::close(file);
  if (::chdir(folder) != 0) ::_exit(127);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGTERM, SIGINT}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::umask(077);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.processor_s));
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_FSIZE, limits.written_bytes);
  limit(RLIMIT_NOFILE, 32);
  limit(RLIMIT_CORE, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::nice(10);
  ::execve(argv[0], argv, no_environment);
  ::_exit(127);
}

}  // namespace

MediaTools MediaTools::find(const std::string& where) {
  MediaTools out;
  if (where == "off") return out;
  const char* path = ::getenv("PATH");
  const std::string folders = where != "auto" ? where : path != nullptr ? path : "";
  out.ffmpeg = program_in(folders, "ffmpeg");
  out.ffprobe = program_in(folders, "ffprobe");
  return out;
}

MemoryFile::MemoryFile() : descriptor_(::memfd_create("wuts-media", MFD_CLOEXEC)) {}
MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
MemoryFile::MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

bool MemoryFile::write(ByteView bytes) const {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return descriptor_ >= 0;
}

std::uint64_t MemoryFile::size() const {
  struct stat facts {};
  return ::fstat(descriptor_, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

bool MemoryFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    const auto count = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    offset += static_cast<std::uint64_t>(count);
    out = out.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

ChildEnd run_child(const std::vector<std::string>& command, const std::filesystem::path& folder, int in, int out,
                   ChildLimits limits, const std::function<void(ByteView)>& output) {
  ChildEnd end;
  int said[2];
  if (::pipe2(said, O_CLOEXEC) != 0) return end;
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const std::string place = folder.string();
  const pid_t child = ::fork();
  if (child == 0) become(argv.data(), place.c_str(), in, out, said[1], limits);
  ::close(said[1]);
  if (child < 0) {
    ::close(said[0]);
    return end;
  }
  ::setpgid(child, child);  // whoever comes first
  const auto deadline = Clock::now() + limits.time;
  std::array<std::uint8_t, 16'384> piece;
  std::size_t total = 0;
  bool open = true;
  int status = 0;
  for (bool over = false; !over || open;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const bool stopped = limits.stop != nullptr && *limits.stop;
    if ((left <= 0 || end.too_long || stopped) && !end.killed) {
      end.killed = true;
      ::kill(-child, SIGKILL);
    }
    if (open) {
      pollfd wait{said[0], POLLIN, 0};
      if (::poll(&wait, 1, end.killed || over ? 100 : static_cast<int>(std::min<std::int64_t>(left, 200))) > 0) {
        const auto count = ::read(said[0], piece.data(), piece.size());
        if (count > 0) {
          total += static_cast<std::size_t>(count);
          end.too_long = total > limits.output_bytes;
          if (!end.too_long) output(ByteView(piece.data(), static_cast<std::size_t>(count)));
        } else if (count == 0 || errno != EINTR) {
          open = false;
        }
      } else if (over) {
        open = false;  // a grandchild holds it: it is killed below
      }
    }
    if (!over) {
      const pid_t which = ::waitpid(child, &status, WNOHANG);
      over = which == child || (which < 0 && errno != EINTR);
      if (!over && !open) ::usleep(2'000);
    }
  }
  ::kill(-child, SIGKILL);  // whatever it left behind
  ::close(said[0]);
  end.ok = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !end.killed;
  end.killed = end.killed || WIFSIGNALED(status);
  return end;
}

}  // namespace wa::native
