// What the calls say to the rest of the gateway: what became of an automatic reply.
#pragma once

#include <string>

namespace wa::gateway {

struct AutoReplyOutcome {   // -> event call.auto_reply
  const char* outcome = ""; // "sent", then "delivered"; or "refused", "expired" (could not be sent in time),
                            // "limited" (max_per_hour was used up; no message was made)
  std::string call_id, to, message_id;  // `to` as addressed, PN or LID
  std::string chat;         // where messages of this person are told: the PN where known
  int code = 0;             // of a refusal
};

}  // namespace wa::gateway
