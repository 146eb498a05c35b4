// How many requests each tenant has waiting for its devices: at most `most`. Hosts count with it
// between ToDevice and the reply. Volatile; holds a number for each tenant that has any.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "base/limits.h"

namespace wa::gateway {

class RequestBudgets {
 public:
  explicit RequestBudgets(std::size_t most = limits::kRequestsPerTenantMax) : most_(most) {}

  // False: no more for now. The name is the caller's copy: where memory runs out, core has nothing half made to give back.
  bool enter(std::string tenant);
  void leave(const std::string& tenant);
  std::size_t waiting(const std::string& tenant) const;

 private:
  std::size_t most_;
  std::map<std::string, std::size_t> waiting_;
};

}  // namespace wa::gateway
