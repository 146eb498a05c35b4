// By which of the two ids of a user one writes to them (direct_chats.h), and under which their sessions are kept: by LID
// where it is known.
// Does not ask anybody: what the LID map does not know goes by PN.
#pragma once

#include "client/rows/account.h"

namespace wa::client {

// Where a message to `to` goes: by LID when both sides have one and the account's chats go by it, else by PN.
wire::Jid destination_of(const store::Txn&, const Account&, const wire::Jid& to);

// The address under which sessions with a device are kept: by LID when known.
signal::Address session_address(const store::Txn&, const wire::Jid& device);

}  // namespace wa::client
