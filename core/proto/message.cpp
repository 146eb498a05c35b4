// tested by unit/proto/writer_test.cpp
#include "proto/message.h"

#include <google/protobuf/message_lite.h>

#include "base/limits.h"

namespace wa::proto {

bool parse(google::protobuf::MessageLite& message, ByteView bytes) {
  return bytes.size() <= limits::kMediaBytesMax &&
         message.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

Bytes serialise(const google::protobuf::MessageLite& message, ByteView before) {
  Bytes out(before.size() + message.ByteSizeLong());
  std::copy(before.begin(), before.end(), out.begin());
  message.SerializeWithCachedSizesToArray(out.data() + before.size());
  return out;
}

}  // namespace wa::proto
