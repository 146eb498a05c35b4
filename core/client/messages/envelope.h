// What stands around the content of a message that is sent (07): serialised Messages without padding. Pure functions;
// e2e.proto stays inside.
#pragma once

#include "base/bytes.h"
#include "wire/jid.h"

namespace wa::client {

// For own other devices: the message wrapped, its messageContextInfo copied outside.
Bytes build_device_sent(const wire::Jid& destination, ByteView message);
// `message` with the key of a group beside it; a message may be empty.
Bytes build_key_distribution(ByteView message, const wire::Jid& group, ByteView distribution);

}  // namespace wa::client
