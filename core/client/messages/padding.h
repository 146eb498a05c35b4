// What stands around the content of every message: padding (04 section 9) and message ids. Pure functions. Proved by
// misc.json.
#pragma once

#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/jid.h"

namespace wa::client {

Bytes pad(ByteView message, Random&);
Result<Bytes> unpad(Bytes padded);

// "3EB0" and 18 upper-case hex digits
std::string message_id(WallTime now, const wire::Jid& own, const ByteArray<16>& random);
std::string make_message_id(WallTime now, const wire::Jid& own, Random&);

}  // namespace wa::client
