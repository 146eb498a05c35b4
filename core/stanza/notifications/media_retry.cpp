// The answer of the own phone to a request for a file (outbound/media_retry.h).
// tested by unit/client/media/media_retry_vectors.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

NotificationKind parse_media_retry(const Notification& notification) {
  const Node& node = notification.node;
  MediaRetried retried;
  retried.id = notification.ack.id;
  if (const Node* about = node.child_named("rmr")) {
    retried.chat = about->jid_attr("jid");
    retried.participant = about->jid_attr("participant");
    retried.from_me = about->text_attr("from_me") == "true";
  }
  if (const Node* sealed = node.child_named("encrypt")) {
    retried.enc_p = to_bytes(bytes_of_child(*sealed, "enc_p"));
    retried.enc_iv = to_bytes(bytes_of_child(*sealed, "enc_iv"));
    if (!retried.enc_p.empty() && !retried.enc_iv.empty()) return retried;
  }
  const Node* error = node.child_named("error");
  if (!error) return OtherNotification{};
  retried.error = static_cast<int>(error->number_attr("code").value_or(0) & 0xffff);
  return retried;
}

}  // namespace

NotificationRows media_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"mediaretry", parse_media_retry},
  };
  return kAll;
}

}  // namespace wa::stanza
