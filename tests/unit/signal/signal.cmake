target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/signal/ratchet_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/signal/sender_key_vectors.cpp ${CMAKE_SOURCE_DIR}/tests/unit/client/misc_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_signal wa_client)
wa_test(unit_signal SOURCES unit/signal/ratchet_test.cpp unit/signal/session_test.cpp unit/signal/prekeys_test.cpp
  unit/signal/sender_key_test.cpp LINK wa_signal wa_proto)
