#include "client/history/history.h"

#include <zlib.h>

#include "base/encoding.h"
#include "client/rows/contact_rows.h"
#include "client/rows/direct_chats.h"
#include "crypto/hash.h"
#include "history.pb.h"
#include "proto/writer.h"
#include "store/row.h"
#include "support/egress_corpus.h"
#include "unit/client/rows/listed.h"
#include "unit/client/scripted_turn.h"

namespace history_test {

using namespace wa;
using namespace wa::client;

namespace {

const wire::Jid kAlice{"5511999999991", wire::Server::pn};
const wire::Jid kGroup{"120363000000000001", wire::Server::group};

// Written by the protobuf library, read by our own walker.
pb::HistorySync sample() {
  pb::HistorySync history;
  history.set_sync_type(0);
  auto* alice = history.add_conversations();
  alice->set_id(kAlice.text());
  for (int i = 0; i < 50; ++i) {
    auto* message = alice->add_messages()->mutable_message();
    message->mutable_key()->set_id("3EB0" + std::to_string(i));
    message->mutable_key()->set_remote_jid(kAlice.text());
    message->mutable_key()->set_from_me(i % 2 == 0);
    message->set_message_timestamp(1'750'000'000u + static_cast<unsigned>(i * 7 % 50));
  }
  alice->set_archived(true);
  alice->set_unread_count(3);
  alice->set_tc_token(std::string("\x01\x02", 2));
  alice->set_tc_token_timestamp(1'750'000'001);
  alice->set_lid_jid("100000000000001@lid");
  auto* group = history.add_conversations();
  group->set_id(kGroup.text());
  group->set_name("A group");
  group->set_pinned(1'750'000'000);
  group->set_mute_end_time(static_cast<std::uint64_t>(-1));
  auto* message = group->add_messages()->mutable_message();
  message->mutable_key()->set_id("ACE5");
  message->mutable_key()->set_participant("5511999999993@s.whatsapp.net");
  message->set_message_timestamp(1'750'000'005);
  auto* name = history.add_pushnames();
  name->set_id(kAlice.text());
  name->set_pushname("Alice");
  auto* mapping = history.add_phone_number_to_lid_mappings();
  mapping->set_pn_jid("5511999999992@s.whatsapp.net");
  mapping->set_lid_jid("100000000000002@lid");
  history.set_nct_salt("salt");
  return history;
}

Bytes zipped(const pb::HistorySync& history) { return wire::deflate(view(history.SerializeAsString())); }

struct Bench {
  Config config;
  test::ScriptedTurn world;
  MediaHosts hosts{config};
  std::unique_ptr<History> history;
  test::WayOut way;
  Out& out = way.out;
  std::vector<std::pair<wire::Jid, wire::Jid>> mappings;
  std::vector<LearntToken> tokens;
  std::vector<std::string> done;
  std::vector<HistoryMessagesNotice> handed;
  std::vector<Ask> asked;
  int steps = 0;

  Bench() {
    config.media_hosts = {"media.test"};
    history = std::make_unique<History>(hosts);
    history->on_online(out, world.turn());
    take();
  }
  void take() {
    for (const Notice& notice : world.take_notices()) {
      if (const auto* learnt = std::get_if<LearntMapping>(&notice)) mappings.emplace_back(learnt->pn, learnt->lid);
      if (const auto* token = std::get_if<LearntToken>(&notice)) tokens.push_back(*token);
      if (const auto* read = std::get_if<HistoryReadNotice>(&notice)) done.push_back(read->stanza_id);
      if (const auto* part = std::get_if<HistoryMessagesNotice>(&notice)) handed.push_back(*part);
    }
    for (Ask& ask : world.take_queries()) asked.push_back(std::move(ask));
  }
  void run() {
    while (history->deadline() && *history->deadline() <= world.now.mono) {
      history->on_tick(out, world.turn());
      take();
      ++steps;
    }
  }
  void receive(Bytes payload, std::string id = "3EB0H1") {
    HistoryNotification note;
    note.stanza_id = std::move(id);
    note.progress = 42;
    note.inline_payload = std::move(payload);
    history->on(note, out, world.turn());
    take();
  }
  void answer_hosts(const QueryAnswer& answer) {
    hosts.on_answer(MediaConnQuery{}, answer, out, world.turn());
    take();
    history->on(HostsKnown{}, out, world.turn());
  }
  ChatRow row(const wire::Jid& jid) { return load_chat(world.turn().txn, jid).value_or(ChatRow{}); }
  std::size_t waiting() { return world.turn().txn.scan(store::Table::peer, "history:", 100).size(); }
};

}  // namespace

TEST_CASE("history inline: what is taken") {
  Bench bench;
  bench.receive(zipped(sample()));
  CHECK(bench.done.empty());
  CHECK(bench.waiting() == 1);
  bench.run();
  const ChatRow alice = bench.row(kAlice), group = bench.row(kGroup);
  CHECK(alice.archived);
  CHECK(alice.read == ReadState::unread);
  REQUIRE(alice.last);
  CHECK(alice.last->timestamp_s == 1'750'000'049);
  CHECK(alice.last->id == "3EB07");  // 7 * 7 = 49
  CHECK_FALSE(alice.last->from_me);
  CHECK(group.pinned);
  CHECK(group.muted_until_ms == -1);
  CHECK(group.name == "A group");
  CHECK(group.last->participant == "5511999999993@s.whatsapp.net");
  CHECK(load_contact(bench.world.turn().txn, kAlice)->push_name == "Alice");
  REQUIRE(bench.mappings.size() == 2);
  CHECK(bench.mappings[1].second.text() == "100000000000002@lid");
  REQUIRE(bench.tokens.size() == 1);
  CHECK(bench.tokens[0].token.size() == 2);
  CHECK(bench.world.turn().txn.has(store::Table::device, "nct_salt"));
  CHECK(bench.done == std::vector<std::string>{"3EB0H1"});
  CHECK(bench.waiting() == 0);
  const auto event = bench.world.only_event<HistoryProgress>();
  CHECK((event.sync_type == "initial_bootstrap" && event.progress == 42 && event.conversations == 2));
  bench.world.advance(10'000);  // the receipt counts as sent then
  bench.run();
  CHECK(!bench.history->deadline());
  CHECK(bench.world.turn().txn.scan(store::Table::peer, "history", 10).empty());
}

// 12 section 6: sync type 6, and the id of the request.
TEST_CASE("what was asked for is handed over whole, in parts, and moves nothing") {
  pb::HistorySync history = sample();
  Bench bench;
  HistoryNotification note;
  note.stanza_id = "3EB0H1";
  note.sync_type = 6;
  note.request_id = "3EB0ASKED";
  note.inline_payload = zipped(history);
  bench.history->on(note, bench.out, bench.world.turn());
  bench.run();
  REQUIRE(bench.handed.size() == 3);   // 25 + 25 of Alice, one of the group
  CHECK(bench.handed[0].messages.size() == limits::kHistoryMessagesPerEvent);
  CHECK(bench.handed[1].messages.size() == 25);
  CHECK(bench.handed[2].messages.size() == 1);
  CHECK(bench.handed[2].chat == kGroup);
  for (const auto& part : bench.handed) CHECK(part.request_id == "3EB0ASKED");
  const std::string third = history.conversations(0).messages(3).message().SerializeAsString();
  CHECK(bench.handed[0].messages[3] == to_bytes(view(third)));
  const auto event = bench.world.only_event<HistoryProgress>();
  CHECK(event.sync_type == "on_demand");
  CHECK(event.request_id == "3EB0ASKED");
  CHECK_FALSE(bench.row(kAlice).last);
  // A message that is too large is left out, and no more than so many.
  history.mutable_conversations(0)->mutable_messages(0)->mutable_message()->mutable_key()->set_id(
      std::string(limits::kHistoryMessageBytesMax + 1, 'x'));
  for (int i = 0; i < 600; ++i) {
    const pb::HistoryMessage one = history.conversations(0).messages(1);
    *history.mutable_conversations(0)->add_messages() = one;
  }
  bench.handed.clear();
  note.stanza_id = "3EB0H2";
  note.inline_payload = zipped(history);
  bench.history->on(note, bench.out, bench.world.turn());
  bench.run();
  std::size_t all = 0;
  for (const auto& part : bench.handed) all += part.chat == kAlice ? part.messages.size() : 0;
  CHECK(all == limits::kHistoryMessagesMax);
}

TEST_CASE("a row of a history of before requests is read") {
  Bench bench;
  RowWriter row(1);
  row.u32(0).u32(0).u32(7).bytes(zipped(sample())).bytes({}).bytes({}).bytes({}).u64(0).text("");
  bench.world.turn().txn.put(store::Table::peer, "history:3EB0OLD", std::move(row).finish());
  bench.history->on_offline(bench.world.turn());
  bench.history->on_online(bench.out, bench.world.turn());
  bench.run();
  CHECK(bench.done == std::vector<std::string>{"3EB0OLD"});
}

TEST_CASE("history does not overrule app state, nor a newer message") {
  Bench bench;
  ChatRow known;
  known.archive_ms = 5;
  known.last = LastMessage{"3EB0NEW", true, "", 1'760'000'000};
  store_chat(bench.world.turn().txn, kAlice, known);
  bench.receive(zipped(sample()));
  bench.run();
  CHECK_FALSE(bench.row(kAlice).archived);
  CHECK(bench.row(kAlice).last->id == "3EB0NEW");
}

TEST_CASE("history says that the account is migrated, and direct chats go by LID from then on") {
  const struct { const char* name; std::uint64_t migrated_s; bool earlier_no, by_lid; } kRows[] = {
      {"with a time", 1'750'000'000, false, true},
      {"after pair-success said no", 1'750'000'000, true, true},
      {"without a time, nothing is said", 0, true, false},
  };
  for (const auto& row : kRows) {
    INFO(row.name);
    Bench bench;
    if (row.earlier_no) note_paired_unmigrated(bench.world.turn().txn);
    proto::Writer settings, more;
    settings.number(13, 1).number(20, row.migrated_s);
    Bytes history = to_bytes(view(sample().SerializeAsString()));
    append(history, more.message(8, settings).written());
    bench.receive(wire::deflate(history));
    bench.run();
    CHECK((told_direct_chats(bench.world.turn().txn) == DirectChats::by_lid) == row.by_lid);
    CHECK(direct_chats_go_by_number(bench.world.turn().txn) == !row.by_lid);
  }
}

TEST_CASE("history brings the timers of chats, unless a newer one is known") {
  constexpr std::int64_t kSet = 1'750'000'000;
  const struct { const char* name; ChatTimer known, told, then; } kRows[] = {
      {"none known", {}, {86'400, kSet}, {86'400, kSet}},
      {"an older one known", {604'800, kSet - 1}, {86'400, kSet}, {86'400, kSet}},
      {"a newer one known", {604'800, kSet + 1}, {86'400, kSet}, {604'800, kSet + 1}},
      {"turned off since", {604'800, kSet - 1}, {0, kSet}, {0, kSet}},
      {"nothing said", {604'800, kSet}, {}, {604'800, kSet}},
  };
  for (const auto& row : kRows) {
    INFO(row.name);
    Bench bench;
    ChatRow chat;
    chat.timer = row.known;
    store_chat(bench.world.turn().txn, kAlice, chat);
    proto::Writer conversation, history;
    conversation.text(1, kAlice.text());
    if (row.told.seconds != 0) conversation.number(9, row.told.seconds);
    if (row.told.set_s != 0) conversation.integer(10, row.told.set_s);
    bench.receive(wire::deflate(history.message(2, conversation).written()));
    bench.run();
    const ChatTimer now = bench.row(kAlice).timer;
    CHECK((now.seconds == row.then.seconds && now.set_s == row.then.set_s));
  }
}

TEST_CASE("a big history is spread over steps and survives a restart") {
  pb::HistorySync big;
  for (int i = 0; i < 4500; ++i) big.add_conversations()->set_id(std::to_string(5511900000000 + i) + "@s.whatsapp.net");
  Bench bench;
  bench.receive(zipped(big));
  bench.history->on_tick(bench.out, bench.world.turn());
  bench.take();
  CHECK(bench.history->deadline());
  CHECK(bench.done.empty());
  bench.world.commit();
  bench.history = std::make_unique<History>(bench.hosts);
  bench.history->on_online(bench.out, bench.world.turn());
  bench.take();
  bench.run();
  CHECK(bench.steps == 5);
  CHECK(bench.done.size() == 1);
  CHECK(test::chats_listed(bench.world.turn().txn) == 4500);
}

TEST_CASE("history as a file: hosts asked, fetched, decrypted; a lost file is forgotten") {
  const bool gone = GENERATE(false, true);
  Bench bench;
  bench.config.media_hosts.clear();
  const Bytes plain = zipped(sample());
  HistoryNotification note;
  note.stanza_id = "3EB0H2";
  note.file.direct_path = "/v/h?x=1";
  note.file.file.media_key = Bytes(32, 9);
  const Bytes sealed = crypto::media_encrypt(note.file.file.media_key, crypto::kHistoryMediaInfo, plain);
  note.file.file.file_sha256 = to_bytes(crypto::sha256(plain));
  note.file.file.file_enc_sha256 = to_bytes(crypto::sha256(sealed));
  bench.history->on(note, bench.out, bench.world.turn());
  bench.take();
  REQUIRE(bench.asked.size() == 1);
  REQUIRE(std::holds_alternative<MediaConnQuery>(bench.asked[0].what));
  bench.answer_hosts(QueryTimeout{});
  bench.take();
  REQUIRE(bench.world.effects.size() == 1);
  const auto fetch = *std::get_if<Fetch>(&bench.world.effects[0]);
  bench.world.effects.clear();
  CHECK(fetch.hosts == std::vector<std::string>{"mmg.whatsapp.net"});
  CHECK(fetch.path.find("/v/h?x=1&hash=" + base64_url(note.file.file.file_enc_sha256) + "&mms-type=md-msg-hist") == 0);
  CHECK(bench.history->owns(fetch.fetch));
  bench.history->on_fetched(fetch.fetch, !gone, gone ? 410 : 200, gone ? Bytes{} : sealed, bench.world.turn());
  bench.take();
  bench.run();
  CHECK(bench.done.size() == (gone ? 0u : 1u));
  CHECK(bench.row(kAlice).archived == !gone);
  CHECK(bench.waiting() == 0);
}

TEST_CASE("of the hosts that the service names only its own are asked") {
  Bench bench;
  bench.config.media_hosts.clear();
  HistoryNotification note;
  note.stanza_id = "3EB0H3";
  note.file.direct_path = "/v/h?x=1";
  const auto hosts_after = [&](const std::vector<test::HostCase>& named) {
    bench.history->on(note, bench.out, bench.world.turn());
    bench.take();
    REQUIRE(bench.asked.size() == 1);
    REQUIRE(std::holds_alternative<MediaConnQuery>(bench.asked[0].what));
    bench.asked.clear();
    wire::Node connection("media_conn");
    connection.attr("ttl", std::uint64_t{1});
    for (const test::HostCase& one : named) {
      wire::Node host("host");
      host.attr("hostname", one.host).attr("fallback_hostname", one.host);
      connection.child(std::move(host));
    }
    wire::Node answer("iq");
    answer.child(std::move(connection));
    bench.answer_hosts(QueryAnswer(answer));
    bench.take();
    REQUIRE(bench.world.effects.size() == 1);
    const auto fetch = *std::get_if<Fetch>(&bench.world.effects[0]);
    bench.history->on_fetched(fetch.fetch, false, 410, {}, bench.world.turn());
    bench.take();
    bench.world.effects.clear();  // with the line of the log about the lost file
    bench.world.now.mono = bench.world.now.mono + 2000;  // what was named holds for a second
    return fetch.hosts;
  };
  std::vector<test::HostCase> refused;
  for (const test::HostCase& one : test::service_host_corpus()) {
    INFO(one.host << " (" << one.why << ")");
    if (one.allowed) CHECK(hosts_after({one}) == std::vector<std::string>{one.host, one.host});
    else refused.push_back(one);
  }
  CHECK(hosts_after(refused) == std::vector<std::string>{"mmg.whatsapp.net"});
  refused.push_back({"media-gru2-1.cdn.whatsapp.net", true, ""});
  CHECK(hosts_after(refused).front() == "media-gru2-1.cdn.whatsapp.net");
}

TEST_CASE("malformed histories end, and the next one is read") {
  const std::string good = sample().SerializeAsString();
  std::vector<std::pair<const char*, Bytes>> rows = {
      {"not zlib", Bytes(100, 0xAB)},
      {"empty", {0x78}},
      {"cut in the middle", wire::deflate(view(good.substr(0, good.size() / 2 - 3)))},
      {"a length beyond everything", wire::deflate(*from_hex("12ffffffffffffffff7f"))},
      {"a group tag", wire::deflate(*from_hex("0b0c"))},
      {"field number zero", wire::deflate(*from_hex("0001"))},
      {"inner length beyond the outer", wire::deflate(*from_hex("12030aff01"))},
      {"endless varint", wire::deflate(Bytes(40, 0xFF))},
  };
  for (const auto& [name, bytes] : rows) {
    INFO(name);
    Bench bench;
    bench.receive(bytes, "3EB0BAD");
    bench.receive(zipped(sample()), "3EB0GOOD");
    bench.run();
    CHECK(bench.done == std::vector<std::string>{"3EB0GOOD"});
    CHECK(bench.waiting() == 0);
  }
}

TEST_CASE("every cut of a history gives items, an end or an error") {
  const std::string good = sample().SerializeAsString();
  for (std::size_t size = 0; size < good.size(); ++size) {
    HistoryReader reader(wire::deflate(view(good.substr(0, size))));
    bool ended = false;
    for (int i = 0; i < 20 && !ended; ++i) {
      const auto item = reader.next();
      ended = !item || std::get_if<HistoryEnd>(&*item);
    }
    CHECK(ended);
  }
}

TEST_CASE("a bomb is stopped at the limit with little memory") {
  z_stream z{};
  REQUIRE(deflateInit(&z, Z_BEST_SPEED) == Z_OK);
  Bytes bomb, out(1u << 20), zeros(1u << 20);
  const auto feed = [&](ByteView in, int flush) {
    z.next_in = const_cast<Bytef*>(in.data());
    z.avail_in = static_cast<uInt>(in.size());
    do {
      z.next_out = out.data();
      z.avail_out = static_cast<uInt>(out.size());
      deflate(&z, flush);
      bomb.insert(bomb.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(out.size() - z.avail_out));
    } while (z.avail_out == 0);
  };
  for (int field = 0; field < 9; ++field) {  // nine unknown fields of 64 MiB
    feed(*from_hex("9a06808080" "20"), Z_NO_FLUSH);
    for (int i = 0; i < 64; ++i) feed(zeros, Z_NO_FLUSH);
  }
  feed({}, Z_FINISH);
  deflateEnd(&z);
  HistoryReader reader(std::move(bomb));
  const auto item = reader.next();
  REQUIRE_FALSE(item.ok());
  CHECK(item.error().code != Errc::truncated);
}

TEST_CASE("the receipt is repeated when the link was lost right after it") {
  Bench bench;
  bench.receive(zipped(sample()));
  bench.run();
  bench.history->on_offline(bench.world.turn());
  bench.history->on_online(bench.out, bench.world.turn());
  bench.take();
  bench.run();
  CHECK(bench.done == std::vector<std::string>{"3EB0H1", "3EB0H1"});
}

TEST_CASE("offline: the row waits") {
  Bench bench;
  bench.history->on_offline(bench.world.turn());
  bench.receive(zipped(sample()));
  CHECK(!bench.history->deadline());
  CHECK(bench.waiting() == 1);
  bench.history->on_online(bench.out, bench.world.turn());
  bench.take();
  bench.run();
  CHECK(bench.done.size() == 1);
}

}  // namespace history_test
