wa_test(unit_proto SOURCES unit/proto/reader_test.cpp unit/proto/writer_test.cpp LINK wa_schemas)
