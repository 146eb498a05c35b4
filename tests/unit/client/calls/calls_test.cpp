#include "client/calls/calls.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "unit/client/scripted_turn.h"
#include "unit/stanza/xml.h"

namespace calls_test {

using namespace wa;
using namespace wa::client;
using test::ScriptedTurn;
using test::xml;
using wire::Jid;
using wire::Server;

namespace {

const Jid kCallerLid{"440000000000001", Server::lid, 3}, kCallerPn{"5511999999999", Server::pn};
const char* const kOffer =
    "<offer call-id='C1' call-creator='440000000000001:3@lid' "
    "caller_pn='5511999999999@s.whatsapp.net'><audio/></offer>";

Account account() {
  Account own;
  own.paired = true;
  own.pn = {"5511888888888", Server::pn, 12};
  own.lid = {"440000000000009", Server::lid, 12};
  return own;
}

std::string child(const std::string& tag, const std::string& attrs = "") {
  return "<" + tag + " call-id='C1' call-creator='440000000000001:3@lid'" + attrs + "/>";
}

struct Phone {
  ScriptedTurn script;
  test::WayOut way;
  Calls calls;

  Phone() { calls.on_online(way.out, script.turn()); }
  // A call stanza arrives; what is sent back.
  std::string receive(const std::string& inside, const std::string& from = "440000000000001:3@lid", const std::string& attrs = "") {
    const auto inbound = stanza::parse_inbound(
        test::from_xml("<call from='" + from + "' id='S1' t='1750000000'" + attrs + ">" + inside + "</call>"));
    const auto* call = std::get_if<stanza::Call>(&inbound);
    REQUIRE(call);
    return xml(calls.on_call(*call, account(), script.turn()));
  }
  std::string reject(CommandId command, const std::string& call_id = "C1", const Jid& from = {}) {
    const auto stanza = calls.reject({command, call_id, from}, script.turn());
    REQUIRE(stanza.ok());
    return *stanza ? xml(**stanza) : "";
  }
  bool ack(const std::string& id, int error = 0) {
    stanza::Ack ack;
    ack.cls = "call";
    ack.type = "reject";
    ack.id = id;
    ack.error = error;
    return calls.on_ack(ack, script.turn());
  }
  // The call's row, as committed.
  std::optional<CallRecord> row(const std::string& id = "C1") {
    store::Txn txn((script.commit(), script.rows));
    return load_call(txn, id, script.now.wall);
  }
  void restart() {
    calls = Calls{};
    calls.on_online(way.out, script.turn());
  }
};

std::string id_of(const std::string& stanza) {
  const std::size_t at = stanza.find("id='") + 4;
  return stanza.substr(at, stanza.find('\'', at) - at);
}

// Brings a call into a state by the shortest way.
void bring_to(Phone& phone, const std::string& state) {
  if (state != "unknown") phone.receive(kOffer, "440000000000001:3@lid", state == "missed" ? " offline='1'" : "");
  if (state == "accepted") phone.receive(child("accept"), "5511888888888@s.whatsapp.net");
  if (state == "rejected elsewhere") phone.receive(child("reject"), "5511888888888@s.whatsapp.net");
  if (state == "our reject sent" || state == "our reject confirmed") {
    const std::string stanza = phone.reject(1);
    if (state == "our reject confirmed") phone.ack(id_of(stanza));
  }
  if (state == "ended") {
    phone.receive(child("accept"));
    phone.receive(child("terminate"));
  }
  phone.script.events.clear();
}

}  // namespace

TEST_CASE("an offer rings") {
  Phone phone;
  CHECK(phone.receive(kOffer, "440000000000001:3@lid", " notify='Ana' platform='android' version='2.25'") ==
        "<receipt id='S1' to='440000000000001:3@lid' from='440000000000009:12@lid'>"
        "<offer call-id='C1' call-creator='440000000000001:3@lid'/></receipt>");
  const auto event = phone.script.only_event<CallEvent>();
  CHECK(event.kind == CallEventKind::offer);
  CHECK(event.first);
  CHECK(event.call_id == "C1");
  CHECK(event.from == kCallerLid);
  CHECK(event.creator == kCallerLid);
  CHECK(event.from_pn == kCallerPn);
  CHECK(event.from_lid == kCallerLid.user_jid());
  CHECK_FALSE(event.is_group);
  CHECK_FALSE(event.is_video);
  CHECK_FALSE(event.missed);
  CHECK(event.time.ms == 1'750'000'000'000);
  CHECK(event.platform == "android");
  CHECK(event.by == CallBy::peer);
}

TEST_CASE("every state meets every stanza") {
  struct Row { const char* state; const char* stanza; const char* attrs; const char* from; CallState next; bool event, missed; CallBy by; };
  const char* const peer = "440000000000001:3@lid";
  const char* const own = "5511888888888@s.whatsapp.net";
  using S = CallState;
  using B = CallBy;
  const Row rows[] = {
      {"unknown", "offer", "", peer, S::ringing, true, false, B::peer},
      {"unknown", "offer_notice", "", peer, S::ringing, true, false, B::peer},
      {"unknown", "accept", "", own, S::accepted, true, false, B::other_device},
      {"unknown", "reject", "", own, S::rejected, true, false, B::other_device},
      {"unknown", "terminate", " reason='timeout'", peer, S::ended, true, false, B::peer},
      {"ringing", "offer", "", peer, S::ringing, false, false, B::peer},
      {"ringing", "offer_notice", "", peer, S::ringing, false, false, B::peer},
      {"ringing", "accept", "", own, S::accepted, true, false, B::other_device},
      {"ringing", "accept", "", peer, S::accepted, true, false, B::peer},
      {"ringing", "reject", "", own, S::rejected, true, false, B::other_device},
      {"ringing", "reject", "", peer, S::rejected, true, false, B::peer},
      {"ringing", "terminate", "", peer, S::missed, true, true, B::peer},
      {"ringing", "terminate", " reason='timeout'", peer, S::missed, true, true, B::peer},
      {"ringing", "terminate", " reason='accepted_elsewhere'", peer, S::ended, true, false, B::other_device},
      {"ringing", "terminate", " reason='rejected_elsewhere'", peer, S::rejected, true, false, B::other_device},
      {"accepted", "offer", "", peer, S::accepted, false, false, B::peer},
      {"accepted", "accept", "", own, S::accepted, false, false, B::peer},
      {"accepted", "reject", "", peer, S::rejected, true, false, B::peer},
      {"accepted", "terminate", "", peer, S::ended, true, false, B::peer},
      {"rejected elsewhere", "offer", "", peer, S::rejected, false, false, B::peer},
      {"rejected elsewhere", "accept", "", peer, S::rejected, false, false, B::peer},
      {"rejected elsewhere", "reject", "", own, S::rejected, false, false, B::peer},
      {"rejected elsewhere", "terminate", " reason='rejected_elsewhere'", peer, S::rejected, true, false, B::other_device},
      {"our reject sent", "offer", "", peer, S::rejected, false, false, B::peer},
      {"our reject sent", "terminate", " reason='timeout'", peer, S::rejected, true, false, B::us},
      {"our reject confirmed", "terminate", "", peer, S::rejected, true, false, B::us},
      {"our reject confirmed", "accept", "", own, S::rejected, false, false, B::us},
      {"missed", "offer", "", peer, S::missed, false, false, B::peer},
      {"missed", "accept", "", peer, S::missed, false, false, B::peer},
      {"missed", "reject", "", peer, S::missed, false, false, B::peer},
      {"missed", "terminate", "", peer, S::missed, true, false, B::peer},
      {"ended", "offer", "", peer, S::ended, false, false, B::peer},
      {"ended", "accept", "", peer, S::ended, false, false, B::peer},
      {"ended", "reject", "", peer, S::ended, false, false, B::peer},
      {"ended", "terminate", "", peer, S::ended, false, false, B::peer},
  };
  for (const Row& row : rows) {
    CAPTURE(row.state, row.stanza, row.attrs, row.from);
    Phone phone;
    bring_to(phone, row.state);
    const std::string answer = phone.receive(child(row.stanza, row.attrs), row.from);
    const bool receipt = std::string("offer accept reject").find(row.stanza) != std::string::npos;
    CHECK(answer.substr(0, 9) == (receipt ? "<receipt " : "<ack clas"));
    const auto stored = phone.row();
    REQUIRE(stored);
    CHECK(static_cast<int>(stored->state) == static_cast<int>(row.next));
    REQUIRE(phone.script.events.size() == (row.event ? 1u : 0u));
    if (!row.event) continue;
    const auto event = phone.script.only_event<CallEvent>();
    CHECK(event.missed == row.missed);
    CHECK(static_cast<int>(event.by) == static_cast<int>(row.by));
    // Whatever it was, the same stanza again says nothing new.
    CHECK(phone.receive(child(row.stanza, row.attrs), row.from) == answer);
    CHECK(phone.script.events.empty());
  }
}

TEST_CASE("what one device or one participant says does not end the call") {
  const char* const hosted = "440000000000009:99@hosted.lid";
  const char* const phone_of_ours = "440000000000009@lid";
  const char* const tablet = "5511888888888:5@s.whatsapp.net";
  const char* const peer = "440000000000001:3@lid";
  struct Row { const char* stanza; const char* attrs; const char* from; CallBy by; };
  const Row rows[] = {
      {"reject", " reason='uncallable'", hosted, CallBy::other_device},
      {"terminate", " reason='uncallable'", hosted, CallBy::other_device},
      {"reject", " reason='uncallable'", "5511888888888:99@hosted", CallBy::other_device},
      {"reject", " reason='busy' count='0'", tablet, CallBy::other_device},
      {"reject", " reason='enc'", phone_of_ours, CallBy::other_device},
      {"reject", " reason='never_seen'", "440000000000009:44@lid", CallBy::other_device},
      {"terminate", " reason='busy'", tablet, CallBy::other_device},
      {"terminate", "", phone_of_ours, CallBy::other_device},
      {"reject", " reason='busy'", peer, CallBy::peer},
  };
  for (const Row& row : rows) {
    CAPTURE(row.stanza, row.attrs, row.from);
    Phone phone;
    bring_to(phone, "ringing");
    phone.receive(child(row.stanza, row.attrs), row.from);
    const auto event = phone.script.only_event<CallEvent>();
    CHECK(event.rings_on);
    CHECK_FALSE(event.missed);
    CHECK(event.by == row.by);
    CHECK((event.reason.empty() ? *row.attrs == 0 : std::string(row.attrs).find("reason='" + event.reason) == 1));
    CHECK(event.from_pn == kCallerPn);
    CHECK(phone.row()->state == CallState::ringing);
    phone.receive(child(row.stanza, row.attrs), row.from);
    CHECK(phone.script.events.empty());  // said again
    phone.restart();
    const std::string stanza = phone.reject(7);
    CHECK(stanza.find("to='440000000000001@lid'") != std::string::npos);
    phone.ack(id_of(stanza));
    REQUIRE(phone.script.events.size() == 2);
    CHECK(std::get<RejectDone>(phone.script.events[1]).outcome == RejectOutcome::confirmed);
  }
}

TEST_CASE("several own devices that cannot, and then one that can") {
  Phone phone;
  bring_to(phone, "ringing");
  phone.receive(child("reject", " reason='uncallable'"), "440000000000009:99@hosted.lid");
  phone.receive(child("reject", " reason='busy'"), "440000000000009:5@lid");
  phone.receive(child("terminate", " reason='uncallable'"), "440000000000009:99@hosted.lid");
  REQUIRE(phone.script.events.size() == 3);
  phone.script.events.clear();
  SECTION("the user declines at the phone") {
    phone.receive(child("reject"), "440000000000009@lid");
    const auto event = phone.script.only_event<CallEvent>();
    CHECK_FALSE(event.rings_on);
    CHECK(event.by == CallBy::other_device);
    CHECK(phone.row()->state == CallState::rejected);
    CHECK(phone.reject(7).empty());
    CHECK(phone.script.only_event<RejectDone>().outcome == RejectOutcome::already_ended);
  }
  SECTION("the user takes it, and a device that cannot does not end it") {
    phone.receive(child("accept"), "440000000000009@lid");
    phone.script.events.clear();
    phone.receive(child("reject", " reason='busy'"), "440000000000009:6@lid");
    CHECK_FALSE(phone.script.only_event<CallEvent>().rings_on);
    CHECK(phone.row()->state == CallState::accepted);
    phone.receive(child("terminate", " reason='busy'"), "440000000000009:6@lid");
    phone.script.only_event<CallEvent>();
    CHECK(phone.row()->state == CallState::accepted);
    phone.receive(child("terminate", " duration='12'"), "440000000000009@lid");
    CHECK(phone.script.only_event<CallEvent>().duration_s == 12);
    CHECK(phone.row()->state == CallState::ended);
  }
  SECTION("the caller gives up, whatever his reason") {
    for (const char* reason : {"", " reason='timeout'", " reason='busy'", " reason='uncallable'"}) {
      Phone other;
      bring_to(other, "ringing");
      other.receive(child("reject", " reason='uncallable'"), "440000000000009:99@hosted.lid");
      other.script.events.clear();
      other.receive(child("terminate", reason), "440000000000001:3@lid");
      CHECK(other.script.only_event<CallEvent>().missed);
      CHECK(other.row()->state == CallState::missed);
    }
  }
  SECTION("taken at another device, as the service says it") {
    phone.receive(child("terminate", " reason='accepted_elsewhere'"));
    CHECK(phone.script.only_event<CallEvent>().by == CallBy::other_device);
    CHECK(phone.row()->state == CallState::ended);
  }
}

TEST_CASE("a device that cannot may speak before the offer, and without naming the caller") {
  Phone phone;
  phone.receive(child("reject", " reason='uncallable'"), "440000000000009:99@hosted.lid");
  CHECK(phone.script.only_event<CallEvent>().rings_on);
  CHECK_FALSE(phone.row());
  phone.receive(kOffer);
  CHECK(phone.script.only_event<CallEvent>().first);
  CHECK(phone.row()->state == CallState::ringing);
  phone.receive("<reject call-id='C1' reason='busy'/>", "440000000000009:5@lid");
  const auto event = phone.script.only_event<CallEvent>();
  CHECK(event.rings_on);
  CHECK(event.creator == kCallerLid);
}

TEST_CASE("a caller by number, and an own device by LID") {
  Phone phone;
  const std::string offer = "<offer call-id='C1' call-creator='5511999999999@s.whatsapp.net'><audio/></offer>";
  phone.receive(offer, "5511999999999@s.whatsapp.net");
  phone.script.events.clear();
  phone.receive(child("terminate", " reason='uncallable'"), "440000000000009:99@hosted.lid");
  CHECK(phone.script.only_event<CallEvent>().rings_on);
  CHECK(phone.reject(7).find("to='5511999999999@s.whatsapp.net'") != std::string::npos);
}

TEST_CASE("in a group the caller and we decide, not the others") {
  const std::string offer =
      child("offer", " caller_pn='5511999999999@s.whatsapp.net' group-jid='120363000000000001@g.us'");
  const char* const other = "440000000000002:1@lid";
  for (const char* tag : {"reject", "terminate", "accept"}) {
    CAPTURE(tag);
    Phone phone;
    phone.receive(offer);
    phone.script.events.clear();
    phone.receive(child(tag), other);
    CHECK(phone.script.only_event<CallEvent>().rings_on);
    CHECK(phone.row()->state == CallState::ringing);
    phone.receive(child(tag), "120363000000000001@g.us", " participant='440000000000003@lid'");
    CHECK(phone.script.only_event<CallEvent>().rings_on);
    CHECK_FALSE(phone.reject(7).empty());
  }
  for (const char* who : {"440000000000001:3@lid", "5511999999999@s.whatsapp.net", "440000000000001:99@hosted.lid"}) {
    CAPTURE(who);
    Phone phone;
    phone.receive(offer);
    phone.script.events.clear();
    phone.receive(child("terminate"), who);
    CHECK(phone.script.only_event<CallEvent>().missed);
  }
  Phone phone;
  phone.receive(offer);
  phone.script.events.clear();
  phone.receive(child("terminate", " reason='group_call_ended'"), other);
  CHECK(phone.script.only_event<CallEvent>().missed);
}

TEST_CASE("a row from before it said who was heard") {
  Phone phone;
  bring_to(phone, "ringing");
  phone.row();
  Bytes row = *phone.script.rows.get({store::Table::calls, "cC1"});
  REQUIRE(row[0] == 2);
  row[0] = 1;
  row.pop_back();
  store::WriteBatch older;
  older.writes[{store::Table::calls, "cC1"}] = row;
  phone.script.rows.apply(older);
  CHECK(phone.row()->state == CallState::ringing);
  CHECK_FALSE(phone.reject(7).empty());
}

TEST_CASE("signalling is acknowledged, reported where the API has a name for it, and changes nothing") {
  Phone phone;
  bring_to(phone, "ringing");
  for (const char* tag : {"preaccept", "relaylatency", "transport"}) {
    CHECK(phone.receive(child(tag)) == "<ack class='call' id='S1' to='440000000000001:3@lid' type='" + std::string(tag) + "'/>");
    phone.script.only_event<CallEvent>();
  }
  for (const char* tag : {"mute_v2", "enc_rekey", "waiting_room_update", "never_seen"}) {
    phone.receive(child(tag));
    CHECK(phone.script.events.empty());
  }
  CHECK(phone.row()->state == CallState::ringing);
}

TEST_CASE("an offer from the offline queue is a missed call") {
  Phone phone;
  phone.receive(kOffer, "440000000000001:3@lid", " offline='2'");
  const auto event = phone.script.only_event<CallEvent>();
  CHECK(event.offline);
  CHECK(event.missed);
  CHECK(phone.reject(7).empty());
  const auto done = phone.script.only_event<RejectDone>();
  CHECK(done.outcome == RejectOutcome::already_ended);
  CHECK(done.offline);
}

TEST_CASE("group and video calls") {
  Phone phone;
  phone.receive(
      "<offer_notice call-id='C1' call-creator='440000000000001:3@lid' media='video' type='group' "
      "group-jid='120363000000000001@g.us'/>");
  const auto event = phone.script.only_event<CallEvent>();
  CHECK(event.is_group);
  CHECK(event.is_video);
  CHECK(event.group == Jid{"120363000000000001", Server::group});
  phone.receive(child("reject"), "440000000000002@lid");  // another participant
  phone.script.only_event<CallEvent>();
  CHECK(phone.row()->state == CallState::ringing);
  const std::string stanza = phone.reject(7);
  CHECK(stanza.find("to='440000000000001@lid'") != std::string::npos);
  phone.ack(id_of(stanza));
  phone.script.events.erase(phone.script.events.begin());
  CHECK(phone.script.only_event<RejectDone>().is_group);
}

TEST_CASE("both ids of the caller") {
  SECTION("learned from one call, known in the next") {
    Phone phone;
    phone.receive(kOffer);
    phone.script.events.clear();
    phone.receive("<offer call-id='C2' call-creator='440000000000001@lid'/>", "440000000000001@lid");
    CHECK(phone.script.only_event<CallEvent>().from_pn == kCallerPn);
    phone.receive("<offer call-id='C3' call-creator='5511999999999@s.whatsapp.net'/>", "5511999999999@s.whatsapp.net");
    CHECK(phone.script.only_event<CallEvent>().from_lid == kCallerLid.user_jid());
  }
  SECTION("unknown stays unknown: LID digits are no phone number") {
    Phone phone;
    phone.receive("<offer call-id='C2' call-creator='440000000000001@lid'/>", "440000000000001@lid");
    CHECK_FALSE(phone.script.only_event<CallEvent>().from_pn);
  }
  SECTION("a terminate without them takes them from the offer") {
    Phone phone;
    bring_to(phone, "ringing");
    phone.receive(child("terminate"));
    CHECK(phone.script.only_event<CallEvent>().from_pn == kCallerPn);
  }
}

TEST_CASE("a reject has the shape of 06 section 3 and waits for its ack") {
  Phone phone;
  bring_to(phone, "ringing");
  const std::string stanza = phone.reject(7);
  const std::string id = id_of(stanza);
  CHECK(id.size() == 32);
  CHECK(stanza == "<call id='" + id + "' to='440000000000001@lid'>"
                  "<reject call-id='C1' call-creator='440000000000001:3@lid' count='0'/></call>");
  CHECK(phone.script.events.empty());
  CHECK(phone.row()->state == CallState::rejected);
  CHECK(*phone.calls.deadline() == phone.script.now.mono + limits::kRejectAckMs);
  CHECK_FALSE(phone.ack("other"));
  CHECK(phone.ack(id));
  REQUIRE(phone.script.events.size() == 2);
  const auto& event = std::get<CallEvent>(phone.script.events[0]);
  CHECK(event.kind == CallEventKind::reject);
  CHECK(event.by == CallBy::us);
  CHECK(event.from_pn == kCallerPn);
  const auto& done = std::get<RejectDone>(phone.script.events[1]);
  CHECK(done.command == 7);
  CHECK(done.outcome == RejectOutcome::confirmed);
  CHECK(done.caller == kCallerLid);
  CHECK_FALSE(phone.calls.deadline());
}

TEST_CASE("how a reject may end") {
  Phone phone;
  bring_to(phone, "ringing");
  SECTION("no ack in time") {
    phone.reject(7);
    phone.script.advance(limits::kRejectAckMs - 1);
    phone.calls.on_tick(phone.way.out, phone.script.turn());
    CHECK(phone.script.events.empty());
    phone.script.advance(1);
    phone.calls.on_tick(phone.way.out, phone.script.turn());
    CHECK(phone.script.only_event<RejectDone>().outcome == RejectOutcome::unconfirmed);
    CHECK_FALSE(phone.reject(8).empty());  // it may be tried again
  }
  SECTION("refused") {
    phone.ack(id_of(phone.reject(7)), 403);
    const auto done = phone.script.only_event<RejectDone>();
    CHECK(done.outcome == RejectOutcome::refused);
    CHECK(done.upstream_code == 403);
    phone.receive(child("terminate"));
    CHECK(phone.script.only_event<CallEvent>().missed);
  }
  SECTION("refused because it was over") {
    const std::string id = id_of(phone.reject(7));
    phone.receive(child("terminate"));
    phone.script.events.clear();
    phone.ack(id, 404);
    CHECK(phone.script.only_event<RejectDone>().outcome == RejectOutcome::already_ended);
  }
  SECTION("the link is lost") {
    phone.reject(7);
    phone.calls.on_offline(phone.script.turn());
    CHECK(phone.script.only_event<RejectDone>().outcome == RejectOutcome::link_lost);
    CHECK_FALSE(phone.calls.deadline());
    CHECK(phone.calls.reject({8, "C1", {}}, phone.script.turn()).error().code == Errc::not_ready);
  }
  SECTION("twice at once: one stanza, two answers") {
    const std::string id = id_of(phone.reject(7));
    CHECK(phone.reject(8).empty());
    phone.ack(id);
    REQUIRE(phone.script.events.size() == 3);
    CHECK(std::get<RejectDone>(phone.script.events[1]).command == 7);
    CHECK(std::get<RejectDone>(phone.script.events[2]).command == 8);
  }
  SECTION("again after it was confirmed") {
    phone.ack(id_of(phone.reject(7)));
    phone.script.events.clear();
    CHECK(phone.reject(8).empty());
    CHECK(phone.script.only_event<RejectDone>().outcome == RejectOutcome::already_ended);
  }
  SECTION("after the call ended") {
    phone.receive(child("terminate"));
    phone.script.events.clear();
    CHECK(phone.reject(7).empty());
    CHECK(phone.script.only_event<RejectDone>().outcome == RejectOutcome::already_ended);
  }
  SECTION("nobody ended it, long ago") {
    phone.script.advance(limits::kRingMs);
    CHECK(phone.reject(7).empty());
    CHECK(phone.script.only_event<RejectDone>().outcome == RejectOutcome::already_ended);
  }
}

TEST_CASE("an unknown call is rejected towards the given caller") {
  Phone phone;
  const std::string stanza = phone.reject(7, "C9", {"5511999999999", Server::pn, 2});
  CHECK(stanza.find("to='5511999999999@s.whatsapp.net'") != std::string::npos);
  CHECK(stanza.find("call-creator='5511999999999:2@s.whatsapp.net'") != std::string::npos);
  phone.ack(id_of(stanza));
  phone.script.events.clear();
  phone.receive("<terminate call-id='C9' call-creator='5511999999999@s.whatsapp.net'/>", "5511999999999@s.whatsapp.net");
  CHECK_FALSE(phone.script.only_event<CallEvent>().missed);
  CHECK(phone.calls.reject({8, "C10", {}}, phone.script.turn()).error().code == Errc::invalid_argument);
  CHECK(phone.calls.reject({8, "", kCallerPn}, phone.script.turn()).error().code == Errc::invalid_argument);
}

TEST_CASE("calls survive a restart") {
  Phone phone;
  bring_to(phone, "ringing");
  phone.restart();
  phone.receive(kOffer);
  CHECK(phone.script.events.empty());
  CHECK(phone.reject(7).find("call-creator='440000000000001:3@lid'") != std::string::npos);
  phone.restart();  // the ack never came: the reject may be sent again, and the call is not missed
  CHECK_FALSE(phone.reject(8).empty());
  phone.receive(child("terminate"));
  CHECK_FALSE(phone.script.only_event<CallEvent>().missed);
}

TEST_CASE("an offer after its notice says where to send the reject") {
  Phone phone;
  phone.receive("<offer_notice call-id='C1' call-creator='440000000000001@lid' media='audio'/>", "440000000000001@lid");
  phone.receive(kOffer);
  CHECK(phone.reject(7).find("call-creator='440000000000001:3@lid'") != std::string::npos);
}

TEST_CASE("sender and creator may differ, and each keeps its place") {
  Phone phone;
  phone.receive("<offer call-id='C1' call-creator='440000000000007:2@lid' type='group'/>", "440000000000001:3@lid");
  const std::string stanza = phone.reject(7);
  CHECK(stanza.find("to='440000000000001@lid'") != std::string::npos);
  CHECK(stanza.find("call-creator='440000000000007:2@lid'") != std::string::npos);
}

TEST_CASE("what is no call of ours") {
  Phone phone;
  phone.receive("<offer call-id='C1' call-creator='440000000000009:0@lid'/>", "440000000000009@lid");
  CHECK(phone.script.events.empty());
  CHECK_FALSE(phone.row());
  const std::string long_id(200, 'A');
  phone.receive("<offer call-id='" + long_id + "' call-creator='1@lid'/>", "1@lid");
  CHECK(phone.script.events.empty());
}

TEST_CASE("rows are bounded in number and age") {
  Phone phone;
  for (std::size_t i = 0; i < limits::kCallsKeptMax + 50; ++i) {
    const std::string id = "N" + std::to_string(i);
    phone.receive("<offer call-id='" + id + "' call-creator='1@lid'/>", "1@lid");
  }
  phone.script.commit();
  CHECK(phone.script.rows.size() <= 2 * limits::kCallsKeptMax + 3);
  CHECK_FALSE(phone.row("N0"));
  CHECK(phone.row("N100"));
  phone.script.advance(limits::kCallKeptMs + 1);
  CHECK_FALSE(phone.row("N" + std::to_string(limits::kCallsKeptMax + 40)));
  constexpr int kMore = 1600;
  for (int i = 0; i < kMore; ++i) phone.receive("<offer call-id='M" + std::to_string(i) + "' call-creator='1@lid'/>", "1@lid");
  phone.script.commit();
  CHECK(phone.script.rows.size() <= 2 * kMore + 3);
}

TEST_CASE("open rejects are bounded") {
  Phone phone;
  for (std::size_t i = 0; i < limits::kLiveCallsMax; ++i) phone.reject(i + 1, "N" + std::to_string(i), kCallerPn);
  CHECK(phone.calls.reject({999, "one too many", kCallerPn}, phone.script.turn()).error().code == Errc::full);
}

}  // namespace calls_test
