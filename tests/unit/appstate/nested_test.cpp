// What is said to be nested in patches, snapshots and values of actions: wherever a byte of one is broken, it is
// refused when the generated class refuses it.
#include <catch2/catch.hpp>

#include "appstate/action.h"
#include "base/encoding.h"
#include "proto/message.h"
#include "syncd.pb.h"

using namespace wa;
using namespace wa::appstate;

namespace {

// `malformed`: the answer of the module. `message` must be good in every other respect.
template <class Message>
void compare(const Message& message, bool (*malformed)(const Bytes&)) {
  const Bytes whole = proto::serialise(message);
  REQUIRE_FALSE(malformed(whole));
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x07, 0x08, 0x0A, 0x0F, 0x7F, 0x80, 0xFE, 0xFF}) {
      Bytes bytes = whole;
      bytes[at] = static_cast<std::uint8_t>(value);
      Message expected;
      const bool taken = proto::parse(expected, bytes);
      INFO(at << ' ' << value << ' ' << hex(bytes));
      REQUIRE(malformed(bytes) == !taken);
      refused += !taken;
    }
  }
  CHECK(refused > 100);
}

void fill(pb::SyncdRecord& record) {
  record.mutable_index()->set_blob(std::string(32, 'i'));
  record.mutable_value()->set_blob(std::string(80, 'v'));
  record.mutable_key_id()->set_id("key");
}

void fill(pb::SyncMessageRange& range) {
  range.set_last_message_timestamp(1);
  range.add_messages()->mutable_key()->set_id("m");
}

bool is_detail(const Error& error, std::string_view detail) { return error.detail == detail; }

}  // namespace

TEST_CASE("a value that is broken anywhere inside is unknown, as the generated class has it") {
  pb::SyncActionValue value;
  value.mutable_star_action()->set_value(true);
  value.mutable_contact_action()->set_full_name("n");
  value.mutable_mute_action()->set_muted(true);
  value.mutable_pin_action()->set_value(true);
  value.mutable_push_name_setting()->set_value("n");
  value.mutable_label_edit_action()->set_name("n");
  value.mutable_label_association_action()->set_value(true);
  fill(*value.mutable_archive_chat_action()->mutable_message_range());
  value.mutable_delete_message_for_me_action()->set_delete_media(true);
  value.mutable_key_expiration()->set_expired_key_epoch(1);
  fill(*value.mutable_mark_chat_as_read_action()->mutable_message_range());
  fill(*value.mutable_clear_chat_action()->mutable_message_range());
  fill(*value.mutable_delete_chat_action()->mutable_message_range());
  value.mutable_unarchive_chats_setting()->set_value(true);
  value.mutable_user_status_mute_action()->set_value(true);
  value.mutable_pn_for_lid_chat_action()->set_value("n");
  value.mutable_lock_chat_action()->set_value(true);
  value.mutable_lid_contact_action()->set_full_name("n");
  value.mutable_nct_salt_sync_action()->set_salt("s");
  compare(value, [](const Bytes& bytes) {
    // An action that is known by its index alone, whatever else its value says.
    const auto read = parse_action({Operation::remove, build_index({"pin_v1", "1@lid"}), bytes, 1});
    return std::holds_alternative<UnknownAction>(read.action);
  });
}

TEST_CASE("a patch that is broken anywhere inside is refused, as the generated class refuses it") {
  pb::SyncdPatch patch;
  patch.mutable_version()->set_version(1);
  fill(*patch.add_mutations()->mutable_record());
  patch.mutable_external_mutations()->set_direct_path("p");
  patch.mutable_key_id()->set_id("k");
  compare(patch, [](const Bytes& bytes) {
    const auto read = decode_patch(bytes);
    return !read && is_detail(read.error(), "app-state patch");
  });
}

TEST_CASE("a snapshot that is broken anywhere inside is refused, as the generated class refuses it") {
  pb::SyncdSnapshot snapshot;
  snapshot.mutable_version()->set_version(1);
  fill(*snapshot.add_records());
  snapshot.mutable_key_id()->set_id("k");
  compare(snapshot, [](const Bytes& bytes) {
    const auto read = decode_snapshot(bytes);
    return !read && is_detail(read.error(), "app-state snapshot");
  });
}

TEST_CASE("so are mutations in a file") {
  pb::SyncdMutations mutations;
  fill(*mutations.add_mutations()->mutable_record());
  compare(mutations, [](const Bytes& bytes) {
    const auto read = decode_external_mutations(bytes);
    return !read && is_detail(read.error(), "external app-state mutations");
  });
}
