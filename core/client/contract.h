// What a gateway may ask of its device (Command), what the device tells (Event), and what a query to the service was for
// (Query): each room lists its own in its contract.h, this file joins them, a line each.
//
// Commands: `execute` answers at once with an error when the command cannot be taken (not_ready, invalid_argument,
// conflict); otherwise exactly one *Done event with the same CommandId follows, in this step or a later one. Commands
// that are obligations (SendText, SetChat) are rows before they are sent and survive a restart; their CommandId does not.
// Events: facts, typed; no policy and no JSON. The order of events is the order of facts. Times are the service's unless
// the name says otherwise. JIDs of chats and people carry no device number.
// Queries: the answer is data, handed to the room that owns the struct; nothing is stored as a lambda.
#pragma once

#include "base/kinds.h"
#include "client/account/contract.h"
#include "client/app_state/contract.h"
#include "client/calls/contract.h"
#include "client/files/contract.h"
#include "client/history/contract.h"
#include "client/link/contract.h"
#include "client/media/contract.h"
#include "client/messages/contract.h"
#include "client/pairing/contract.h"
#include "client/people/contract.h"
#include "client/prekeys/contract.h"
#include "client/presence/contract.h"
#include "stanza/inbound.h"

namespace wa::client {

template <class... Rooms>
struct JoinedContracts {
  using Commands = JoinedKinds<typename Rooms::Commands...>;
  using Events = JoinedKinds<typename Rooms::Events...>;
  using Queries = JoinedKinds<typename Rooms::Queries...>;
};

using Contract = JoinedContracts<
    LinkContract,
    MediaContract,
    PairingContract,
    PrekeysContract,
    AccountContract,
    PeopleContract,
    PresenceContract,
    CallsContract,
    MessagesContract,
    AppStateContract,
    HistoryContract,
    FilesContract>;

// Classes, not names for the variants: copies and destructors are compiled once, not in every file that sees them.
using CommandKinds = VariantOf<Contract::Commands>;
struct Command : CommandKinds {
  using CommandKinds::variant;
  Command(const Command&);
  Command(Command&&) noexcept;
  Command& operator=(const Command&);
  Command& operator=(Command&&) noexcept;
  ~Command();
};

using EventKinds = VariantOf<Contract::Events>;
struct Event : EventKinds {
  using EventKinds::variant;
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

using QueryKinds = VariantOf<Contract::Queries>;
struct Query : QueryKinds {
  using QueryKinds::variant;
  Query(const Query&);
  Query(Query&&) noexcept;
  Query& operator=(const Query&);
  Query& operator=(Query&&) noexcept;
  ~Query();
};

struct QueryTimeout {};
struct QueryLinkLost {};
// The whole <iq type="result"> node, or why there is none.
using QueryAnswer = std::variant<wire::Node, stanza::IqError, QueryTimeout, QueryLinkLost>;

}  // namespace wa::client
