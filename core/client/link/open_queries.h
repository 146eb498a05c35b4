// Open IQ queries of this connection: id -> what it was for, and until when we wait. Bounded by kOpenQueriesMax.
// Guarantees: every query added is given back exactly once, by take, expired or lost.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "client/contract.h"

namespace wa::client {

class Requests {
 public:
  bool full() const;
  void add(std::string id, Query query, MonoTime deadline);
  std::optional<Query> take(const std::string& id);
  std::vector<Query> expired(MonoTime now);  // in the order of their deadlines
  std::vector<Query> lost();                 // the link is gone: all of them
  bool empty() const { return open_.empty(); }
  std::optional<MonoTime> deadline() const;

 private:
  struct Open { Query query; MonoTime deadline; };
  std::map<std::string, Open> open_;
};

}  // namespace wa::client
