wa_test(unit_wire SOURCES unit/wire/jid_test.cpp unit/wire/node_test.cpp unit/wire/tokens_test.cpp
  unit/wire/frame_test.cpp unit/wire/inflate_test.cpp LINK wa_wire ZLIB::ZLIB)
target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/wire/node_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_wire)
