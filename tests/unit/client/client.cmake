wa_test(unit_client SOURCES unit/client/link_test.cpp unit/client/login_test.cpp unit/client/keepalive_test.cpp
  unit/client/pairing_test.cpp unit/client/prekey_test.cpp unit/client/calls_test.cpp unit/client/notices_test.cpp
  unit/client/odd_stanzas_test.cpp
  LINK wa_client wa_proto wa_crypto)
target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/client/payload_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/client/pairing_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_client wa_crypto wa_proto)
wa_test(unit_client_chats SOURCES unit/client/chats_test.cpp unit/client/chats_recovery_test.cpp
  unit/client/history_test.cpp unit/client/marks_test.cpp unit/client/chat_lists_test.cpp support/egress_corpus.cpp LINK wa_client wa_proto wa_crypto ZLIB::ZLIB)
wa_test(unit_messages SOURCES unit/client/inbox_test.cpp unit/client/outbox_test.cpp unit/client/message_rows_test.cpp
  unit/client/message_content_test.cpp unit/client/own_devices_test.cpp unit/client/groups_test.cpp
  unit/client/census_test.cpp
  LINK wa_client wa_proto wa_crypto)
