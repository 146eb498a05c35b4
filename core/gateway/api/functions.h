// The functions of the route table that run at a device, and the replies to those who waited; one file per family.
#pragma once

#include "gateway/api/endpoint.h"

namespace wa::gateway {

// calls.cpp
Answer list_calls(DeviceCall&);
Answer reject_call(DeviceCall&);
Answer show_settings(DeviceCall&);
Answer change_settings(DeviceCall&);
Reply reject_reply(RequestId, const client::RejectDone&, WallTime now);

// chats.cpp
Answer archive_chat(DeviceCall&);
Answer mute_chat(DeviceCall&);
Answer pin_chat(DeviceCall&);
Answer unpin_chat(DeviceCall&);
Answer read_chat(DeviceCall&);
Answer clear_chat(DeviceCall&);
Answer delete_chat(DeviceCall&);
Answer sync_app_state(DeviceCall&);
Reply setting_reply(RequestId, const SettingWait&, const client::ChatSettingDone&, WallTime now);
Reply sync_reply(RequestId, const SyncWait&, const client::SyncDone&, WallTime now);
std::optional<Failure> parse_message_time(const Json& value, WallTime now, std::optional<WallTime>& out);
// `done`: what a success says first. Answers with what `fields` found, if anything.
Answer set_chat(DeviceCall&, const Fields&, client::SetChat, Json done);

// stars_labels.cpp
Answer star_message(DeviceCall&);
Answer edit_label(DeviceCall&);
Answer label_chat(DeviceCall&);
Answer unlabel_chat(DeviceCall&);
Answer label_message(DeviceCall&);
Answer unlabel_message(DeviceCall&);

// contacts.cpp
Answer list_contacts(DeviceCall&);
Answer resolve_contacts(DeviceCall&);
Answer check_contacts(DeviceCall&);
Answer show_profile(DeviceCall&);
Answer show_profile_picture(DeviceCall&);
Answer block_contact(DeviceCall&);
Answer unblock_contact(DeviceCall&);
Answer show_blocklist(DeviceCall&);
Answer show_app_state(DeviceCall&);
void answer_people(const client::Event&, Device&, client::Turn&);

// chat_list.cpp
Answer list_chats(DeviceCall&);
bool is_jid_key(std::string_view);  // of the lists of chats and contacts

// send_text.cpp
Answer send_text(DeviceCall&);
Answer send_mentions(DeviceCall&);
Reply sent_reply(const Waiter&, const SendWait&, const client::MessageSent&, const Device&, Now now);
Reply send_failed_reply(RequestId, const client::MessageFailed&, WallTime now);

// send_other.cpp
Answer send_reaction(DeviceCall&);
Answer send_location(DeviceCall&);
Answer send_contact(DeviceCall&);
Answer send_contacts(DeviceCall&);
Answer send_poll(DeviceCall&);
Answer edit_message(DeviceCall&);
Answer delete_message(DeviceCall&);
Answer set_disappearing(DeviceCall&);
Json deleted_body(const SendWait&, const char* type, WallTime now, std::int64_t took_ms);
Json other_sent_body(const SendWait&, const client::MessageSent&, std::int64_t took_ms);

// presence.cpp
Answer send_typing(DeviceCall&);
Answer send_presence(DeviceCall&);
Answer subscribe_presence(DeviceCall&);
Answer mark_messages_read(DeviceCall&);

// connection.cpp
Answer show_status(DeviceCall&);
Answer connect_device(DeviceCall&);
Answer disconnect_device(DeviceCall&);
Answer logout_device(DeviceCall&);
Answer remove_device(DeviceCall&);
void answer_connection(const client::Event&, Device&, client::Turn&);

// pairing.cpp
Answer show_qr(DeviceCall&);
Answer show_qr_status(DeviceCall&);
Answer request_pair_code(DeviceCall&);
void answer_pairing(const client::Event&, Device&, client::Turn&);

// account.cpp
Answer show_privacy(DeviceCall&);
Answer set_profile_picture(DeviceCall&);
void answer_account(const client::Event&, Device&, client::Turn&);

// events.cpp
Answer list_events(DeviceCall&);
Reply events_reply(RequestId, std::uint64_t after, const LiveEvents&);
void answer_watchers(Device&, client::Turn&);  // something happened: whoever watches is told

// webhook.cpp
Answer configure_webhook(DeviceCall&);
Answer show_webhook_settings(DeviceCall&);
Answer delete_webhook(DeviceCall&);
Answer rotate_webhook_secret(DeviceCall&);

// webhook_failed.cpp
Answer list_failed_deliveries(DeviceCall&);
Answer replay_failed_delivery(DeviceCall&);
Answer replay_failed_deliveries(DeviceCall&);

}  // namespace wa::gateway
