#include "stanza/outbound/outbound.h"

#include <catch2/catch.hpp>

#include "unit/stanza/xml.h"

using namespace wa;
using namespace wa::stanza;
using test::xml;

// binary_node.json, "call reject lid".
TEST_CASE("a reject is, byte for byte, what other implementations write") {
  const Node reject = build_call_reject("918AC3128D280A823AFD901208CDB097", {"440027779785628", wire::Server::lid, 5},
                                        "6E53352FCA727A01B658D927253FCC8E", {"440027779785628", wire::Server::lid, 89});
  CHECK(xml(reject) ==
        "<call id='918AC3128D280A823AFD901208CDB097' to='440027779785628@lid'>"
        "<reject call-id='6E53352FCA727A01B658D927253FCC8E' call-creator='440027779785628:89@lid' count='0'/></call>");
  CHECK(hex(encode_stanza(reject)) ==
        "00f8066408fb10918ac3128d280a823afd901208cdb09711faff88440027779785628f76f801f807ed0068fb106e53352fca727a01b658d927"
        "253fcc8e47f70159ff88440027779785628f412d");
}

TEST_CASE("messages") {
  OutgoingMessage message;
  message.id = "A1";
  message.to = {"2", wire::Server::lid};
  message.peer_recipient_pn = wire::Jid{"5511999999999", wire::Server::pn};
  message.participants = {{{"2", wire::Server::lid}, "pkmsg", {1}}, {{"2", wire::Server::lid, 5}, "msg", {2}}};
  message.device_identity = {9};
  CHECK(xml(build_message(message)) ==
        "<message id='A1' to='2@lid' type='text' peer_recipient_pn='5511999999999@s.whatsapp.net'><participants>"
        "<to jid='2@lid'><enc v='2' type='pkmsg'>{01}</enc></to><to jid='2:5@lid'><enc v='2' type='msg'>{02}</enc></to>"
        "</participants><device-identity>{09}</device-identity></message>");
  message.device_identity.clear();
  message.participants.resize(1);
  message.peer_recipient_pn.reset();
  message.tc_token = {7};
  message.cs_token = {8};
  CHECK(xml(build_message(message)) ==
        "<message id='A1' to='2@lid' type='text'><participants><to jid='2@lid'><enc v='2' type='pkmsg'>{01}</enc></to>"
        "</participants><tctoken>{07}</tctoken></message>");
}

TEST_CASE("a group message") {
  OutgoingMessage message;
  message.id = "A1";
  message.to = {"1", wire::Server::group};
  message.addressing_mode = "lid";
  message.phash = "2:AAAAAAAA";
  message.sender_key_ciphertext = Bytes{3};
  CHECK(xml(build_message(message)) ==
        "<message id='A1' to='1@g.us' type='text' addressing_mode='lid' phash='2:AAAAAAAA'>"
        "<enc v='2' type='skmsg'>{03}</enc></message>");
  // The kind of the content stands at the body, not at the keys.
  message.traits.type = "media";
  message.traits.media_type = "location";
  message.traits.hide_failure = true;
  message.participants.push_back({{"2", wire::Server::lid}, "msg", {1}});
  CHECK(xml(build_message(message)) ==
        "<message id='A1' to='1@g.us' type='media' addressing_mode='lid' phash='2:AAAAAAAA'>"
        "<participants><to jid='2@lid'><enc v='2' type='msg' decrypt-fail='hide'>{01}</enc></to></participants>"
        "<enc v='2' type='skmsg' mediatype='location' decrypt-fail='hide'>{03}</enc></message>");
}

TEST_CASE("peer and resent messages") {
  const PeerMessage peer{"A1", {"5511999999999", wire::Server::pn, 3}, "high", "pkmsg", {1}, {2}};
  CHECK(xml(build_peer_message(peer)) ==
        "<message id='A1' to='5511999999999@s.whatsapp.net' type='text' category='peer' push_priority='high'>"
        "<meta appdata='default'/><enc v='2' type='pkmsg'>{01}</enc><device-identity>{02}</device-identity></message>");
  ResentMessage again;
  again.id = "A1";
  again.to = {"2", wire::Server::lid, 5};
  again.t = 99;
  again.enc_type = "msg";
  again.ciphertext = {1};
  again.count = 2;
  CHECK(xml(build_resent_message(again)) ==
        "<message id='A1' to='2:5@lid' type='text' t='99' device_fanout='false'>"
        "<enc v='2' type='msg' count='2'>{01}</enc></message>");
  again.to = {"1", wire::Server::group};
  again.participant = wire::Jid{"2", wire::Server::lid, 5};
  CHECK(xml(build_resent_message(again)) ==
        "<message id='A1' to='1@g.us' type='text' t='99' participant='2:5@lid'>"
        "<enc v='2' type='msg' count='2'>{01}</enc></message>");
}

TEST_CASE("presence and ib") {
  CHECK(xml(build_presence(true, "Ana")) == "<presence name='Ana' type='available'/>");
  CHECK(xml(build_presence(false, "")) == "<presence type='unavailable'/>");
  CHECK(xml(build_offline_batch(200)) == "<ib><offline_batch count='200'/></ib>");
}
