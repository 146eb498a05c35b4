// tested by unit/client/messages/group_delivery_test.cpp
#include "client/messages/mentions.h"

#include <string>

#include "base/encoding.h"
#include "e2e.pb.h"
#include "proto/message.h"

namespace wa::client {
namespace {

// Wherever it stands, but not as the beginning of a longer number.
void rename(std::string& text, const std::string& from, const std::string& to) {
  if (from == to) return;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    const char next = at + from.size() < text.size() ? text[at + from.size()] : ' ';
    if (next >= '0' && next <= '9') {
      at += from.size();
    } else {
      text.replace(at, from.size(), to);
      at += to.size();
    }
  }
}

}  // namespace

Bytes in_group_context(ByteView original, const GroupContext& group) {
  pb::Message message;
  const bool changes = !group.names.empty() || !group.everybody.empty() || group.timer_s;
  if (!changes || !proto::parse(message, original)) return to_bytes(original);
  if (!message.has_conversation() && !message.has_extended_text_message()) return to_bytes(original);
  pb::Message::ExtendedText* extended = message.mutable_extended_text_message();
  if (message.has_conversation()) extended->set_text(message.conversation());
  message.clear_conversation();
  pb::ContextInfo* context = extended->mutable_context_info();
  for (int i = 0; i < context->mentioned_jid_size() && i < static_cast<int>(group.names.size()); ++i) {
    const wire::Jid& name = group.names[i];
    const auto given = wire::parse_jid(context->mentioned_jid(i));
    if (given) rename(*extended->mutable_text(), '@' + given->user, '@' + name.user);
    context->set_mentioned_jid(i, name.text());
  }
  if (!group.everybody.empty()) context->clear_mentioned_jid();
  for (const wire::Jid& jid : group.everybody) context->add_mentioned_jid(jid.text());
  if (group.timer_s) context->set_expiration(group.timer_s);
  return proto::serialise(message);
}

std::vector<wire::Jid> mentions_of(ByteView bytes) {
  std::vector<wire::Jid> out;
  pb::Message message;
  if (!proto::parse(message, bytes)) return out;
  for (const std::string& text : message.extended_text_message().context_info().mentioned_jid()) {
    if (auto jid = wire::parse_jid(text)) out.push_back(*std::move(jid));
  }
  return out;
}

}  // namespace wa::client
