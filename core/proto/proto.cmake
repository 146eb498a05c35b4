# Trimmed schemas. The core takes only the numbers of fields from them ("<name>.pb.h", in sources, never in headers) and
# reads and writes by wa_proto. The generated classes are wa_schemas: for the simulator and the tests, so that another
# implementation checks what the core reads and writes.
set(WA_PROTO_OUT ${CMAKE_BINARY_DIR}/proto)
file(MAKE_DIRECTORY ${WA_PROTO_OUT})
set(WA_PROTO_SOURCES)
set(WA_PROTO_HEADERS)
foreach(name handshake payload adv signal syncd e2e history business media_retry)
  add_custom_command(OUTPUT ${WA_PROTO_OUT}/${name}.pb.cc ${WA_PROTO_OUT}/${name}.pb.h
    COMMAND protoc --cpp_out=lite:${WA_PROTO_OUT} -I${CMAKE_SOURCE_DIR}/core/proto ${CMAKE_SOURCE_DIR}/core/proto/${name}.proto
    DEPENDS ${CMAKE_SOURCE_DIR}/core/proto/${name}.proto)
  list(APPEND WA_PROTO_SOURCES ${WA_PROTO_OUT}/${name}.pb.cc)
  list(APPEND WA_PROTO_HEADERS ${WA_PROTO_OUT}/${name}.pb.h)
endforeach()
add_custom_target(wa_schema_headers DEPENDS ${WA_PROTO_HEADERS})

wa_module(proto SOURCES reader.cpp writer.cpp LINK wa_base)
target_include_directories(wa_proto SYSTEM PUBLIC ${WA_PROTO_OUT})
if(TARGET protobuf-lite)  # only to find its headers: nothing of it is linked
  target_include_directories(wa_proto SYSTEM PUBLIC $<TARGET_PROPERTY:protobuf-lite,INTERFACE_INCLUDE_DIRECTORIES>)
endif()
add_dependencies(wa_proto wa_schema_headers)

add_library(wa_schemas STATIC ${WA_PROTO_SOURCES} ${CMAKE_SOURCE_DIR}/core/proto/message.cpp)
target_compile_options(wa_schemas PRIVATE -w $<$<BOOL:${EMSCRIPTEN}>:-fno-exceptions -fno-rtti>)
target_link_libraries(wa_schemas PUBLIC wa_proto protobuf-lite)
