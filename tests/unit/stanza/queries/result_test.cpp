#include <catch2/catch.hpp>

#include "stanza/queries/account.h"
#include "stanza/queries/app_state.h"
#include "stanza/queries/groups.h"
#include "stanza/queries/media.h"
#include "stanza/queries/pairing.h"
#include "stanza/queries/prekeys.h"
#include "stanza/queries/users.h"
#include "unit/stanza/xml.h"

namespace result_test {

using namespace wa;
using namespace wa::stanza;
using test::from_xml;

namespace {

std::string repeated(const char* byte, int count) {
  std::string out = "{";
  for (int i = 0; i < count; ++i) out += byte;
  return out + "}";
}
const std::string kKey = "<value>" + repeated("aa", 32) + "</value>";
const std::string kSkey = "<skey><id>{000007}</id>" + kKey + "<signature>" + repeated("bb", 64) + "</signature></skey>";
const std::string kHead = "<registration>{00001234}</registration><type>{05}</type><identity>" + repeated("cc", 32) + "</identity>";

Node iq(const std::string& inside) { return from_xml("<iq id='1' type='result' from='s.whatsapp.net'>" + inside + "</iq>"); }

}  // namespace

TEST_CASE("prekey count") {
  CHECK(*parse_prekey_count(iq("<count value='812'/>")) == 812);
  CHECK(*parse_prekey_count(iq("<count value='0'/>")) == 0);
  for (const char* bad : {"<count/>", "<count value='-1'/>", "<count value='99999999'/>", "<other/>"}) {
    CHECK_FALSE(parse_prekey_count(iq(bad)).ok());
  }
}

TEST_CASE("digest") {
  const auto digest = parse_digest(
      iq("<digest>" + kHead + kSkey + "<list><id>{000001}</id><id>{000002}</id></list><hash>{0102}</hash></digest>"));
  REQUIRE(digest.ok());
  CHECK(digest->registration_id == 0x1234);
  CHECK(digest->signed_prekey.id == 7);
  CHECK(digest->hash == Bytes{1, 2});
  CHECK_FALSE(parse_digest(iq("<digest/>")).ok());
  CHECK_FALSE(parse_digest(iq("<digest>" + kHead + "<list/><hash>{01}</hash></digest>")).ok());
  CHECK_FALSE(parse_digest(iq("<digest>" + kHead + kSkey + "<list/></digest>")).ok());
}

TEST_CASE("bundles are judged one by one") {
  const auto users = parse_bundles(iq(
      "<list><user jid='1@lid'>" + kHead + kSkey + "<key><id>{000009}</id>" + kKey + "</key>"
      "<device-identity>{0d}</device-identity></user>"
      "<user jid='1:2@lid'>" + kHead + kSkey + "</user>"
      "<user jid='1:3@lid'><error code='404' text='item-not-found'/></user>"
      "<user jid='1:4@lid'>" + kHead + "</user>"
      "<user jid='1:5@lid'>" + kHead + kSkey + "<key><id>{000009}</id><value>{00}</value></key></user>"
      "<user jid='1:6@lid'>" + kHead + "<skey><id>{000007}</id>" + kKey + "<signature>{bb}</signature></skey></user>"
      "<user jid='no jid'/></list>"));
  REQUIRE(users.ok());
  REQUIRE(users->size() == 6);
  const auto& list = *users;
  REQUIRE(list[0].bundle);
  CHECK(list[0].device == wire::Jid{"1", wire::Server::lid});
  CHECK(list[0].bundle->prekey->id == 9);
  CHECK(list[0].bundle->identity[31] == 0xCC);
  CHECK(list[0].bundle->signed_prekey.key[0] == 0xAA);
  CHECK(list[0].bundle->device_identity == Bytes{0x0D});
  REQUIRE(list[1].bundle);
  CHECK_FALSE(list[1].bundle->prekey);
  CHECK_FALSE(list[2].bundle);
  CHECK(list[2].error == 404);
  CHECK_FALSE(list[3].bundle);
  CHECK(list[3].error == 0);
  CHECK_FALSE(list[4].bundle);
  CHECK_FALSE(list[5].bundle);
  CHECK_FALSE(parse_bundles(iq("<error code='500'/>")).ok());
}

TEST_CASE("keys with a type byte are accepted") {
  const auto users = parse_bundles(iq("<list><user jid='1@lid'><registration>{00001234}</registration><identity>{05" +
                                      repeated("cc", 32).substr(1) + "</identity>" + kSkey + "</user></list>"));
  REQUIRE(users.ok());
  REQUIRE((*users)[0].bundle);
  CHECK((*users)[0].bundle->identity[0] == 0xCC);
}

TEST_CASE("members of a group") {
  const auto group = parse_group(iq(
      "<group id='1' addressing_mode='lid'><description/><participant jid='1:4@lid' phone_number='5511999999999@s.whatsapp.net' type='admin'/>"
      "<participant jid='2@lid'/><participant jid='5511888888888@s.whatsapp.net' lid='3@lid'/><participant/>"
      "<participant jid='9@g.us'/></group>"));
  REQUIRE(group.ok());
  CHECK(group->by_lid);
  REQUIRE(group->members.size() == 3);
  CHECK(group->members[0].user == wire::Jid{"1", wire::Server::lid});
  CHECK(group->members[0].other == wire::Jid{"5511999999999", wire::Server::pn});
  CHECK_FALSE(group->members[1].other);
  CHECK(group->members[2].other == wire::Jid{"3", wire::Server::lid});
  CHECK_FALSE(parse_group(iq("<group id='1' addressing_mode='pn'/>")).ok());
  CHECK_FALSE(parse_group(iq("<groups/>")).ok());
}

TEST_CASE("device lists") {
  const auto users = parse_devices(iq(
      "<usync sid='1'><result/><list><user jid='1@lid'><devices><device-list><device id='0'/><device id='3' key-index='2'/>"
      "<device id='99' key-index='5' is_hosted='true'/><device/><device id='70000'/></device-list></devices></user>"
      "<user jid='5511999999999@s.whatsapp.net'><devices><device-list/></devices><lid val='1@lid'/></user>"
      "<user jid='3@lid'><devices><error code='404'/></devices></user></list></usync>"));
  REQUIRE(users.ok());
  REQUIRE(users->size() == 3);
  const auto& list = *users;
  REQUIRE(list[0].devices.size() == 3);
  CHECK(list[0].devices[0].id == 0);
  CHECK_FALSE(list[0].devices[0].key_index);
  CHECK(list[0].devices[1].key_index == 2u);
  CHECK(list[0].devices[2].hosted);
  CHECK(list[1].devices.empty());
  CHECK(list[1].lid == wire::Jid{"1", wire::Server::lid});
  CHECK(list[2].error == 404);
  CHECK_FALSE(parse_devices(iq("<usync/>")).ok());
}

TEST_CASE("media hosts") {
  const auto conn = parse_media_conn(iq("<media_conn auth='a' ttl='300' auth_ttl='600' max_buckets='12'>"
                                        "<host hostname='one.example' fallback_hostname='three.example'/>"
                                        "<host hostname='two.example' type='fallback'/></media_conn>"));
  REQUIRE(conn.ok());
  CHECK(conn->hosts == std::vector<std::string>{"one.example", "two.example"});
  CHECK(conn->fallbacks == std::vector<std::string>{"three.example"});
  CHECK(conn->ttl_s == 300);
  CHECK_FALSE(parse_media_conn(iq("<other/>")).ok());
}

TEST_CASE("app-state answers") {
  const auto answers = parse_app_state(iq(
      "<sync><collection name='regular_low' version='7' has_more_patches='true'><patches><patch>{01}</patch><patch>{02}</patch>"
      "</patches></collection>"
      "<collection name='regular' version='3'><snapshot>{03}</snapshot></collection>"
      "<collection name='regular_high' type='error' version='9'><error code='409' text='conflict'/>"
      "<patches><patch>{04}</patch></patches></collection>"
      "<collection name='critical_block' type='error'/></sync>"));
  REQUIRE(answers.ok());
  REQUIRE(answers->size() == 4);
  const auto& list = *answers;
  CHECK(list[0].name == "regular_low");
  CHECK(list[0].version == 7u);
  CHECK(list[0].has_more);
  CHECK(list[0].patches == std::vector<Bytes>{{1}, {2}});
  CHECK(list[0].error == 0);
  CHECK(list[1].snapshot == Bytes{3});
  CHECK_FALSE(list[1].has_more);
  CHECK(list[2].error == 409);
  CHECK(list[2].patches.size() == 1);
  CHECK(list[3].error == 500);
  CHECK_FALSE(list[3].version);
  CHECK_FALSE(parse_app_state(iq("<other/>")).ok());
}

TEST_CASE("privacy settings and pictures") {
  const auto settings = parse_privacy(iq("<privacy><category name='last' value='contacts'/><other name='x' value='y'/>"
                                         "<category value='all'/><category name='online'/></privacy>"));
  REQUIRE(settings.ok());
  CHECK(*settings == std::vector<std::pair<std::string, std::string>>{{"last", "contacts"}, {"online", ""}});
  CHECK_FALSE(parse_privacy(iq("<other/>")).ok());
  CHECK(*parse_picture_id(iq("<picture id='1781531102'/>")) == "1781531102");
  for (const char* bad : {"<picture/>", "<picture id=''/>", "<other id='1'/>"}) CHECK_FALSE(parse_picture_id(iq(bad)).ok());
}

TEST_CASE("link code ref") {
  const std::string good = "<link_code_companion_reg><link_code_pairing_ref>{726566}</link_code_pairing_ref></link_code_companion_reg>";
  CHECK(*parse_link_code_ref(iq(good)) == "ref");
  CHECK_FALSE(parse_link_code_ref(iq("<link_code_companion_reg/>")).ok());
  CHECK_FALSE(parse_link_code_ref(iq("<other/>")).ok());
}

}  // namespace result_test
