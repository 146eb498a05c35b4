target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/signal/ratchet_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/signal/sender_key_vectors.cpp ${CMAKE_SOURCE_DIR}/tests/unit/client/misc_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_signal wa_client)
wa_test(unit_signal SOURCES unit/signal/ratchet_test.cpp unit/signal/session_test.cpp unit/signal/prekeys_test.cpp
  unit/signal/sender_key_test.cpp LINK wa_signal wa_schemas)
if(NOT EMSCRIPTEN)
  target_sources(unit_signal PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/signal/work_test.cpp)
  target_link_options(unit_signal PRIVATE -Wl,--wrap=crypto_auth_hmacsha256_final -Wl,--wrap=crypto_scalarmult_curve25519)
endif()
