// Deliveries of many tenants to many receivers: a bounded number at a time, the others wait. What one receiver does
// is felt by whoever posts to it, and by nobody else:
//   - A receiver is trusted with many posts once it answers; before with kNewMax, and with one while it is silent.
//   - A post that takes long gives its place back and holds one of the places for slow ones.
//   - The last quarter of the places is for tenants, and within a tenant for devices, that have nothing under way.
//   - Silent receivers of a tenant hold at most three quarters of its places.
// Tenants, their receivers and the devices of these take turns. From any thread. Does not start anything itself:
// whoever is given a job starts it, and says finished() once for each.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace wa::native {

struct Delivering {
  std::string tenant, receiver, device;
  bool slow = false;    // of the queue: it gave its place back
};

struct DeliveryLimits {
  std::size_t quick = 128, slow = 384;           // over all
  std::size_t tenant_quick = 32, tenant_slow = 64;
  std::size_t receivers_known = 4096;            // without a post, of whom it is remembered how they do
};

template <class Job>
class DeliveryQueue {
 public:
  static constexpr std::size_t kNewMax = 2;
  explicit DeliveryQueue(DeliveryLimits limits) : limits_(limits) {}

  // Waits until next() gives it out.
  void add(const Delivering& whose, Job job) {
    const std::lock_guard lock(mutex_);
    Tenant& tenant = tenants_[whose.tenant];
    Receiver& receiver = tenant.receivers[whose.receiver];
    receiver.devices[whose.device].waiting.push_back(std::move(job));
    ++receiver.waiting;
    ++tenant.waiting;
    ++waiting_;
  }

  // One that may begin now. Of a tenant that has nothing under way before those that have something.
  std::optional<Job> next() {
    const std::lock_guard lock(mutex_);
    if (waiting_ == 0 || quick_ >= limits_.quick) return std::nullopt;
    auto best = tenants_.end();
    auto at = tenants_.upper_bound(last_);
    for (std::size_t seen = 0; seen < tenants_.size(); ++seen, ++at) {
      if (at == tenants_.end()) at = tenants_.begin();
      const bool idle = at->second.active() == 0;
      if (!idle && best != tenants_.end()) continue;
      if (at->second.waiting == 0 || !may_start(at->second) || !has_turn(at->second)) continue;
      best = at;
      if (idle) break;
    }
    if (best == tenants_.end()) return std::nullopt;
    last_ = best->first;
    return take(best->second);
  }

  // It has been under way for long. True: it holds a slow place now.
  bool slow(Delivering& whose) {
    const std::lock_guard lock(mutex_);
    Tenant& tenant = tenants_.find(whose.tenant)->second;
    if (whose.slow || slow_ >= limits_.slow || tenant.slow >= limits_.tenant_slow) return false;
    whose.slow = true;
    --quick_;
    --tenant.quick;
    ++slow_;
    ++tenant.slow;
    return true;
  }

  // `answered`: the receiver said something, whatever it was.
  void finished(const Delivering& whose, bool answered) {
    const std::lock_guard lock(mutex_);
    const auto at = tenants_.find(whose.tenant);
    Tenant& tenant = at->second;
    Receiver& receiver = tenant.receivers.find(whose.receiver)->second;
    (whose.slow ? slow_ : quick_) -= 1;
    (whose.slow ? tenant.slow : tenant.quick) -= 1;
    if (receiver.is == Is::silent) --tenant.probes;
    --receiver.active;
    const Is now = answered ? Is::trusted : Is::silent;
    if (receiver.is == Is::silent && now != Is::silent) tenant.probes -= receiver.active;
    if (receiver.is != Is::silent && now == Is::silent) tenant.probes += receiver.active;
    receiver.is = now;
    const auto device = receiver.devices.find(whose.device);
    if (--device->second.active == 0 && device->second.waiting.empty()) receiver.devices.erase(device);
    if (receiver.active == 0 && receiver.waiting == 0 && ++idle_ > limits_.receivers_known) forget_idle();
  }

  std::size_t active() const {
    const std::lock_guard lock(mutex_);
    return quick_ + slow_;
  }

 private:
  enum class Is : std::uint8_t { fresh, trusted, silent };
  struct Device {
    std::size_t active = 0;
    std::deque<Job> waiting;
  };
  struct Receiver {
    Is is = Is::fresh;
    std::size_t active = 0, waiting = 0;
    std::map<std::string, Device> devices;  // with an active or a waiting job
    std::string last;
  };
  struct Tenant {
    std::size_t quick = 0, slow = 0, waiting = 0, probes = 0;  // probes: under way to silent receivers
    std::map<std::string, Receiver> receivers;
    std::string last;
    std::size_t active() const { return quick + slow; }
  };
  static std::size_t most_but_a_quarter(std::size_t all) { return all - all / 4; }

  bool may_start(const Tenant& tenant) const {
    if (tenant.quick >= limits_.tenant_quick) return false;
    return tenant.active() == 0 || quick_ < most_but_a_quarter(limits_.quick);
  }
  bool may_start(const Tenant& tenant, const Receiver& receiver) const {
    if (receiver.waiting == 0) return false;
    switch (receiver.is) {
      case Is::trusted: return true;
      case Is::fresh: return receiver.active < kNewMax;
      case Is::silent: break;
    }
    return receiver.active == 0 && tenant.probes < most_but_a_quarter(limits_.tenant_quick);
  }
  bool may_start(const Tenant& tenant, const Device& device) const {
    if (device.waiting.empty()) return false;
    return device.active == 0 || tenant.quick < most_but_a_quarter(limits_.tenant_quick);
  }

  // The next in turn after `last` that `good` says yes to.
  template <class Map, class Good>
  static auto turn_of(Map& all, const std::string& last, const Good& good) {
    auto at = all.upper_bound(last);
    for (std::size_t seen = 0; seen < all.size(); ++seen, ++at) {
      if (at == all.end()) at = all.begin();
      if (good(at->second)) return at;
    }
    return all.end();
  }
  auto device_of(const Tenant& tenant, Receiver& receiver) {
    return turn_of(receiver.devices, receiver.last, [&](const Device& one) { return may_start(tenant, one); });
  }
  auto receiver_of(Tenant& tenant) {
    return turn_of(tenant.receivers, tenant.last, [&](Receiver& one) {
      return may_start(tenant, one) && device_of(tenant, one) != one.devices.end();
    });
  }
  bool has_turn(Tenant& tenant) { return receiver_of(tenant) != tenant.receivers.end(); }

  Job take(Tenant& tenant) {
    const auto receiver = receiver_of(tenant);
    const auto device = device_of(tenant, receiver->second);
    tenant.last = receiver->first;
    receiver->second.last = device->first;
    Job out(std::move(device->second.waiting.front()));
    device->second.waiting.pop_front();
    if (receiver->second.active == 0 && idle_ > 0) --idle_;
    ++device->second.active;
    ++receiver->second.active;
    if (receiver->second.is == Is::silent) ++tenant.probes;
    ++tenant.quick;
    ++quick_;
    --receiver->second.waiting;
    --tenant.waiting;
    --waiting_;
    return out;
  }

  // How they do is learnt again.
  void forget_idle() {
    for (auto tenant = tenants_.begin(); tenant != tenants_.end();) {
      const auto idle = [](const auto& item) { return item.second.active == 0 && item.second.waiting == 0; };
      std::erase_if(tenant->second.receivers, idle);
      tenant = tenant->second.receivers.empty() ? tenants_.erase(tenant) : std::next(tenant);
    }
    idle_ = 0;
  }

  const DeliveryLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Tenant> tenants_;
  std::string last_;
  std::size_t quick_ = 0, slow_ = 0, waiting_ = 0, idle_ = 0;
};

}  // namespace wa::native
