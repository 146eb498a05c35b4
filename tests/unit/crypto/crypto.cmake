target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/crypto/crypto_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_crypto)
