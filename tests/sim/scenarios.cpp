// The scenarios: each a setup and a script. They must end well whatever step the process dies in.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/play.h"

namespace wa::sim {

void receiver_away(Play& play);  // receiver_away.cpp
void call_sibling(Play&), key_from_companion(Play&);  // own_device_scenarios.cpp
void statuses(Play&);  // statuses.cpp
void media_send(Play&), media_receive(Play&), media_retry(Play&), media_jobs(Play&),
    media_hosts(Play&);   // media_scenarios.cpp
void send_kinds(Play&);                               // kinds.cpp

namespace {

using nlohmann::json;

void plain(Setup&) {}
void unpaired(Setup& setup) { setup.paired = false; }
void fresh(Setup& setup) { setup.uploaded = false; }
void slow_clock(Setup& setup) {
  setup.uploaded = false;
  setup.options.clock_ahead_ms = 3 * 3'600'000;
}
// Direct chats of this account go by number, and nobody has said so yet.
void unmigrated(Setup& setup) { setup.options.by_lid = setup.options.migrated = false; }
void by_number(Setup& setup) { setup.options.by_lid = false; }
void blobs(Setup& setup) {
  setup.uploaded = false;
  setup.options.history_as_blob = true;
  setup.options.external_mutations_from = 2;
}

std::string jid(const std::string& pn) { return pn + "@s.whatsapp.net"; }

json answer_of(Play& play, const std::string& method, const std::string& target, const std::string& body = {}) {
  const auto reply = play.api(method, target, body);
  return reply ? json::parse(reply->body, nullptr, false) : json();
}

std::string qr_text(Play& play) {
  const auto reply = play.world.call("GET", "/qr");
  const json body = reply ? json::parse(reply->body, nullptr, false) : json();
  if (!body.is_object() || !body.contains("data") || !body["data"].is_object()) return {};
  return body["data"].value("qr_code", std::string());
}

void pair_qr(Play& play) {
  play.webhook();
  for (int i = 0; i < 30 && !play.network().online(play.world.pn()); ++i) {
    if (const std::string text = qr_text(play); !text.empty()) play.network().scan(play.world.pn(), text);
    play.world.run_until([&] { return play.network().online(play.world.pn()); }, 20'000);
  }
  play.expect(play.network().online(play.world.pn()), "paired by QR");
  play.wait("prekeys uploaded", [&] { return play.network().prekeys_left(play.world.pn()) > 0; });
  play.text(kFriend);
}

void pair_code(Play& play) {
  play.webhook();
  const std::string body = json{{"phone", play.world.pn()}}.dump();
  for (int i = 0; i < 30 && !play.network().online(play.world.pn()); ++i) {
    const auto reply = play.world.call("POST", "/paircode", body);
    const json answer = reply ? json::parse(reply->body, nullptr, false) : json();
    if (answer.is_object() && answer.contains("data") && answer["data"].is_object()) {
      play.network().enter_code(play.world.pn(), answer["data"].value("code", std::string()));
    }
    play.world.run_until([&] { return play.network().online(play.world.pn()); }, 30'000);
  }
  play.expect(play.network().online(play.world.pn()), "paired by code");
}

void first_login(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.wait("prekeys uploaded", [&] { return play.network().prekeys_left(play.world.pn()) > 0; });
  play.text(kFriend);
  play.wait("history taken", [&] {
    for (const Observation& seen : play.network().log()) {
      if (const auto* receipt = std::get_if<ReceiptSeen>(&seen.fact); receipt && receipt->type == "hist_sync") return true;
    }
    return false;
  });
  play.archive(jid(kFriend), true);
}

void call_reply(Play& play) {
  play.webhook();
  play.call_settings(true, true);
  if (!play.online()) return;
  const CallType types[] = {CallType::audio, CallType::video, CallType::lid, CallType::companion};
  const std::string id = play.ring(kCaller, types[play.random.below(4)]);
  const bool rejected = play.world.run_until([&] {
    for (const Observation& seen : play.network().log()) {
      if (const auto* reject = std::get_if<RejectSeen>(&seen.fact); reject && reject->call_id == id) return true;
    }
    return false;
  }, 20'000);
  // A crash at the wrong moment makes it an offline offer: a missed call, not to be rejected.
  play.expect(rejected || play.world.crashes() > 0, "call was not rejected");
  play.world.run_for(30'000);
  const std::string second = play.ring(kCaller, CallType::audio);   // within the cooldown
  play.world.run_for(10'000);
  const json calls = answer_of(play, "GET", "/calls")["calls"];
  if (play.world.crashes() > 0) return;
  play.expect(calls.size() == 2 && calls[0]["call_id"] == second && calls[1]["call_id"] == id, "both calls are listed, newest first");
  play.expect(calls[1]["state"] == "rejected" && calls[1]["reject"] == "confirmed", "the list says that the call was rejected");
  play.expect(calls[1]["reply"] == "sent" || calls[1]["reply"] == "delivered", "the list says that the caller was answered");
  play.expect(calls[0]["reply"].is_null(), "and that the second call was not");
}

void call_plain(Play& play) {
  play.webhook();
  if (!play.online()) return;
  const std::string id = play.ring(kCaller, CallType::group);
  const std::string other = play.ring(kFriend, CallType::audio);
  play.world.run_for(2'000);
  play.network().hangup(id);
  play.network().hangup(other);
  play.world.run_for(1'000);
  play.rejects_allowed = true;
  const auto reply = play.api("POST", "/calls/reject", json{{"call_id", other}, {"from", jid(kFriend)}}.dump());
  play.expect(reply && reply->status == 200, "POST /calls/reject: " + (reply ? reply->body : "no answer"));
}

void archive_conflict(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.network().archive_on_phone(play.world.pn(), jid("5511933333333"), true);
  play.world.run_for(2'000);
  for (std::uint32_t i = play.random.below(3) + 1; i > 0; --i) play.network().fail_next({FaultKind::patch_conflict, 0, {}});
  play.archive(jid(kFriend), true);
  play.network().second_device_archives(play.world.pn(), jid("5511944444444"), true);
  play.archive(jid(kFriend), play.random.chance(50));
}

void archive_lost(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.network().fail_next({FaultKind::patch_ack_lost, 0, {}});
  play.archive(jid(kFriend), true);
  play.archive("120363000000000001@g.us", true);
}

void receive_retry(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.text(kFriend);
  play.world.run_for(1'000);
  TextOptions corrupt;
  corrupt.corrupt = true;
  play.text(kFriend, corrupt);
  play.world.run_for(5'000);
  play.text(kFriend);
}

void failing_receiver(Play& play) {
  play.webhook();
  if (!play.online()) return;
  std::deque<Mood> moods;
  const Mood choices[] = {{Mood::ok, 200, -1}, {Mood::fail, 500, -1}, {Mood::timeout, 0, -1}, {Mood::slow, 200, -1}, {Mood::later, 503, 20'000}};
  for (int i = 0; i < 12; ++i) moods.push_back(choices[play.random.below(5)]);
  play.world.set_moods(std::move(moods));
  for (int i = 0; i < 3; ++i) {
    play.text(kFriend);
    play.text(kCaller);
    play.world.run_for(play.random.below(4'000));
  }
  play.ring(kCaller, CallType::lid);
}

void send_first(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.send("5511955555555", "hello there");
  play.world.run_for(2'000);
  play.text("5511955555555");
  play.world.run_for(2'000);
  play.send("5511955555555", "hello again");
}

void send_retry(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.network().fail_next({FaultKind::peer_cannot_decrypt, 0, {}});
  play.send("5511955555555", "can you read this");
  play.world.run_for(5'000);
}

void reconnects(Play& play) {
  play.webhook();
  if (!play.online()) return;
  const int codes[] = {503, 515, 500};
  for (int i = 0; i < 3; ++i) {
    play.text(kFriend);
    if (play.random.chance(50)) play.world.run_for(play.random.below(300));
    if (play.random.chance(50)) {
      play.network().drop(play.world.pn());
    } else {
      play.network().stream_error(play.world.pn(), codes[play.random.below(3)]);
    }
    play.text(kFriend);
    play.ring(kCaller, CallType::audio);
    play.online();
  }
}

void half_open(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.network().fail_next({FaultKind::silence, 0, {}});
  play.text(kFriend);
  play.wait("reconnected", [&] { return play.network().waiting(play.world.pn()) == 0; });
}

void key_request(Play& play) {
  play.network().fail_next({FaultKind::hold_key_share, 0, {}});
  play.webhook();
  if (!play.online()) return;
  play.network().archive_on_phone(play.world.pn(), jid("5511933333333"), true);
  play.world.run_for(3'000);
  play.archive(jid(kFriend), true);
}

void degraded(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.world.run_for(3'000);
  play.network().fail_next({FaultKind::garbage_snapshot_mac, 0, {}});
  play.network().archive_on_phone(play.world.pn(), jid("5511933333333"), true);
  play.world.run_for(5'000);
  play.archive(jid(kFriend), true);
}

void group_text(Play& play) {
  play.webhook();
  if (!play.online()) return;
  TextOptions group;
  group.group = "120363000000000002";
  play.text(kFriend, group);
  play.world.run_for(1'000);
  play.text(kFriend, group);
  play.world.run_for(1'000);
  group.without_key = true;
  play.text(kCaller, group);
  play.world.run_for(10'000);
}

// How many simulated people other than the own ones read this text.
std::size_t readers(Play& play, const std::string& text) {
  std::set<std::string> out;
  for (const Observation& seen : play.network().log()) {
    const auto* said = std::get_if<TextDecrypted>(&seen.fact);
    if (said && said->text == text && !said->own_copy) out.insert(said->at);
  }
  return out.size();
}

bool overheard(Play& play) {
  const auto& log = play.network().log();
  return std::any_of(log.begin(), log.end(), [](const Observation& seen) { return std::holds_alternative<TextOverheard>(seen.fact); });
}

// Four people; one cannot read at first; one leaves and must not understand what follows; one comes and must.
void group_send(Play& play) {
  const std::string group = "120363000000000003", chat = group + "@g.us", third = "5511955555555", late = "5511966666666";
  play.webhook();
  play.network().set_group(group, {play.world.pn(), kFriend, kCaller, third});
  if (!play.online()) return;
  play.send(chat, "to all of you");
  play.wait("all read the first", [&] { return readers(play, "to all of you") == 3; });
  play.network().fail_next({FaultKind::peer_cannot_decrypt, 0, {}});
  play.send(chat, "and again");
  play.wait("all read the second", [&] { return readers(play, "and again") == 3; });
  play.network().set_group(group, {play.world.pn(), kFriend, third, late});
  play.wait("the change is known", [&] { return play.network().waiting(play.world.pn()) == 0; });
  play.send(chat, "without you");
  play.wait("those who are left read it", [&] { return readers(play, "without you") == 3; });
  const json all{{"number", chat}, {"text", "@all of you"}, {"mentions", {{"mentionAll", true}}}};
  const auto answer = play.api("POST", "/send/text/mentions", all.dump());
  play.expect(answer && answer->status == 200, "mentions: " + (answer ? answer->body : "no answer"));
  play.wait("everybody reads it", [&] { return readers(play, "@all of you") == 3; });
  play.expect(!overheard(play), "who left a group could still read it");
}

void offline_queue(Play& play) {
  play.webhook();
  play.call_settings(true, true);
  if (!play.online()) return;
  (void)play.world.call("POST", "/disconnect");
  play.world.run_until([&] { return !play.network().online(play.world.pn()); }, 20'000);
  for (std::uint32_t i = 0; i < 8; ++i) play.text(i % 2 ? kFriend : kCaller);
  const std::string id = play.ring(kCaller, CallType::lid);
  play.network().hangup(id);
  play.own_text(kFriend);
  (void)play.world.call("POST", "/connect");
  play.online();
}

void own_phone(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.own_text(kFriend);
  play.world.run_for(1'000);
  play.send(kFriend, "from the gateway");
  play.network().send_garbage(kCaller, play.world.pn());
  play.network().forge_key_share(kCaller, play.world.pn());
  play.world.run_for(2'000);
  play.archive(jid(kFriend), true);
}

// Messages that come without their content, which the own phone hands over; and messages to lists of people.
void other_ways(Play& play) {
  play.webhook();
  if (!play.online()) return;
  TextOptions without, list;
  without.withheld = true;
  list.list = "1767225600";
  play.text(kFriend);
  play.text(kFriend, without);
  play.text(kCaller, without);
  play.world.run_for(90'000);
  play.text(kFriend, list);
  play.archive(jid(kFriend), true);
}

// Who may speak for the own account: its phone, and companions that the phone signed. Others are refused, or told as what
// they are.
void own_devices(Play& play) {
  play.webhook();
  if (!play.online()) return;
  const std::string me = play.world.pn();
  TextOptions companion;
  companion.from_companion = true;
  play.own_text(kFriend);
  play.network().send_text(me, kFriend, "by the companion", companion);
  for (const std::uint16_t number : {std::uint16_t{0}, std::uint16_t{77}}) {  // the phone, and the companion that gave its proof
    play.network().forge_own(me, number, kFriend, "by a false device");
    play.network().forge_own(me, number, kFriend, {});
  }
  play.network().forge_own(me, 78, kFriend, "by nobody we know");
  play.network().forge_own(me, 78, kFriend, {});
  play.network().send_text(me, kFriend, "by the companion again", companion);
  play.world.run_for(60'000);
  std::map<std::string, bool> told;  // text -> unverified
  std::size_t undecryptable = 0;
  for (const Delivery& delivery : play.world.deliveries()) {
    const json body = json::parse(delivery.body, nullptr, false);
    if (delivery.event == "message.undecryptable") ++undecryptable;
    if (delivery.event == "message.sent") told[body["data"].value("content", "")] = body["data"].value("unverified", false);
  }
  const std::map<std::string, bool> expected = {{"own text 1", false}, {"by the companion", false},
                                                {"by the companion again", false}, {"by nobody we know", true}};
  play.expect(told.count("by a false device") == 0, "a forged text was told");
  if (play.world.crashes() == 0) {
    play.expect(told == expected, "own devices are told as what they have proven");
    play.expect(undecryptable >= 5, "what is refused is told");
  }
  for (const store::Row& row : store::Txn(play.world.disk()).scan(store::Table::app_keys, {}, 100)) {
    play.expect(row.id.find("forged") == std::string::npos, "a forged key was stored");
  }
}

void low_prekeys(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.wait("prekeys uploaded", [&] { return play.network().prekeys_left(play.world.pn()) > 0; });
  play.network().prekeys_low(play.world.pn());
  play.wait("prekeys topped up", [&] { return play.network().prekeys_left(play.world.pn()) > 10; });
  play.text(kFriend);
}

void new_phone(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.text(kFriend);
  play.send(kFriend, "before");
  play.network().reinstall(kFriend, play.world.pn());
  play.world.run_for(2'000);
  play.text(kFriend);
  play.send(kFriend, "after");
}

void big_patch(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.world.run_for(3'000);
  play.network().fill_collection(play.world.pn(), "regular_low", 40);
  play.network().fill_collection(play.world.pn(), "regular_low", 40);
  play.world.run_for(5'000);
  play.archive(jid(kFriend), true);
}

void chaos(Play& play) {
  play.webhook();
  play.call_settings(true, true);
  if (!play.online()) return;
  const std::string people[] = {kFriend, kCaller, "5511955555555"};
  for (int i = 0; i < 14; ++i) {
    const std::string& who = people[play.random.below(3)];
    switch (play.random.below(9)) {
      case 0: play.ring(who, play.random.chance(50) ? CallType::lid : CallType::audio); break;
      case 1: play.archive(jid(who), play.random.chance(60)); break;
      case 2: play.send(who, "number " + std::to_string(i)); break;
      case 3: play.network().drop(play.world.pn()); break;
      case 4: play.network().stream_error(play.world.pn(), 503); break;
      case 5: play.network().second_device_archives(play.world.pn(), jid("5511966666666"), play.random.chance(50)); break;
      case 6: play.own_text(who); break;
      default: play.text(who); break;
    }
    if (play.random.chance(60)) play.world.run_for(play.random.below(3'000));
  }
  play.online();
}

// Another connection with the same keys: stop, and stay away.
void replaced(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.text(kFriend);
  play.world.run_for(2'000);
  play.network().stream_error(play.world.pn(), 0, "replaced");
  play.world.run_for(1'200'000);
  play.expect(play.world.crashes() > 0 || !play.network().online(play.world.pn()), "came back although replaced");
  (void)play.world.call("POST", "/connect");
  play.online();
}

// Unlinked by the phone: keys are dead, nothing of the old account is owed any more.
void unlinked(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.world.run_for(2'000);
  for (std::uint16_t device : play.network().wire_devices(play.world.pn())) play.network().remove_device(play.world.pn(), device);
  play.removed = true;
  play.world.run_for(60'000);
  const auto reply = play.world.call("GET", "/status");
  const json body = reply ? json::parse(reply->body, nullptr, false) : json();
  play.expect(body.is_object() && !body["data"].value("is_logged_in", true), "still logged in after removal");
}

void refused_logins(Play& play) {
  play.webhook();
  const int reasons[] = {503, 500, 503};
  for (int reason : reasons) play.network().fail_next({FaultKind::login_failure, reason, {}});
  play.network().fail_next({FaultKind::no_handshake, 0, {}});
  play.text(kFriend);
  play.online(900'000);
}

Fault some_fault(SeededRandom& random) {
  const Fault faults[] = {
      {FaultKind::login_failure, 503, {}},   {FaultKind::no_handshake, 0, {}},       {FaultKind::bad_certificate, 0, {}},
      {FaultKind::stream_error, 503, {}},    {FaultKind::stream_error, 429, {}},     {FaultKind::drop_connection, 0, {}},
      {FaultKind::silence, 0, {}},           {FaultKind::iq_silence, 0, "usync"},    {FaultKind::iq_silence, 0, "encrypt"},
      {FaultKind::iq_silence, 0, "w:sync:app:state"}, {FaultKind::iq_error, 503, "usync"}, {FaultKind::iq_error, 500, "encrypt"},
      {FaultKind::iq_error, 503, "w:sync:app:state"}, {FaultKind::message_refused, 463, {}}, {FaultKind::message_ack_lost, 0, {}},
      {FaultKind::reject_refused, 500, {}},  {FaultKind::reject_ack_lost, 0, {}},    {FaultKind::patch_conflict, 0, {}},
      {FaultKind::patch_refused, 500, {}},   {FaultKind::patch_refused, 400, {}},    {FaultKind::patch_ack_lost, 0, {}},
      {FaultKind::media_failure, 500, {}},   {FaultKind::media_failure, 404, {}},    {FaultKind::deliver_twice, 0, {}},
      {FaultKind::peer_cannot_decrypt, 0, {}}, {FaultKind::garbage_snapshot_mac, 0, {}}};
  return faults[random.below(sizeof(faults) / sizeof(faults[0]))];
}

// Marks a message as read; gives the type of the receipt that the service saw.
std::string read_receipt(Play& play, const std::string& id) {
  const json done = answer_of(play, "POST", "/messages/" + id + "/read", json{{"chat_jid", kFriend}, {"sender_jid", kFriend}}.dump());
  play.world.run_for(1'000);
  std::string seen;
  for (const Observation& one : play.network().log()) {
    const auto* receipt = std::get_if<ReceiptSeen>(&one.fact);
    if (receipt && receipt->id == id) seen = receipt->type;
  }
  play.expect(done.value("receipt_type", std::string()) == seen, "the answer says what was sent: " + done.dump());
  return seen;
}

void people(Play& play) {
  if (!play.online()) return;
  play.network().set_registered("5511900000009", false);
  const json found = answer_of(play, "POST", "/contact/check", json{{"numbers", {kFriend, "5511900000009"}}}.dump());
  play.expect(found["data"] == json{{kFriend, true}, {"5511900000009", false}}, "who has the service");
  const json resolved = answer_of(play, "POST", "/contacts/resolve", json{{"jids", {kFriend}}}.dump());
  play.expect(resolved["items"][0]["lid_jid"] == play.network().lid_of(kFriend) + "@lid", "the LID of a number");
  const json profile = answer_of(play, "GET", std::string("/contacts/profile?number=") + kFriend);
  play.expect(profile["data"]["user_info"]["Status"] == "Hey there", "a profile");
  const json picture = answer_of(play, "GET", std::string("/contacts/profile-picture?number=") + kFriend);
  const std::string id = picture["data"].value("id", std::string());
  play.expect(!id.empty(), "a picture");
  const json same = answer_of(play, "GET", std::string("/contacts/profile-picture?existing_id=") + id + "&number=" + kFriend);
  play.expect(same["data"]["url"].is_null(), "the picture is unchanged");
  const std::string who = json{{"number", kFriend}}.dump();
  const json blocked = answer_of(play, "POST", "/contacts/block", who);
  play.expect(play.network().blocked(play.world.pn(), kFriend), "blocked at the service");
  play.expect(blocked["data"]["count"] == 1, "one is blocked");
  const json list = answer_of(play, "GET", "/contacts/blocklist");
  play.expect(list["data"]["items"][0]["jid"] == jid(kFriend), "the blocklist names the number");
  answer_of(play, "POST", "/contacts/unblock", who);
  play.expect(!play.network().blocked(play.world.pn(), kFriend), "unblocked at the service");
  const json health = answer_of(play, "GET", "/appstate");
  play.expect(health["collections"].size() == 5, "five collections");
  play.expect(read_receipt(play, "3EB0A1") == "read", "read receipts are shown");
  play.network().set_read_receipts(play.world.pn(), false);
  play.world.run_for(2'000);
  play.expect(read_receipt(play, "3EB0A2") == "read-self", "read receipts are hidden");
  play.network().set_read_receipts(play.world.pn(), true);
  play.world.run_for(2'000);
  play.expect(read_receipt(play, "3EB0A3") == "read", "read receipts are shown again");
}

// One thing after the other goes wrong while the device is used.
void faults(Play& play) {
  play.webhook();
  play.call_settings(true, true);
  if (!play.online()) return;
  play.wait("prekeys at the service", [&] { return play.network().reachable(play.world.pn()); });
  for (int i = 0; i < 8; ++i) {
    play.network().fail_next(some_fault(play.random));
    switch (play.random.below(5)) {
      case 0: play.ring(kCaller, CallType::lid); break;
      case 1: play.archive(jid(kFriend), play.random.chance(60)); break;
      case 2: play.send(kFriend, "number " + std::to_string(i), true); break;
      case 3: play.network().archive_on_phone(play.world.pn(), jid("5511966666666"), play.random.chance(50)); break;
      default: play.text(play.random.chance(50) ? kFriend : kCaller); break;
    }
    play.world.run_for(play.random.below(20'000));
  }
  play.network().clear_faults();
  play.online(900'000);
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"pair_qr", unpaired, pair_qr},
      {"pair_code", unpaired, pair_code},
      {"first_login", fresh, first_login},
      {"first_login_blobs", blobs, first_login},
      {"call_reply", plain, call_reply},
      {"call_plain", plain, call_plain},
      {"call_sibling", plain, call_sibling},
      {"archive_conflict", fresh, archive_conflict},
      {"archive_slow_clock", slow_clock, archive_conflict},
      {"archive_lost", fresh, archive_lost},
      {"receive_retry", plain, receive_retry},
      {"failing_receiver", plain, failing_receiver},
      {"receiver_away", plain, receiver_away},
      {"send_first", plain, send_first},
      {"send_by_number", by_number, send_first},
      {"send_outdated", plain, send_outdated},
      {"send_unmigrated", unmigrated, send_first},
      {"send_retry", plain, send_retry},
      {"reconnects", plain, reconnects},
      {"half_open", plain, half_open},
      {"key_request", fresh, key_request},
      {"key_from_companion", fresh, key_from_companion},
      {"degraded", fresh, degraded},
      {"group_text", plain, group_text},
      {"group_send", plain, group_send},
      {"group_send_by_number", by_number, group_send},
      {"offline_queue", plain, offline_queue},
      {"own_phone", fresh, own_phone},
      {"own_devices", plain, own_devices},
      {"other_ways", plain, other_ways},
      {"low_prekeys", fresh, low_prekeys},
      {"new_phone", plain, new_phone},
      {"big_patch", fresh, big_patch},
      {"replaced", plain, replaced},
      {"unlinked", plain, unlinked},
      {"refused_logins", plain, refused_logins},
      {"people", plain, people},
      {"keyed_send", plain, keyed_send},
      {"media_send", plain, media_send},
      {"media_receive", plain, media_receive},
      {"media_retry", plain, media_retry},
      {"media_jobs", plain, media_jobs},
      {"media_hosts", plain, media_hosts},
      {"statuses", plain, statuses},
      {"send_kinds", plain, send_kinds},
      {"faults", fresh, faults},
      {"chaos", fresh, chaos},
  };
  return all;
}

const Scenario* scenario_named(const std::string& name) {
  for (const Scenario& scenario : scenarios()) {
    if (name == scenario.name) return &scenario;
  }
  return nullptr;
}

}  // namespace wa::sim
