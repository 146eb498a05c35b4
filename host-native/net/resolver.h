// Names to addresses, by threads of its own. Tenants take turns: each has a few lookups under way, so that the names that
// nobody answers for keep only whoever asked for them waiting. Answers are remembered for some seconds, failures too.
// Guarantees: a lookup that nobody waits for any more is not begun; what waits and what is remembered is bounded, for a
// tenant and over all.
// What a lookup or whoever asked throws ends that question alone.
// Does not: stop a lookup that is under way (getaddrinfo cannot be).
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "net/destination.h"
#include "net/fair_queue.h"

namespace wa::native {

class Resolver {
 public:
  using Clock = std::chrono::steady_clock;
  using Addresses = std::vector<boost::asio::ip::address>;
  using Lookup = std::function<Addresses(const std::string& host)>;  // may take long; empty: there is no such host
  static Addresses ask_system(const std::string& host);
  struct Limits {
    std::size_t at_once = 16, at_once_each = 4;        // lookups under way, over all and for a tenant
    std::size_t names = 4096, names_each = 128;        // waiting or remembered; over all: remembered
    std::size_t waiting_each = 256;                    // that ask for the names of a tenant
    std::chrono::milliseconds keep{10'000}, keep_failed{30'000};
    static Limits for_service();  // of few names, which all devices ask for; a failure is soon tried again
    static Limits for_command();
  };

  explicit Resolver(Limits limits) : Resolver(limits, ask_system) {}
  Resolver(Limits limits, Lookup lookup);
  ~Resolver();

  using Done = std::function<void(const Endpoints&)>;  // on any thread; empty: there is no such host
  // `done` is called once, or, after `deadline`, perhaps never: whoever asks watches the time himself.
  void resolve(const std::string& tenant, const std::string& host, std::uint16_t port, Clock::time_point deadline, Done done);

 private:
  struct Waiting { std::uint16_t port; Clock::time_point deadline; Done done; };
  struct Entry {
    Addresses found;
    Clock::time_point until{};     // remembered until then
    std::vector<Waiting> waiting;
    bool busy = false, begun = false;
  };
  struct Key {
    std::string tenant, host;
    bool operator<(const Key& other) const { return std::tie(tenant, host) < std::tie(other.tenant, other.host); }
  };

  bool make_room(const std::string& tenant, Clock::time_point now);
  void start(std::optional<Key> due) noexcept;
  void work(Key due) noexcept;
  void give_up(const Key& key) noexcept;
  static void tell(const std::vector<Waiting>& waiting, const Addresses& found) noexcept;
  bool begin(const Key& key);
  std::vector<Waiting> look_up(const Key& key, Addresses& found);

  const Limits limits_;
  Lookup lookup_;
  FairQueue<Key> queue_;
  std::mutex mutex_;
  std::map<Key, Entry> entries_;
  boost::asio::thread_pool threads_;
};

}  // namespace wa::native
