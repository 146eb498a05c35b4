#include "client/payload.h"

#include "crypto/hash.h"
#include "payload.pb.h"
#include "proto/message.h"

namespace wa::client {
namespace {

// Enumerators of ClientPayload and DeviceProps (proto-fields.md).
constexpr std::int32_t kPlatformWeb = 14, kReleaseChannelRelease = 0, kSubPlatformWebBrowser = 0, kWifiUnknown = 1,
                       kUserActivated = 1, kPlatformTypeChrome = 1;
constexpr std::uint32_t kHistoryQuotaMb = 10240;
constexpr std::uint32_t kDevicePropsVersion[3] = {10, 15, 7};

pb::ClientPayload common(const Config& config, PayloadStyle style) {
  pb::ClientPayload payload;
  auto* agent = payload.mutable_user_agent();
  agent->set_platform(kPlatformWeb);
  auto* version = agent->mutable_app_version();
  version->set_primary(config.app_version[0]);
  version->set_secondary(config.app_version[1]);
  version->set_tertiary(config.app_version[2]);
  agent->set_mcc("000");
  agent->set_mnc("000");
  agent->set_os_version("0.1");
  if (style.manufacturer) agent->set_manufacturer("");
  agent->set_device("Desktop");
  agent->set_os_build_number("0.1");
  agent->set_release_channel(kReleaseChannelRelease);
  agent->set_locale_language("en");
  agent->set_locale_country("US");
  payload.mutable_web_info()->set_web_sub_platform(kSubPlatformWebBrowser);
  payload.set_connect_type(kWifiUnknown);
  payload.set_connect_reason(kUserActivated);
  return payload;
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
  pb::DeviceProps props;
  props.set_os(config.device_name);
  auto* version = props.mutable_version();
  version->set_primary(kDevicePropsVersion[0]);
  version->set_secondary(kDevicePropsVersion[1]);
  version->set_tertiary(kDevicePropsVersion[2]);
  props.set_platform_type(kPlatformTypeChrome);
  props.set_require_full_sync(false);
  auto* history = props.mutable_history_sync_config();
  history->set_storage_quota_mb(kHistoryQuotaMb);
  history->set_inline_initial_payload_in_e2ee_msg(true);
  history->set_support_call_log_history(false);
  history->set_support_bot_user_agent_chat_history(true);
  history->set_support_cag_reactions_and_polls(true);
  history->set_support_biz_hosted_msg(true);
  history->set_support_recent_sync_chunk_message_count_tuning(true);
  history->set_support_hosted_group_msg(true);
  history->set_support_fbid_bot_chat_history(true);
  history->set_support_message_association(true);
  history->set_support_group_history(false);
  return proto::serialise(props);
}

Bytes build_registration_payload(const Config& config, const Account& account, const signal::SignedPrekey& prekey,
                                 PayloadStyle style) {
  pb::ClientPayload payload = common(config, style);
  payload.set_passive(false);
  payload.set_pull(false);
  auto* data = payload.mutable_device_pairing_data();
  data->set_e_regid(to_string(be_bytes(account.registration_id, 4)));
  data->set_e_keytype(std::string(1, '\x05'));
  data->set_e_ident(to_string(account.identity.public_key));
  data->set_e_skey_id(to_string(be_bytes(prekey.id, 3)));
  data->set_e_skey_val(to_string(prekey.key.public_key));
  data->set_e_skey_sig(to_string(prekey.signature));
  data->set_build_hash(to_string(build_hash(config)));
  data->set_device_props(to_string(build_device_props(config)));
  return proto::serialise(payload);
}

Result<Bytes> build_login_payload(const Config& config, const Account& account, PayloadStyle style) {
  const auto username = digits(account.pn.user);
  if (!username) return {Errc::corrupt_store, "stored account has no phone number"};
  pb::ClientPayload payload = common(config, style);
  payload.set_username(*username);
  payload.set_device(account.pn.device);
  payload.set_passive(true);
  payload.set_pull(true);
  payload.set_lid_db_migrated(style.lid_db_migrated);
  if (style.login_counter) payload.set_lc(static_cast<std::int32_t>(account.login_counter + 1));
  return proto::serialise(payload);
}

}  // namespace wa::client
