// Which fields of a Message (e2e.proto) are messages themselves: what is malformed anywhere in them is malformed as a
// whole. For the readers of this room.
#pragma once

#include "proto/reader.h"

namespace wa::client {

extern const proto::Nested kMessageFields[];
extern const proto::Nested kWrapperFields[];        // FutureProof: a field with this inside holds a Message
extern const proto::Nested kContextFields[];        // ContextInfo
extern const proto::Nested kResentMessageFields[];  // WebMessageInfo

}  // namespace wa::client
