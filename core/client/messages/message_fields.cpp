// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/message_fields.h"

#include "e2e.pb.h"

namespace wa::client {
namespace {

using proto::Nested;

constexpr Nested kContext[] = {{pb::ContextInfo::kQuotedMessageFieldNumber, kMessageFields}, {}};
constexpr Nested kExtendedText[] = {{pb::Message::ExtendedText::kContextInfoFieldNumber, kContext}, {}};

constexpr Nested kFingerprint[] = {{pb::AppStateSyncKey::Fingerprint::kDeviceIndexesFieldNumber, proto::kPackedNumbers},
                                   {}};
constexpr Nested kKeyData[] = {{pb::AppStateSyncKey::Data::kFingerprintFieldNumber, kFingerprint}, {}};
constexpr Nested kKey[] = {
    {pb::AppStateSyncKey::kKeyIdFieldNumber}, {pb::AppStateSyncKey::kKeyDataFieldNumber, kKeyData}, {}};
constexpr Nested kKeyShare[] = {{pb::AppStateSyncKeyShare::kKeysFieldNumber, kKey}, {}};
constexpr Nested kKeyRequest[] = {{pb::AppStateSyncKeyRequest::kKeyIdsFieldNumber}, {}};

using ResendRequest = pb::PeerDataOperationRequest;
constexpr Nested kResendRequest[] = {{ResendRequest::PlaceholderResend::kMessageKeyFieldNumber}, {}};
constexpr Nested kRequest[] = {{ResendRequest::kPlaceholderMessageResendRequestFieldNumber, kResendRequest}, {}};
using ResendAnswer = pb::PeerDataOperationResponse;
constexpr Nested kResult[] = {{ResendAnswer::Result::kPlaceholderMessageResendResponseFieldNumber}, {}};
constexpr Nested kResponse[] = {{ResendAnswer::kResultFieldNumber, kResult}, {}};

using Protocol = pb::ProtocolMessage;
constexpr Nested kProtocol[] = {
    {Protocol::kKeyFieldNumber},
    {Protocol::kHistorySyncNotificationFieldNumber},
    {Protocol::kAppStateSyncKeyShareFieldNumber, kKeyShare},
    {Protocol::kAppStateSyncKeyRequestFieldNumber, kKeyRequest},
    {Protocol::kEditedMessageFieldNumber, kMessageFields},
    {Protocol::kPeerDataOperationRequestMessageFieldNumber, kRequest},
    {Protocol::kPeerDataOperationRequestResponseMessageFieldNumber, kResponse},
    {Protocol::kLidMigrationMappingSyncMessageFieldNumber},
    {},
};

constexpr Nested kDeviceSent[] = {{pb::Message::DeviceSent::kMessageFieldNumber, kMessageFields}, {}};
constexpr Nested kWrapper[] = {{pb::Message::FutureProof::kMessageFieldNumber, kMessageFields}, {}};

}  // namespace

const Nested kMessageFields[] = {
    {pb::Message::kSenderKeyDistributionMessageFieldNumber},
    {pb::Message::kExtendedTextMessageFieldNumber, kExtendedText},
    {pb::Message::kProtocolMessageFieldNumber, kProtocol},
    {pb::Message::kDeviceSentMessageFieldNumber, kDeviceSent},
    {pb::Message::kMessageContextInfoFieldNumber},
    {pb::Message::kViewOnceMessageFieldNumber, kWrapper},
    {pb::Message::kEphemeralMessageFieldNumber, kWrapper},
    {pb::Message::kDocumentWithCaptionMessageFieldNumber, kWrapper},
    {pb::Message::kViewOnceMessageV2FieldNumber, kWrapper},
    {pb::Message::kEditedMessageFieldNumber, kWrapper},
    {},
};
const Nested kResentMessageFields[] = {
    {pb::ResentMessage::kKeyFieldNumber}, {pb::ResentMessage::kMessageFieldNumber, kMessageFields}, {}};

}  // namespace wa::client
