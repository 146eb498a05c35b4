// tested by unit/gateway/operations/app_state_test.cpp
#include "gateway/operations/app_state.h"

#include <algorithm>

namespace wa::gateway {
namespace {

struct Collections { const char* names[3]; };
constexpr Collections kCollections[kSyncScopes] = {
    {{"critical_unblock_low"}},                      // contacts
    {{"regular_low", "regular_high"}},               // chats
    {{"regular_low", "regular", "critical_block"}},  // settings
    {{"regular_low"}},                               // pins
    {{"critical_block", "critical_unblock_low"}},    // critical
};

}  // namespace

client::SyncAppState command_for(const SyncScopes& wish) {
  client::SyncAppState out;
  out.full = wish.full;
  for (const SyncScope scope : wish.scopes) {
    for (const char* name : kCollections[static_cast<std::size_t>(scope)].names) {
      if (!name) break;
      const auto end = out.collections.end();
      if (std::find(out.collections.begin(), end, name) == end) out.collections.emplace_back(name);
    }
  }
  return out;
}

}  // namespace wa::gateway
