// tested by unit/client/link/keepalive_test.cpp
#include "client/link/open_queries.h"

#include "base/limits.h"
#include "base/result.h"

namespace wa::client {

bool Requests::full() const { return open_.size() >= limits::kOpenQueriesMax; }

void Requests::add(std::string id, Query query, MonoTime deadline) {
  WA_ASSERT(!full());
  open_.emplace(std::move(id), Open{std::move(query), deadline});
}

std::optional<Query> Requests::take(const std::string& id) {
  auto found = open_.find(id);
  if (found == open_.end()) return std::nullopt;
  Query query = std::move(found->second.query);
  open_.erase(found);
  return query;
}

std::vector<Query> Requests::expired(MonoTime now) {
  std::multimap<MonoTime, Query> due;
  for (auto it = open_.begin(); it != open_.end();) {
    if (it->second.deadline <= now) {
      due.emplace(it->second.deadline, std::move(it->second.query));
      it = open_.erase(it);
    } else {
      ++it;
    }
  }
  std::vector<Query> out;
  for (auto& entry : due) out.push_back(std::move(entry.second));
  return out;
}

std::vector<Query> Requests::lost() {
  std::vector<Query> out;
  for (auto& entry : open_) out.push_back(std::move(entry.second.query));
  open_.clear();
  return out;
}

std::optional<MonoTime> Requests::deadline() const {
  std::optional<MonoTime> earliest;
  for (const auto& entry : open_) {
    if (!earliest || entry.second.deadline < *earliest) earliest = entry.second.deadline;
  }
  return earliest;
}

}  // namespace wa::client
