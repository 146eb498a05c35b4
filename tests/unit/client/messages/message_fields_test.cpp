// What is said to be nested in a Message: wherever a byte of one is broken, it is refused when the generated class
// refuses it. The fields themselves are compared in unit/proto/reader_test.cpp.
#include <catch2/catch.hpp>

#include "base/encoding.h"
#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/message.h"
#include "proto/writer.h"

using namespace wa;
using namespace wa::client;

namespace {

void fill_protocol(pb::ProtocolMessage& protocol) {
  protocol.mutable_key()->set_id("k");
  protocol.mutable_history_sync_notification()->set_direct_path("p");
  pb::AppStateSyncKey* key = protocol.mutable_app_state_sync_key_share()->add_keys();
  key->mutable_key_id()->set_key_id("i");
  key->mutable_key_data()->mutable_fingerprint()->add_device_indexes(1);
  key->mutable_key_data()->mutable_fingerprint()->add_device_indexes(300);
  protocol.mutable_app_state_sync_key_request()->add_key_ids()->set_key_id("r");
  protocol.mutable_edited_message()->set_conversation("e");
  auto* resend = protocol.mutable_peer_data_operation_request_message()->add_placeholder_message_resend_request();
  resend->mutable_message_key()->set_id("m");
  protocol.mutable_peer_data_operation_request_response_message()
      ->add_result()->mutable_placeholder_message_resend_response()->set_web_message_info("w");
  protocol.mutable_lid_migration_mapping_sync_message()->set_encoded_mapping_payload("l");
}

// Everything in it that is a message.
pb::Message full_message() {
  pb::Message out;
  out.mutable_sender_key_distribution_message()->set_group_id("g");
  auto* context = out.mutable_extended_text_message()->mutable_context_info();
  context->mutable_quoted_message()->set_conversation("q");
  fill_protocol(*out.mutable_protocol_message());
  out.mutable_device_sent_message()->mutable_message()->set_conversation("s");
  out.mutable_message_context_info()->set_message_secret("c");
  for (auto* wrapper : {out.mutable_view_once_message(),
                        out.mutable_ephemeral_message(),
                        out.mutable_document_with_caption_message(),
                        out.mutable_view_once_message_v2(),
                        out.mutable_edited_message(),
                        out.mutable_view_once_message_v2_extension(),
                        out.mutable_group_mentioned_message(),
                        out.mutable_bot_invoke_message(),
                        out.mutable_lottie_sticker_message(),
                        out.mutable_event_cover_image(),
                        out.mutable_status_mention_message(),
                        out.mutable_poll_creation_option_image_message(),
                        out.mutable_associated_child_message(),
                        out.mutable_group_status_mention_message(),
                        out.mutable_poll_creation_message_v4(),
                        out.mutable_status_add_yours(),
                        out.mutable_group_status_message(),
                        out.mutable_limit_sharing_message(),
                        out.mutable_bot_task_message(),
                        out.mutable_question_message(),
                        out.mutable_group_status_message_v2(),
                        out.mutable_bot_forwarded_message(),
                        out.mutable_question_reply_message(),
                        out.mutable_newsletter_admin_profile_message(),
                        out.mutable_newsletter_admin_profile_message_v2(),
                        out.mutable_spoiler_message(),
                        out.mutable_newsletter_admin_profile_status_message()}) {
    wrapper->mutable_message()->mutable_extended_text_message()->set_text("t");
  }
  return out;
}

template <class Message>
void compare(const Message& message, const proto::Nested* nested) {
  const Bytes whole = proto::serialise(message);
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x07, 0x08, 0x0A, 0x0F, 0x7F, 0x80, 0xFE, 0xFF}) {
      Bytes bytes = whole;
      bytes[at] = static_cast<std::uint8_t>(value);
      Message expected;
      const bool taken = proto::parse(expected, bytes);
      INFO(at << ' ' << value << ' ' << hex(bytes));
      REQUIRE(static_cast<bool>(proto::Parsed(bytes, nested)) == taken);
      refused += !taken;
    }
  }
  CHECK(refused > 200);
}

}  // namespace

TEST_CASE("a message that is broken anywhere inside is refused, as the generated class refuses it") {
  compare(full_message(), kMessageFields);
}

TEST_CASE("so is one that the phone hands over") {
  pb::ResentMessage resent;
  resent.mutable_key()->set_id("k");
  *resent.mutable_message() = full_message();
  compare(resent, kResentMessageFields);
}
