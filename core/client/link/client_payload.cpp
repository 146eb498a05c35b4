// tested by unit/client/link/client_payload_vectors.cpp
#include "client/link/client_payload.h"

#include "crypto/hash.h"
#include "payload.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

// Enumerators of ClientPayload and DeviceProps (proto-fields.md).
constexpr std::uint64_t kPlatformWeb = 14, kReleaseChannelRelease = 0, kSubPlatformWebBrowser = 0, kWifiUnknown = 1,
                        kUserActivated = 1, kPlatformTypeChrome = 1;
constexpr std::uint64_t kHistoryQuotaMb = 10240;
constexpr std::uint32_t kDevicePropsVersion[3] = {10, 15, 7};

using Payload = pb::ClientPayload;

proto::Writer app_version(std::uint64_t primary, std::uint64_t secondary, std::uint64_t tertiary) {
  using Version = pb::AppVersion;
  proto::Writer version;
  version.number(Version::kPrimaryFieldNumber, primary)
      .number(Version::kSecondaryFieldNumber, secondary)
      .number(Version::kTertiaryFieldNumber, tertiary);
  return version;
}

// Fields 5 to 13, the same at a registration and at a login.
void write_common(proto::Writer& payload, const Config& config, PayloadStyle style) {
  using Agent = pb::UserAgent;
  proto::Writer agent;
  agent.number(Agent::kPlatformFieldNumber, kPlatformWeb)
      .message(Agent::kAppVersionFieldNumber, app_version(config.app_version[0], config.app_version[1], config.app_version[2]))
      .text(Agent::kMccFieldNumber, "000")
      .text(Agent::kMncFieldNumber, "000")
      .text(Agent::kOsVersionFieldNumber, "0.1");
  if (style.manufacturer) agent.text(Agent::kManufacturerFieldNumber, "");
  agent.text(Agent::kDeviceFieldNumber, "Desktop")
      .text(Agent::kOsBuildNumberFieldNumber, "0.1")
      .number(Agent::kReleaseChannelFieldNumber, kReleaseChannelRelease)
      .text(Agent::kLocaleLanguageFieldNumber, "en")
      .text(Agent::kLocaleCountryFieldNumber, "US");
  proto::Writer web;
  web.number(pb::WebInfo::kWebSubPlatformFieldNumber, kSubPlatformWebBrowser);
  payload.message(Payload::kUserAgentFieldNumber, agent)
      .message(Payload::kWebInfoFieldNumber, web)
      .number(Payload::kConnectTypeFieldNumber, kWifiUnknown)
      .number(Payload::kConnectReasonFieldNumber, kUserActivated);
}

std::optional<std::uint64_t> digits(const std::string& text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

std::string version_text(const Config& config) {
  return std::to_string(config.app_version[0]) + '.' + std::to_string(config.app_version[1]) + '.' +
         std::to_string(config.app_version[2]);
}

ByteArray<16> build_hash(const Config& config) { return crypto::md5(view(version_text(config))); }

// The history settings only steer how much the phone sends: little is enough for us.
Bytes build_device_props(const Config& config) {
  using Props = pb::DeviceProps;
  using HistorySync = pb::DeviceProps::HistorySyncConfig;
  proto::Writer history;
  history.number(HistorySync::kStorageQuotaMbFieldNumber, kHistoryQuotaMb)
      .number(HistorySync::kInlineInitialPayloadInE2EeMsgFieldNumber, true)
      .number(HistorySync::kSupportCallLogHistoryFieldNumber, false)
      .number(HistorySync::kSupportBotUserAgentChatHistoryFieldNumber, true)
      .number(HistorySync::kSupportCagReactionsAndPollsFieldNumber, true)
      .number(HistorySync::kSupportBizHostedMsgFieldNumber, true)
      .number(HistorySync::kSupportRecentSyncChunkMessageCountTuningFieldNumber, true)
      .number(HistorySync::kSupportHostedGroupMsgFieldNumber, true)
      .number(HistorySync::kSupportFbidBotChatHistoryFieldNumber, true)
      .number(HistorySync::kSupportMessageAssociationFieldNumber, true)
      .number(HistorySync::kSupportGroupHistoryFieldNumber, false);
  proto::Writer props;
  props.text(Props::kOsFieldNumber, config.device_name)
      .message(Props::kVersionFieldNumber, app_version(kDevicePropsVersion[0], kDevicePropsVersion[1], kDevicePropsVersion[2]))
      .number(Props::kPlatformTypeFieldNumber, kPlatformTypeChrome)
      .number(Props::kRequireFullSyncFieldNumber, false)
      .message(Props::kHistorySyncConfigFieldNumber, history);
  return props.written();
}

Bytes build_registration_payload(const Config& config, const Account& account, const signal::SignedPrekey& prekey,
                                 PayloadStyle style) {
  using Data = pb::DevicePairingData;
  proto::Writer data;
  data.bytes(Data::kERegidFieldNumber, be_bytes(account.registration_id, 4))
      .text(Data::kEKeytypeFieldNumber, "\x05")
      .bytes(Data::kEIdentFieldNumber, account.identity.public_key)
      .bytes(Data::kESkeyIdFieldNumber, be_bytes(prekey.id, 3))
      .bytes(Data::kESkeyValFieldNumber, prekey.key.public_key)
      .bytes(Data::kESkeySigFieldNumber, prekey.signature)
      .bytes(Data::kBuildHashFieldNumber, build_hash(config))
      .bytes(Data::kDevicePropsFieldNumber, build_device_props(config));
  proto::Writer payload;
  payload.number(Payload::kPassiveFieldNumber, false);
  write_common(payload, config, style);
  payload.message(Payload::kDevicePairingDataFieldNumber, data).number(Payload::kPullFieldNumber, false);
  return payload.written();
}

Result<Bytes> build_login_payload(const Config& config, const Account& account, PayloadStyle style) {
  const auto username = digits(account.pn.user);
  if (!username) return {Errc::corrupt_store, "stored account has no phone number"};
  proto::Writer payload;
  payload.number(Payload::kUsernameFieldNumber, *username).number(Payload::kPassiveFieldNumber, true);
  write_common(payload, config, style);
  payload.number(Payload::kDeviceFieldNumber, account.pn.device);
  if (style.login_counter) payload.number(Payload::kLcFieldNumber, account.login_counter + 1);
  payload.number(Payload::kPullFieldNumber, true).number(Payload::kLidDbMigratedFieldNumber, style.lid_db_migrated);
  return payload.written();
}

}  // namespace wa::client
