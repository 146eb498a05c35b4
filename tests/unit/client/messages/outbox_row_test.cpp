// Rows of messages that wait: what is written, and what rows of before are taken for.
#include "client/messages/outbox_row.h"

#include "store/row.h"
#include "unit/client/message_rig.h"

namespace outbox_row_test {

using namespace wa;
using namespace wa::client;
using test::jid;

namespace {

const wire::Jid kPerson = jid("70000000000002@lid");

OutboxRow stored(const OutboxRow& row) {
  store::MemoryStore rows;
  store::Txn txn(rows);
  store_outbox_row(txn, 1, row);
  auto out = load_outbox_row(txn, 1);
  REQUIRE(out);
  return *std::move(out);
}

RowWriter begin(std::uint8_t version, ByteView content, bool peer = false) {
  RowWriter row(version);
  row.text("3EB0A").text(kPerson.text()).bytes(content).i64(5).i64(6).flag(peer).flag(false);
  return row;
}

WrittenBody written(const MessageBody& body) {
  test::ScriptedRandom random;
  return write_body(body, kPerson, {1'750'000'000'000}, random);
}

const MessageRef kOurs{"3EB0B", true, {}}, kTheirs{"3EB0B", false, {}};

}  // namespace

TEST_CASE("a row of the outbox comes back as it was") {
  OutboxRow row;
  row.id = "3EB0A";
  row.to = jid("120363000000000001@g.us");
  row.content = Bytes{1, 2};   // not read: the row says the kind
  row.kind = kind_of_number(13);
  row.not_before_ms = 3;
  row.not_after_ms = 4;
  row.mention_all = true;
  const OutboxRow back = stored(row);
  CHECK(back.id == row.id);
  CHECK(back.to == row.to);
  CHECK(back.content == row.content);
  CHECK(back.kind == row.kind);
  CHECK(back.not_before_ms == 3);
  CHECK(back.not_after_ms == 4);
  CHECK(back.mention_all);
  CHECK_FALSE((back.peer || back.high_priority));
  OutboxRow to_phone;
  to_phone.id = "3EB0P";
  to_phone.to = kPerson;
  to_phone.peer = to_phone.high_priority = true;
  CHECK(stored(to_phone).kind == nullptr);
  CHECK((stored(to_phone).peer && stored(to_phone).high_priority));
}

// The numbers are in rows on disk: they are given for ever.
TEST_CASE("kinds keep their numbers, and what is sent has one") {
  const struct { const char* name; MessageBody body; int number; const char *type, *edit; bool last; } kRows[] = {
      {"text", Text{"hi"}, 1, "text", "", true},
      {"contact", ContactCards{{{"A", "V"}}}, 8, "media", "", true},
      {"contacts", ContactCards{{{"A", "V"}, {"B", "W"}}}, 9, "media", "", true},
      {"location", Location{1, 2, "", "", "", ""}, 10, "media", "", true},
      {"reaction", EmojiReaction{kTheirs, "x"}, 12, "reaction", "", false},
      {"poll", Poll{"?", {"a", "b"}, false}, 13, "poll", "", true},
      {"edit", Edit{kOurs, "better"}, 15, "text", "1", false},
      {"revoke of ours", Revoke{kOurs}, 16, "text", "7", false},
      {"revoke of another's", Revoke{kTheirs}, 17, "text", "8", false},
      {"timer", DisappearAfter{60}, 18, "text", "", false}};
  for (const auto& row : kRows) {
    INFO(row.name);
    const WrittenBody body = written(row.body);
    REQUIRE(body.kind);
    CHECK(number_of(body.kind) == row.number);
    CHECK(kind_of_number(static_cast<std::uint8_t>(row.number)) == body.kind);
    CHECK(traits_of(body.kind, body.content).type == row.type);
    CHECK(traits_of(body.kind, body.content).edit == row.edit);
    CHECK(counts_as_last_message(body.kind) == row.last);
    // Rows of before say nothing: what they send is read, with the same outcome.
    CHECK(kind_of_content(body.content) == body.kind);
    const auto before = decode_outbox_row(std::move(begin(2, body.content).flag(false)).finish());
    REQUIRE(before);
    CHECK(before->kind == body.kind);
    CHECK(before->content == body.content);
    CHECK(before->not_after_ms == 6);
  }
  CHECK(number_of(nullptr) == 0);
  CHECK(kind_of_number(0) == nullptr);
}

TEST_CASE("rows of other versions, and of kinds that are not known") {
  const Bytes text = written(Text{"hi"}).content;
  CHECK(decode_outbox_row(std::move(begin(2, text)).finish()));   // before everybody could be mentioned
  CHECK_FALSE(decode_outbox_row(std::move(begin(1, text)).finish()));
  CHECK_FALSE(decode_outbox_row(std::move(begin(4, text).flag(false).u8(1)).finish()));
  CHECK_FALSE(decode_outbox_row(std::move(begin(3, text).flag(false)).finish()));
  const auto unknown = decode_outbox_row(std::move(begin(3, text).flag(false).u8(250)).finish());
  REQUIRE(unknown);
  CHECK(number_of(unknown->kind) == 1);
  const auto nonsense = decode_outbox_row(std::move(begin(2, Bytes{0xff}).flag(true)).finish());
  REQUIRE(nonsense);
  CHECK(nonsense->kind == nullptr);
  CHECK(traits_of(nonsense->kind, nonsense->content).type == "text");
  const auto peer = decode_outbox_row(std::move(begin(2, text, true)).finish());
  REQUIRE(peer);
  CHECK(peer->kind == nullptr);
}

}  // namespace outbox_row_test
