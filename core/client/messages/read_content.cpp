// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/read_content.h"

#include <algorithm>

#include "base/encoding.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/kinds/said.h"
#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "wire/inflate.h"

namespace wa::client {
namespace {

constexpr int kRevokeType = 0, kTimerType = 3, kHistoryType = 5, kKeyShareType = 6, kKeyAskType = 7, kEditType = 14,
              kPeerAnswerType = 17, kLidMappingType = 22;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kKeysPerRequestMax = 64;
constexpr int kResentPerAnswerMax = 100;
constexpr std::size_t kMappingBytesMax = 8u << 20;

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
  out.request_id = clean_text(note.text(Field::kPeerDataRequestSessionIdFieldNumber));
  return out;
}

// RFC 1952 with no optional header parts; anything else is left to the inflater to judge.
ByteView without_gzip_header(ByteView data) {
  constexpr std::size_t kHeaderBytes = 10;
  const bool gzip = data.size() > kHeaderBytes && data[0] == 0x1f && data[1] == 0x8b && data[3] == 0;
  return gzip ? data.subspan(kHeaderBytes) : data;
}

void read_mappings(ByteView zipped, Content& to) {
  using Payload = pb::LidMigrationPayload;
  static constexpr proto::Nested kMappings[] = {{Payload::kPnToLidMappingsFieldNumber}, {}};
  const auto raw = wire::inflate(without_gzip_header(zipped), kMappingBytesMax);
  if (!raw) return;
  const proto::Parsed payload(*raw, kMappings);
  to.migrated = payload->uint64(Payload::kChatDbMigrationTimestampFieldNumber) != 0;
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
    to.mappings.emplace_back(std::move(pn_jid), std::move(lid_jid));
  }
}

void read_content(const proto::Reader&, Speaker, Content&);

// What the phone hands over is shown, never obeyed: a protocol message inside it stays unread.
Content content_of(const proto::Reader& message) {
  Content out;
  if (!message.has(pb::Message::kProtocolMessageFieldNumber)) read_content(message, Speaker::other, out);
  return out;
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

std::vector<SharedKey> asked_in(const proto::Reader& request) {
  std::vector<SharedKey> out;
  proto::Repeated each = request.repeated(pb::AppStateSyncKeyRequest::kKeyIdsFieldNumber);
  while (out.size() < kKeysPerRequestMax && each.next()) {
    out.push_back({to_bytes(each.message().bytes(pb::AppStateSyncKeyId::kKeyIdFieldNumber)), {}, 0});
  }
  return out;
}

std::vector<ResentMessage> resent_in(const proto::Reader& answer) {
  using Answer = pb::PeerDataOperationResponse;
  std::vector<ResentMessage> out;
  proto::Repeated each = answer.repeated(Answer::kResultFieldNumber);
  for (int i = 0; i < kResentPerAnswerMax && each.next(); ++i) {
    const proto::Reader resend = each.message().message(Answer::Result::kPlaceholderMessageResendResponseFieldNumber);
    auto resent = parse_web_message(resend.bytes(Answer::PlaceholderResend::kWebMessageInfoFieldNumber));
    if (resent) out.push_back(*std::move(resent));
  }
  return out;
}

void read_edit(const proto::Reader& protocol, Content& out) {
  out.protocol = ProtocolKind::none;
  proto::Reader text = protocol.message(pb::ProtocolMessage::kEditedMessageFieldNumber);
  unwrap_all(text, out);
  read_kind(text, out);
  out.key = read_key(protocol.message(pb::ProtocolMessage::kKeyFieldNumber));
  mark_change(Change::edited, out);
}

// 07 section 8, 10 section 8. What only an own device may say is not looked at when another says it.
void read_protocol(const proto::Reader& protocol, Speaker by, Content& out) {
  using Field = pb::ProtocolMessage;
  const bool own = by != Speaker::other, phone = by == Speaker::own_phone;
  out.protocol = ProtocolKind::other;
  switch (protocol.int32(Field::kTypeFieldNumber)) {
    case kRevokeType:
      out.key = read_key(protocol.message(Field::kKeyFieldNumber));
      if (!out.key) break;
      out.protocol = ProtocolKind::none;
      mark_change(Change::revoked, out);
      break;
    case kEditType: read_edit(protocol, out); break;
    case kTimerType:
      out.protocol = ProtocolKind::timer;
      out.timer = Content::Timer{protocol.uint32(Field::kEphemeralExpirationFieldNumber),
                                 protocol.int64(Field::kEphemeralSettingTimestampFieldNumber)};
      break;
    case kKeyShareType:
      out.protocol = ProtocolKind::key_share;
      if (own) out.keys = keys_of(protocol.message(Field::kAppStateSyncKeyShareFieldNumber));
      break;
    case kKeyAskType:
      out.protocol = ProtocolKind::key_request;
      if (own) out.keys = asked_in(protocol.message(Field::kAppStateSyncKeyRequestFieldNumber));
      break;
    case kHistoryType:
      if (!protocol.has(Field::kHistorySyncNotificationFieldNumber)) break;
      out.protocol = ProtocolKind::history;
      if (phone) out.history = history_of(protocol.message(Field::kHistorySyncNotificationFieldNumber));
      break;
    case kLidMappingType:
      out.protocol = ProtocolKind::lid_mappings;
      if (!phone) break;
      read_mappings(protocol.message(Field::kLidMigrationMappingSyncMessageFieldNumber)
                        .bytes(pb::LidMigrationMappingSync::kEncodedMappingPayloadFieldNumber),
                    out);
      break;
    case kPeerAnswerType:
      out.protocol = ProtocolKind::resent;
      if (phone) out.resent = resent_in(protocol.message(Field::kPeerDataOperationRequestResponseMessageFieldNumber));
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

// The context of a message may stand at any level; the outermost counts (10 section 3).
void read_secret(const proto::Reader& message, Content& out) {
  using Field = pb::MessageContextInfo;
  const ByteView secret =
      message.message(pb::Message::kMessageContextInfoFieldNumber).bytes(Field::kMessageSecretFieldNumber);
  if (out.secret.empty() && secret.size() == kSecretBytes) out.secret = to_bytes(secret);
}

// A second quality of the same file names the first (09 section 8).
void read_association(const proto::Reader& message, Content& out) {
  const proto::Reader context = message.message(pb::Message::kMessageContextInfoFieldNumber);
  const proto::Parsed association(context.bytes(pb::MessageContextInfo::kMessageAssociationFieldNumber));
  if (out.second_quality && !out.key) {
    out.key = read_key(association->message(pb::MessageAssociation::kParentMessageKeyFieldNumber));
  }
}

void read_content(const proto::Reader& message, Speaker by, Content& out) {
  proto::Reader inner = message;
  read_secret(inner, out);
  for (int depth = 0; depth < kWrappersMax && unwrap(inner, out); ++depth) {
    read_secret(inner, out);
    read_association(inner, out);
  }
  read_association(message, out);
  if (inner.has(pb::Message::kProtocolMessageFieldNumber)) {
    read_protocol(inner.message(pb::Message::kProtocolMessageFieldNumber), by, out);
  } else {
    read_kind(inner, out);
  }
}

}  // namespace

Result<Content> parse_content(ByteView bytes, Speaker by) {
  using Field = pb::Message;
  const proto::Parsed message(bytes, kMessageFields);
  if (!message) return {Errc::bad_input, "message protobuf"};
  Content out;
  proto::Reader inner = *message;
  read_distribution(inner, out);
  if (inner.has(Field::kDeviceSentMessageFieldNumber)) {
    read_secret(inner, out);
    const proto::Reader sent = inner.message(Field::kDeviceSentMessageFieldNumber);
    out.sent_to = wire::parse_jid(sent.text(Field::DeviceSent::kDestinationJidFieldNumber));
    if (!out.sent_to) return {Errc::bad_input, "deviceSentMessage without a chat"};
    inner = sent.message(Field::DeviceSent::kMessageFieldNumber);
    read_distribution(inner, out);
  }
  read_content(inner, by, out);
  return out;
}

std::optional<ResentMessage> parse_web_message(ByteView web_message_info) {
  using Field = pb::ResentMessage;
  const proto::Parsed from(web_message_info, kResentMessageFields);
  auto key = read_key(from->message(Field::kKeyFieldNumber));
  if (!key || key->chat.user.empty()) return std::nullopt;
  if (!key->participant) key->participant = wire::parse_jid(from->text(Field::kParticipantFieldNumber));
  return ResentMessage{*std::move(key), content_of(from->message(Field::kMessageFieldNumber)),
                       from->int64(Field::kMessageTimestampFieldNumber),
                       clean_text(from->text(Field::kPushNameFieldNumber))};
}

bool read_unsealed(Seal use, ByteView plaintext, Content& out) {
  constexpr const char* kAnswers[] = {"", "going", "not_going", "maybe"};
  constexpr std::size_t kVotesMax = 64;
  const bool is_message = use != Seal::vote && use != Seal::event_answer && use != Seal::reaction;
  const proto::Parsed parsed(plaintext, is_message ? kMessageFields : nullptr);
  if (!parsed) return false;
  const proto::Reader& root = *parsed;
  switch (use) {
    case Seal::vote:
      for (proto::Repeated each = root.repeated(pb::PollVoteMessage::kSelectedOptionsFieldNumber);
           out.votes.size() < kVotesMax && each.next();) {
        out.votes.push_back(hex(each.bytes()));
      }
      return true;
    case Seal::event_answer:
      out.text = kAnswers[std::min<std::uint64_t>(root.uint64(pb::EventResponseMessage::kResponseFieldNumber), 3)];
      return true;
    case Seal::reaction: out.text = clean_text(root.text(pb::ReactionMessage::kTextFieldNumber)); return true;
    case Seal::comment: {
      // A CommentMessage with a Message inside, or a Message: whose text would stand where the other has the Message.
      const proto::Parsed inside(root.bytes(pb::CommentMessage::kMessageFieldNumber), kMessageFields);
      Summary said = summary_of(*inside);
      if (*said.type == '\0') said = summary_of(root);
      out.text = std::move(said.text);
      return true;
    }
    case Seal::poll_option: {
      const proto::Reader option = root.message(pb::Message::kPollAddOptionMessageFieldNumber)
                                       .message(pb::PollAddOptionMessage::kAddOptionFieldNumber);
      out.text = clean_text(option.text(pb::PollCreationMessage::Option::kOptionNameFieldNumber));
      out.poll = Poll{{}, {out.text}, true};
      return true;
    }
    default: break;
  }
  auto key = std::move(out.key);
  proto::Reader inner = root;
  unwrap_all(inner, out);
  if (inner.has(pb::Message::kProtocolMessageFieldNumber)) {   // the edit as it is written in the open
    inner =
        inner.message(pb::Message::kProtocolMessageFieldNumber).message(pb::ProtocolMessage::kEditedMessageFieldNumber);
    unwrap_all(inner, out);
  }
  read_kind(inner, out);
  out.key = std::move(key);
  mark_change(Change::edited, out);
  return true;
}

}  // namespace wa::client
