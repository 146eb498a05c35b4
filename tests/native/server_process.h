// `wuts serve` as a process of its own: started, asked for its port, measured, stopped or killed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace wa::native_test {

class ServerProcess {
 public:
  // Starts it and waits until it listens. Throws std::runtime_error with what it said when it does not.
  ServerProcess(const std::string& program, const std::filesystem::path& data_dir, std::vector<std::string> arguments,
                const std::filesystem::path& log = {});  // where its standard error goes; empty: to ours
  ~ServerProcess();  // SIGKILL unless stopped
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const std::string& base_url() const { return base_url_; }
  std::uint16_t port() const;
  std::uint16_t admin_port() const { return admin_port_; }
  pid_t pid() const { return pid_; }
  void signal(int number);
  void kill();           // -9
  int stop();            // SIGTERM; exit status
  int exit_status();     // waits for it
  std::size_t resident_bytes() const;
  double cpu_seconds() const;
  double metric(const std::string& series) const;  // of GET /metrics; -1: it is not there

 private:
  void wait();
  pid_t pid_ = -1;
  int status_ = 0;
  std::string base_url_;
  std::uint16_t admin_port_ = 0;
};

}  // namespace wa::native_test
