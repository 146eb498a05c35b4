# Trimmed schemas; generated code is private to the modules that parse it (they include "<name>.pb.h").
set(WA_PROTO_OUT ${CMAKE_BINARY_DIR}/proto)
file(MAKE_DIRECTORY ${WA_PROTO_OUT})
set(WA_PROTO_SOURCES)
foreach(name handshake payload adv signal syncd e2e history business)
  add_custom_command(OUTPUT ${WA_PROTO_OUT}/${name}.pb.cc ${WA_PROTO_OUT}/${name}.pb.h
    COMMAND protoc --cpp_out=lite:${WA_PROTO_OUT} -I${CMAKE_SOURCE_DIR}/core/proto ${CMAKE_SOURCE_DIR}/core/proto/${name}.proto
    DEPENDS ${CMAKE_SOURCE_DIR}/core/proto/${name}.proto)
  list(APPEND WA_PROTO_SOURCES ${WA_PROTO_OUT}/${name}.pb.cc)
endforeach()
add_library(wa_proto STATIC ${WA_PROTO_SOURCES} ${CMAKE_SOURCE_DIR}/core/proto/message.cpp ${CMAKE_SOURCE_DIR}/core/proto/writer.cpp
  ${CMAKE_SOURCE_DIR}/core/proto/reader.cpp)
target_include_directories(wa_proto SYSTEM PUBLIC ${WA_PROTO_OUT})
target_compile_options(wa_proto PRIVATE -w $<$<BOOL:${EMSCRIPTEN}>:-fno-exceptions -fno-rtti>)
target_link_libraries(wa_proto PUBLIC protobuf-lite wa_base)
