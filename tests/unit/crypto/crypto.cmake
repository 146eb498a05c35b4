target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/crypto/crypto_vectors.cpp ${CMAKE_SOURCE_DIR}/tests/unit/crypto/media_stream_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_crypto)
wa_test(unit_crypto SOURCES unit/crypto/crypto_test.cpp LINK wa_crypto)
