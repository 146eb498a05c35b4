// A command to send becomes a row of the outbox: checked, with its id and its content.
// Errors: not_ready when not paired; invalid_argument for an empty or too large message, or a recipient that no
// delivery carries messages of this kind to. Stores nothing.
#pragma once

#include "client/messages/contract.h"
#include "client/messages/outbox_row.h"
#include "client/rows/account.h"
#include "client/turn.h"

namespace wa::client {

Result<OutboxRow> compose(const SendText&, const Account&, Turn&);
Result<OutboxRow> compose(const SendMessage&, const Account&, Turn&);

}  // namespace wa::client
