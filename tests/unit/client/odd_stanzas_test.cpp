// Whatever stands in a stanza: the device goes on, the link stays up, and what can be acknowledged is, once.
#include "base/limits.h"
#include "client_rig.h"
#include "unit/stanza/xml.h"
#include "wire/inflate.h"

namespace odd_stanzas_test {

using namespace wa;
using test::ClientRig;
using test::from_xml;
using wire::Node;

namespace {

// One of each kind, with all the attributes that somebody reads.
const char* const kStanzas[] = {
    "<message id='A1' from='5511888888888@s.whatsapp.net' type='text' t='1750000000' notify='Ana' category='x' edit='1' "
    "sender_lid='77@lid' participant='5511777777777:3@s.whatsapp.net' recipient='5511666666666@s.whatsapp.net' offline='1'>"
    "<enc type='msg' v='2' count='1' decrypt-fail='hide'>{330a}</enc><unavailable type='view_once'/></message>",
    "<message id='A2' from='120363000000000001@g.us' type='text' t='1750000000' participant='77:3@lid' "
    "participant_pn='5511777777777@s.whatsapp.net'><enc type='skmsg' v='2'>{330a}</enc></message>",
    "<receipt id='A3' from='5511888888888@s.whatsapp.net' type='read' t='1' participant='77@lid' offline='0'>"
    "<list><item id='B'/></list></receipt>",
    "<receipt id='A4' from='5511888888888:2@s.whatsapp.net' type='retry' t='1'><retry count='1' id='A4' t='1' v='1'/>"
    "<registration>{00000001}</registration></receipt>",
    "<call id='A5' from='77@lid' t='1750000000' platform='android' version='2' notify='Ana' sender_lid='77@lid'>"
    "<offer call-id='C1' call-creator='77:1@lid' caller_pn='5511777777777@s.whatsapp.net' group-jid='1-2@g.us' "
    "media='video' type='group' reason='x'/></call>",
    "<call id='A6' from='77@lid' t='1'><terminate call-id='C1' call-creator='77:1@lid' reason='timeout' duration='4'/></call>",
    "<call id='A7' from='77@lid' t='1'><unheard-of call-id='C1' call-creator='77:1@lid'/></call>",
    "<notification id='A8' from='s.whatsapp.net' type='encrypt' t='1'><count value='500'/></notification>",
    "<notification id='A9' from='5511888888888@s.whatsapp.net' type='privacy_token' t='1' sender_lid='77@lid'>"
    "<tokens><token type='trusted_contact' t='1'>{0102}</token></tokens></notification>",
    "<notification id='AA' from='s.whatsapp.net' type='server_sync' t='1'><collection name='regular' version='7'/></notification>",
    "<notification id='AB' from='5511888888888@s.whatsapp.net' type='devices' t='1' lid='77@lid'><update/></notification>",
    "<notification id='AC' from='120363000000000001@g.us' type='w:gp2' t='1' participant='77@lid'><subject/></notification>",
    "<notification id='AD' from='5511888888888@s.whatsapp.net' type='encrypt' t='1'><identity/></notification>",
    "<notification id='AE' from='5511888888888@s.whatsapp.net' type='account_sync' t='1'><privacy/></notification>",
    "<notification id='AN' from='77@lid' type='status' t='1'><set>{78}</set></notification>",
    "<notification id='AM' from='77@lid' type='picture' t='1'>"
    "<set jid='77@lid' id='17' author='78@lid'/></notification>",
    "<ib from='s.whatsapp.net'><dirty type='account_sync' timestamp='1'/></ib>",
    "<ib from='s.whatsapp.net'><offline_preview count='1' message='1' receipt='1' notification='0' appdata='0' call='0'/></ib>",
    "<ib from='s.whatsapp.net'><offline count='1'/></ib>",
    "<ib from='s.whatsapp.net'><edge_routing><routing_info>{0809}</routing_info></edge_routing></ib>",
    "<iq id='AF' from='s.whatsapp.net' type='get' xmlns='urn:xmpp:ping'/>",
    "<iq id='AG' from='s.whatsapp.net' type='set' xmlns='md'><pair-device><ref>{31}</ref></pair-device></iq>",
    "<iq id='AH' from='s.whatsapp.net' type='set'><pair-success><device-identity>{01}</device-identity>"
    "<device jid='5511888888888:3@s.whatsapp.net' lid='77:3@lid'/><platform name='x'/><biz name='x'/></pair-success></iq>",
    "<iq id='AI' from='s.whatsapp.net' type='result'/>",
    "<iq id='AJ' from='s.whatsapp.net' type='error'><error code='500' text='x' backoff='1'/></iq>",
    "<ack id='AK' class='message' from='5511888888888@s.whatsapp.net' type='x' t='1' error='400' phash='2:x'/>",
    "<success t='1750000000' lid='90000000000001:7@lid' display_name='Ana'/>",
    "<presence from='5511888888888@s.whatsapp.net' type='unavailable' last='1'/>",
    "<chatstate from='5511888888888@s.whatsapp.net' participant='77@lid'><composing media='audio'/></chatstate>",
    "<unheard-of id='AL' from='5511888888888@s.whatsapp.net' type='x'/>",
};

std::vector<std::string> odd_texts() {
  return {"",
          "@",
          ":",
          "0",
          "-1",
          "99999999999999999999",
          "9223372036854775807",
          "\xff\xfe\x80",
          std::string(3, '\0'),
          "a/b\"c\\d|e",
          std::string(limits::kIdCharsMax, 'i'),
          std::string(limits::kIdCharsMax + 1, 'i'),
          std::string(200, '7') + "@s.whatsapp.net",
          std::string(limits::kEchoBytesMax, 'x'),
          std::string(limits::kEchoBytesMax + 1, 'x')};
}

bool is_acknowledged(const Node& node) {
  return node.tag == "message" || node.tag == "receipt" || node.tag == "notification" || node.tag == "call";
}

// The flag byte of a compressed stanza, then what is no bigger on the wire than any other.
Bytes zipped(const Node& node) {
  Bytes out{2};
  append(out, wire::deflate(wire::encode_node(node)));
  return out;
}

// Every attribute of the tree, and every content that is no list, once.
template <class Visit>
void each_value(Node& node, Visit visit) {
  for (auto& attr : node.attrs) {
    const wire::Value before = attr.second;
    visit([&](const std::string& value) { attr.second = value; });
    attr.second = before;
  }
  if (std::holds_alternative<Node::Children>(node.content)) {
    for (Node& child : std::get<Node::Children>(node.content)) each_value(child, visit);
  } else if (!std::holds_alternative<std::monostate>(node.content)) {
    const Node::Content before = node.content;
    visit([&](const std::string& value) { node.content = to_bytes(view(value)); });
    node.content = before;
  }
}

struct Heard {
  ClientRig rig{true};
  Heard() {
    rig.go_online();
    rig.server.received.clear();
  }
  // Everything that answers this id: acks and receipts by id, results of pings.
  int answers(const std::string& id) const {
    int count = 0;
    for (const Node& node : rig.server.received) {
      const bool answer = node.tag == "ack" || (node.tag == "receipt" && node.text_attr("type") != "retry");
      count += answer && node.text_attr("id") == id;
    }
    return count;
  }
  bool alive() {
    rig.server.received.clear();
    rig.say(from_xml("<iq id='alive' from='s.whatsapp.net' type='get' xmlns='urn:xmpp:ping'/>"));
    const Node* pong = rig.last("iq");
    return rig.link_up() && pong && pong->text_attr("id") == "alive";
  }
};

}  // namespace

TEST_CASE("odd values in every place of every stanza: the link lives and one answer goes out") {
  Heard heard;
  ClientRig& rig = heard.rig;
  int tried = 0;
  for (const char* text : kStanzas) {
    Node node = from_xml(text);
    for (const std::string& odd : odd_texts()) {
      each_value(node, [&](const auto& set) {
        set(odd);
        rig.server.received.clear();
        rig.say(node);
        ++tried;
        const std::string id = node.text_attr("id");
        bool readable = true;
        for (const auto& attr : node.attrs) readable = readable && node.text_attr(attr.first).size() <= limits::kEchoBytesMax;
        if (is_acknowledged(node) && readable && !id.empty() && !node.text_attr("from").empty()) {
          CAPTURE(test::xml(node).substr(0, 300), odd.size());
          // A child's attribute may be too long, too: then nothing of the stanza is read.
          const bool whole = wire::decode_stanza(wire::encode_stanza(node)).ok();
          CHECK(heard.answers(id) == (whole ? 1 : 0));
        }
        if (!rig.link_up()) FAIL(test::xml(node).substr(0, 300));
      });
    }
  }
  CHECK(tried > 1'500);
  CHECK(heard.alive());
}

TEST_CASE("an id of 17 MiB, small on the wire: dropped and counted, now and after the next login") {
  Heard heard;
  ClientRig& rig = heard.rig;
  const std::string huge(17u << 20, 'i');
  for (int login = 0; login < 2; ++login) {
    for (const char* text : kStanzas) {
      Node node = from_xml(text);
      for (const char* name : {"id", "from", "type"}) {
        const bool first = text == kStanzas[0];
        if (!node.find(name) || (!first && (login > 0 || name != std::string("id")))) continue;
        Node big = node;
        for (auto& attr : big.attrs) {
          if (attr.first == name) attr.second = huge;
        }
        const Bytes stanza = zipped(big);
        REQUIRE(stanza.size() < (100u << 10));
        const std::int64_t before = rig.dropped;
        rig.bytes(rig.server.seal_bytes(stanza));
        CHECK(rig.dropped == before + 1);
      }
    }
    CHECK(heard.alive());
    rig.closed();
    rig.advance(60'000);
    rig.success();
    REQUIRE(rig.link_up());
  }
}

TEST_CASE("an ib that says several things is heard wholly") {
  Heard heard;
  ClientRig& rig = heard.rig;
  rig.say(from_xml("<ib><edge_routing><routing_info>{0102}</routing_info></edge_routing>"
                   "<offline_preview count='9' message='9'/></ib>"));
  CHECK(rig.stored().routing_info == Bytes{1, 2});
  CHECK(rig.event<client::OfflinePreview>()->total == 9);
  const Node* batch = rig.last("ib");
  REQUIRE(batch);
  CHECK(batch->child_named("offline_batch"));
  rig.server.received.clear();
  rig.say(from_xml("<ib><dirty type='groups' timestamp='1'/><dirty type='account_sync' timestamp='2'/>"
                   "<dirty type='newsletter_metadata' timestamp='3'/><offline count='9'/></ib>"));
  std::vector<std::string> cleaned;
  for (const Node& node : rig.server.received) {
    if (const Node* clean = node.child_named("clean")) cleaned.push_back(clean->text_attr("type"));
  }
  CHECK(cleaned == std::vector<std::string>{"groups", "account_sync", "newsletter_metadata"});
  CHECK(rig.event<client::OfflineCompleted>()->count == 9);
}

TEST_CASE("a summary of receipts is a receipt of each") {
  Heard heard;
  ClientRig& rig = heard.rig;
  rig.say(from_xml("<receipt from='120363000000000001@g.us' id='R1' type='read' t='1750000009'>"
                   "<participants key='3EB0AA'>"
                   "<user jid='70000000000002@lid' t='1750000001'/>"
                   "<user jid='5511888888888@s.whatsapp.net' t='1750000002'/>"
                   "<user jid='90000000000001@lid' t='1750000003'/></participants><participants key='3EB0BB'>"
                   "<user jid='70000000000002@lid'/></participants></receipt>"));
  CHECK(heard.answers("R1") == 1);
  std::vector<client::MessageReceipt> told;
  for (const auto& event : rig.events) {
    if (const auto* receipt = std::get_if<client::MessageReceipt>(&event)) told.push_back(*receipt);
  }
  REQUIRE(told.size() == 3);
  CHECK(told[0].kind == client::ReceiptKind::read);
  CHECK(told[0].ids == std::vector<std::string>{"3EB0AA"});
  CHECK(told[0].by.user == "70000000000002");
  CHECK(told[0].time.seconds() == 1'750'000'001);
  CHECK(told[0].chat.user == "120363000000000001");
  CHECK(told[1].by.user == "5511888888888");
  CHECK(told[2].ids == std::vector<std::string>{"3EB0BB"});
  CHECK(told[2].time.seconds() == 1'750'000'009);
}

TEST_CASE("what several children of a notification or a call say is done, and answered once") {
  Heard heard;
  ClientRig& rig = heard.rig;
  rig.say(from_xml("<notification id='N1' from='s.whatsapp.net' type='encrypt' t='1'>"
                   "<digest/><count value='0'/></notification>"));
  CHECK(heard.answers("N1") == 1);
  int asked = 0;  // what the service holds; the upload is on its way already
  for (const Node& node : rig.server.received) asked += node.child_named("digest") != nullptr;
  CHECK(asked == 1);
  rig.say(from_xml("<call id='S1' from='70000000000002@lid' t='1750000000'>"
                   "<offer call-id='C1' call-creator='70000000000002@lid'/>"
                   "<terminate call-id='C0' call-creator='70000000000002@lid' reason='timeout'/></call>"));
  CHECK(heard.answers("S1") == 1);
  CHECK(rig.count<client::CallEvent>() == 2);
}

TEST_CASE("contents that an answer repeats are bounded like attributes") {
  ClientRig rig(false);
  rig.start();
  const std::string huge(17u << 20, 'r');
  Node node = from_xml("<iq id='P1' from='s.whatsapp.net' type='set' xmlns='md'><pair-device><ref/><ref/></pair-device></iq>");
  auto& refs = std::get<Node::Children>(std::get<Node::Children>(node.content)[0].content);
  refs[0].bytes(view(huge));
  refs[1].bytes(view("a-ref"));
  rig.bytes(rig.server.seal_bytes(zipped(node)));
  const auto* qr = rig.event<client::QrGenerated>();
  REQUIRE(qr);
  CHECK(qr->text.size() < limits::kEchoBytesMax);
  CHECK(rig.link_up());
}

TEST_CASE("a stanza of ours that fits no frame is not sent, and the next one is") {
  Heard heard;
  Node big("iq");
  big.attr("id", "big").bytes(Bytes(limits::kFrameBytesMax, 1));
  CHECK(wire::encode_stanza(big).empty());
  Node wide("iq");
  for (std::size_t i = 0; i <= limits::kNodeChildrenMax; ++i) wide.child(Node("a"));
  CHECK(wire::encode_stanza(wide).empty());
  CHECK(heard.alive());
}

}  // namespace odd_stanzas_test
