// A command to send becomes a row of the outbox: checked, with its id and its content.
// Errors: not_ready when not paired; invalid_argument for an empty or too large message, or a recipient that no
// delivery carries messages of this kind to. The row given must be a new one; after an error it says nothing. Stores
// nothing.
#pragma once

#include "client/messages/contract.h"
#include "client/messages/outbox_row.h"
#include "client/rows/account.h"
#include "client/turn.h"

namespace wa::client {

Result<void> compose(const SendText&, const Account&, Turn&, OutboxRow&);
Result<void> compose(const SendMessage&, const Account&, Turn&, OutboxRow&);

}  // namespace wa::client
