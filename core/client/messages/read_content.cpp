// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/read_content.h"

#include "base/encoding.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "wire/inflate.h"

namespace wa::client {
namespace {

constexpr int kHistoryType = 5, kKeyShareType = 6, kKeyAskType = 7, kPeerAnswerType = 17, kLidMappingType = 22;
constexpr int kWrappersMax = 8;
constexpr int kResentPerAnswerMax = 100;
constexpr std::size_t kMappingBytesMax = 8u << 20;

// The message inside one wrapper takes the place of `message`, if that is one (07 section 2).
bool unwrap(proto::Reader& message) {
  using Field = pb::Message;
  constexpr int kWrappers[] = {Field::kEphemeralMessageFieldNumber, Field::kViewOnceMessageFieldNumber,
                               Field::kViewOnceMessageV2FieldNumber, Field::kDocumentWithCaptionMessageFieldNumber,
                               Field::kEditedMessageFieldNumber};
  for (const int wrapper : kWrappers) {
    if (!message.has(wrapper)) continue;
    message = message.message(wrapper).message(Field::FutureProof::kMessageFieldNumber);
    return true;
  }
  return false;
}

HistoryNotification history_of(const proto::Reader& note) {
  using Field = pb::HistorySyncNotification;
  HistoryNotification out;
  out.file.file.media_key = to_bytes(note.bytes(Field::kMediaKeyFieldNumber));
  out.file.file.file_sha256 = to_bytes(note.bytes(Field::kFileSha256FieldNumber));
  out.file.file.file_enc_sha256 = to_bytes(note.bytes(Field::kFileEncSha256FieldNumber));
  out.file.file.file_size = note.uint64(Field::kFileLengthFieldNumber);
  out.file.direct_path = note.text(Field::kDirectPathFieldNumber);
  out.sync_type = note.int32(Field::kSyncTypeFieldNumber);
  out.chunk = note.uint32(Field::kChunkOrderFieldNumber);
  out.progress = note.uint32(Field::kProgressFieldNumber);
  out.inline_payload = to_bytes(note.bytes(Field::kInitialHistBootstrapInlinePayloadFieldNumber));
  return out;
}

// RFC 1952 with no optional header parts; anything else is left to the inflater to judge.
ByteView without_gzip_header(ByteView data) {
  constexpr std::size_t kHeaderBytes = 10;
  const bool gzip = data.size() > kHeaderBytes && data[0] == 0x1f && data[1] == 0x8b && data[3] == 0;
  return gzip ? data.subspan(kHeaderBytes) : data;
}

std::vector<std::pair<wire::Jid, wire::Jid>> mappings_of(ByteView zipped) {
  using Payload = pb::LidMigrationPayload;
  static constexpr proto::Nested kMappings[] = {{Payload::kPnToLidMappingsFieldNumber}, {}};
  std::vector<std::pair<wire::Jid, wire::Jid>> out;
  const auto raw = wire::inflate(without_gzip_header(zipped), kMappingBytesMax);
  if (!raw) return out;
  const proto::Parsed payload(*raw, kMappings);
  for (proto::Repeated each = payload->repeated(Payload::kPnToLidMappingsFieldNumber); each.next();) {
    const proto::Reader mapping = each.message();
    const bool latest = mapping.has_number(Payload::Mapping::kLatestLidFieldNumber);
    const std::uint64_t pn = mapping.uint64(Payload::Mapping::kPnFieldNumber);
    const std::uint64_t lid = mapping.uint64(latest ? int{Payload::Mapping::kLatestLidFieldNumber}
                                                    : int{Payload::Mapping::kAssignedLidFieldNumber});
    if (pn == 0 || lid == 0) continue;
    wire::Jid pn_jid, lid_jid;
    pn_jid.user = std::to_string(pn);
    lid_jid.user = std::to_string(lid);
    lid_jid.server = wire::Server::lid;
    out.emplace_back(std::move(pn_jid), std::move(lid_jid));
  }
  return out;
}

Content content_of(const proto::Reader& message);

std::optional<ResentMessage> resent_of(ByteView web_message_info) {
  using Field = pb::ResentMessage;
  const proto::Parsed from(web_message_info, kResentMessageFields);
  const proto::Reader written_key = from->message(Field::kKeyFieldNumber);
  PlaceholderKey key;
  key.id = written_key.text(pb::MessageKey::kIdFieldNumber);
  const auto chat = wire::parse_jid(written_key.text(pb::MessageKey::kRemoteJidFieldNumber));
  if (key.id.empty() || !chat) return std::nullopt;
  key.chat = *chat;
  key.from_me = written_key.flag(pb::MessageKey::kFromMeFieldNumber);
  key.participant = wire::parse_jid(written_key.text(pb::MessageKey::kParticipantFieldNumber));
  return ResentMessage{std::move(key), content_of(from->message(Field::kMessageFieldNumber)),
                       from->int64(Field::kMessageTimestampFieldNumber), from->text(Field::kPushNameFieldNumber)};
}

std::vector<SharedKey> keys_of(const proto::Reader& share) {
  using Key = pb::AppStateSyncKey;
  std::vector<SharedKey> out;
  for (proto::Repeated each = share.repeated(pb::AppStateSyncKeyShare::kKeysFieldNumber); each.next();) {
    const proto::Reader key = each.message(), data = key.message(Key::kKeyDataFieldNumber);
    out.push_back({to_bytes(key.message(Key::kKeyIdFieldNumber).bytes(pb::AppStateSyncKeyId::kKeyIdFieldNumber)),
                   to_bytes(data.bytes(Key::Data::kKeyDataFieldNumber)), data.int64(Key::Data::kTimestampFieldNumber)});
  }
  return out;
}

std::vector<ResentMessage> resent_in(const proto::Reader& answer) {
  using Answer = pb::PeerDataOperationResponse;
  std::vector<ResentMessage> out;
  proto::Repeated each = answer.repeated(Answer::kResultFieldNumber);
  for (int i = 0; i < kResentPerAnswerMax && each.next(); ++i) {
    const proto::Reader resend = each.message().message(Answer::Result::kPlaceholderMessageResendResponseFieldNumber);
    auto resent = resent_of(resend.bytes(Answer::PlaceholderResend::kWebMessageInfoFieldNumber));
    if (resent) out.push_back(*std::move(resent));
  }
  return out;
}

void read_protocol(const proto::Reader& protocol, Content& out) {
  using Field = pb::ProtocolMessage;
  out.protocol = ProtocolKind::other;
  switch (protocol.int32(Field::kTypeFieldNumber)) {
    case kKeyShareType:
      out.protocol = ProtocolKind::key_share;
      out.keys = keys_of(protocol.message(Field::kAppStateSyncKeyShareFieldNumber));
      break;
    case kKeyAskType: out.protocol = ProtocolKind::key_request; break;
    case kHistoryType:
      if (!protocol.has(Field::kHistorySyncNotificationFieldNumber)) break;
      out.protocol = ProtocolKind::history;
      out.history = history_of(protocol.message(Field::kHistorySyncNotificationFieldNumber));
      break;
    case kLidMappingType:
      out.protocol = ProtocolKind::lid_mappings;
      out.mappings = mappings_of(protocol.message(Field::kLidMigrationMappingSyncMessageFieldNumber)
                                     .bytes(pb::LidMigrationMappingSync::kEncodedMappingPayloadFieldNumber));
      break;
    case kPeerAnswerType:
      out.resent = resent_in(protocol.message(Field::kPeerDataOperationRequestResponseMessageFieldNumber));
      break;
    default: break;
  }
}

// A distribution message may stand beside content at any level of wrapping.
void read_distribution(const proto::Reader& message, Content& out) {
  using Field = pb::Message::SenderKeyDistribution;
  if (!message.has(pb::Message::kSenderKeyDistributionMessageFieldNumber)) return;
  const proto::Reader from = message.message(pb::Message::kSenderKeyDistributionMessageFieldNumber);
  out.distribution = Content::Distribution{
      from.text(Field::kGroupIdFieldNumber),
      to_bytes(from.bytes(Field::kAxolotlSenderKeyDistributionMessageFieldNumber))};
}

bool says_nothing(const proto::Reader& message) {
  return message.has(pb::Message::kSenderKeyDistributionMessageFieldNumber) ||
         message.has(pb::Message::kMessageContextInfoFieldNumber) || message.raw().empty();
}

void read_kind(const proto::Reader& message, Content& out) {
  if (const Kind* kind = told_kind_of(message)) {
    out.type = kind->id;
    out.counts_as_last_message = kind->counts_as_last_message;
    if (kind->read) kind->read(message, out);
  } else if (!says_nothing(message)) {
    out.type = "unknown";  // kinds newer than this program are still messages
  }
}

void read_content(const proto::Reader& message, Content& out) {
  proto::Reader inner = message;
  for (int depth = 0; depth < kWrappersMax && unwrap(inner); ++depth) {
  }
  if (inner.has(pb::Message::kProtocolMessageFieldNumber)) {
    read_protocol(inner.message(pb::Message::kProtocolMessageFieldNumber), out);
  } else {
    read_kind(inner, out);
  }
}

// What the phone hands over is shown, never obeyed: a protocol message inside it stays unread.
Content content_of(const proto::Reader& message) {
  Content out;
  if (!message.has(pb::Message::kProtocolMessageFieldNumber)) read_content(message, out);
  return out;
}

}  // namespace

Result<Content> parse_content(ByteView bytes) {
  using Field = pb::Message;
  const proto::Parsed message(bytes, kMessageFields);
  if (!message) return {Errc::bad_input, "message protobuf"};
  Content out;
  proto::Reader inner = *message;
  read_distribution(inner, out);
  if (inner.has(Field::kDeviceSentMessageFieldNumber)) {
    const proto::Reader sent = inner.message(Field::kDeviceSentMessageFieldNumber);
    out.sent_to = wire::parse_jid(sent.text(Field::DeviceSent::kDestinationJidFieldNumber));
    if (!out.sent_to) return {Errc::bad_input, "deviceSentMessage without a chat"};
    inner = sent.message(Field::DeviceSent::kMessageFieldNumber);
    read_distribution(inner, out);
  }
  read_content(inner, out);
  return out;
}

}  // namespace wa::client
