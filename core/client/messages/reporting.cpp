// tested by unit/client/messages/reporting_test.cpp
#include "client/messages/reporting.h"

#include <algorithm>

#include "client/messages/message_fields.h"
#include "crypto/hash.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr std::size_t kSecretBytes = 32, kTokenBytes = 16;

// A field of a message, and which of its own count; nullptr: it counts whole.
struct Covered { std::uint8_t field = 0; const Covered* inside = nullptr; };

constexpr Covered kForwards[] = {{21}, {22}, {}};
constexpr Covered kImage[] = {{2}, {3}, {8}, {11}, {17, kForwards}, {25}, {}};
constexpr Covered kContact[] = {{1}, {16}, {17, kForwards}, {}};
constexpr Covered kLocation[] = {{3}, {4}, {5}, {16}, {17, kForwards}, {}};
constexpr Covered kExtended[] = {{1}, {17, kForwards}, {30}, {}};
constexpr Covered kDocument[] = {{2}, {7}, {10}, {17, kForwards}, {20}, {}};
constexpr Covered kAudio[] = {{2}, {7}, {9}, {17, kForwards}, {21}, {}};
constexpr Covered kVideo[] = {{2}, {6}, {7}, {13}, {17, kForwards}, {20}, {}};
constexpr Covered kLiveLocation[] = {{6}, {16}, {17, kForwards}, {}};
constexpr Covered kSticker[] = {{4}, {5}, {8}, {13}, {17, kForwards}, {}};
constexpr Covered kInvite[] = {{1}, {2}, {4}, {5}, {6}, {7, kForwards}, {}};
constexpr Covered kOption[] = {{1}, {2}, {}};
constexpr Covered kPoll[] = {{2}, {3, kOption}, {5, kForwards}, {8, kOption}, {}};
constexpr Covered kPtv[] = {{2}, {6}, {7}, {13}, {17, kForwards}, {20}, {}};
constexpr Covered kVotes[] = {{1}, {}};
constexpr Covered kPollResult[] = {{1}, {2, kVotes}, {3, kForwards}, {}};
constexpr Covered kMessage[] = {{1},
                                {3, kImage},
                                {4, kContact},
                                {5, kLocation},
                                {6, kExtended},
                                {7, kDocument},
                                {8, kAudio},
                                {9, kVideo},
                                {18, kLiveLocation},
                                {26, kSticker},
                                {28, kInvite},
                                {49, kPoll},
                                {60, kPoll},
                                {64, kPoll},
                                {66, kPtv},
                                {88, kPollResult},
                                {}};

// By number, those of the same one in their order.
void collect(proto::Items from, const Covered* covered, proto::Writer& out) {
  for (; covered->field != 0; ++covered) {
    proto::Items items = from;
    for (proto::Item item; items.next(item);) {
      if (item.field != covered->field) continue;
      if (!covered->inside) {
        out.item(item);
      } else if (item.wire == proto::Wire::bytes) {
        proto::Writer inner;
        collect(proto::Items(item.bytes), covered->inside, inner);
        if (!inner.written().empty()) out.message(item.field, inner);
      }
    }
  }
}

bool has_message_inside(const proto::Reader& message) {
  const proto::Nested* each = kMessageFields;
  while (each->field != 0 && !(each->inside == kWrapperFields && message.has(each->field))) ++each;
  return each->field != 0 || message.has(pb::Message::kProtocolMessageFieldNumber);
}

}  // namespace

Bytes reported_content(ByteView bytes) {
  const proto::Parsed message(bytes, kMessageFields);
  proto::Writer out;
  if (message && !has_message_inside(*message)) collect(message->items(), kMessage, out);
  return out.written();
}

Bytes reporting_token(ByteView bytes, const ReportedMessage& of) {
  const proto::Parsed message(bytes, kMessageFields);
  const ByteView secret = message->message(pb::Message::kMessageContextInfoFieldNumber)
                              .bytes(pb::MessageContextInfo::kMessageSecretFieldNumber);
  if (secret.size() != kSecretBytes) return {};
  const Bytes content = reported_content(bytes);
  if (content.empty()) return {};
  const std::string info = of.id + of.sender.user_jid().text() + of.chat.user_jid().text() + "Report Token";
  const auto key = crypto::hkdf_sha256<32>(secret, {}, info);
  const auto token = crypto::hmac_sha256(key, content);
  return Bytes(token.begin(), token.begin() + kTokenBytes);
}

}  // namespace wa::client
