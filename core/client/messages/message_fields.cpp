// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/message_fields.h"

#include "e2e.pb.h"

namespace wa::client {
namespace {

using proto::Nested;

constexpr Nested kExtendedText[] = {{pb::Message::ExtendedText::kContextInfoFieldNumber, kContextFields}, {}};

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

}  // namespace

const Nested kWrapperFields[] = {{pb::Message::FutureProof::kMessageFieldNumber, kMessageFields}, {}};
const Nested kMessageFields[] = {
    {pb::Message::kSenderKeyDistributionMessageFieldNumber},
    {pb::Message::kExtendedTextMessageFieldNumber, kExtendedText},
    {pb::Message::kProtocolMessageFieldNumber, kProtocol},
    {pb::Message::kDeviceSentMessageFieldNumber, kDeviceSent},
    {pb::Message::kMessageContextInfoFieldNumber},
    {pb::Message::kViewOnceMessageFieldNumber, kWrapperFields},
    {pb::Message::kEphemeralMessageFieldNumber, kWrapperFields},
    {pb::Message::kDocumentWithCaptionMessageFieldNumber, kWrapperFields},
    {pb::Message::kViewOnceMessageV2FieldNumber, kWrapperFields},
    {pb::Message::kEditedMessageFieldNumber, kWrapperFields},
    {pb::Message::kViewOnceMessageV2ExtensionFieldNumber, kWrapperFields},
    {pb::Message::kGroupMentionedMessageFieldNumber, kWrapperFields},
    {pb::Message::kBotInvokeMessageFieldNumber, kWrapperFields},
    {pb::Message::kLottieStickerMessageFieldNumber, kWrapperFields},
    {pb::Message::kEventCoverImageFieldNumber, kWrapperFields},
    {pb::Message::kStatusMentionMessageFieldNumber, kWrapperFields},
    {pb::Message::kPollCreationOptionImageMessageFieldNumber, kWrapperFields},
    {pb::Message::kAssociatedChildMessageFieldNumber, kWrapperFields},
    {pb::Message::kGroupStatusMentionMessageFieldNumber, kWrapperFields},
    {pb::Message::kPollCreationMessageV4FieldNumber, kWrapperFields},
    {pb::Message::kStatusAddYoursFieldNumber, kWrapperFields},
    {pb::Message::kGroupStatusMessageFieldNumber, kWrapperFields},
    {pb::Message::kLimitSharingMessageFieldNumber, kWrapperFields},
    {pb::Message::kBotTaskMessageFieldNumber, kWrapperFields},
    {pb::Message::kQuestionMessageFieldNumber, kWrapperFields},
    {pb::Message::kGroupStatusMessageV2FieldNumber, kWrapperFields},
    {pb::Message::kBotForwardedMessageFieldNumber, kWrapperFields},
    {pb::Message::kQuestionReplyMessageFieldNumber, kWrapperFields},
    {pb::Message::kNewsletterAdminProfileMessageFieldNumber, kWrapperFields},
    {pb::Message::kNewsletterAdminProfileMessageV2FieldNumber, kWrapperFields},
    {pb::Message::kSpoilerMessageFieldNumber, kWrapperFields},
    {pb::Message::kNewsletterAdminProfileStatusMessageFieldNumber, kWrapperFields},
    {},
};
const Nested kContextFields[] = {{pb::ContextInfo::kQuotedMessageFieldNumber, kMessageFields}, {}};
const Nested kResentMessageFields[] = {
    {pb::ResentMessage::kKeyFieldNumber}, {pb::ResentMessage::kMessageFieldNumber, kMessageFields}, {}};

}  // namespace wa::client
