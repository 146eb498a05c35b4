// House: several tenants on one simulated host. One Directory and its rows, one World for each device, all in step on one
// clock, and the host's budgets between them. Random bytes come from a stream for each tenant, so that what one tenant is
// given does not depend on how many bytes another drew; whatever else differs between two runs, a tenant learned of another.
// Keeps for each tenant everything that left the house towards it: replies and webhook deliveries, every byte, with the time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/directory/directory.h"
#include "gateway/directory/request_budget.h"
#include "sim/world/world.h"

namespace wa::sim {

class House {
 public:
  static constexpr const char* kMaster = "3f0c5f5e-1111-4111-8111-111111111111";
  static constexpr std::int64_t kStepMs = 20;
  static constexpr std::size_t kRequestsPerTenant = 200;  // that wait: fewer than the long polls of eight devices

  explicit House(std::uint64_t seed);
  ~House();

  // A flaw to see that the comparison notices: one budget of waiting requests for all tenants.
  bool one_budget_for_all = false;
  std::function<void()> every_step;   // another tenant's doings

  // `tenant` is only a name for whoever holds the token. The reply goes to its transcript.
  RequestId ask(const std::string& tenant, const std::string& token, const std::string& method, const std::string& target,
                const std::string& body = {});
  const Reply* reply_to(RequestId id) const;
  Reply call(const std::string& tenant, const std::string& token, const std::string& method, const std::string& target,
             const std::string& body = {});                     // runs until it is there
  void run_for(std::int64_t ms);
  World* device(const std::string& id);                         // nullptr: there is none (any more)
  std::size_t devices() const { return homes_.size(); }
  std::size_t waiting() const { return asked_.size(); }
  const std::vector<std::string>& transcript(const std::string& tenant) { return transcripts_[tenant]; }

 private:
  class Streams final : public Random {
   public:
    explicit Streams(std::uint64_t seed) : seed_(seed) {}
    void speak_for(const std::string& tenant);
    void fill(std::span<std::uint8_t> out) noexcept override { current_->fill(out); }

   private:
    std::uint64_t seed_;
    std::map<std::string, SeededRandom> streams_;
    SeededRandom* current_ = nullptr;
  };
  struct Home {
    std::string tenant;
    std::unique_ptr<World> world;
    std::map<RequestId, RequestId> asked;   // the world's id -> ours
    std::size_t delivered = 0;
  };
  struct Asked { std::string tenant, budget, text; };

  void feed(const std::string& tenant, gateway::DirectoryInput input);
  void perform(const std::string& tenant, gateway::DirectoryEffect& effect);
  void start(const std::string& tenant, const gateway::StartDevice& order);
  void answer(RequestId id, const Reply& reply);
  void step();

  std::uint64_t seed_;
  Streams random_;
  Now now_;
  store::MemoryStore disk_;
  std::unique_ptr<gateway::Directory> directory_;
  gateway::RequestBudgets budgets_{kRequestsPerTenant};
  std::map<std::string, Home> homes_;
  std::map<std::string, std::size_t> devices_of_;   // so far, by tenant
  std::map<RequestId, Asked> asked_;
  std::map<RequestId, Reply> replies_;
  std::vector<std::pair<std::string, DeviceStatus>> reports_;
  std::vector<std::pair<std::string, Reply>> answered_;
  std::map<std::string, std::vector<std::string>> transcripts_;
  RequestId next_ = 1;
};

}  // namespace wa::sim
