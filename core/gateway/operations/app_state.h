// Bringing the app state up to date: which collections are meant. SyncAppState is the request, SyncDone what comes of
// it.
#pragma once

#include "client/contract.h"

namespace wa::gateway {

// What is kept there, as people call it; the collections are where 05 section 9 keeps it.
enum class SyncScope : std::uint8_t { contacts, chats, settings, pins, critical };
inline constexpr std::size_t kSyncScopes = 5;
// What is meant when nobody says.
inline constexpr SyncScope kUsualScopes[] = {SyncScope::contacts, SyncScope::chats, SyncScope::settings};

// The collections of this scope, too.
void add_scope(client::SyncAppState&, SyncScope);

}  // namespace wa::gateway
