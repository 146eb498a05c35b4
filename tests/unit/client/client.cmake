wa_test(unit_client SOURCES unit/client/link/link_test.cpp unit/client/link/login_verdicts_test.cpp
  unit/client/link/keepalive_test.cpp unit/client/link/full_test.cpp
  unit/client/pairing/pairing_test.cpp unit/client/prekeys/prekey_supply_test.cpp unit/client/calls/calls_test.cpp
  unit/client/link/offline_queue_test.cpp
  unit/client/odd_stanzas_test.cpp unit/client/people/told_changes_test.cpp
  LINK wa_client wa_schemas wa_crypto)
target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/client/link/client_payload_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/client/pairing/pairing_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/client/media/media_retry_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/client/media/media_upload_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/client/messages/message_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/client/messages/status_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/client/messages/written_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_client wa_crypto wa_schemas)
wa_test(unit_files SOURCES unit/client/files/files_test.cpp unit/client/files/upload_test.cpp
  unit/client/media/hosts_test.cpp
  LINK wa_client wa_schemas wa_crypto)
wa_test(unit_client_chats SOURCES unit/client/app_state/app_state_sync_test.cpp unit/client/app_state/recovery_test.cpp
  unit/client/history/history_test.cpp unit/client/app_state/marks_test.cpp unit/client/rows/chat_lists_test.cpp
  support/egress_corpus.cpp
  LINK wa_client wa_schemas wa_crypto ZLIB::ZLIB)
wa_test(unit_messages SOURCES unit/client/messages/inbox_test.cpp unit/client/messages/outbox_test.cpp unit/client/messages/retry_receipts_test.cpp
  unit/client/messages/deliveries_test.cpp unit/client/messages/outbox_row_test.cpp
  unit/client/messages/peer_requests_test.cpp
  unit/client/rows/message_rows_test.cpp unit/client/rows/poll_rows_test.cpp
  unit/client/messages/reporting_test.cpp
  unit/client/messages/message_fields_test.cpp unit/client/rows/device_identity_test.cpp
  unit/client/messages/envelope_test.cpp unit/client/rows/own_devices_test.cpp unit/client/messages/group_delivery_test.cpp
  unit/client/rows/census_test.cpp unit/client/link/service_clock_test.cpp
  unit/client/messages/left_out_test.cpp unit/client/messages/direct_chats_test.cpp
  unit/client/messages/message_context_test.cpp unit/client/messages/first_link_test.cpp
  unit/client/messages/status_test.cpp unit/client/messages/tokens_test.cpp
  unit/client/messages/kinds_test.cpp unit/client/messages/about_test.cpp
  LINK wa_client wa_schemas wa_crypto)
