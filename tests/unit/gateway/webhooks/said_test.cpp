// What the payloads of messages say: every content, one shape for what is sent, and never more than an event may hold.
#include "base/encoding.h"
#include "base/limits.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using test::GatewayFixture;
using test::jid;
using test::json;

namespace {

const std::vector<std::string> kOfMessages = {
    "message.received", "message.sent",          "message.edited",    "message.revoked", "message.pinned",
    "message.kept",     "message.undecryptable", "message.delivered", "poll.vote",       "chat.timer"};

client::MessageReceived some_message(const char* type, const char* text) {
  client::MessageReceived out;
  out.id = "3EB0AA";
  out.chat = out.sender = jid("5511888888888@s.whatsapp.net");
  out.time = {test::kStartMs};
  out.type = type;
  out.text = text;
  return out;
}

struct Told { std::string event; json data; };
std::vector<Told> told(const client::Event& event) {
  GatewayFixture at;
  at.configure_webhook(kOfMessages);
  at.call("GET", "/events");
  at.raise(event);
  std::vector<Told> out;
  const json events = at.call("GET", "/events").body["events"];
  for (const json& one : events) out.push_back({one["event"], one["data"]});
  return out;
}
json data_of(const client::Event& event) {
  const auto all = told(event);
  REQUIRE(all.size() == 1);
  return all[0].data;
}

const client::MessageRef kTheirs{"3EB0T", false, jid("5511888888888@s.whatsapp.net")};
const json kTargetTheirs = {{"id", "3EB0T"}, {"from_me", false}, {"participant", "5511888888888@s.whatsapp.net"}};

}  // namespace

TEST_CASE("the whole content of what arrives") {
  client::MessageReceived e = some_message("image", "the prices");
  e.media = client::MediaFile{"image/jpeg", "", Bytes(32, 1), 1000, 0, 1280, 720, 0, false, false};
  e.quoted = client::QuotedContent{"3EB0Q", "text", "how much?", jid("5511999999999@s.whatsapp.net"), {}};
  e.mentioned = {jid("5511777777777@s.whatsapp.net")};
  e.forwarded = e.view_once = true;
  const json image = data_of(e);
  CHECK(image["content"] == "the prices");
  CHECK(image["caption"] == "the prices");
  CHECK(image["media"] == json{{"mimetype", "image/jpeg"},
                               {"file_size", 1000},
                               {"sha256", wa::hex(Bytes(32, 1))},
                               {"width", 1280},
                               {"height", 720}});
  CHECK(image["quoted"] == json{{"id", "3EB0Q"},
                                {"participant", "5511999999999@s.whatsapp.net"},
                                {"content", "how much?"},
                                {"message_type", "text"}});
  CHECK(image["mentions"] == json{"5511777777777@s.whatsapp.net"});
  CHECK(image["forwarded"] == true);
  CHECK(image["view_once"] == true);
  CHECK_FALSE(image.contains("source"));
  e = some_message("audio", "");
  e.media = client::MediaFile{"audio/ogg", "", {}, 10, 7, 0, 0, 0, true, false};
  CHECK(data_of(e)["media"] == json{{"mimetype", "audio/ogg"}, {"file_size", 10}, {"seconds", 7}, {"voice", true}});
  CHECK_FALSE(data_of(e).contains("caption"));
  e = some_message("document", "please");
  e.media = client::MediaFile{"application/pdf", "bill.pdf", {}, 10, 0, 0, 0, 3, false, false};
  CHECK(data_of(e)["media"] ==
        json{{"mimetype", "application/pdf"}, {"file_name", "bill.pdf"}, {"file_size", 10}, {"pages", 3}});
  e = some_message("location", "Office");
  e.location = client::Location{-23.5, -46.25, "Office", "Street 1", "https://x.test", "c"};
  CHECK(data_of(e)["location"] == json{{"latitude", -23.5},
                                       {"longitude", -46.25},
                                       {"name", "Office"},
                                       {"address", "Street 1"},
                                       {"url", "https://x.test"},
                                       {"comment", "c"},
                                       {"live", false}});
  e = some_message("contact", "A");
  e.contacts = {{"A", "BEGIN:VCARD"}, {"B", "V"}};
  CHECK(data_of(e)["contacts"] == json{{{"name", "A"}, {"vcard", "BEGIN:VCARD"}}, {{"name", "B"}, {"vcard", "V"}}});
  e = some_message("poll", "Lunch?");
  e.poll = client::Poll{"Lunch?", {"yes", "no"}, false};
  CHECK(data_of(e)["poll"] == json{{"question", "Lunch?"}, {"options", {"yes", "no"}}, {"multiple", false}});
  e = some_message("reaction", "x");
  e.target = kTheirs;
  CHECK(data_of(e)["reaction"] == json{{"emoji", "x"}, {"target", kTargetTheirs}});
  CHECK(data_of(e)["content"] == "x");
  e = some_message("list_response", "Blue");
  e.choice = "row-1";
  CHECK(data_of(e)["response"] == json{{"id", "row-1"}, {"text", "Blue"}});
}

TEST_CASE("changes are told as what they are") {
  using client::Change;
  const struct { Change change; const char* type; const char* name;
  } kRows[] = {{Change::edited, "edit", "message.edited"}, {Change::revoked, "revoke", "message.revoked"},
               {Change::pinned, "pin", "message.pinned"},  {Change::unpinned, "unpin", "message.pinned"},
               {Change::kept, "keep", "message.kept"},     {Change::unkept, "unkeep", "message.kept"},
               {Change::voted, "poll_vote", "poll.vote"}};
  for (const auto& row : kRows) {
    INFO(row.type);
    client::MessageReceived e = some_message(row.type, "");
    e.change = row.change;
    e.target = kTheirs;
    e.votes = {"yes"};
    const auto theirs = told(e);
    REQUIRE(theirs.size() == 1);
    CHECK(theirs[0].event == row.name);
    CHECK(theirs[0].data["target"] == kTargetTheirs);
    CHECK(theirs[0].data["message_type"] == row.type);
    CHECK(theirs[0].data.contains("vote") == (row.change == Change::voted));
    if (row.change == Change::voted) CHECK(theirs[0].data["vote"] == json{{"options", {"yes"}}});
    // Ours: sent, and what it is.
    e.from_me = true;
    const auto ours = told(e);
    REQUIRE(ours.size() == 2);
    CHECK(ours[0].event == "message.sent");
    CHECK(ours[0].data["source"] == "other_device");
    CHECK(ours[1].event == row.name);
    client::MessageSent sent;
    sent.id = e.id;
    sent.chat = e.chat;
    sent.time = e.time;
    sent.said = e;
    const auto by_us = told(sent);
    REQUIRE(by_us.size() == 2);
    CHECK(by_us[0].event == "message.sent");
    CHECK(by_us[0].data["source"] == "api");
    CHECK(by_us[0].data["target"] == kTargetTheirs);
    CHECK(by_us[1].event == row.name);
  }
}

TEST_CASE("one shape of what we sent, whoever sent it") {
  client::MessageReceived from_phone = some_message("text", "oi");
  from_phone.from_me = true;
  from_phone.sender = jid("5511999999999@s.whatsapp.net");
  client::MessageSent by_us;
  by_us.id = from_phone.id;
  by_us.chat = from_phone.chat;
  by_us.time = from_phone.time;
  by_us.said = from_phone;
  json phone = data_of(from_phone), api = data_of(by_us);
  CHECK(phone["source"] == "other_device");
  CHECK(api["source"] == "api");
  CHECK(phone["from_other_device"] == true);
  CHECK(api["from_other_device"] == false);
  for (const char* differs : {"source", "from_other_device"}) {
    phone.erase(differs);
    api.erase(differs);
  }
  CHECK(phone == api);
  CHECK(api == json{{"message_id", "3EB0AA"},
                    {"from", "5511999999999@s.whatsapp.net"},
                    {"to", "5511888888888@s.whatsapp.net"},
                    {"content", "oi"},
                    {"message_type", "text"},
                    {"timestamp", "2026-01-01T00:00:00Z"},
                    {"is_from_me", true},
                    {"push_name", ""},
                    {"chat_jid", "5511888888888@s.whatsapp.net"},
                    {"is_group", false}});
}

TEST_CASE("receipts say the device; a message without its content says why; timers say how long") {
  client::MessageReceipt receipt{client::ReceiptKind::delivered, {"3EB0BB"}, jid("5511888888888@s.whatsapp.net"),
                                 jid("5511888888888@s.whatsapp.net"), {test::kStartMs}};
  CHECK(data_of(receipt)["device"] == 0);
  receipt.device = 3;
  CHECK(data_of(receipt)["device"] == 3);
  client::MessageUndecryptable gone{"3EB0CC", receipt.chat, receipt.chat, {test::kStartMs}};
  CHECK_FALSE(data_of(gone).contains("unavailable"));
  gone.unavailable = "view_once";
  CHECK(data_of(gone)["unavailable"] == "view_once");
  const client::ChatTimerChanged timer_of{"3EB0DD", receipt.chat, receipt.chat, false, 86'400, {test::kStartMs}};
  const auto timers = told(timer_of);
  REQUIRE(timers.size() == 1);
  CHECK(timers[0].event == "chat.timer");
  const json& timer = timers[0].data;
  CHECK(timer["seconds"] == 86'400);
  CHECK(timer["chat_jid"] == "5511888888888@s.whatsapp.net");
  CHECK(timer["from"] == "5511888888888@s.whatsapp.net");
}

TEST_CASE("what stands beside the content has its bound, too") {
  client::MessageReceived e = some_message("contact", "A");
  for (int i = 0; i < 257; ++i) e.contacts.push_back({"name", std::string(4000, '\x01')});
  json data = data_of(e);
  CHECK(data["truncated"] == true);
  CHECK(data.dump().size() < limits::kWebhookEventBytesMax);
  CHECK(data["contacts"].size() < 10);
  e = some_message("text", "x");
  for (int i = 0; i < 2048; ++i) e.mentioned.push_back(*wire::parse_jid(std::string(100, '7') + "@s.whatsapp.net"));
  data = data_of(e);
  CHECK(data["truncated"] == true);
  CHECK(data.dump().size() < limits::kWebhookEventBytesMax);
  e = some_message("text", "x");
  e.mentioned.assign(300, jid("5511777777777@s.whatsapp.net"));
  CHECK(data_of(e)["mentions"].size() == 300);
  CHECK_FALSE(data_of(e).contains("truncated"));
}
