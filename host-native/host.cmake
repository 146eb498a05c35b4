# The native host: everything that performs. Core must not need any of these libraries.
find_package(OpenSSL REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.81 REQUIRED)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(PNG REQUIRED IMPORTED_TARGET libpng)

# Boost is used from headers; its warnings are not ours.
add_library(wa_native_base STATIC
  ${CMAKE_SOURCE_DIR}/host-native/cli/qr_terminal.cpp
  ${CMAKE_SOURCE_DIR}/host-native/files/inspection.cpp
  ${CMAKE_SOURCE_DIR}/host-native/files/inspector.cpp
  ${CMAKE_SOURCE_DIR}/host-native/files/kept_file.cpp
  ${CMAKE_SOURCE_DIR}/host-native/files/shelf.cpp
  ${CMAKE_SOURCE_DIR}/host-native/files/sniff.cpp
  ${CMAKE_SOURCE_DIR}/host-native/files/tools.cpp
  ${CMAKE_SOURCE_DIR}/host-native/http/byte_budget.cpp
  ${CMAKE_SOURCE_DIR}/host-native/http/chunks.cpp
  ${CMAKE_SOURCE_DIR}/host-native/http/doorman.cpp
  ${CMAKE_SOURCE_DIR}/host-native/http/head.cpp
  ${CMAKE_SOURCE_DIR}/host-native/http/host_port.cpp
  ${CMAKE_SOURCE_DIR}/host-native/http/reply.cpp
  ${CMAKE_SOURCE_DIR}/host-native/http/server.cpp
  ${CMAKE_SOURCE_DIR}/host-native/machines/qr_png.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/destination.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/http_client.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/media_client.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/outgoing.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/plain_socket.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/resolver.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/tls_socket.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/transfer.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/url.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/wa_socket.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/webhook_client.cpp
  ${CMAKE_SOURCE_DIR}/host-native/server/config.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/backends.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/committer.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/data_directory.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/database.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/device_view.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/scope.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/sealed_files.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/sealed_rows.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/sqlite_backup.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/sqlite_store.cpp
  ${CMAKE_SOURCE_DIR}/host-native/store/store_keys.cpp
  ${CMAKE_SOURCE_DIR}/host-native/system/log.cpp
  ${CMAKE_SOURCE_DIR}/host-native/system/metrics.cpp
  ${CMAKE_SOURCE_DIR}/host-native/system/os_random.cpp
  ${CMAKE_SOURCE_DIR}/host-native/system/service_manager.cpp
)
wa_in_batches(wa_native_base)
# The two heaviest, each by itself: nothing else waits for them.
set_source_files_properties(${CMAKE_SOURCE_DIR}/host-native/net/plain_socket.cpp
  ${CMAKE_SOURCE_DIR}/host-native/net/tls_socket.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_include_directories(wa_native_base PUBLIC ${CMAKE_SOURCE_DIR}/host-native ${CMAKE_SOURCE_DIR}/core)
target_include_directories(wa_native_base SYSTEM PUBLIC ${Boost_INCLUDE_DIRS})
target_compile_definitions(wa_native_base PUBLIC BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION WUTS_VERSION="${PROJECT_VERSION}")
target_link_libraries(wa_native_base PUBLIC wa_gateway wa_media wa_noise wa_store wa_base OpenSSL::SSL OpenSSL::Crypto Threads::Threads
  PRIVATE PkgConfig::SODIUM PkgConfig::SQLITE PkgConfig::QRENCODE PkgConfig::PNG)
# Half of the time of a file that uses Asio goes into reading its headers.
wa_read_once(wa_native_base PRIVATE <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp>
  <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/ssl.hpp> <boost/asio/steady_timer.hpp>
  <boost/asio/use_awaitable.hpp> <boost/asio/write.hpp> <boost/beast/core/flat_buffer.hpp> <nlohmann/json.hpp>)
# Optimising Asio's templates under sanitizers takes minutes and finds nothing more.
target_compile_options(wa_native_base PUBLIC $<$<BOOL:${WA_SANITIZE}>:-O0>)
add_library(wa_asio STATIC ${CMAKE_SOURCE_DIR}/host-native/system/boost_parts.cpp)
target_include_directories(wa_asio SYSTEM PUBLIC ${Boost_INCLUDE_DIRS})
target_compile_definitions(wa_asio PUBLIC BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_compile_options(wa_asio PRIVATE $<$<BOOL:${WA_SANITIZE}>:-O0>)
target_link_libraries(wa_asio PUBLIC OpenSSL::SSL Threads::Threads)
target_link_libraries(wa_native_base PUBLIC wa_asio)

# Pages inside the binary.
include(host-native/server/assets.cmake)
wa_site(PREFIX /demo/ DIRECTORY web-demo/dist COMMAND "./dev web")
wa_site(PREFIX /dashboard/ DIRECTORY host-native/site/dashboard COMMAND "./dev build")
wa_site(PREFIX /docs/ DIRECTORY host-native/site/docs/dist COMMAND "./dev web")
wa_site(PREFIX /openapi.json DIRECTORY host-native/site/openapi.json COMMAND "./dev build")
wa_embed_sites(wa_native_assets)

# What drives the machines, and the program.
# `wa_native_machines` does not say which machines: a test links others than the product.
add_library(wa_native_machines STATIC
  ${CMAKE_SOURCE_DIR}/host-native/machines/body_files.cpp
  ${CMAKE_SOURCE_DIR}/host-native/machines/device_effects.cpp
  ${CMAKE_SOURCE_DIR}/host-native/machines/device_host.cpp
  ${CMAKE_SOURCE_DIR}/host-native/machines/directory_host.cpp
  ${CMAKE_SOURCE_DIR}/host-native/machines/file_effects.cpp
  ${CMAKE_SOURCE_DIR}/host-native/machines/requests.cpp
  ${CMAKE_SOURCE_DIR}/host-native/machines/runtime.cpp
  ${CMAKE_SOURCE_DIR}/host-native/server/server.cpp
)
wa_read_once(wa_native_machines REUSE_FROM wa_native_base)
target_link_libraries(wa_native_machines PUBLIC wa_native_base PRIVATE wa_native_assets PkgConfig::SODIUM)
add_library(wa_native STATIC ${CMAKE_SOURCE_DIR}/host-native/cli/pair.cpp)
wa_read_once(wa_native REUSE_FROM wa_native_base)
target_link_libraries(wa_native PUBLIC wa_native_machines)
if(TARGET wa_gateway)
  target_link_libraries(wa_native PUBLIC wa_gateway)
endif()

# The simulated network on real sockets: for the demo, tests and benches.
add_library(wa_native_sim STATIC
  ${CMAKE_SOURCE_DIR}/host-native/cli/demo.cpp
  ${CMAKE_SOURCE_DIR}/host-native/sim/sim_host.cpp
  ${CMAKE_SOURCE_DIR}/host-native/sim/sim_listener.cpp
)
wa_read_once(wa_native_sim REUSE_FROM wa_native_base)
target_link_libraries(wa_native_sim PUBLIC wa_native)

if(TARGET wa_gateway AND TARGET wa_sim)
  target_link_libraries(wa_native_sim PUBLIC wa_sim)
  add_executable(wuts ${CMAKE_SOURCE_DIR}/host-native/cli/main.cpp ${CMAKE_SOURCE_DIR}/host-native/cli/completion.cpp)
  target_link_libraries(wuts PRIVATE wa_native_sim CLI11::CLI11 PkgConfig::SODIUM)
endif()
