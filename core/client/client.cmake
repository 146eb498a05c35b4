wa_module(client
  SOURCES
    kinds.cpp client.cpp client_stanzas.cpp credentials.cpp payload.cpp out.cpp requests.cpp
    link.cpp lifecycle.cpp keepalive.cpp backoff.cpp login.cpp adv.cpp pair_code.cpp pairing.cpp prekey_flow.cpp
    calls.cpp call_log.cpp notices.cpp account_settings.cpp
    devices.cpp lid_map.cpp message_content.cpp message_bodies.cpp recent_rows.cpp kept_people.cpp
    inbox.cpp own_devices.cpp sender_work.cpp fanout.cpp sent.cpp tokens.cpp outbox.cpp
    outbox_answers.cpp outbox_row.cpp outbox_body.cpp outbox_group.cpp groups.cpp
    receipts.cpp retries.cpp
    chats.cpp chat_fetch.cpp chat_upload.cpp chat_actions.cpp chat_intents.cpp chat_rows.cpp app_keys.cpp downloads.cpp
    history.cpp history_reader.cpp people.cpp signs.cpp chat_lists.cpp list_view.cpp
  LINK wa_base wa_store wa_wire wa_noise wa_signal wa_appstate wa_stanza
  PRIVATE_LINK wa_crypto wa_proto ZLIB::ZLIB)
# Alone: the tests of the gateway link another Client in its place (tests/unit/gateway/fake_client.cpp).
set_source_files_properties(${CMAKE_SOURCE_DIR}/core/client/client.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
