// tested by unit/client/messages/kinds_test.cpp
#include "client/messages/kinds/said.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_fields.h"
#include "e2e.pb.h"

namespace wa::client {
namespace {

std::string text_at(const proto::Reader& body, const Path& path) {
  if (path.field == 0) return {};
  return clean_text(path.inside ? body.message(path.field).text(path.inside) : body.text(path.field));
}

std::string text_of(const Kind& kind, const proto::Reader& message, const proto::Reader& body) {
  std::string text = text_at(body, kind.text);
  if (text.empty()) text = text_at(body, kind.or_text);
  return text.empty() ? clean_text(message.text(pb::Message::kConversationFieldNumber)) : text;
}

// A sender key or the context of a message may stand beside any content; alone they say nothing.
bool says_nothing(const proto::Reader& message) {
  using Field = pb::Message;
  proto::Items items = message.items();
  for (proto::Item item; items.next(item);) {
    if (item.field != Field::kSenderKeyDistributionMessageFieldNumber &&
        item.field != Field::kFastRatchetKeySenderKeyDistributionMessageFieldNumber &&
        item.field != Field::kMessageContextInfoFieldNumber)
      return false;
  }
  return true;
}

QuotedContent read_quoted(const proto::Reader& context) {
  using Field = pb::ContextInfo;
  QuotedContent out;
  out.id = clean_text(context.text(Field::kStanzaIdFieldNumber));
  out.participant = wire::parse_jid(context.text(Field::kParticipantFieldNumber));
  out.chat = wire::parse_jid(context.text(Field::kRemoteJidFieldNumber));
  Summary quoted = summary_of(context.message(Field::kQuotedMessageFieldNumber));
  out.type = quoted.type;
  out.text = std::move(quoted.text);
  return out;
}

void read_context(const proto::Reader& context, Content& out) {
  using Field = pb::ContextInfo;
  constexpr int kFirstSecondQuality = 2;   // 2, 4, 6, 8: of a video, an image, a moving photo, HEVC
  if (context.has(Field::kStanzaIdFieldNumber)) out.quoted = read_quoted(context);
  for (proto::Repeated each = context.repeated(Field::kMentionedJidFieldNumber);
       out.mentioned.size() < limits::kGroupMembersMax && each.next();) {
    if (const auto jid = wire::parse_jid(each.text())) out.mentioned.push_back(*jid);
  }
  out.mention_all = context.flag(Field::kNonJidMentionsFieldNumber);
  out.forwarded = context.flag(Field::kIsForwardedFieldNumber);
  const int pair = context.int32(Field::kPairedMediaTypeFieldNumber);
  out.second_quality = out.second_quality || (pair >= kFirstSecondQuality && pair % 2 == 0);
  if (context.has_number(Field::kExpirationFieldNumber)) {
    out.timer = Content::Timer{context.uint32(Field::kExpirationFieldNumber),
                               context.int64(Field::kEphemeralSettingTimestampFieldNumber)};
  }
}

}  // namespace

std::string clean_text(std::string text) { return is_utf8(text) ? std::move(text) : std::string(); }

bool unwrap(proto::Reader& message, Content& out) {
  using Field = pb::Message;
  for (const proto::Nested* each = kMessageFields; each->field != 0; ++each) {
    const int wrapper = each->field;
    if (each->inside != kWrapperFields || !message.has(wrapper)) continue;
    message = message.message(wrapper).message(Field::FutureProof::kMessageFieldNumber);
    out.view_once = out.view_once || wrapper == Field::kViewOnceMessageFieldNumber ||
                    wrapper == Field::kViewOnceMessageV2FieldNumber ||
                    wrapper == Field::kViewOnceMessageV2ExtensionFieldNumber;
    out.second_quality = out.second_quality || wrapper == Field::kAssociatedChildMessageFieldNumber;
    return true;
  }
  return false;
}

void unwrap_all(proto::Reader& message, Content& out) {
  for (int depth = 0; depth < kWrappersMax && unwrap(message, out); ++depth) {
  }
}

std::optional<PlaceholderKey> read_key(const proto::Reader& written) {
  using Field = pb::MessageKey;
  PlaceholderKey key;
  key.id = clean_text(written.text(Field::kIdFieldNumber));
  if (key.id.empty() || key.id.size() > limits::kIdCharsMax) return std::nullopt;
  key.chat = wire::parse_jid(written.text(Field::kRemoteJidFieldNumber)).value_or(wire::Jid());
  key.from_me = written.flag(Field::kFromMeFieldNumber);
  key.participant = wire::parse_jid(written.text(Field::kParticipantFieldNumber));
  return key;
}

Summary summary_of(proto::Reader message) {
  Content unused;
  unwrap_all(message, unused);
  const Kind* kind = told_kind_of(message);
  if (!kind) return {};
  return {kind->id, text_of(*kind, message, message.message(kind->field))};
}

void mark_change(Change change, Content& out) {
  constexpr const char* kTypes[] = {"", "edit", "revoke", "pin", "unpin", "keep", "unkeep", "poll_vote"};
  out.change = change;
  out.type = kTypes[static_cast<std::size_t>(change)];
  out.counts_as_last_message = false;
}

void read_kind(const proto::Reader& message, Content& out) {
  const Kind* kind = told_kind_of(message);
  if (!kind) {
    if (!says_nothing(message)) out.type = "unknown";  // kinds newer than this program are still messages
    return;
  }
  const proto::Reader body = message.message(kind->field);
  out.type = kind->id;
  out.counts_as_last_message = kind->counts_as_last_message;
  out.text = text_of(*kind, message, body);
  out.choice = text_at(body, kind->choice);
  if (kind->context) read_context(body.message(kind->context), out);
  if (kind->read) kind->read(message, out);
}

}  // namespace wa::client
