// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/read_content.h"

#include "base/encoding.h"
#include "client/messages/kinds/kind_table.h"
#include "e2e.pb.h"
#include "proto/message.h"
#include "wire/inflate.h"

namespace wa::client {
namespace {

constexpr int kHistoryType = 5, kKeyShareType = 6, kKeyAskType = 7, kPeerAnswerType = 17, kLidMappingType = 22;
constexpr int kWrappersMax = 8;
constexpr int kResentPerAnswerMax = 100;
constexpr std::size_t kMappingBytesMax = 8u << 20;

// The message inside one wrapper, if `message` is one (07 section 2).
const pb::Message* wrapped(const pb::Message& message) {
  if (message.has_ephemeral_message()) return &message.ephemeral_message().message();
  if (message.has_view_once_message()) return &message.view_once_message().message();
  if (message.has_view_once_message_v2()) return &message.view_once_message_v2().message();
  if (message.has_document_with_caption_message()) return &message.document_with_caption_message().message();
  if (message.has_edited_message()) return &message.edited_message().message();
  return nullptr;
}

HistoryNotification history_of(const pb::HistorySyncNotification& note) {
  HistoryNotification out;
  out.file.file.media_key = to_bytes(note.media_key());
  out.file.file.file_sha256 = to_bytes(note.file_sha256());
  out.file.file.file_enc_sha256 = to_bytes(note.file_enc_sha256());
  out.file.file.file_size = note.file_length();
  out.file.direct_path = note.direct_path();
  out.sync_type = note.sync_type();
  out.chunk = note.chunk_order();
  out.progress = note.progress();
  out.inline_payload = to_bytes(note.initial_hist_bootstrap_inline_payload());
  return out;
}

// RFC 1952 with no optional header parts; anything else is left to the inflater to judge.
ByteView without_gzip_header(ByteView data) {
  constexpr std::size_t kHeaderBytes = 10;
  const bool gzip = data.size() > kHeaderBytes && data[0] == 0x1f && data[1] == 0x8b && data[3] == 0;
  return gzip ? data.subspan(kHeaderBytes) : data;
}

std::vector<std::pair<wire::Jid, wire::Jid>> mappings_of(ByteView zipped) {
  std::vector<std::pair<wire::Jid, wire::Jid>> out;
  const auto raw = wire::inflate(without_gzip_header(zipped), kMappingBytesMax);
  pb::LidMigrationPayload payload;
  if (!raw || !proto::parse(payload, *raw)) return out;
  for (const auto& mapping : payload.pn_to_lid_mappings()) {
    const std::uint64_t lid = mapping.has_latest_lid() ? mapping.latest_lid() : mapping.assigned_lid();
    if (mapping.pn() == 0 || lid == 0) continue;
    wire::Jid pn_jid, lid_jid;
    pn_jid.user = std::to_string(mapping.pn());
    lid_jid.user = std::to_string(lid);
    lid_jid.server = wire::Server::lid;
    out.emplace_back(std::move(pn_jid), std::move(lid_jid));
  }
  return out;
}

Content content_of(const pb::Message& message);

std::optional<ResentMessage> resent_of(const std::string& web_message_info) {
  pb::ResentMessage from;
  if (!proto::parse(from, view(web_message_info)) || from.key().id().empty()) return std::nullopt;
  const auto chat = wire::parse_jid(from.key().remote_jid());
  if (!chat) return std::nullopt;
  PlaceholderKey key{from.key().id(), *chat, from.key().from_me(), wire::parse_jid(from.key().participant())};
  return ResentMessage{std::move(key), content_of(from.message()), static_cast<std::int64_t>(from.message_timestamp()),
                       from.push_name()};
}

void read_protocol(const pb::ProtocolMessage& protocol, Content& out) {
  out.protocol = ProtocolKind::other;
  switch (protocol.type()) {
    case kKeyShareType:
      out.protocol = ProtocolKind::key_share;
      for (const auto& key : protocol.app_state_sync_key_share().keys()) {
        out.keys.push_back(
            {to_bytes(key.key_id().key_id()), to_bytes(key.key_data().key_data()), key.key_data().timestamp()});
      }
      break;
    case kKeyAskType: out.protocol = ProtocolKind::key_request; break;
    case kHistoryType:
      if (!protocol.has_history_sync_notification()) break;
      out.protocol = ProtocolKind::history;
      out.history = history_of(protocol.history_sync_notification());
      break;
    case kLidMappingType:
      out.protocol = ProtocolKind::lid_mappings;
      out.mappings = mappings_of(view(protocol.lid_migration_mapping_sync_message().encoded_mapping_payload()));
      break;
    case kPeerAnswerType: {
      const auto& answer = protocol.peer_data_operation_request_response_message();
      for (int i = 0; i < answer.result_size() && i < kResentPerAnswerMax; ++i) {
        const auto& resend = answer.result(i).placeholder_message_resend_response();
        if (auto resent = resent_of(resend.web_message_info())) out.resent.push_back(*std::move(resent));
      }
      break;
    }
    default: break;
  }
}

// A distribution message may stand beside content at any level of wrapping.
void read_distribution(const pb::Message& message, Content& out) {
  if (!message.has_sender_key_distribution_message()) return;
  const auto& from = message.sender_key_distribution_message();
  out.distribution = Content::Distribution{from.group_id(), to_bytes(from.axolotl_sender_key_distribution_message())};
}

bool says_nothing(const pb::Message& message) {
  return message.has_sender_key_distribution_message() || message.has_message_context_info() ||
         message.ByteSizeLong() == 0;
}

void read_kind(const pb::Message& message, Content& out) {
  if (const Kind* kind = told_kind_of(message)) {
    out.type = kind->id;
    out.counts_as_last_message = kind->counts_as_last_message;
    if (kind->read) kind->read(message, out);
  } else if (!says_nothing(message)) {
    out.type = "unknown";  // kinds newer than this program are still messages
  }
}

void read_content(const pb::Message& message, Content& out) {
  const pb::Message* inner = &message;
  for (int depth = 0; depth < kWrappersMax; ++depth) {
    const pb::Message* next = wrapped(*inner);
    if (!next) break;
    inner = next;
  }
  if (inner->has_protocol_message()) {
    read_protocol(inner->protocol_message(), out);
  } else {
    read_kind(*inner, out);
  }
}

// What the phone hands over is shown, never obeyed: a protocol message inside it stays unread.
Content content_of(const pb::Message& message) {
  Content out;
  if (!message.has_protocol_message()) read_content(message, out);
  return out;
}

}  // namespace

Result<Content> parse_content(ByteView bytes) {
  pb::Message message;
  if (!proto::parse(message, bytes)) return {Errc::bad_input, "message protobuf"};
  Content out;
  const pb::Message* inner = &message;
  read_distribution(*inner, out);
  if (message.has_device_sent_message()) {
    out.sent_to = wire::parse_jid(message.device_sent_message().destination_jid());
    if (!out.sent_to) return {Errc::bad_input, "deviceSentMessage without a chat"};
    inner = &message.device_sent_message().message();
    read_distribution(*inner, out);
  }
  read_content(*inner, out);
  return out;
}

}  // namespace wa::client
