#include "gateway/webhooks/published/table.h"

#include <algorithm>

#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::json;

namespace {

const wire::Jid kPerson = test::jid("5511888888888@s.whatsapp.net");

// What is told of one event: names as GET /events has them, and the lanes its webhooks were queued in.
struct Heard { std::vector<std::string> names, lanes; };

Heard hear(const client::Event& event) {
  GatewayFixture at;
  at.configure_webhook({std::begin(gateway::kEventNames), std::end(gateway::kEventNames)});
  at.call("GET", "/events");
  at.raise(event);
  Heard out;
  const json events = at.call("GET", "/events").body["events"];
  for (const json& told : events) out.names.push_back(told["event"]);
  for (const auto& [key, value] : at.disk.rows()) {
    if (key.table != store::Table::webhook_queue || key.id[0] != 'l') continue;
    out.lanes.push_back(key.id.substr(1, key.id.size() - 10));  // "l" lane NUL seq
  }
  return out;
}

client::ChatChanged changed(client::ChatSetting setting) {
  client::ChatChanged out;
  out.setting = setting;
  out.chat = kPerson;
  return out;
}

client::CallEvent call_event(client::CallEventKind kind) {
  client::CallEvent out;
  out.kind = kind;
  out.first = false;
  out.from = out.creator = kPerson;
  return out;
}

client::MessageReceived received(bool from_me) {
  client::MessageReceived out;
  out.chat = out.sender = kPerson;
  out.from_me = from_me;
  return out;
}

client::MessageSent sent(bool mentions) {
  client::MessageSent out;
  out.chat = kPerson;
  if (mentions) out.mentioned.push_back(kPerson);
  return out;
}

client::MessageReceipt receipt(client::ReceiptKind kind) {
  client::MessageReceipt out;
  out.kind = kind;
  out.chat = out.by = kPerson;
  return out;
}

client::MessageUndecryptable undecryptable(bool hidden) {
  client::MessageUndecryptable out;
  out.chat = out.sender = kPerson;
  out.hidden = hidden;
  return out;
}

}  // namespace

TEST_CASE("what is told of each event, and in which lane") {
  using namespace client;
  using Names = std::vector<std::string>;
  struct Row { Event event; Names names; bool device; };  // device: in the lane of the device, else of the person
  const Row rows[] = {
      {LoggedIn{}, {"device.connected"}, true},
      {Disconnected{}, {"device.disconnected"}, true},
      {LoggedOut{}, {"device.logged_out"}, true},
      {StreamReplaced{}, {"connection.stream_replaced"}, true},
      {TemporaryBan{}, {"connection.temporary_ban"}, true},
      {ConnectFailure{}, {"connection.failure"}, true},
      {KeepaliveTimeout{}, {"connection.keepalive_timeout"}, true},
      {KeepaliveRestored{}, {"connection.keepalive_restored"}, true},
      {OfflinePreview{}, {"offline.sync_preview"}, true},
      {OfflineCompleted{}, {"offline.sync_completed"}, true},
      {QrGenerated{}, {"qr.generated"}, true},
      {QrExhausted{}, {"connection.pair_error"}, true},
      {PairSucceeded{}, {"pair.success"}, true},
      {PairFailed{}, {"connection.pair_error"}, true},
      {PasskeyRequired{}, {"connection.pair_error"}, true},
      {call_event(CallEventKind::offer), {"call.offer"}, false},
      {call_event(CallEventKind::relay_latency), {"call.relay_latency"}, false},
      {call_event(CallEventKind::unknown), {"call.unknown"}, false},
      {received(false), {"message.received"}, false},
      {received(true), {"message.sent"}, false},
      {sent(false), {"message.sent"}, false},
      {sent(true), {"message.sent", "mention.sent"}, false},
      {receipt(ReceiptKind::delivered), {"message.delivered"}, false},
      {receipt(ReceiptKind::read), {"message.read"}, false},
      {receipt(ReceiptKind::played), {"message.read"}, false},
      {undecryptable(false), {"message.undecryptable"}, false},
      {undecryptable(true), {}, false},
      {changed(ChatSetting::archive), {"chat.archive"}, false},
      {changed(ChatSetting::delete_message), {"message.delete_for_me"}, false},
      {changed(ChatSetting::label_chat), {"label.association_chat"}, false},
      {changed(ChatSetting::label_edit), {"label.edit"}, true},
      {changed(ChatSetting::lock), {"chat.lock"}, false},
      {changed(ChatSetting::star), {}, false},
      {SettingChanged{"unarchive_chats", true}, {"settings.unarchive_chats"}, true},
      {SettingChanged{"another", true}, {}, true},
      {CollectionSynced{}, {"app_state.sync_complete"}, true},
      {HistoryProgress{}, {"history.sync"}, true},
      {ContactChanged{kPerson, {}, {}}, {"contact.changed"}, false},
      {PushNameChanged{kPerson, {}}, {"contact.pushname"}, false},
      {NotificationTold{kPerson, {}, {}, stanza::PictureChange{}}, {"contact.picture"}, false},
      {NotificationTold{kPerson, {}, {}, stanza::AboutChange{}}, {"contact.about"}, false},
      {IdentityChanged{kPerson}, {"identity.change"}, false},
      {ContactPresence{kPerson, true, {}}, {"contact.presence"}, false},
      {ChatPresence{kPerson, kPerson, "composing", "text"}, {"chat.presence"}, false},
      {LinkChanged{}, {}, true},
      {MessageFailed{}, {}, true},
      {ChatSettingDone{}, {}, true},
  };
  for (const Row& row : rows) {
    INFO((row.names.empty() ? std::string("not told") : row.names.front()) << ", kind " << row.event.index());
    const Heard heard = hear(row.event);
    CHECK(heard.names == row.names);
    CHECK(heard.lanes == Names(row.names.size(), row.device ? std::string() : kPerson.text()));
  }
}

TEST_CASE("a call that rings on, and one that was rejected for a reason") {
  const auto told = [](client::CallEvent event) {
    GatewayFixture at;
    at.call("GET", "/events");
    at.raise(std::move(event));
    return at.call("GET", "/events").body["events"][0]["data"];
  };
  client::CallEvent event = call_event(client::CallEventKind::reject);
  event.by = client::CallBy::other_device;
  const json plain = told(event);
  CHECK_FALSE(plain.contains("reason"));
  CHECK_FALSE(plain.contains("ringing"));
  event.reason = "uncallable";
  event.rings_on = true;
  const json busy = told(event);
  CHECK(busy["by"] == "other_device");
  CHECK(busy["reason"] == "uncallable");
  CHECK(busy["ringing"] == true);
  event.kind = client::CallEventKind::terminate;
  CHECK(told(event)["ringing"] == true);
}

TEST_CASE("a picture that is another, or gone, and an about text") {
  const auto told = [](client::NotificationTold changed) {
    GatewayFixture at;
    at.call("GET", "/events");
    at.raise(std::move(changed));
    return at.call("GET", "/events").body["events"][0]["data"];
  };
  const WallTime when{1'750'000'000'000};
  using Picture = stanza::PictureChange;
  const wire::Jid group = test::jid("120363000000000000@g.us");
  CHECK(told({kPerson, {}, when, Picture{"17"}}) ==
        json{{"jid", kPerson.text()}, {"picture_id", "17"}, {"removed", false}, {"timestamp", "2025-06-15T15:06:40Z"}});
  CHECK(told({group, kPerson, when, Picture{}}) ==
        json{{"jid", group.text()}, {"picture_id", nullptr}, {"removed", true}, {"by", kPerson.text()},
             {"timestamp", "2025-06-15T15:06:40Z"}});
  CHECK(told({kPerson, {}, when, stanza::AboutChange{"At work"}}) ==
        json{{"jid", kPerson.text()}, {"about", "At work"}, {"timestamp", "2025-06-15T15:06:40Z"}});
}
