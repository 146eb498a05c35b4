#include "stanza/outbound/answer.h"

#include <catch2/catch.hpp>

#include "unit/stanza/xml.h"

using namespace wa;
using namespace wa::stanza;
using test::from_xml;
using test::xml;

namespace {

AckInfo ack_of(const char* text) {
  const Inbound inbound = parse_inbound(from_xml(text));
  if (const auto* message = std::get_if<Message>(&inbound)) return message->ack;
  if (const auto* receipt = std::get_if<Receipt>(&inbound)) return receipt->ack;
  if (const auto* notification = std::get_if<Notification>(&inbound)) return notification->ack;
  if (const auto* other = std::get_if<Unknown>(&inbound); other && other->ack) return *other->ack;
  FAIL("no ack expected for " << text);
  return {};
}

}  // namespace

TEST_CASE("plain acknowledgements") {
  struct Row { const char* name; const char* received; const char* ack; };
  const Row rows[] = {
      {"message: no type", "<message id='A1' from='5511999999999@s.whatsapp.net' type='text'/>",
       "<ack class='message' id='A1' to='5511999999999@s.whatsapp.net'/>"},
      {"group message", "<message id='A1' from='120363000000000001@g.us' participant='440000000000001:2@lid' type='text'/>",
       "<ack class='message' id='A1' to='120363000000000001@g.us' participant='440000000000001:2@lid'/>"},
      {"participant and recipient", "<message id='A1' from='1@lid' participant='2@lid' recipient='3@lid'/>",
       "<ack class='message' id='A1' to='1@lid' participant='2@lid' recipient='3@lid'/>"},
      {"receipt keeps its type", "<receipt id='A2' from='1:3@lid' type='read' recipient='3@lid'/>",
       "<ack class='receipt' id='A2' to='1:3@lid' type='read' recipient='3@lid'/>"},
      {"receipt without type", "<receipt id='A2' from='1:3@lid'/>", "<ack class='receipt' id='A2' to='1:3@lid'/>"},
      {"notification keeps its type", "<notification id='7' from='s.whatsapp.net' type='encrypt'><count value='3'/></notification>",
       "<ack class='notification' id='7' to='s.whatsapp.net' type='encrypt'/>"},
      {"group notification", "<notification id='7' from='1@g.us' type='w:gp2' participant='2@lid'/>",
       "<ack class='notification' id='7' to='1@g.us' type='w:gp2' participant='2@lid'/>"},
      {"call without a child", "<call id='9' from='1@lid'/>", "<ack class='call' id='9' to='1@lid'/>"},
      {"a sender of a kind we do not know", "<message id='A1' from='1@newserver' type='text'/>",
       "<ack class='message' id='A1' to='1@newserver'/>"},
      {"offer without a call id", "<call id='9' from='1@lid'><offer/></call>", "<ack class='call' id='9' to='1@lid' type='offer'/>"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(xml(build_ack(ack_of(row.received))) == row.ack);
  }
  CHECK(xml(build_ack(ack_of("<message id='A1' from='1@lid'/>"), Nack::parse_error)) ==
        "<ack class='message' id='A1' to='1@lid' error='487'/>");
}

// binary_node.json, "message ack" and "call receipt": bytes that other implementations wrote.
TEST_CASE("bytes of acknowledgements are those of the vectors") {
  const auto ack = build_ack(ack_of("<message id='3EB08C28103252351975B8' from='85442321330@s.whatsapp.net'/>"));
  CHECK(hex(encode_stanza(ack)) == "00f8071b151308fb0b3eb08c28103252351975b811faff8685442321330f03");
  const Inbound offer = parse_inbound(from_xml(
      "<call id='3EB08C28103252351975B8' from='440027779785628@lid'>"
      "<offer call-id='003A1E735219C882166E8FBB9BB48652' call-creator='440027779785628:89@lid'/></call>"));
  REQUIRE(std::holds_alternative<Call>(offer));
  CHECK(hex(encode_stanza(build_call_ack(std::get<Call>(offer), std::nullopt))) ==
        "00f8060708fb0b3eb08c28103252351975b811faff88440027779785628f76f801f805ec1c68fb10003a1e735219c882166e8fbb9bb48652"
        "47f70159ff88440027779785628f");
}

TEST_CASE("call acknowledgements (06 section 2)") {
  struct Row { const char* tag; bool receipt; };
  const Row rows[] = {{"offer", true},        {"accept", true},     {"reject", true},    {"enc_rekey", true},
                      {"offer_notice", false}, {"terminate", false}, {"preaccept", false}, {"relaylatency", false},
                      {"transport", false},    {"mute_v2", false},   {"never_seen", false}};
  for (const Row& row : rows) {
    CAPTURE(row.tag);
    const std::string tag = row.tag;
    const Inbound inbound = parse_inbound(from_xml("<call id='S1' from='1:4@lid' participant='7@lid'><" + tag +
                                                   " call-id='C0FFEE' call-creator='1:4@lid'/></call>"));
    const auto* call = std::get_if<Call>(&inbound);
    REQUIRE(call);
    const std::string answer = xml(build_call_ack(*call, wire::Jid{"5", wire::Server::lid, 12}));
    if (row.receipt) {
      CHECK(answer == "<receipt id='S1' to='1:4@lid' from='5:12@lid' participant='7@lid'><" + tag +
                          " call-id='C0FFEE' call-creator='1:4@lid'/></receipt>");
    } else {
      CHECK(answer == "<ack class='call' id='S1' to='1:4@lid' type='" + tag + "' participant='7@lid'/>");
    }
  }
}

TEST_CASE("receipts that acknowledge") {
  const AckInfo own = ack_of("<message id='A1' from='1:3@lid' recipient='2@lid' type='text'/>");
  CHECK(xml(build_receipt(own, ReceiptType::sender)) == "<receipt id='A1' to='1:3@lid' type='sender' recipient='2@lid'/>");
  const AckInfo other = ack_of("<message id='A1' from='1@g.us' participant='2:1@lid'/>");
  CHECK(xml(build_receipt(other, ReceiptType::delivered)) == "<receipt id='A1' to='1@g.us' participant='2:1@lid'/>");
  CHECK(xml(build_receipt(other, ReceiptType::inactive)) ==
        "<receipt id='A1' to='1@g.us' type='inactive' participant='2:1@lid'/>");
  const wire::Jid pn{"5511999999999", wire::Server::pn, 12};
  CHECK(xml(build_peer_receipt("A1", pn, PeerReceiptType::peer_msg)) ==
        "<receipt id='A1' to='5511999999999@s.whatsapp.net' type='peer_msg'/>");
  CHECK(xml(build_peer_receipt("A1", pn, PeerReceiptType::hist_sync)) ==
        "<receipt id='A1' to='5511999999999@s.whatsapp.net' type='hist_sync'/>");
  const std::vector<std::string> ids = {"A1", "A2", "A3"};
  CHECK(xml(build_read_receipt(ids, {"1", wire::Server::group}, wire::Jid{"2", wire::Server::lid}, 1750000000, false)) ==
        "<receipt id='A1' to='1@g.us' type='read' t='1750000000' participant='2@lid'>"
        "<list><item id='A2'/><item id='A3'/></list></receipt>");
  CHECK(xml(build_read_receipt(std::span(ids).first(1), {"1", wire::Server::lid}, std::nullopt, 5, true)) ==
        "<receipt id='A1' to='1@lid' type='read-self' t='5'/>");
}

TEST_CASE("retry receipts") {
  RetryRequest request;
  request.of = ack_of("<message id='A1' from='1:3@lid' recipient='2@lid'/>");
  request.message_t = 1730943171;
  request.registration_id = 0x623b1c49;
  CHECK(xml(build_retry_receipt(request)) ==
        "<receipt id='A1' to='1:3@lid' type='retry' recipient='2@lid'>"
        "<retry count='1' id='A1' t='1730943171' v='1'/><registration>{623b1c49}</registration></receipt>");
  request.count = 2;
  request.error = 3;
  request.category = "peer";
  request.keys = RetryKeys{{1}, {2}, {3}, {4}, {5}, 7u, 8};
  CHECK(xml(build_retry_receipt(request)) ==
        "<receipt id='A1' to='1:3@lid' type='retry' recipient='2@lid' category='peer'>"
        "<retry count='2' id='A1' t='1730943171' v='1' error='3'/><registration>{623b1c49}</registration>"
        "<keys><type>{05}</type><identity>{01}</identity><key><id>{000007}</id><value>{02}</value></key>"
        "<skey><id>{000008}</id><value>{03}</value><signature>{04}</signature></skey>"
        "<device-identity>{05}</device-identity></keys></receipt>");
}
