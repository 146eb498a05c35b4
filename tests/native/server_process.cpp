#include "native/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "net/http_client.h"

namespace wa::native_test {

ServerProcess::ServerProcess(const std::string& program, const std::filesystem::path& data_dir,
                             std::vector<std::string> arguments, const std::filesystem::path& log) {
  arguments.insert(arguments.begin(), {program, "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data-dir", data_dir.string(),
                                       "--webhook-allow-private"});
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  int out[2];
  if (::pipe(out) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    if (const int file = log.empty() ? -1 : ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600); file >= 0)
      ::dup2(file, STDERR_FILENO);
    ::close_range(3, ~0u, 0);  // sockets of this process must not live on in the server
    ::execv(program.c_str(), pointers.data());
    ::_exit(127);
  }
  ::close(out[1]);
  std::string said;
  char bytes[512];
  while (said.find("listening on ") == std::string::npos ||
         said.find('\n', said.find("listening on ")) == std::string::npos) {
    const auto count = ::read(out[0], bytes, sizeof bytes);
    if (count <= 0) {
      ::close(out[0]);
      wait();
      throw std::runtime_error("the server did not start: " + said);
    }
    said.append(bytes, static_cast<std::size_t>(count));
  }
  ::close(out[0]);
  const auto after = [&](const std::string& words) {
    const auto begin = said.find(words) + words.size();
    return said.substr(begin, said.find('\n', begin) - begin);
  };
  base_url_ = after("\nlistening on ");
  const std::string admin = after("health on ");
  admin_port_ = static_cast<std::uint16_t>(std::stoi(admin.substr(admin.rfind(':') + 1)));
}

ServerProcess::~ServerProcess() { kill(); }

std::uint16_t ServerProcess::port() const {
  return static_cast<std::uint16_t>(std::stoi(base_url_.substr(base_url_.rfind(':') + 1)));
}

void ServerProcess::wait() {
  if (pid_ > 0) ::waitpid(pid_, &status_, 0);
  pid_ = -1;
}

void ServerProcess::kill() {
  signal(SIGKILL);
  wait();
}

void ServerProcess::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

int ServerProcess::stop() {
  signal(SIGTERM);
  return exit_status();
}

int ServerProcess::exit_status() {
  wait();
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
}

std::size_t ServerProcess::resident_bytes() const {
  std::ifstream in("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

double ServerProcess::cpu_seconds() const {
  std::ifstream in("/proc/" + std::to_string(pid_) + "/stat");
  std::string field;
  double ticks = 0;
  for (int i = 1; i <= 15 && in >> field; ++i)
    if (i >= 14) ticks += std::stod(field);
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double ServerProcess::metric(const std::string& series) const {
  const native::HttpClient admin(*native::parse_url("http://127.0.0.1:" + std::to_string(admin_port_)), "");
  const std::string text = admin.call("GET", "/metrics").body;
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
}

}  // namespace wa::native_test
