// From bytes to a generated class and back, for the simulator and the tests: the core reads and writes by reader.h and
// writer.h, and does not link the classes. Nothing is `required` in our schemas, so nothing is checked for it.
#pragma once

#include "base/bytes.h"

namespace google::protobuf {
class MessageLite;
}

namespace wa::proto {

// False when the bytes are malformed or more than a media file may have; `message` is then in an unknown state.
bool parse(google::protobuf::MessageLite& message, ByteView bytes);

// `before` stands in front of the message: a version byte, a prefix to sign.
Bytes serialise(const google::protobuf::MessageLite& message, ByteView before = {});

}  // namespace wa::proto
