#include "stanza/inbound.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "unit/stanza/xml.h"

using namespace wa;
using namespace wa::stanza;
using test::from_xml;
using wire::Server;

namespace {

template <class T>
T parsed(const std::string& text) {
  Inbound inbound = parse_inbound(from_xml(text));
  auto* value = std::get_if<T>(&inbound);
  CAPTURE(text, inbound.index());
  REQUIRE(value);
  return std::move(*value);
}

template <class T>
T noticed(const std::string& text) {
  const auto kinds = parse_notification(parsed<Notification>(text));
  REQUIRE(kinds.size() <= 1);
  NotificationKind kind = kinds.empty() ? OtherNotification{} : kinds.front();
  auto* value = std::get_if<T>(&kind);
  CAPTURE(text, kind.index());
  REQUIRE(value);
  return std::move(*value);
}

}  // namespace

TEST_CASE("login answers") {
  const auto success = parsed<Success>("<success t='1750000000' lid='1:4@lid' display_name='Ana'/>");
  CHECK(success.t == 1750000000);
  CHECK(success.lid == "1:4@lid");
  const auto failure = parsed<Failure>("<failure reason='402' code='101' expire='3600' message='x'/>");
  CHECK(failure.reason == 402);
  CHECK(failure.code == 101);
  CHECK(failure.expire_s == 3600);
  CHECK(parsed<Failure>("<failure/>").reason == 0);
  parsed<StreamEnd>("<xmlstreamend/>");
}

TEST_CASE("stream errors") {
  CHECK(parsed<StreamError>("<stream:error code='515'/>").code == 515);
  const auto removed = parsed<StreamError>("<stream:error code='401'><conflict type='device_removed'/></stream:error>");
  CHECK(removed.code == 401);
  CHECK(removed.conflict == "device_removed");
  CHECK(parsed<StreamError>("<stream:error><conflict type='replaced'/></stream:error>").conflict == "replaced");
  CHECK(parsed<StreamError>("<stream:error><conflict/></stream:error>").conflict == "unknown");
  const auto unacked = parsed<StreamError>("<stream:error><ack id='7' class='message'/></stream:error>");
  CHECK(unacked.unacked_id == "7");
  CHECK(unacked.unacked_class == "message");
  CHECK(parsed<StreamError>("<stream:error><xml-not-well-formed/></stream:error>").not_well_formed);
  CHECK_FALSE(parsed<StreamError>("<stream:error/>").unacked_id);
}

TEST_CASE("IQ answers and queries") {
  CHECK(parsed<IqResult>("<iq type='result' id='9' from='s.whatsapp.net'/>").id == "9");
  const auto error = parsed<IqError>("<iq type='error' id='9'><error code='429' text='rate-overlimit' backoff='30'/></iq>");
  CHECK(error.code == 429);
  CHECK(error.text == "rate-overlimit");
  CHECK(error.backoff_s == 30);
  CHECK(parsed<IqError>("<iq type='error' id='9'/>").code == 0);
  CHECK(parsed<Ping>("<iq type='get' id='9' from='s.whatsapp.net' xmlns='urn:xmpp:ping'/>").id == "9");
  CHECK(parsed<Unknown>("<iq type='get' id='9' xmlns='other'/>").tag == "iq");
  CHECK_FALSE(parsed<Unknown>("<iq type='result'/>").ack);
  const auto pair = parsed<PairDevice>(
      "<iq type='set' id='9' from='s.whatsapp.net'><pair-device><ref>{6131}</ref><ref>{6232}</ref></pair-device></iq>");
  CHECK(pair.refs == std::vector<std::string>{"a1", "b2"});
}

TEST_CASE("pair-success") {
  const std::string head = "<iq type='set' id='9' from='s.whatsapp.net'><pair-success>";
  const auto full = parsed<PairSuccess>(
      head + "<device-identity>{0102}</device-identity><device jid='5511999999999:4@s.whatsapp.net' lid='1:4@lid'/>"
      "<platform name='android'/><biz name='Padaria'/><client-props>{03}</client-props></pair-success></iq>");
  CHECK(full.device_identity == Bytes{1, 2});
  CHECK(full.jid == wire::Jid{"5511999999999", Server::pn, 4});
  CHECK(full.lid == wire::Jid{"1", Server::lid, 4});
  CHECK(full.platform == "android");
  CHECK(full.business_name == "Padaria");
  parsed<Unknown>(head + "<device jid='5511999999999:4@s.whatsapp.net'/></pair-success></iq>");
  parsed<Unknown>(head + "<device-identity>{0102}</device-identity></pair-success></iq>");
}

TEST_CASE("acks of ours") {
  const auto ack = parsed<Ack>("<ack class='message' id='A1' from='1@lid' t='17' phash='2:xx' error='463'/>");
  CHECK(ack.cls == "message");
  CHECK(ack.phash == "2:xx");
  CHECK(ack.error == 463);
  CHECK(ack.t == 17);
  CHECK(parsed<Ack>("<ack class='call' id='A1' type='reject'/>").type == "reject");
  parsed<Unknown>("<ack class='call'/>");
}

TEST_CASE("received messages") {
  const auto message = parsed<Message>(
      "<message id='A1' from='1:2@lid' t='17' type='text' notify='Ana' sender_pn='5511999999999@s.whatsapp.net' offline='3'>"
      "<enc v='2' type='pkmsg' count='2' decrypt-fail='hide'>{0102}</enc><enc type='skmsg'>{03}</enc></message>");
  CHECK(message.id == "A1");
  CHECK(message.from == wire::Jid{"1", Server::lid, 2});
  CHECK(message.sender_pn == wire::Jid{"5511999999999", Server::pn});
  CHECK(message.offline);
  REQUIRE(message.encs.size() == 2);
  CHECK(message.encs[0].type == "pkmsg");
  CHECK(message.encs[0].ciphertext == Bytes{1, 2});
  CHECK(message.encs[0].hide_failure);
  CHECK(message.encs[1].version == 2);
  CHECK_FALSE(message.encs[1].hide_failure);
  CHECK(parsed<Message>("<message id='A1' from='1@lid'><unavailable type='view_once'/></message>").unavailable == "view_once");
  CHECK(parsed<Message>("<message id='A1' from='1@lid'><unavailable/></message>").unavailable == "unavailable");
  CHECK(parsed<Message>("<message id='A1' from='1@newsletter'><plaintext>{01}</plaintext></message>").encs.empty());
  CHECK_FALSE(parsed<Unknown>("<message from='1@lid'/>").ack);
  CHECK_FALSE(parsed<Unknown>("<message id='A1'/>").ack);
}

TEST_CASE("received calls") {
  const auto offer = parsed<Call>(
      "<call from='1:3@lid' id='S1' t='17' notify='Ana' platform='android' version='2.25'>"
      "<offer call-id='C1' call-creator='1:3@lid' caller_pn='5511999999999@s.whatsapp.net'><audio/><video/></offer></call>");
  CHECK(offer.kind == CallKind::offer);
  CHECK(offer.call_id == "C1");
  CHECK(offer.creator == wire::Jid{"1", Server::lid, 3});
  CHECK(offer.caller_pn == wire::Jid{"5511999999999", Server::pn});
  CHECK(offer.video);
  CHECK_FALSE(offer.is_group);
  CHECK_FALSE(offer.offline);
  CHECK(offer.ack.type == "offer");
  CHECK(offer.platform == "android");

  const auto notice = parsed<Call>("<call from='1@lid' id='S1' offline='0'><offer_notice call-id='C1' call-creator='1@lid' "
                                   "media='video' type='group' group-jid='7@g.us'/></call>");
  CHECK(notice.kind == CallKind::offer_notice);
  CHECK(notice.video);
  CHECK(notice.is_group);
  CHECK(notice.group == wire::Jid{"7", Server::group});
  CHECK(notice.offline);

  CHECK(parsed<Call>("<call from='1@lid' id='S1'><offer call-id='C1'><group_info/></offer></call>").is_group);
  CHECK(parsed<Call>("<call from='1@lid' id='S1'><offer call-id='C1'><silence/></offer></call>").silenced);
  CHECK(parsed<Call>("<call from='1@lid' id='S1'><offer call-id='C1'/></call>").creator == wire::Jid{"1", Server::lid});
  const auto end = parsed<Call>("<call from='1@lid' id='S1'><terminate call-id='C1' reason='timeout' duration='12'/></call>");
  CHECK(end.kind == CallKind::terminate);
  CHECK(end.reason == "timeout");
  CHECK(end.duration_s == 12);
  CHECK(parsed<Call>("<call from='1@lid' id='S1'><raise_hand/></call>").kind == CallKind::other);
  CHECK(parsed<Unknown>("<call from='1@lid' id='S1'/>").ack);
  CHECK(parsed<Unknown>("<call from='1@lid' id='S1'><terminate/></call>").ack->type == "terminate");
}

TEST_CASE("received receipts") {
  const auto read = parsed<Receipt>(
      "<receipt from='1@lid' id='A1' t='5' type='read'><list><item id='A2'/><item id='A3'/></list></receipt>");
  CHECK(read.ids == std::vector<std::string>{"A1", "A2", "A3"});
  CHECK(read.type == "read");
  CHECK(parsed<Receipt>("<receipt from='1@lid' id='A1' type='delivery'/>").type.empty());
  CHECK(parsed<Receipt>("<receipt from='7@g.us' id='R1'><participants key='A9'><user jid='1@lid' t='3'/></participants></receipt>").ids ==
        std::vector<std::string>{"A9"});
  const auto retry = parsed<Receipt>(
      "<receipt from='1:2@lid' id='A1' type='retry' t='5'><retry count='2' id='A1' t='3' "
      "v='1'/><registration>{00000203}</registration>"
      "<keys><type>{05}</type><identity>{01}</identity><key><id>{000102}</id><value>{02}</value></key>"
      "<skey><id>{000003}</id><value>{03}</value><signature>{04}</signature></skey><device-identity>{05}</"
      "device-identity></keys></receipt>");
  CHECK(retry.retry_count == 2);
  CHECK(retry.registration_id == 0x203u);
  REQUIRE(retry.keys);
  CHECK(retry.keys->prekey_id == 0x102u);
  CHECK(retry.keys->signed_prekey_id == 3);
  CHECK(retry.keys->signature == Bytes{4});
  CHECK(retry.keys->device_identity == Bytes{5});
  CHECK_FALSE(parsed<Receipt>("<receipt from='1@lid' id='A1' type='retry'/>").keys);
}

TEST_CASE("received notifications") {
  const auto stanza = [](const std::string& rest) { return "<notification id='7' from='1:2@lid' t='5' " + rest + "</notification>"; };
  CHECK(noticed<PrekeysLow>(stanza("type='encrypt'><count value='3'/>")).left == 3);
  CHECK(noticed<IdentityChange>(stanza("type='encrypt'><identity/>")).user == wire::Jid{"1", Server::lid, 2});
  noticed<DigestWanted>(stanza("type='encrypt'><digest/>"));
  CHECK(noticed<AppStateDirty>(
            stanza("type='server_sync'><collection name='regular' version='4'/><collection name='regular_low'/>"))
            .collections == std::vector<std::pair<std::string, std::uint64_t>>{{"regular", 4}, {"regular_low", UINT64_MAX}});
  CHECK(noticed<DevicesChanged>(stanza("type='devices' lid='9@lid'><add/>")).lid == wire::Jid{"9", Server::lid});
  CHECK(noticed<DevicesChanged>(stanza("type='account_sync'><devices/>")).user == wire::Jid{"1", Server::lid});
  noticed<PrivacyChanged>(stanza("type='account_sync'><privacy><category name='readreceipts' value='none'/></privacy>"));
  noticed<OtherNotification>(stanza("type='account_sync'><picture/>"));
  const auto token = noticed<PrivacyToken>(stanza("type='privacy_token' sender_lid='4@lid'><tokens><token type='other' t='1'>{01}</token>"
                                                  "<token type='trusted_contact' t='6'>{0a0b}</token></tokens>"));
  CHECK(token.user == wire::Jid{"4", Server::lid});
  CHECK(token.token == Bytes{10, 11});
  CHECK(token.t == 6);
  const std::string link =
      "type='link_code_companion_reg'><link_code_companion_reg "
      "stage='primary_hello'><link_code_pairing_ref>{7266}</link_code_pairing_ref>";
  const std::string identity = "<primary_identity_pub>{02}</primary_identity_pub></link_code_companion_reg>";
  const auto hello = noticed<LinkCodePrimaryHello>(
      stanza(link + "<link_code_pairing_wrapped_primary_ephemeral_pub>{01}</link_code_pairing_wrapped_primary_ephemeral_pub>" + identity));
  CHECK(hello.ref == "rf");
  CHECK(hello.wrapped_ephemeral == Bytes{1});
  CHECK(hello.primary_identity == Bytes{2});
  CHECK_FALSE(hello.passkey);
  CHECK(noticed<LinkCodePrimaryHello>(stanza(link + identity)).passkey);
  CHECK(noticed<LinkCodeRefresh>(stanza("type='link_code_companion_reg'><link_code_companion_reg stage='refresh_code' "
                                        "force_manual_refresh='true'/>"))
            .force);
  noticed<PairRefresh>(stanza("type='companion_reg_refresh'><pair-device-rotate-qr/>"));
  noticed<PasskeyRequest>(stanza("type='passkey_prologue_request'><passkey_request_options/>"));
  noticed<PasskeyRequest>(stanza("type='crsc_continuation'><primary_ephemeral_identity/>"));
  for (const char* type : {"encrypt", "server_sync", "privacy_token", "link_code_companion_reg", "picture", "never_seen", ""}) {
    CAPTURE(type);
    noticed<OtherNotification>(stanza("type='" + std::string(type) + "'><other/>"));
  }
}

TEST_CASE("a picture changes") {
  const auto change = [](const std::string& inside) {
    return "<notification id='7' from='1:2@lid' t='5' type='picture'>" + inside + "</notification>";
  };
  const auto picture = [](const Told& told) { return std::get<PictureChange>(told.what).id; };
  const auto set = noticed<Told>(change("<set jid='2-3@g.us' id='17' author='4:1@lid'/>"));
  CHECK(set.of == wire::Jid{"2-3", Server::group});
  CHECK(picture(set) == "17");
  CHECK(set.author == wire::Jid{"4", Server::lid});
  CHECK(set.t == 5);
  CHECK(noticed<Told>(change("<add jid='1:2@lid' id='18'/>")).of == wire::Jid{"1", Server::lid});
  CHECK(picture(noticed<Told>(change("<delete jid='1@lid'/>"))).empty());
  const auto gone = noticed<Told>("<notification id='7' from='1:2@lid' type='picture'/>");
  CHECK(gone.of == wire::Jid{"1", Server::lid});
  const std::string endless(1'000, '1');
  const std::string odd_ones[] = {"<set hash='abcd'/>", "<set jid='1@lid'/>", "<request/>", "<set_avatar/>",
                                  "<set jid='1@lid' id='" + endless + "'/>"};
  for (const std::string& odd : odd_ones) {
    CAPTURE(odd);
    noticed<OtherNotification>(change(odd));
  }
}

TEST_CASE("an about text changes") {
  const auto change = [](const std::string& inside, const std::string& from = "1:2@lid") {
    return "<notification id='7' from='" + from + "' t='5' type='status'>" + inside + "</notification>";
  };
  const auto set = noticed<Told>(change("<set>{" + hex(view("At work")) + "}</set>"));
  CHECK(set.of == wire::Jid{"1", Server::lid});
  CHECK(std::get<AboutChange>(set.what).about == "At work");
  CHECK(set.t == 5);
  CHECK(std::get<AboutChange>(noticed<Told>(change("<set/>")).what).about.empty());
  const std::string endless(20'000, '7');
  for (const std::string& odd : {std::string(), std::string("<set hash='abcd'/>"), "<set>{" + endless + "}</set>"}) {
    CAPTURE(odd);
    noticed<OtherNotification>(change(odd));
  }
  noticed<OtherNotification>(change("<set>{78}</set>", "1-2@g.us"));
}

TEST_CASE("every child of an ib says something") {
  Node node = from_xml("<ib><edge_routing><routing_info>{0102}</routing_info></edge_routing>"
                       "<dirty type='account_sync'/>"
                       "<offline_preview count='3'/></ib>");
  std::vector<Node> more = take_more(node);
  REQUIRE(more.size() == 2);
  CHECK(std::holds_alternative<EdgeRouting>(parse_inbound(std::move(node))));
  CHECK(std::get<Dirty>(parse_inbound(std::move(more[0]))).type == "account_sync");
  CHECK(std::get<OfflinePreview>(parse_inbound(std::move(more[1]))).total == 3);
  for (const char* single : {"<ib/>", "<ib><offline count='1'/></ib>", "<receipt id='1'><list/><list/></receipt>"}) {
    Node one = from_xml(single);
    CHECK(take_more(one).empty());
    CHECK(one == from_xml(single));
  }
}

TEST_CASE("a summary of receipts names everybody") {
  const auto summary = parsed<Receipt>(
      "<receipt from='7@g.us' id='R1' type='read' t='9'><participants key='A1'>"
      "<user jid='1:2@lid' t='3'/><user/><other jid='5@lid'/><user jid='2@s.whatsapp.net'/></participants>"
      "<participants key='A2'><user jid='1@lid' t='4'/></participants></receipt>");
  CHECK(summary.ids == std::vector<std::string>{"A1", "A2"});
  REQUIRE(summary.users.size() == 3);
  CHECK(summary.users[0].id == "A1");
  CHECK(summary.users[0].user == wire::Jid{"1", Server::lid, 2});
  CHECK(summary.users[0].t == 3);
  CHECK(summary.users[1].t == 9);
  CHECK(summary.users[2].id == "A2");
  std::string crowd = "<receipt from='7@g.us' id='R1'><participants key='A1'>";
  const std::string user = "<user jid='1@lid'/>";
  for (std::size_t i = 0; i <= limits::kReceiptUsersMax; ++i) crowd += user;
  CHECK(parsed<Receipt>(crowd + "</participants></receipt>").users.size() == limits::kReceiptUsersMax);
}

TEST_CASE("every child of a notification says something") {
  const auto kinds = [](const std::string& rest) {
    const std::string text = "<notification id='7' from='1@lid' type=" + rest + "</notification>";
    return parse_notification(parsed<Notification>(text));
  };
  const auto encrypt = kinds("'encrypt'><count value='3'/><identity/><digest/>");
  REQUIRE(encrypt.size() == 3);
  CHECK(std::get<PrekeysLow>(encrypt[0]).left == 3);
  CHECK(std::holds_alternative<IdentityChange>(encrypt[1]));
  CHECK(std::holds_alternative<DigestWanted>(encrypt[2]));
  const auto account = kinds("'account_sync'><picture/><privacy/><devices/>");
  REQUIRE(account.size() == 2);
  CHECK(std::holds_alternative<PrivacyChanged>(account[0]));
  CHECK(std::holds_alternative<DevicesChanged>(account[1]));
  const auto pictures = kinds("'picture'><set jid='1@lid' id='17'/><delete jid='2@lid'/>");
  REQUIRE(pictures.size() == 2);
  CHECK(std::get<Told>(pictures[1]).of == wire::Jid{"2", Server::lid});
  CHECK(kinds("'status'><other/><set>{78}</set>").size() == 1);
  const auto tokens = kinds("'privacy_token'><tokens><token type='trusted_contact' t='5'>{01}</token>"
                            "<token type='trusted_contact' t='9'>{02}</token>"
                            "<token type='trusted_contact' t='7'>{03}</token></tokens>");
  REQUIRE(tokens.size() == 1);
  CHECK(std::get<PrivacyToken>(tokens[0]).token == Bytes{2});
  CHECK(kinds("'server_sync'><collection name='regular' version='2'/>"
              "<collection name='regular_low' version='3'/>").size() == 1);
}

TEST_CASE("every child of a call that speaks of one") {
  const auto call = parsed<Call>("<call from='1@lid' id='S1'><metadata/><offer call-id='C1' call-creator='1:2@lid'/>"
                                 "<terminate call-id='C0' call-creator='1:2@lid' reason='timeout'/>"
                                 "<raise_hand call-id='C1'/></call>");
  CHECK(call.kind == CallKind::offer);
  CHECK(call.ack.type == "offer");
  CHECK(call.call_id == "C1");
  REQUIRE(call.also.size() == 1);
  CHECK(call.also[0].kind == CallKind::terminate);
  CHECK(call.also[0].call_id == "C0");
  CHECK(call.also[0].reason == "timeout");
  CHECK(parsed<Call>("<call from='1@lid' id='S1'><raise_hand/><offer/></call>").kind == CallKind::other);
}

TEST_CASE("ib, presence and the rest") {
  CHECK(parsed<EdgeRouting>("<ib><edge_routing><routing_info>{0102}</routing_info></edge_routing></ib>").routing_info == Bytes{1, 2});
  const auto preview = parsed<OfflinePreview>(
      "<ib><offline_preview count='10' message='5' receipt='3' notification='1' appdata='0' call='1'/></ib>");
  CHECK(preview.total == 10);
  CHECK(preview.calls == 1);
  CHECK(parsed<OfflineDone>("<ib><offline count='10'/></ib>").count == 10);
  const auto dirty = parsed<Dirty>("<ib><dirty type='syncd_app_state' timestamp='17'/></ib>");
  CHECK(dirty.type == "syncd_app_state");
  CHECK(dirty.timestamp == "17");
  parsed<DowngradeWebclient>("<ib><downgrade_webclient/></ib>");
  CHECK(parsed<ClientExpiration>("<ib><client_expiration t='99'/></ib>").t == 99);
  parsed<OtherIb>("<ib><tos/></ib>");
  parsed<OtherIb>("<ib/>");
  CHECK(parsed<Presence>("<presence from='1@lid' type='unavailable' last='9'/>").last == 9);
  CHECK(parsed<ChatState>("<chatstate from='1@lid'><composing media='audio'/></chatstate>").media == "audio");
  CHECK(parsed<ChatState>("<chatstate from='1@lid'><meta/><paused/></chatstate>").state == "paused");
  CHECK(parsed<Unknown>("<never_seen/>").tag == "never_seen");
}
