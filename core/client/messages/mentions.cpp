// tested by unit/client/messages/group_delivery_test.cpp
#include "client/messages/mentions.h"

#include <string>

#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/writer.h"

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

using Context = pb::ContextInfo;
using Extended = pb::Message::ExtendedText;

// The context as the group wants it; renames those who are mentioned in `text`, too.
proto::Writer context_of(const proto::Reader& given, const GroupContext& group, std::string& text) {
  constexpr int kMentioned = Context::kMentionedJidFieldNumber, kTimer = Context::kExpirationFieldNumber;
  proto::Writer out;
  out.items(given.items(), 1, kMentioned - 1);
  std::size_t at = 0;
  for (proto::Repeated each = given.repeated(kMentioned); each.next(); ++at) {
    std::string name = each.text();
    if (at < group.names.size()) {
      if (const auto jid = wire::parse_jid(name)) rename(text, '@' + jid->user, '@' + group.names[at].user);
      name = group.names[at].text();
    }
    if (group.everybody.empty()) out.text(kMentioned, name);
  }
  for (const wire::Jid& jid : group.everybody) out.text(kMentioned, jid.text());
  out.items(given.items(), kMentioned + 1, kTimer - 1);
  if (group.timer_s) out.number(kTimer, group.timer_s);
  out.items(given.items(), group.timer_s ? kTimer + 1 : kTimer);
  return out;
}

}  // namespace

Bytes in_group_context(ByteView original, const GroupContext& group) {
  using Field = pb::Message;
  const proto::Parsed message(original, kMessageFields);
  const bool changes = !group.names.empty() || !group.everybody.empty() || group.timer_s;
  const bool plain = message->has(Field::kConversationFieldNumber);
  if (!changes || (!plain && !message->has(Field::kExtendedTextMessageFieldNumber))) return to_bytes(original);
  const proto::Reader given = message->message(Field::kExtendedTextMessageFieldNumber);
  std::string text = plain ? message->text(Field::kConversationFieldNumber) : given.text(Extended::kTextFieldNumber);
  const proto::Writer context = context_of(given.message(Extended::kContextInfoFieldNumber), group, text);
  proto::Writer extended, out;
  extended.text(Extended::kTextFieldNumber, text)
      .items(given.items(), Extended::kTextFieldNumber + 1, Extended::kContextInfoFieldNumber - 1)
      .message(Extended::kContextInfoFieldNumber, context)
      .items(given.items(), Extended::kContextInfoFieldNumber + 1);
  out.items(message->items(), Field::kConversationFieldNumber + 1, Field::kExtendedTextMessageFieldNumber - 1)
      .message(Field::kExtendedTextMessageFieldNumber, extended)
      .items(message->items(), Field::kExtendedTextMessageFieldNumber + 1);
  return out.written();
}

std::vector<wire::Jid> mentions_of(ByteView bytes) {
  std::vector<wire::Jid> out;
  const proto::Parsed message(bytes, kMessageFields);
  const proto::Reader context =
      message->message(pb::Message::kExtendedTextMessageFieldNumber).message(Extended::kContextInfoFieldNumber);
  for (proto::Repeated each = context.repeated(Context::kMentionedJidFieldNumber); each.next();) {
    if (auto jid = wire::parse_jid(each.text())) out.push_back(*std::move(jid));
  }
  return out;
}

}  // namespace wa::client
