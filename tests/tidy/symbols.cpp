#include <algorithm>
#include <set>
#include <sstream>

#include "tidy/rules.h"

namespace wa::tidy {
namespace {

// Functions of the system that core must not reach: clocks, entropy, files, sockets, processes, threads. Names without
// version suffixes; C++ names mangled.
const std::set<std::string>& forbidden() {
  static const std::set<std::string> names = {
      "open", "open64", "openat", "read", "write", "pread", "pwrite", "pread64", "pwrite64", "close", "fsync", "stat", "fstat", "mmap",
      "fopen", "fopen64", "fread", "fwrite_unlocked", "fclose", "freopen", "socket", "connect", "bind", "listen", "accept", "send",
      "sendto", "recv", "recvfrom", "poll", "select", "epoll_wait", "getaddrinfo", "time", "clock", "clock_gettime", "gettimeofday",
      "localtime", "localtime_r", "gmtime", "gmtime_r", "mktime", "nanosleep", "usleep", "sleep", "getrandom", "getentropy", "arc4random",
      "rand", "srand", "random", "srandom", "rand_r", "drand48", "getenv", "secure_getenv", "setenv", "system", "fork", "execve",
      "posix_spawn", "kill", "raise", "signal", "sigaction", "exit", "_exit", "pthread_create", "pthread_mutex_lock", "sodium_init",
      "setlocale", "dlopen", "printf", "puts", "putchar", "__printf_chk",
      "__cxa_throw", "__cxa_allocate_exception", "__cxa_begin_catch", "__dynamic_cast"};
  return names;
}
// fprintf, abort and stderr stay: a failed WA_ASSERT says where and stops (base/result.h).

const char* const kForbiddenParts[] = {
    "randombytes", "_keypair", "mbedtls_entropy", "mbedtls_ctr_drbg", "NSt6thread", "NSt13random_device", "system_clock3now",
    "steady_clock3now", "NSt10filesystem", "basic_ifstream", "basic_ofstream", "basic_fstream", "NSt5mutex", "NSt3__16thread",
    "NSt3__112system_clock", "NSt3__112steady_clock"};

// Writable data that is not state, each with its reason.
const char* const kAllowedData[] = {
    "google", "protobuf", "_pb", "descriptor_table", "_default_instance_",  // generated code, quiet after start-up
    "__ioinit",           // protobuf's headers include <iostream>
    "8childrenEvE4none",  // wire: the empty list that a node without children shows; const, but with a destructor
};

bool is_data(char kind) { return kind == 'b' || kind == 'B' || kind == 'C'; }

}  // namespace

std::vector<Finding> check_symbols(const std::string& archive, const std::string& nm_output) {
  std::set<std::string> reported;
  std::vector<Finding> findings;
  std::istringstream lines(nm_output);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string name, kind;
    if (!(fields >> name >> kind) || kind.size() != 1 || name.back() == ':') continue;
    if (const std::size_t version = name.find('@'); version != std::string::npos) name.resize(version);
    const auto holds = [&](const char* part) { return name.find(part) != std::string::npos; };
    const bool bad_call = kind == "U" && (forbidden().count(name) != 0 ||
                                          std::any_of(std::begin(kForbiddenParts), std::end(kForbiddenParts), holds));
    const bool bad_data = is_data(kind[0]) && !std::any_of(std::begin(kAllowedData), std::end(kAllowedData), holds);
    if ((bad_call || bad_data) && reported.insert(name).second) {
      findings.push_back({archive, 0, (bad_call ? "calls " : "keeps mutable data: ") + name});
    }
  }
  return findings;
}

}  // namespace wa::tidy
