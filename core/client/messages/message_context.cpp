// tested by unit/client/messages/message_context_test.cpp
#include "client/messages/message_context.h"

#include <string>

#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_fields.h"
#include "client/rows/lid_map.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

using Context = pb::ContextInfo;

constexpr int kChatSetting = 1;            // what set a timer
constexpr std::uint32_t kForwardedOften = 5, kForwardedOftenShown = 127;

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

wire::Jid named(const wire::Jid& jid, const ContextEdit& edit) {
  if (!edit.txn) return jid;
  return edit.by_lid ? lid_or_same(*edit.txn, jid) : pn_or_same(*edit.txn, jid);
}

void write_timer(const ChatTimer& timer, proto::Writer& out) {
  using Mode = pb::DisappearingMode;
  out.number(Context::kExpirationFieldNumber, timer.seconds);
  if (timer.set_s > 0) out.integer(Context::kEphemeralSettingTimestampFieldNumber, timer.set_s);
  proto::Writer mode;
  mode.number(Mode::kInitiatorFieldNumber, 0).number(Mode::kTriggerFieldNumber, kChatSetting);
  out.message(Context::kDisappearingModeFieldNumber, mode);
}

// The context as the chat wants it; renames those who are mentioned in `text`, too.
proto::Writer edited(const proto::Reader& given, const ContextEdit& edit, std::string& text) {
  constexpr int kAuthor = Context::kParticipantFieldNumber, kMentioned = Context::kMentionedJidFieldNumber,
                kTimer = Context::kExpirationFieldNumber, kMode = Context::kDisappearingModeFieldNumber;
  proto::Writer out;
  out.items(given.items(), 1, kAuthor - 1);
  if (const auto author = wire::parse_jid(given.text(kAuthor))) out.text(kAuthor, named(*author, edit).text());
  out.items(given.items(), kAuthor + 1, kMentioned - 1);
  for (proto::Repeated each = given.repeated(kMentioned); each.next();) {
    const auto jid = wire::parse_jid(each.text());
    if (!jid) continue;
    const wire::Jid name = named(*jid, edit);
    rename(text, '@' + jid->user, '@' + name.user);
    if (edit.everybody.empty()) out.text(kMentioned, name.text());
  }
  for (const wire::Jid& jid : edit.everybody) out.text(kMentioned, jid.text());
  out.items(given.items(), kMentioned + 1, kTimer - 1);
  if (edit.timer.seconds == 0) return std::move(out.items(given.items(), kTimer));
  write_timer(edit.timer, out);
  return std::move(out.items(given.items(), kMode + 1));
}

// What is shown of a message that only its id is known of: its text, in the place of its kind.
proto::Writer quoted_message(const QuotedMessage& from) {
  proto::Writer content, out;
  const Kind* kind = kind_named(from.type);
  if (!kind || kind == kind_named("text") || !kind->counts_as_last_message) {
    return std::move(out.text(pb::Message::kConversationFieldNumber, from.text));
  }
  const Path& at = kind->text;
  if (at.field != 0 && !from.text.empty()) {
    if (at.inside == 0) content.text(at.field, from.text);
    else content.message(at.field, proto::Writer().text(at.inside, from.text));
  }
  return std::move(out.message(kind->field, content));
}

proto::Writer written(const MessageContext& from) {
  proto::Writer out;
  if (from.quoted) {
    out.text(Context::kStanzaIdFieldNumber, from.quoted->id);
    if (from.quoted->participant) {
      out.text(Context::kParticipantFieldNumber, from.quoted->participant->user_jid().text());
    }
    out.message(Context::kQuotedMessageFieldNumber, quoted_message(*from.quoted));
    if (from.quoted->chat) out.text(Context::kRemoteJidFieldNumber, from.quoted->chat->user_jid().text());
  }
  for (const wire::Jid& jid : from.mentioned) out.text(Context::kMentionedJidFieldNumber, jid.text());
  if (from.forwarded > 0) {
    const bool often = from.forwarded >= kForwardedOften;
    out.number(Context::kForwardingScoreFieldNumber, often ? kForwardedOftenShown : from.forwarded);
    out.number(Context::kIsForwardedFieldNumber, true);
  }
  return out;
}

// The Message inside a wrapper that is written around contents; nullopt: there is none.
constexpr int kWrapper = pb::Message::kDocumentWithCaptionMessageFieldNumber;
constexpr int kWrapped = pb::Message::FutureProof::kMessageFieldNumber;

Bytes wrapped_anew(const proto::Reader& message, const Bytes& inner) {
  const proto::Writer wrapper = std::move(proto::Writer().bytes(kWrapped, inner));
  return std::move(proto::Writer().replaced(message.items(), kWrapper, wrapper.written())).written();
}

// A plain text becomes one that has a context. `text`: what the message says, to be written again.
Bytes content_with(const proto::Reader& message, const Kind& kind, ByteView given, const std::string& text,
                   const proto::Writer& context) {
  constexpr int kPlain = pb::Message::kConversationFieldNumber;
  proto::Writer renamed, content, out;
  if (message.has(kPlain)) {
    renamed.text(pb::Message::ExtendedText::kTextFieldNumber, text);
  } else if (kind.text.field != 0 && kind.text.inside == 0) {
    const proto::Parsed old(given);
    if (old->has(kind.text.field)) renamed.replaced(old->items(), kind.text.field, view(text));
    else renamed.items(old->items(), 1);
  } else {
    renamed.items(proto::Items(given), 1);
  }
  content.replaced(proto::Items(renamed.written()), kind.context, context.written());
  out.items(message.items(), kPlain + 1, kind.field - 1).message(kind.field, content);
  out.items(message.items(), kind.field + 1);
  return out.written();
}

struct Place { const Kind* kind = nullptr; ByteView content; std::string text; };
// nullopt: it has no place for a context.
std::optional<Place> place_in(const proto::Reader& message) {
  Place out;
  out.kind = told_kind_of(message);
  if (!out.kind || out.kind->context == 0) return std::nullopt;
  if (message.has(pb::Message::kConversationFieldNumber)) {
    out.text = message.text(pb::Message::kConversationFieldNumber);
    return out;
  }
  out.content = message.bytes(out.kind->field);
  const proto::Parsed content(out.content);
  if (!content || !proto::Parsed(content->bytes(out.kind->context))) return std::nullopt;
  if (out.kind->text.inside == 0) out.text = content->text(out.kind->text.field);
  return out;
}

}  // namespace

Bytes edit_context(ByteView original, const ContextEdit& edit) {
  const proto::Parsed message(original, kMessageFields);
  if (message->has(kWrapper)) {
    return wrapped_anew(*message, edit_context(message->message(kWrapper).message(kWrapped).raw(), edit));
  }
  auto place = place_in(*message);
  if (!place) return to_bytes(original);
  const proto::Parsed content(place->content);
  const proto::Parsed context(content->bytes(place->kind->context));
  const proto::Writer changed = edited(*context, edit, place->text);
  if (changed.written().empty()) return to_bytes(original);
  return content_with(*message, *place->kind, place->content, place->text, changed);
}

Bytes with_context(ByteView original, const MessageContext& given) {
  const proto::Writer context = written(given);
  const proto::Parsed message(original, kMessageFields);
  if (context.written().empty()) return to_bytes(original);
  if (message->has(kWrapper)) {
    return wrapped_anew(*message, with_context(message->message(kWrapper).message(kWrapped).raw(), given));
  }
  const auto place = place_in(*message);
  return place ? content_with(*message, *place->kind, place->content, place->text, context) : to_bytes(original);
}

std::vector<wire::Jid> mentions_of(ByteView bytes) {
  std::vector<wire::Jid> out;
  const proto::Parsed message(bytes, kMessageFields);
  if (message->has(kWrapper)) return mentions_of(message->message(kWrapper).message(kWrapped).raw());
  const auto place = place_in(*message);
  if (!place) return out;
  const proto::Parsed content(place->content);
  const proto::Parsed context(content->bytes(place->kind->context));
  for (proto::Repeated each = context->repeated(Context::kMentionedJidFieldNumber); each.next();) {
    if (auto jid = wire::parse_jid(each.text())) out.push_back(*std::move(jid));
  }
  return out;
}

}  // namespace wa::client
