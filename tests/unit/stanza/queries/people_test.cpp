#include "stanza/queries/people.h"

#include <catch2/catch.hpp>

#include "unit/stanza/xml.h"

using namespace wa;
using namespace wa::stanza;
using test::from_xml;
using test::xml;

namespace {

const wire::Jid kPn{"5511999999999", wire::Server::pn, 3};
const wire::Jid kLid{"100000012345678", wire::Server::lid};

std::string usync(const char* mode, const char* context, const std::string& inside) {
  return std::string("<iq to='s.whatsapp.net' type='get' xmlns='usync'><usync sid='s1' mode='") + mode +
         "' last='true' index='0' context='" + context + "'>" + inside + "</usync></iq>";
}

Result<std::vector<UserFacts>> users(const std::string& list) {
  return parse_users(from_xml("<iq type='result' id='1'><usync><list>" + list + "</list></usync></iq>"));
}

}  // namespace

TEST_CASE("questions about people") {
  const std::string numbers[] = {"5511999999999"};
  CHECK(xml(build_contact_query(numbers, "s1")) ==
        usync("query", "interactive",
              "<query><business><verified_name/></business><contact/><lid/></query>"
              "<list><user><contact>{2b35353131393939393939393939}</contact></user></list>"));
  CHECK(xml(build_profile_query(kPn, "s1")) ==
        usync("full", "background",
              "<query><business><verified_name/></business><status/><picture/><devices version='2'/><lid/></query>"
              "<list><user jid='5511999999999@s.whatsapp.net'/></list>"));
  CHECK(xml(build_picture_query(kPn, false, "")) ==
        "<iq to='s.whatsapp.net' type='get' xmlns='w:profile:picture' target='5511999999999@s.whatsapp.net'>"
        "<picture query='url' type='image'/></iq>");
  CHECK(xml(build_picture_query(kPn, true, "77")) ==
        "<iq to='s.whatsapp.net' type='get' xmlns='w:profile:picture' target='5511999999999@s.whatsapp.net'>"
        "<picture query='url' type='preview' id='77'/></iq>");
  CHECK(xml(build_blocklist_query()) == "<iq to='s.whatsapp.net' type='get' xmlns='blocklist'/>");
  CHECK(xml(build_block(kLid, kPn, true)) ==
        "<iq to='s.whatsapp.net' type='set' xmlns='blocklist'>"
        "<item action='block' jid='100000012345678@lid' pn_jid='5511999999999@s.whatsapp.net'/></iq>");
  CHECK(xml(build_block(kPn, std::nullopt, false)) ==
        "<iq to='s.whatsapp.net' type='set' xmlns='blocklist'><item action='unblock' jid='5511999999999@s.whatsapp.net'/></iq>");
}

TEST_CASE("who has the service") {
  const auto found = users(
      "<user jid='5511999999999@s.whatsapp.net'><contact type='in'>{2b35353131393939393939393939}</contact>"
      "<lid val='100000012345678@lid'/></user>"
      "<user jid='5511900000000@s.whatsapp.net'><contact type='out'>{2b35353131393030303030303030}</contact></user>"
      "<user><contact type='invalid'>{2b31}</contact></user>");
  REQUIRE(found.ok());
  REQUIRE(found->size() == 3);
  CHECK((*found)[0].exists);
  CHECK((*found)[0].number == "5511999999999");
  CHECK((*found)[0].lid == kLid);
  CHECK_FALSE((*found)[1].exists);
  CHECK((*found)[1].number == "5511900000000");
  CHECK_FALSE((*found)[2].exists);
  CHECK_FALSE(parse_users(from_xml("<iq type='result' id='1'/>")).ok());
}

TEST_CASE("a profile; parts the service cannot tell are left out") {
  const auto found = users(
      "<user jid='5511999999999@s.whatsapp.net'><status>{4f6c61}</status><picture id='77'/>"
      "<devices><device-list><device id='0'/><device id='3' key-index='1'/><device id='70000'/></device-list></devices></user>"
      "<user jid='5511900000000@s.whatsapp.net'><status><error code='401'/></status><lid><error code='500'/></lid></user>");
  REQUIRE(found.ok());
  REQUIRE(found->size() == 2);
  CHECK(found->front().about == "Ola");
  CHECK(found->front().picture_id == "77");
  REQUIRE(found->front().devices.size() == 2);
  CHECK(found->front().devices[1].text() == "5511999999999:3@s.whatsapp.net");
  CHECK(found->back().exists);
  CHECK(found->back().about.empty());
  CHECK_FALSE(found->back().lid);
}

TEST_CASE("pictures and the blocklist") {
  const auto picture = parse_picture(from_xml(
      "<iq type='result' id='1'><picture id='77' url='https://example.com/a' type='image' direct_path='/a'/></iq>"));
  REQUIRE(picture.ok());
  CHECK(picture->id == "77");
  CHECK(picture->direct_path == "/a");
  CHECK(parse_picture(from_xml("<iq type='result' id='1'/>"))->unchanged);
  CHECK(parse_picture(from_xml("<iq type='result' id='1'><picture status='304'/></iq>"))->unchanged);
  CHECK_FALSE(parse_picture(from_xml("<iq type='result' id='1'><picture id='77'/></iq>")).ok());
  const auto list = parse_blocklist(from_xml(
      "<iq type='result' id='1'><list dhash='9'><item jid='100000012345678@lid' pn_jid='5511999999999@s.whatsapp.net'/>"
      "<item/></list></iq>"));
  REQUIRE(list.ok());
  CHECK(list->dhash == "9");
  REQUIRE(list->items.size() == 1);
  CHECK(list->items[0].pn->user == "5511999999999");
  CHECK(parse_blocklist(from_xml("<iq type='result' id='1'/>"))->items.empty());
}
