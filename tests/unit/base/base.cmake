wa_test(unit_base SOURCES unit/base/encoding_test.cpp unit/base/reader_test.cpp unit/base/txn_test.cpp LINK wa_store wa_base)
