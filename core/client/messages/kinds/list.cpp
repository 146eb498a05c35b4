// A list to choose from, as businesses send it.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

namespace wa::client {

extern const Kind kListKind = {.id = "list", .is = has_field<pb::Message::kListMessageFieldNumber>};

}  // namespace wa::client
