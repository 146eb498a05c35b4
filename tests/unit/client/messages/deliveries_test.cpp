// The delivery machines alone, between rows and a link that is up: what each asks, says and waits for. How a queue of
// them behaves: outbox_test.cpp, group_delivery_test.cpp.
#include "client/messages/deliveries.h"

#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/messages/group_sender_keys.h"
#include "client/messages/outbox_row.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "unit/client/message_rig.h"
#include "unit/client/scripted_turn.h"

namespace deliveries_test {

using namespace wa;
using namespace wa::client;
using test::jid;

namespace {

const wire::Jid kOwn = jid("90000000000001@lid"), kFriend = jid("70000000000002@lid");
const wire::Jid kGroup = jid("120363000000000001@g.us");

// One message and its machine. The link is up unless it is taken down.
struct Bench : test::ScriptedTurn {
  test::WayOut way;
  Config config;
  test::ServerSide server{random};
  Queued what{"3EB0A", kFriend, 1};

  Bench() {
    config.certificates = server.policy();
    way.account = make_account(turn().txn, now, random);
    way.account.paired = true;
    way.account.pn = {"5511999999999", wire::Server::pn, 7};
    way.account.lid = {"90000000000001", wire::Server::lid, 7};
    learn_lid(turn().txn, jid("5511999999999@s.whatsapp.net"), kOwn);
    way.link.connect(way.account, config, turn());
    const auto connection = std::get<Connect>(effects.back()).connection;
    way.link.on_opened(connection, way.account, turn());
    flush(connection);
    REQUIRE(way.link.up());
  }
  // Performs what was sent; returns how many queries of this namespace were among it.
  void flush(ConnectionId connection) {
    for (const Effect& effect : std::exchange(effects, {})) {
      const auto* sent = std::get_if<Send>(&effect);
      if (!sent) continue;
      way.link.feed(connection, server.on_bytes(sent->bytes));
      while (way.link.next(way.account, config, turn())) {}
    }
    if (!effects.empty()) flush(connection);
  }
  std::size_t asked() { return sent("iq"); }
  std::size_t sent(std::string_view tag) {
    std::size_t count = 0;
    server.received.clear();
    flush(0);
    for (const wire::Node& node : server.received) count += node.tag == tag;
    return count;
  }
  void row(bool peer = false) {
    OutboxRow row;
    row.id = what.id;
    row.to = what.to;
    row.content = build_text_content("hello", {}, {});
    row.peer = peer;
    store_outbox_row(turn().txn, what.key, row);
  }
  void know(const wire::Jid& user, std::vector<std::uint16_t> ids) {
    stanza::UserDevices list;
    list.user = user;
    for (const std::uint16_t id : ids) list.devices.push_back({id, 1, false});
    store_devices(turn().txn, list, now.wall);
  }
  void know_group(std::vector<wire::Jid> members) {
    stanza::GroupInfo group;
    group.by_lid = true;
    for (const wire::Jid& member : members) group.members.push_back({member, {}});
    REQUIRE(store_group(turn().txn, kGroup, group, now.wall));
  }
  void meet_device(const wire::Jid& device, std::uint64_t seed) {
    test::Party party("", seed);
    const signal::Address address = signal::address_of(device);
    REQUIRE(signal::start_session(turn().txn, way.account.own_identity(), address, party.bundle(), random).ok());
  }
  template <class Machine>
  Progress advance(Machine& machine) { return machine.advance(what, way.out, turn()); }
  template <class Machine>
  Progress tell(Machine& machine, const Answered& answer) {
    return machine.on_answer(answer, what, way.account, turn());
  }
  template <class Machine>
  bool ack(Machine& machine, int error, const std::string& phash = {}) {
    stanza::Ack ack;
    ack.error = error;
    ack.phash = phash;
    return machine.on_ack(ack, what, way.account, turn());
  }
};

template <class Said>
bool is(const Progress& progress) { return std::holds_alternative<Said>(progress); }

bool fails(const Progress& progress, SendFailure why, int code = 0) {
  const auto* refused = std::get_if<Refused>(&progress);
  return refused && refused->why == why && refused->code == code;
}

}  // namespace

TEST_CASE("which machine carries what") {
  const struct { const char* to; bool carried; } kRows[] = {
      {"70000000000002@lid", true}, {"5511888888888@s.whatsapp.net", true}, {"120363000000000001@g.us", true},
      {"status@broadcast", true},   {"1767225600@broadcast", false}, {"120363000000000001@newsletter", false}, {"s.whatsapp.net", false}};
  for (const auto& row : kRows) {
    INFO(row.to);
    CHECK(Delivery::carries(jid(row.to)) == row.carried);
  }
  Bench bench;
  Delivery lost(jid("1767225600@broadcast"), false);   // a row of another version: it fails, and does not wait for ever
  bench.what.to = jid("1767225600@broadcast");
  for (int i = 0; i < 2; ++i) {
    REQUIRE(is<Asking>(bench.advance(lost)));
    const DeviceQuery query{{bench.what.to}, {}};
    REQUIRE(is<Ready>(bench.tell(lost, ListsAnswer{query, true})));
  }
  CHECK(fails(bench.advance(lost), SendFailure::unknown_recipient));
}

TEST_CASE("a direct message asks for both lists, and hears any answer that names whom it waits for") {
  Bench bench;
  DirectDelivery machine;
  REQUIRE(is<Asking>(bench.advance(machine)));
  CHECK(bench.asked() == 1);
  CHECK(machine.stage() == Stage::asking);
  CHECK(holds_next(machine.stage()));
  const DeviceQuery own{{kOwn}, {}}, both{{kFriend, kOwn}, {}}, of_group{{kFriend}, "3EB0G"};
  const BundleQuery bundles{{kFriend}, "3EB0A"};
  CHECK(is<NotConcerned>(bench.tell(machine, ListsAnswer{own, true})));
  CHECK(is<NotConcerned>(bench.tell(machine, ListsAnswer{of_group, true})));
  CHECK(is<NotConcerned>(bench.tell(machine, BundlesAnswer{bundles, 0})));
  SECTION("an unanswered question does not count as asked") {
    for (int i = 0; i < 5; ++i) {
      CHECK(is<Unanswered>(bench.tell(machine, ListsAnswer{both, false})));
      CHECK(machine.stage() == Stage::waiting);
      REQUIRE(is<Asking>(bench.advance(machine)));
    }
  }
  SECTION("twice without a list of the recipient is enough") {
    CHECK(is<Ready>(bench.tell(machine, ListsAnswer{both, true})));
    REQUIRE(is<Asking>(bench.advance(machine)));
    CHECK(is<Ready>(bench.tell(machine, ListsAnswer{both, true})));
    CHECK(fails(bench.advance(machine), SendFailure::unknown_recipient));
  }
  SECTION("only the own list is missing: an answer about ourselves does") {
    machine.put_back();
    bench.know(kFriend, {0});
    REQUIRE(is<Asking>(bench.advance(machine)));
    CHECK(is<Ready>(bench.tell(machine, ListsAnswer{own, true})));
  }
  SECTION("put back: late answers are nobody's") {
    machine.put_back();
    CHECK(machine.stage() == Stage::waiting);
    CHECK(is<NotConcerned>(bench.tell(machine, ListsAnswer{both, true})));
  }
}

TEST_CASE("a direct message without sessions: the phone twice, then it fails with what was told of it") {
  Bench bench;
  bench.row();
  bench.know(kOwn, {0, 7});
  bench.know(kFriend, {0, 3});
  DirectDelivery machine;
  const BundleQuery query{{kFriend}, "3EB0A"}, other{{kFriend}, "3EB0B"};
  REQUIRE(is<Asking>(bench.advance(machine)));
  CHECK(is<NotConcerned>(bench.tell(machine, BundlesAnswer{other, 404})));
  CHECK(is<Ready>(bench.tell(machine, BundlesAnswer{query, 404})));
  REQUIRE(is<Asking>(bench.advance(machine)));
  CHECK(is<Ready>(bench.tell(machine, BundlesAnswer{query, 0})));
  SECTION("nobody is reached") { CHECK(fails(bench.advance(machine), SendFailure::no_devices, 404)); }
  SECTION("the phone is reached: the others are counted") {
    bench.meet_device(kFriend, 21);
    const Progress left = bench.advance(machine);
    REQUIRE(is<OnItsWay>(left));
    CHECK(std::get<OnItsWay>(left).failed_devices == 2);
    CHECK(bench.sent("message") == 1);
    CHECK(machine.stage() == Stage::sent);
    CHECK_FALSE(holds_next(machine.stage()));
    CHECK_FALSE(bench.ack(machine, 421));
    const auto told = [&](const std::string& phash) {
      CHECK_FALSE(bench.ack(machine, 0, phash));
      return known_devices(bench.turn().txn, kFriend, bench.now.wall).has_value();
    };
    CHECK(told(build_phash(std::span(&kFriend, 1))));  // those it went to
    CHECK_FALSE(told("2:AAAAAAAA"));                   // others: the list is asked for again
  }
  SECTION("a new connection asks anew") {
    machine.on_offline();
    CHECK(is<Asking>(bench.advance(machine)));
  }
  SECTION("a row that is gone") {
    bench.meet_device(kFriend, 21);
    bench.turn().txn.erase(store::Table::outbox, store::ordered(bench.what.key));
    CHECK(fails(bench.advance(machine), SendFailure::refused));
  }
}

TEST_CASE("a question that cannot leave is not asked") {
  Bench bench;
  bench.way.link.close(bench.turn());
  DirectDelivery direct;
  GroupDelivery group;
  PeerDelivery peer;
  CHECK(is<NotAsked>(bench.advance(direct)));
  CHECK(is<NotAsked>(bench.advance(peer)));
  bench.what.to = kGroup;
  CHECK(is<NotAsked>(bench.advance(group)));
  bench.know_group({kOwn, kFriend});
  CHECK(is<NotAsked>(bench.advance(group)));
  for (const Stage stage : {direct.stage(), group.stage(), peer.stage()}) CHECK(stage == Stage::waiting);
}

TEST_CASE("a group message asks for the members, then for their lists in parts") {
  Bench bench;
  bench.what.to = kGroup;
  bench.row();
  GroupDelivery machine;
  const GroupQuery members{kGroup, "3EB0A"}, others{kGroup, "3EB0B"};
  REQUIRE(is<Asking>(bench.advance(machine)));
  CHECK(is<NotConcerned>(bench.tell(machine, GroupAnswer{others, true, {}})));
  CHECK(is<NotConcerned>(bench.tell(machine, ListsAnswer{{}, true})));
  SECTION("refused") {
    const GroupAnswer refused{members, false, Refused{SendFailure::refused, 403}};
    CHECK(fails(bench.tell(machine, refused), SendFailure::refused, 403));
  }
  SECTION("answers that do not become a known group are unanswered after two") {
    CHECK(is<Ready>(bench.tell(machine, GroupAnswer{members, true, {}})));
    REQUIRE(is<Asking>(bench.advance(machine)));
    CHECK(is<Ready>(bench.tell(machine, GroupAnswer{members, true, {}})));
    CHECK(is<Unanswered>(bench.advance(machine)));
    CHECK(is<Asking>(bench.advance(machine)));
  }
  SECTION("a part without an answer fails the lists when the last part has come") {
    std::vector<wire::Jid> people{kOwn};
    for (std::size_t i = 0; i < limits::kUsersPerQueryMax; ++i)
      people.push_back(jid(std::to_string(71'000'000'000'000 + i) + "@lid"));
    bench.know_group(people);
    CHECK(is<Ready>(bench.tell(machine, GroupAnswer{members, true, {}})));
    REQUIRE(is<Asking>(bench.advance(machine)));
    CHECK(bench.asked() == 3);  // that for the members is among them
    const DeviceQuery lists{people, "3EB0A"};
    CHECK(is<Asking>(bench.tell(machine, ListsAnswer{lists, false})));
    CHECK(is<Unanswered>(bench.tell(machine, ListsAnswer{lists, true})));
    CHECK(is<NotConcerned>(bench.tell(machine, ListsAnswer{lists, true})));
  }
}

TEST_CASE("a group message that carries the key holds the next one up; one without a key does not") {
  Bench bench;
  bench.what.to = kGroup;
  bench.row();
  GroupDelivery machine;
  bench.know_group({kOwn, kFriend});
  bench.know(kOwn, {0, 7});
  bench.know(kFriend, {0});
  const BundleQuery bundles{{kOwn, kFriend}, "3EB0A"};
  REQUIRE(is<Asking>(bench.advance(machine)));
  CHECK(is<Ready>(bench.tell(machine, BundlesAnswer{bundles, 404})));
  bench.meet_device(kFriend, 21);
  const Progress left = bench.advance(machine);  // the own phone has no bundle, and holds up nobody
  REQUIRE(is<OnItsWay>(left));
  CHECK(std::get<OnItsWay>(left).failed_devices == 1);
  CHECK(machine.stage() == Stage::leading);
  MessageSent event;
  machine.on_accepted(bench.what, event, bench.way.out, bench.turn());
  GroupDelivery next;
  REQUIRE(is<Asking>(bench.advance(next)));  // the own phone once more
  CHECK(is<Ready>(bench.tell(next, BundlesAnswer{bundles, 404})));
  REQUIRE(is<OnItsWay>(bench.advance(next)));
  CHECK(next.stage() == Stage::sent);  // it carried no key
  CHECK_FALSE(bench.ack(next, 463));
  CHECK(bench.ack(next, 421));
  next.put_back();
  bench.now.wall = bench.now.wall + 1;
  REQUIRE(is<Asking>(bench.advance(next)));  // for the members again
  CHECK(is<NotConcerned>(bench.tell(next, BundlesAnswer{bundles, 0})));
}

TEST_CASE("a message to all companions becomes one to each of them") {
  Bench bench;
  bench.what.to = jid("5511999999999@s.whatsapp.net");
  bench.what.to.device = kCompanions;
  bench.row(true);
  PeerDelivery machine;
  REQUIRE(is<Asking>(bench.advance(machine)));
  CHECK(bench.asked() == 1);
  const DeviceQuery query{{kOwn}, "3EB0A"};
  SECTION("the list came") {
    bench.know(kOwn, {0, 3, 7, 12});  // we are 7
    REQUIRE(is<Ready>(bench.tell(machine, ListsAnswer{query, true})));
    (void)bench.take_notices();
    CHECK(is<Dropped>(bench.advance(machine)));
    const auto notices = bench.take_notices();
    REQUIRE(notices.size() == 1);
    const auto& fanout = std::get<PeerFanout>(notices.front());
    CHECK(fanout.companions == std::vector{jid("90000000000001:3@lid"), jid("90000000000001:12@lid")});
    CHECK(fanout.request == build_text_content("hello", {}, {}));
  }
  SECTION("the list did not come") {
    REQUIRE(is<Ready>(bench.tell(machine, ListsAnswer{query, false})));
    CHECK(is<Later>(bench.advance(machine)));
  }
  SECTION("a companion that nobody knows") {
    PeerDelivery one;
    bench.what.to.device = 3;
    for (int i = 0; i < 2; ++i) {
      REQUIRE(is<Asking>(bench.advance(one)));
      REQUIRE(is<Ready>(bench.tell(one, BundlesAnswer{BundleQuery{{jid("90000000000001:3@lid")}, "3EB0A"}, 404})));
    }
    CHECK(is<Dropped>(bench.advance(one)));
  }
}

TEST_CASE("a message to the own phone asks for its bundle twice on a connection, and stays until it is taken") {
  Bench bench;
  bench.what.to = jid("5511999999999@s.whatsapp.net");
  bench.row(true);
  PeerDelivery machine;
  const BundleQuery query{{kOwn}, "3EB0A"};
  for (int i = 0; i < 2; ++i) {
    REQUIRE(is<Asking>(bench.advance(machine)));
    CHECK(holds_next(machine.stage()));
    CHECK(is<Ready>(bench.tell(machine, BundlesAnswer{query, 404})));
  }
  SECTION("unreachable: later, and then it is asked anew") {
    CHECK(is<Later>(bench.advance(machine)));
    machine.put_back();
    CHECK(is<Asking>(bench.advance(machine)));
  }
  SECTION("on the next connection") {
    machine.on_offline();
    CHECK(is<Asking>(bench.advance(machine)));
  }
  SECTION("reached") {
    bench.meet_device(kOwn, 13);
    REQUIRE(is<OnItsWay>(bench.advance(machine)));
    CHECK(bench.sent("message") == 1);
    CHECK(machine.stage() == Stage::sent);
  }
}

}  // namespace deliveries_test
