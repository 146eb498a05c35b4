#include <catch2/catch.hpp>

#include "stanza/queries/account.h"
#include "stanza/queries/app_state.h"
#include "stanza/queries/groups.h"
#include "stanza/queries/media.h"
#include "stanza/queries/pairing.h"
#include "stanza/queries/prekeys.h"
#include "stanza/queries/session.h"
#include "stanza/queries/users.h"
#include "unit/stanza/xml.h"

namespace query_test {

using namespace wa;
using namespace wa::stanza;
using test::xml;

namespace {

const wire::Jid kPhone{"5511999999999", wire::Server::pn, 3};

std::string iq(const char* type, const char* xmlns, const std::string& inside) {
  return std::string("<iq to='s.whatsapp.net' type='") + type + "' xmlns='" + xmlns + "'>" + inside + "</iq>";
}

std::string repeated(const char* byte, int count) {
  std::string out = "{";
  for (int i = 0; i < count; ++i) out += byte;
  return out + "}";
}

SignedPrekeyPublic signed_prekey() {
  SignedPrekeyPublic key;
  key.id = 1;
  key.key.fill(0x22);
  key.signature.fill(0x33);
  return key;
}

const std::string kSkey = "<skey><id>{000001}</id><value>" + repeated("22", 32) + "</value><signature>" + repeated("33", 64) +
                          "</signature></skey>";

}  // namespace

TEST_CASE("session queries") {
  CHECK(xml(build_ping()) == "<iq to='s.whatsapp.net' type='get' xmlns='w:p'/>");
  CHECK(xml(build_active()) == iq("set", "passive", "<active/>"));
  CHECK(xml(build_clean(Dirty{"account_sync", "1750000000"})) ==
        iq("set", "urn:xmpp:whatsapp:dirty", "<clean type='account_sync' timestamp='1750000000'/>"));
  CHECK(xml(build_media_conn_query()) == iq("set", "w:m", "<media_conn/>"));
  CHECK(xml(build_privacy_query()) == iq("get", "privacy", "<privacy/>"));
  CHECK(xml(build_own_picture(Bytes{0xff, 0xd8, 0xff, 0x00})) ==
        iq("set", "w:profile:picture", "<picture type='image'>{ffd8ff00}</picture>"));
}

TEST_CASE("pairing") {
  CHECK(xml(build_iq_result("9")) == "<iq id='9' to='s.whatsapp.net' type='result'/>");
  CHECK(xml(build_iq_error("9", 401, "hmac-mismatch")) ==
        "<iq id='9' to='s.whatsapp.net' type='error'><error code='401' text='hmac-mismatch'/></iq>");
  CHECK(xml(build_pair_device_sign("9", 4, Bytes{1})) ==
        "<iq id='9' to='s.whatsapp.net' type='result'><pair-device-sign><device-identity key-index='4'>{01}"
        "</device-identity></pair-device-sign></iq>");
  CHECK(xml(build_companion_hello({kPhone, {1}, {2}, "1", "Chrome (Linux)", true})) ==
        iq("set", "md",
           "<link_code_companion_reg jid='5511999999999@s.whatsapp.net' stage='companion_hello' "
           "should_show_push_notification='true'>"
           "<link_code_pairing_wrapped_companion_ephemeral_pub>{01}</link_code_pairing_wrapped_companion_ephemeral_pub>"
           "<companion_server_auth_key_pub>{02}</companion_server_auth_key_pub>"
           "<companion_platform_id>{31}</companion_platform_id>"
           "<companion_platform_display>{4368726f6d6520284c696e757829}</companion_platform_display>"
           "<link_code_pairing_nonce>{00}</link_code_pairing_nonce></link_code_companion_reg>"));
  CHECK(xml(build_companion_finish(kPhone, Bytes{1}, Bytes{2}, "ref")) ==
        iq("set", "md",
           "<link_code_companion_reg jid='5511999999999@s.whatsapp.net' stage='companion_finish'>"
           "<link_code_pairing_wrapped_key_bundle>{01}</link_code_pairing_wrapped_key_bundle>"
           "<companion_identity_public>{02}</companion_identity_public>"
           "<link_code_pairing_ref>{726566}</link_code_pairing_ref></link_code_companion_reg>"));
  CHECK(xml(build_remove_companion(kPhone)) ==
        iq("set", "md", "<remove-companion-device jid='5511999999999:3@s.whatsapp.net' reason='user_initiated'/>"));
}

TEST_CASE("prekeys") {
  CHECK(xml(build_prekey_count_query()) == iq("get", "encrypt", "<count/>"));
  CHECK(xml(build_digest_query()) == iq("get", "encrypt", "<digest/>"));
  CHECK(xml(build_signed_prekey_rotation(signed_prekey())) == iq("set", "encrypt", "<rotate>" + kSkey + "</rotate>"));
  ByteArray<32> identity, one, two;
  identity.fill(0x11);
  one.fill(0x01);
  two.fill(0x02);
  const PrekeyPublic prekeys[] = {{1, one}, {0xABCDEF, two}};
  CHECK(xml(build_prekey_upload(0xd939a1b4, identity, prekeys, signed_prekey())) ==
        iq("set", "encrypt",
           "<registration>{d939a1b4}</registration><type>{05}</type><identity>" + repeated("11", 32) + "</identity><list>"
           "<key><id>{000001}</id><value>" + repeated("01", 32) + "</value></key>"
           "<key><id>{abcdef}</id><value>" + repeated("02", 32) + "</value></key></list>" + kSkey));
  const wire::Jid devices[] = {{"1", wire::Server::lid}, {"1", wire::Server::lid, 5}};
  CHECK(xml(build_bundle_query(devices)) ==
        iq("get", "encrypt", "<key><user jid='1@lid'/><user jid='1:5@lid'/></key>"));
  CHECK(xml(build_bundle_query(std::span(devices).first(1), true)) ==
        iq("get", "encrypt", "<key><user jid='1@lid' reason='identity'/></key>"));
}

TEST_CASE("users and app state") {
  const wire::Jid users[] = {{"1", wire::Server::lid, 7}, kPhone};
  CHECK(xml(build_devices_query(users, "S1")) ==
        iq("get", "usync",
           "<usync sid='S1' mode='query' last='true' index='0' context='message'><query><devices version='2'/><lid/></query>"
           "<list><user jid='1@lid'/><user jid='5511999999999@s.whatsapp.net'/></list></usync>"));
  CHECK(xml(build_group_query({"1", wire::Server::group})) ==
        "<iq to='1@g.us' type='get' xmlns='w:g2'><query request='interactive'/></iq>");
  CHECK(xml(build_privacy_token_issue(kPhone, 1750000000)) ==
        iq("set", "privacy",
           "<tokens><token jid='5511999999999@s.whatsapp.net' t='1750000000' type='trusted_contact'/></tokens>"));
  const CollectionRequest requests[] = {{"regular_low", 769, false, Bytes{1}}, {"regular", 0, true, std::nullopt}};
  CHECK(xml(build_app_state_query(requests)) ==
        iq("set", "w:sync:app:state",
           "<sync><collection name='regular_low' version='769' return_snapshot='false'><patch>{01}</patch></collection>"
           "<collection name='regular' return_snapshot='true'/></sync>"));
}

}  // namespace query_test
