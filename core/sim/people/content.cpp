// tested by sim/sim_test.cpp
// What simulated people say: message protobufs and app-state values (07 sections 6, 8, 9; 05 section 9).
#include "appstate/mutation.h"
#include "crypto/hash.h"
#include "crypto/media_cipher.h"
#include "e2e.pb.h"
#include "history.pb.h"
#include "sim/service/server.h"
#include "syncd.pb.h"
#include "wire/inflate.h"

namespace wa::sim {
namespace {

constexpr int kHistoryNotification = 5;
constexpr int kKeyShare = 6;
constexpr int kKeyRequest = 7;
constexpr int kPeerDataRequest = 16;
constexpr int kPeerDataAnswer = 17;

Bytes bytes_of(const pb::Message& message) { return to_bytes(view(message.SerializeAsString())); }

pb::HistorySync history_of(Server& server, Account& owner) {
  pb::HistorySync history;
  history.set_sync_type(0);
  history.set_chunk_order(0);
  history.set_progress(100);
  const std::string friend_pn = "5511900000001";
  (void)account(server, friend_pn);  // the mapping below makes the LID known: it must resolve
  pb::HistoryConversation* chat = history.add_conversations();
  chat->set_id(friend_pn + "@s.whatsapp.net");
  chat->set_archived(false);
  chat->set_last_msg_timestamp(static_cast<std::uint64_t>(server.now.wall.seconds() - 3600));
  pb::HistoryWebMessage* message = chat->add_messages()->mutable_message();
  message->mutable_key()->set_remote_jid(friend_pn + "@s.whatsapp.net");
  message->mutable_key()->set_from_me(false);
  message->mutable_key()->set_id("3EB0HISTORY" + owner.pn.substr(owner.pn.size() - 4));
  message->set_message_timestamp(static_cast<std::uint64_t>(server.now.wall.seconds() - 3600));
  pb::HistoryPushname* name = history.add_pushnames();
  name->set_id(friend_pn + "@s.whatsapp.net");
  name->set_pushname("Friend");
  pb::HistoryLidMapping* mapping = history.add_phone_number_to_lid_mappings();
  mapping->set_pn_jid(friend_pn + "@s.whatsapp.net");
  mapping->set_lid_jid(lid_digits(friend_pn) + "@lid");
  return history;
}

// The same members, by different names of classes.
template <class Sent>
FileSaid file_of(const char* kind, const std::string& bytes) {
  FileSaid out;
  Sent sent;
  if (!sent.ParseFromString(bytes)) return out;
  out.kind = kind;
  out.direct_path = sent.direct_path();
  out.mimetype = sent.mimetype();
  out.key = to_bytes(view(sent.media_key()));
  out.sha256 = to_bytes(view(sent.file_sha256()));
  out.enc_sha256 = to_bytes(view(sent.file_enc_sha256()));
  out.bytes = sent.file_length();
  if constexpr (requires { sent.caption(); }) out.caption = sent.caption();
  if constexpr (requires { sent.file_name(); }) out.file_name = sent.file_name();
  if constexpr (requires { sent.ptt(); }) out.kind = sent.ptt() ? "voice" : "audio";
  return out;
}

template <class Sent>
std::string file_bytes(const FileSaid& file, const MediaOptions& options, std::int64_t now_s) {
  Sent out;
  out.set_url("https://mmg.whatsapp.net" + file.direct_path);
  out.set_direct_path(file.direct_path);
  out.set_mimetype(file.mimetype);
  out.set_media_key(to_string(ByteView(file.key)));
  out.set_file_sha256(to_string(ByteView(file.sha256)));
  out.set_file_enc_sha256(to_string(ByteView(file.enc_sha256)));
  out.set_file_length(file.bytes);
  out.set_media_key_timestamp(now_s);
  if constexpr (requires { out.set_caption(file.caption); }) {
    if (!file.caption.empty()) out.set_caption(file.caption);
  }
  if constexpr (requires { out.set_file_name(file.file_name); }) out.set_file_name(file.file_name);
  if constexpr (requires { out.set_ptt(true); }) {
    out.set_ptt(file.kind == "voice");
    out.set_seconds(7);
  }
  if constexpr (requires { out.set_jpeg_thumbnail(""); }) out.set_jpeg_thumbnail("\xff\xd8\xff\xe0 small");
  if constexpr (requires { out.set_width(1); }) {
    out.set_width(320);
    out.set_height(200);
  }
  if (options.forwarded) out.mutable_context_info()->set_is_forwarded(true);
  return out.SerializeAsString();
}

std::optional<FileSaid> file_in(const pb::Message& outer) {
  const pb::Message* message = &outer;
  if (message->has_document_with_caption_message()) message = &message->document_with_caption_message().message();
  if (message->has_image_message()) return file_of<pb::ImageMessage>("image", message->image_message());
  if (message->has_video_message()) return file_of<pb::VideoMessage>("video", message->video_message());
  if (message->has_ptv_message()) return file_of<pb::VideoMessage>("video", message->ptv_message());
  if (message->has_audio_message()) return file_of<pb::AudioMessage>("audio", message->audio_message());
  if (message->has_document_message()) return file_of<pb::DocumentMessage>("document", message->document_message());
  if (message->has_sticker_message()) return file_of<pb::StickerMessage>("sticker", message->sticker_message());
  return std::nullopt;
}

}  // namespace

Bytes media_message(const FileSaid& file, const MediaOptions& options, std::int64_t now_s) {
  pb::Message message;
  if (file.kind == "image") message.set_image_message(file_bytes<pb::ImageMessage>(file, options, now_s));
  if (file.kind == "video") message.set_video_message(file_bytes<pb::VideoMessage>(file, options, now_s));
  if (file.kind == "document") message.set_document_message(file_bytes<pb::DocumentMessage>(file, options, now_s));
  if (file.kind == "sticker") message.set_sticker_message(file_bytes<pb::StickerMessage>(file, options, now_s));
  if (file.kind == "audio" || file.kind == "voice")
    message.set_audio_message(file_bytes<pb::AudioMessage>(file, options, now_s));
  return bytes_of(message);
}

// As phones write it: with a secret beside it, under which it could be edited.
Bytes text_message(std::string_view text) {
  pb::Message message;
  message.set_conversation(std::string(text));
  message.mutable_message_context_info()->set_message_secret(to_string(ByteView(crypto::sha256(view(text)))));
  return bytes_of(message);
}

Bytes resent_message(const std::string& id, const Withheld& what) {
  pb::ResentMessage info;
  info.mutable_key()->set_remote_jid(what.chat);
  info.mutable_key()->set_from_me(false);
  info.mutable_key()->set_id(id);
  info.mutable_message()->ParseFromString(to_string(ByteView(what.plaintext)));
  info.set_message_timestamp(static_cast<std::uint64_t>(what.t));
  info.set_push_name(what.name);
  pb::Message message;
  message.mutable_protocol_message()->set_type(kPeerDataAnswer);
  message.mutable_protocol_message()
      ->mutable_peer_data_operation_request_response_message()
      ->add_result()
      ->mutable_placeholder_message_resend_response()
      ->set_web_message_info(info.SerializeAsString());
  return bytes_of(message);
}

Bytes key_share_message(const std::vector<AppKey>& keys) {
  pb::Message message;
  pb::ProtocolMessage* protocol = message.mutable_protocol_message();
  protocol->set_type(kKeyShare);
  for (const AppKey& key : keys) {
    pb::AppStateSyncKey* out = protocol->mutable_app_state_sync_key_share()->add_keys();
    out->mutable_key_id()->set_key_id(to_string(key.id));
    out->mutable_key_data()->set_key_data(to_string(key.data));
    out->mutable_key_data()->set_timestamp(key.created_ms);
    out->mutable_key_data()->mutable_fingerprint()->set_raw_id(1);
    out->mutable_key_data()->mutable_fingerprint()->set_current_index(1);
  }
  return bytes_of(message);
}

Bytes key_lack_message(const std::vector<Bytes>& ids) {
  pb::Message message;
  pb::ProtocolMessage* protocol = message.mutable_protocol_message();
  protocol->set_type(kKeyShare);
  for (const Bytes& id : ids) {
    protocol->mutable_app_state_sync_key_share()->add_keys()->mutable_key_id()->set_key_id(to_string(ByteView(id)));
  }
  return bytes_of(message);
}

Bytes history_message(Server& server, Account& owner) {
  const std::string raw = history_of(server, owner).SerializeAsString();
  const Bytes zipped = wire::deflate(view(raw));
  pb::Message message;
  message.mutable_protocol_message()->set_type(kHistoryNotification);
  pb::HistorySyncNotification* note = message.mutable_protocol_message()->mutable_history_sync_notification();
  note->set_sync_type(0);
  note->set_chunk_order(0);
  note->set_progress(100);
  if (!server.options.history_as_blob) {
    note->set_initial_hist_bootstrap_inline_payload(to_string(zipped));
    return bytes_of(message);
  }
  const auto key = server.random.array<32>();
  const Bytes sealed = crypto::media_encrypt(key, crypto::kHistoryMediaInfo, zipped);
  note->set_media_key(to_string(key));
  note->set_file_sha256(to_string(crypto::sha256(zipped)));
  note->set_file_enc_sha256(to_string(crypto::sha256(sealed)));
  note->set_file_length(zipped.size());
  note->set_direct_path(store_media(server, sealed));
  return bytes_of(message);
}

Bytes with_distribution(Bytes base, const std::string& group, ByteView distribution) {
  pb::Message message;
  if (!message.ParseFromArray(base.data(), static_cast<int>(base.size()))) return base;
  message.mutable_sender_key_distribution_message()->set_group_id(group);
  message.mutable_sender_key_distribution_message()->set_axolotl_sender_key_distribution_message(to_string(distribution));
  return bytes_of(message);
}

Bytes own_copy(Bytes inner, const std::string& chat) {
  pb::Message message;
  message.mutable_device_sent_message()->set_destination_jid(chat);
  if (!message.mutable_device_sent_message()->mutable_message()->ParseFromString(to_string(inner))) return inner;
  return bytes_of(message);
}

std::string told(const std::string& message);   // told.cpp; empty: a text, or nothing to see

Understood understand(ByteView bytes) {
  Understood out;
  pb::Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return out;
  out.valid = true;
  const pb::Message* inner = &message;
  if (message.has_device_sent_message()) {
    out.own_copy = true;
    out.destination = message.device_sent_message().destination_jid();
    inner = &message.device_sent_message().message();
  }
  if (inner->has_conversation()) out.text = inner->conversation();
  if (inner->has_extended_text_message()) out.text = inner->extended_text_message().text();
  for (const std::string& jid : inner->extended_text_message().context_info().mentioned_jid()) out.mentioned.push_back(jid);
  out.file = file_in(*inner);
  if (out.text.empty()) out.text = told(inner->SerializeAsString());
  if (message.has_sender_key_distribution_message()) {
    const auto& key = message.sender_key_distribution_message();
    out.group = key.group_id();
    out.distribution = to_bytes(view(key.axolotl_sender_key_distribution_message()));
  }
  if (inner->has_protocol_message()) {
    const pb::ProtocolMessage& protocol = inner->protocol_message();
    out.key_request = protocol.type() == kKeyRequest;
    out.resend_request = protocol.type() == kPeerDataRequest;
    for (const auto& one : protocol.peer_data_operation_request_message().placeholder_message_resend_request()) {
      out.resend_ids.push_back(one.message_key().id());
    }
    for (const auto& id : protocol.app_state_sync_key_request().key_ids()) out.key_ids.push_back(to_bytes(view(id.key_id())));
  }
  return out;
}

std::string archive_index(const std::string& chat) { return to_string(appstate::build_index({"archive", chat})); }

Bytes archive_value(std::int64_t now_ms, bool archived) {
  pb::SyncActionValue value;
  value.set_timestamp(now_ms);
  value.mutable_archive_chat_action()->set_value(archived);
  value.mutable_archive_chat_action()->mutable_message_range()->set_last_message_timestamp(now_ms / 1000);
  return to_bytes(view(value.SerializeAsString()));
}

Bytes pin_value(std::int64_t now_ms, bool pinned) {
  pb::SyncActionValue value;
  value.set_timestamp(now_ms);
  value.mutable_pin_action()->set_value(pinned);
  return to_bytes(view(value.SerializeAsString()));
}

std::optional<Archived> archived_in(ByteView bytes) {
  pb::SyncActionValue value;
  if (!value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !value.has_archive_chat_action()) {
    return std::nullopt;
  }
  return Archived{value.archive_chat_action().value(), value.timestamp()};
}

std::int64_t stamp_of(ByteView bytes) {
  pb::SyncActionValue value;
  return value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ? value.timestamp() : 0;
}

}  // namespace wa::sim
