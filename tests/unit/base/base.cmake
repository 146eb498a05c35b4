wa_test(unit_base SOURCES unit/base/decimal_test.cpp unit/base/encoding_test.cpp unit/base/json_reader_test.cpp unit/base/reader_test.cpp unit/base/txn_test.cpp unit/base/subscriber_test.cpp LINK wa_store wa_base)
target_sources(unit_base PRIVATE ${CMAKE_SOURCE_DIR}/host-wasm/abi/decimal.cpp)
target_include_directories(unit_base PRIVATE ${CMAKE_SOURCE_DIR}/host-wasm)
