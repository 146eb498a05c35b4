target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/signal/ratchet_vectors.cpp
  ${CMAKE_SOURCE_DIR}/tests/unit/signal/sender_key_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_signal)
