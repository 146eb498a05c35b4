if(EXISTS ${CMAKE_SOURCE_DIR}/host-native/host.cmake)
  add_library(native_support STATIC ${CMAKE_SOURCE_DIR}/tests/native/support.cpp
    ${CMAKE_SOURCE_DIR}/tests/native/http/bad_requests.cpp ${CMAKE_SOURCE_DIR}/tests/native/http/rude_peers.cpp)
  target_include_directories(native_support PUBLIC ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(native_support PUBLIC wa_native_base PRIVATE wa_catch)
  target_precompile_headers(native_support PRIVATE <boost/asio/connect.hpp> <boost/asio/io_context.hpp>
    <boost/asio/ip/tcp.hpp> <boost/asio/ssl.hpp> <boost/asio/steady_timer.hpp> <boost/asio/write.hpp>)
  wa_test(native_store SOURCES native/store/sqlite_store_test.cpp native/store/store_files_test.cpp
    native/store/sqlite_backup_test.cpp native/store/old_database.cpp native/store/committer_test.cpp
    native/store/memory_backend.cpp
    LINK native_support PkgConfig::SQLITE PkgConfig::SODIUM)
  wa_test(native_config SOURCES native/server/config_test.cpp LINK native_support)
  wa_test(native_http SOURCES native/http/server_test.cpp native/http/byte_budget_test.cpp
    native/http/deadline_test.cpp native/http/doorman_test.cpp LINK native_support HEADERS_OF native_support)
  wa_test(native_assets SOURCES native/server/assets_test.cpp LINK native_support wa_native_assets)
  wa_test(native_files SOURCES native/files/kept_file_test.cpp native/files/inspector_test.cpp
    native/machines/file_effects_test.cpp
    native/net/transfer_test.cpp native/net/media_peer.cpp
    LINK native_support wa_native_machines PkgConfig::SODIUM HEADERS_OF native_support)
  wa_test(native_outgoing SOURCES native/net/outgoing_test.cpp native/net/resolver_test.cpp native/net/fairness_test.cpp
    support/egress_corpus.cpp LINK native_support HEADERS_OF native_support)
  wa_test(native_socket SOURCES native/net/wa_socket_test.cpp LINK native_support HEADERS_OF native_support)
  wa_test(native_runtime SOURCES native/machines/runtime_test.cpp native/machines/directory_host_test.cpp native/machines/body_files_test.cpp
    native/machines/no_memory_test.cpp support/allocations.cpp native/machines/fake_machine.cpp
    LINK native_support wa_native_machines PkgConfig::SQLITE HEADERS_OF native_support)
endif()

# The whole product, as a process of its own.
if(EXISTS ${CMAKE_SOURCE_DIR}/core/sim/sim.cmake AND EXISTS ${CMAKE_SOURCE_DIR}/core/client/client.cmake)
  add_library(native_process STATIC ${CMAKE_SOURCE_DIR}/tests/native/server_process.cpp)
  target_include_directories(native_process PUBLIC ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(native_process PUBLIC wa_native_base)
  wa_test(native_tenants SOURCES native/tenants_test.cpp LINK native_process native_support wa_native_sim
    HEADERS_OF native_support)
  target_compile_definitions(native_tenants PRIVATE WUTS_PROGRAM="$<TARGET_FILE:wuts>")
  target_link_libraries(native_tenants PRIVATE PkgConfig::SODIUM)
  add_dependencies(native_tenants wuts)
  wa_test(native_operations SOURCES native/operations_test.cpp native/server/front_test.cpp
    native/server/slow_clients_test.cpp
    LINK native_process native_support HEADERS_OF native_support)
  target_compile_definitions(native_operations PRIVATE WUTS_PROGRAM="$<TARGET_FILE:wuts>")
  add_dependencies(native_operations wuts)
  if(NOT WA_SANITIZE)  # kill -9 proves durability, not memory
    add_executable(kill_test ${CMAKE_SOURCE_DIR}/tests/native/kill_test.cpp)
    target_link_libraries(kill_test PRIVATE native_process native_support wa_native_sim)
    target_compile_definitions(kill_test PRIVATE WUTS_PROGRAM="$<TARGET_FILE:wuts>")
    add_dependencies(kill_test wuts)
    add_test(NAME native_kill COMMAND kill_test)
    set_tests_properties(native_kill PROPERTIES COST 100)  # the longest: the others run beside it
  endif()
  add_test(NAME native_demo COMMAND wuts demo --once)
endif()
