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

void add_scope(client::SyncAppState& command, SyncScope scope) {
  for (const char* name : kCollections[static_cast<std::size_t>(scope)].names) {
    if (!name) break;
    const auto end = command.collections.end();
    if (std::find(command.collections.begin(), end, name) == end) command.collections.push_back(name);
  }
}

}  // namespace wa::gateway
