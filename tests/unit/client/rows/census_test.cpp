// What strangers can make grow: 10,000 of them write once, each with a session, a name, a number and a chat. Rows stay below
// the stated sum, and whoever we have to do with keeps everything.
#include <fstream>
#include <sstream>

#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/row_bounds.h"
#include "unit/client/message_rig.h"

using namespace wa;
using namespace wa::client;
using store::Table;
using test::Device;
using test::MessageRig;

namespace {

struct Stranger {
  std::string lid, pn;
  explicit Stranger(std::uint64_t number)
      : lid(std::to_string(80'000'000'000'000 + number) + "@lid"), pn(std::to_string(5'521'900'000'000 + number) + "@s.whatsapp.net") {}
};

std::size_t bytes_of(const MessageRig& rig) {
  std::size_t sum = 0;
  for (const auto& [key, value] : rig.disk.rows()) sum += key.id.size() + value.size();
  return sum;
}

bool has_everything(MessageRig& rig, const Device& who) {
  store::Txn txn(rig.disk);
  return signal::has_session(txn, signal::address_of(who.lid)) && signal::identity_of(txn, signal::address_of(who.lid)) &&
         lid_of(txn, who.pn.user_jid()) == who.lid.user_jid() && load_contact(txn, who.lid) && load_chat(txn, who.lid);
}

std::string document() {
  std::ostringstream out;
  out << "# Rows of a device\n\nMade of `row_bounds.h`, which names the constants. \"Met\": wrote to us, or was written to; see "
         "`kept_people.h`.\n\n| rows | who makes them grow | how many of these | rows of one | bytes of a row | kept | goes first "
         "|\n| --- | --- | ---: | ---: | ---: | --- | --- |\n";
  for (const auto& row : row_bounds::kAll) {
    out << "| " << row.name << " | " << row.owner << " | " << row.owners << " | " << row.rows_each << " | " << row.row_bytes
        << " | " << row.age << " | " << row.first << " |\n";
  }
  return out.str();
}

}  // namespace

TEST_CASE("every table of a device has a bound, and the document says the same") {
  const int last = static_cast<int>(Table::labels);
  for (int table = 1; table <= static_cast<int>(Table::polls); ++table) {
    const bool between = table > static_cast<int>(Table::message_secrets) && table < static_cast<int>(Table::file_jobs);
    if (between || (table > last && table < static_cast<int>(Table::requests))) continue;  // numbers that no table has
    CAPTURE(table);
    bool found = false;
    for (const auto& row : row_bounds::kAll) found = found || static_cast<int>(row.table) == table;
    CHECK(found);
  }
  const std::string path = std::string(WA_SOURCE_DIR) + "/core/client/rows/ROWS.md";
  if (std::getenv("WA_WRITE_ROWS")) std::ofstream(path) << document();  // how it is made anew
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  CHECK(text.str() == document());
}

TEST_CASE("10,000 strangers write once: the sum is bounded, people we have to do with keep everything") {
  MessageRig rig;
  // Somebody we answer, somebody who wrote long ago and wrote again, and the own phone.
  rig.say(rig.text_from(rig.friend_phone, "F1", "hello"));
  SendText answer;
  answer.command = 1;
  answer.to = rig.friend_phone.lid.user_jid();
  answer.text = "hello to you";
  REQUIRE(rig.execute(answer).ok());
  rig.answer_devices({{rig.friend_phone.lid.user_jid(), {0}, {}}, {test::jid("90000000000001@lid"), {0, 7}, {}}});
  rig.answer_bundles({MessageRig::bundle_node(rig.own_phone)});
  REQUIRE(rig.last("message"));
  rig.ack(*rig.last("message"));
  rig.say(rig.text_from(rig.own_phone, "P1", "from my phone"));
  REQUIRE(has_everything(rig, rig.friend_phone));

  // The same first message does for all of them: without a one-time prekey it opens a session for each address.
  Device writer("80000000000000@lid", "5521900000000@s.whatsapp.net", 99);
  {
    signal::RemoteBundle bundle = rig.our_bundle();
    bundle.prekey.reset();
    store::Txn txn(writer.party.rows);
    REQUIRE(signal::start_session(txn, writer.party.own, rig.us, bundle, writer.party.random).ok());
    writer.party.commit(txn);
  }
  const wire::Node opening = rig.enc_from(writer, build_text_content("buy this", {}, {}));

  constexpr std::size_t kStrangers = 10'000;
  const std::size_t before = bytes_of(rig);
  for (std::size_t i = 0; i < kStrangers; ++i) {
    const Stranger who(i);
    wire::Node message("message");
    message.attr("from", test::jid(who.lid)).attr("id", "S" + std::to_string(i)).attr("t", std::uint64_t{1'750'000'100});
    message.attr("type", "text").attr("notify", "Somebody").attr("sender_pn", test::jid(who.pn)).child(opening);
    rig.say(message);
    rig.server.received.clear();
    rig.events.clear();
  }
  CHECK(rig.rows(Table::sessions) <= kStrangersKept + 8);
  CHECK(rig.rows(Table::identities) <= kStrangersKept + 8);
  CHECK(rig.rows(Table::contacts) <= kStrangersKept + 8);
  CHECK(rig.rows(Table::chats) <= kStrangersKept + 8);
  CHECK(rig.rows(Table::lid_map) <= 2 * (kStrangersKept + 8));
  CHECK(rig.rows(Table::people) <= row_bounds::ring(kStrangersKept) + 16);
  CHECK(rig.rows(Table::sessions) > kStrangersKept / 2);  // and not everybody was thrown out
  constexpr std::size_t kBytesPerStranger = 2'000, kHandledBytes = limits::kHandledIdsKeptMax * 256;
  CHECK(bytes_of(rig) - before < kStrangersKept * kBytesPerStranger + kHandledBytes);
  CHECK(has_everything(rig, rig.friend_phone));
  {
    store::Txn txn(rig.disk);
    CHECK(signal::has_session(txn, signal::address_of(rig.own_phone.lid)));
    CHECK_FALSE(signal::has_session(txn, signal::address_of(test::jid(Stranger(0).lid))));
    CHECK_FALSE(lid_of(txn, test::jid(Stranger(0).pn)));
    CHECK(signal::has_session(txn, signal::address_of(test::jid(Stranger(kStrangers - 1).lid))));
  }
  for (const auto& [key, value] : rig.disk.rows()) {
    std::size_t most = 0;
    for (const auto& row : row_bounds::kAll) most = std::max(most, row.table == key.table ? row.row_bytes : 0);
    if (key.id.size() + value.size() > most) FAIL("a row of table " << static_cast<int>(key.table) << " is larger than stated");
  }
}

TEST_CASE("whoever gave way and writes again is asked to send again, with keys") {
  MessageRig rig;
  Device who("80000000000001@lid", "5521900000001@s.whatsapp.net", 5);
  rig.say(rig.text_from(who, "A1", "first"));
  store::Txn txn(rig.disk);
  for (std::uint32_t i = 0; i < kStrangersKept + kStrangersKept / 2; ++i) meet(txn, test::jid(Stranger(100 + i).lid), false);
  CHECK_FALSE(signal::has_session(txn, signal::address_of(who.lid)));
  rig.disk.apply(txn.take());
  rig.server.received.clear();
  rig.events.clear();
  rig.say(rig.text_from(who, "A2", "second"));
  const wire::Node* retry = rig.last("receipt");
  REQUIRE(retry);
  CHECK(retry->text_attr("type") == "retry");
  CHECK(retry->child_named("keys"));
}

TEST_CASE("meeting again keeps: half a round later one is at the front") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const auto friend_jid = test::jid("1234@lid"), number = test::jid("5511888888888@s.whatsapp.net");
  learn_lid(txn, number, friend_jid);
  for (std::uint32_t i = 0; i < 3 * kStrangersKept; ++i) {
    meet(txn, test::jid(Stranger(i).lid), false);
    if (i % (kStrangersKept / 4) == 0) meet(txn, friend_jid, false);
  }
  CHECK(lid_of(txn, number) == friend_jid);
  for (std::uint32_t i = 0; i < 2 * kStrangersKept; ++i) meet(txn, test::jid(Stranger(i).lid), false);
  CHECK_FALSE(lid_of(txn, number));
}

TEST_CASE("an own user, a chat with a setting and a name of the address book never give way") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const auto own_pn = test::jid("5511999999999@s.whatsapp.net"), own_lid = test::jid("90000000000001@lid");
  const auto boss = test::jid("1234@lid");
  note_own_users(txn, own_pn, own_lid);
  learn_lid(txn, own_pn, own_lid);
  ChatRow chat;
  chat.archive_ms = 1;
  store_chat(txn, boss, chat);
  ContactRow contact;
  contact.full_name = "The Boss";
  store_contact(txn, boss, contact);
  store_token(txn, boss, Bytes(32, 1), 1);
  CHECK(token_for(txn, boss, WallTime{1'000}));
  for (std::uint32_t i = 0; i < 2 * kStrangersKept; ++i) meet(txn, test::jid(Stranger(i).lid), false);
  CHECK(lid_of(txn, own_pn) == own_lid);
  CHECK(load_chat(txn, boss));
  CHECK(load_contact(txn, boss));
  CHECK_FALSE(token_for(txn, boss, WallTime{1'000}));
}
