wa_module(client
  SOURCES
    variants.cpp client.cpp routing.cpp
    rows/account.cpp rows/device_identity.cpp rows/device_lists.cpp rows/lid_map.cpp rows/kept_people.cpp
    rows/own_devices.cpp rows/sent_log.cpp rows/privacy_tokens.cpp rows/chat_rows.cpp rows/chat_lists.cpp
    rows/list_view.cpp rows/addressing.cpp rows/privacy_row.cpp rows/label_rows.cpp
    rows/contact_rows.cpp rows/group_members.cpp rows/service_clock.cpp rows/direct_chats.cpp
    link/client_payload.cpp link/out.cpp link/open_queries.cpp link/link.cpp link/lifecycle.cpp link/keepalive.cpp
    link/backoff.cpp link/login_verdicts.cpp link/offline_queue.cpp
    media/downloads.cpp media/hosts.cpp media/media_retry.cpp media/upload_protocol.cpp
    files/files.cpp files/sending.cpp files/upload.cpp files/download.cpp
    files/receiving.cpp files/file_types.cpp
    rows/file_jobs.cpp rows/received_files.cpp
    pairing/pair_code.cpp pairing/pairing.cpp
    prekeys/prekey_supply.cpp
    account/privacy_and_picture.cpp
    people/profiles.cpp
    presence/presence.cpp
    calls/calls.cpp calls/call_log.cpp
    messages/padding.cpp messages/message_fields.cpp messages/message_context.cpp messages/read_content.cpp
    messages/peer_requests.cpp
    messages/envelope.cpp messages/inbox.cpp messages/opened_message.cpp messages/sender_work.cpp messages/compose.cpp
    messages/outbox.cpp messages/outbox_progress.cpp messages/outbox_row.cpp messages/deliveries.cpp
    messages/direct_delivery.cpp messages/group_delivery.cpp messages/peer_delivery.cpp messages/questions.cpp
    messages/fanout.cpp messages/group_sender_keys.cpp messages/receipts.cpp messages/resends.cpp
    messages/kinds/kind_table.cpp messages/kinds/text.cpp messages/kinds/media.cpp messages/kinds/contacts.cpp
    messages/kinds/location.cpp messages/kinds/reaction.cpp messages/kinds/poll.cpp messages/kinds/list.cpp
    messages/kinds/changes.cpp messages/kinds/said.cpp messages/kinds/rare.cpp messages/kinds/about_others.cpp
    messages/status_delivery.cpp rows/status_rows.cpp
    messages/about.cpp messages/reporting.cpp messages/first_link.cpp rows/message_secrets.cpp rows/poll_rows.cpp
    app_state/app_state_sync.cpp app_state/fetch.cpp app_state/upload.cpp app_state/apply_actions.cpp
    app_state/wanted_settings.cpp app_state/key_requests.cpp
    history/history.cpp history/history_reader.cpp
  LINK wa_base wa_store wa_wire wa_noise wa_signal wa_appstate wa_stanza
  PRIVATE_LINK wa_crypto wa_proto ZLIB::ZLIB)
# Alone: the tests of the gateway link another Client in its place (tests/unit/gateway/fake_client.cpp).
set_source_files_properties(${CMAKE_SOURCE_DIR}/core/client/client.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
# Rooms that a module of wasm may have another file in the place of (host-wasm/profiles): archive members of their own.
if(EMSCRIPTEN)
  file(GLOB left_out RELATIVE ${CMAKE_SOURCE_DIR}/core/client ${CMAKE_SOURCE_DIR}/core/client/files/*.cpp
    ${CMAKE_SOURCE_DIR}/core/client/messages/kinds/*.cpp ${CMAKE_SOURCE_DIR}/core/client/messages/status_delivery.cpp)
  foreach(source ${left_out})
    set_source_files_properties(${CMAKE_SOURCE_DIR}/core/client/${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endif()
