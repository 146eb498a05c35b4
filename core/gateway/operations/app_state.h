// Bringing the app state up to date: which collections are meant. Answered by SyncDone.
#pragma once

#include <vector>

#include "client/contract.h"

namespace wa::gateway {

// What is kept there, as people call it; the collections are where 05 section 9 keeps it.
enum class SyncScope : std::uint8_t { contacts, chats, settings, pins, critical };
inline constexpr std::size_t kSyncScopes = 5;
// What is meant when nobody says.
inline constexpr SyncScope kUsualScopes[] = {SyncScope::contacts, SyncScope::chats, SyncScope::settings};

// `full` drops what is known and asks for snapshots.
struct SyncScopes { std::vector<SyncScope> scopes; bool full = false; };
client::SyncAppState command_for(const SyncScopes&);

}  // namespace wa::gateway
