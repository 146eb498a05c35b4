// How many requests each tenant has waiting for its devices: at most kRequestsPerTenantMax. Hosts count with it
// between ToDevice and the reply. Volatile; holds a number for each tenant that has any.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace wa::gateway {

class RequestBudgets {
 public:
  bool enter(const std::string& tenant);   // false: no more for now
  void leave(const std::string& tenant);
  std::size_t waiting(const std::string& tenant) const;

 private:
  std::map<std::string, std::size_t> waiting_;
};

}  // namespace wa::gateway
