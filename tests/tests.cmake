add_library(wa_catch STATIC ${CMAKE_SOURCE_DIR}/tests/support/main.cpp ${CMAKE_SOURCE_DIR}/tests/support/precompiled.cpp)
set_source_files_properties(${CMAKE_SOURCE_DIR}/tests/support/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)  # it makes `main`
target_precompile_headers(wa_catch PUBLIC <catch2/catch.hpp> <nlohmann/json.hpp> <string> <vector>)
target_include_directories(wa_catch PUBLIC ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}/core)
target_compile_definitions(wa_catch PUBLIC WA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
# Tests are compiled once and run for seconds: optimising them costs more than it gives. The code under test is optimised.
# The sanitizers watch the code under test: in the tests themselves they would triple the time to compile. But that of threads
# must see both sides.
set(WA_TESTS_UNWATCHED OFF)
if(WA_SANITIZE AND NOT WA_SANITIZE STREQUAL "thread")
  set(WA_TESTS_UNWATCHED ON)
endif()
target_compile_options(wa_catch PUBLIC -O0 $<$<BOOL:${WA_TESTS_UNWATCHED}>:-fno-sanitize=all> -Wno-conversion -Wno-shadow
  -Wno-unused-but-set-variable)

# It replaces `operator new`: alone.
set_source_files_properties(${CMAKE_SOURCE_DIR}/tests/support/allocations.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# The vector runner: each module adds its file with target_sources(vectors PRIVATE ...) and links what it needs.
add_executable(vectors ${CMAKE_SOURCE_DIR}/tests/support/vectors.cpp)
target_link_libraries(vectors PRIVATE wa_catch wa_base)
target_precompile_headers(vectors REUSE_FROM wa_catch)
add_test(NAME vectors COMMAND vectors)

include(tests/unit/base/base.cmake OPTIONAL)
include(tests/unit/crypto/crypto.cmake OPTIONAL)
include(tests/unit/media/media.cmake)
include(tests/unit/proto/proto.cmake OPTIONAL)
include(tests/unit/wire/wire.cmake OPTIONAL)
include(tests/unit/noise/noise.cmake OPTIONAL)
include(tests/unit/signal/signal.cmake OPTIONAL)
include(tests/unit/appstate/appstate.cmake OPTIONAL)
include(tests/unit/stanza/stanza.cmake OPTIONAL)
include(tests/unit/client/client.cmake OPTIONAL)
include(tests/unit/gateway/gateway.cmake OPTIONAL)
include(tests/sim/sim.cmake OPTIONAL)
if(EMSCRIPTEN)
  return()  # what follows is about the native programs
endif()
include(tests/native/native.cmake OPTIONAL)
if(WA_SANITIZE OR WA_FUZZ)
  include(tests/fuzz/fuzz.cmake OPTIONAL)  # what a hostile input does wrong, the sanitizers see
endif()
if(NOT WA_SANITIZE)
  # The same in every build: once.
  include(tests/wasm/record.cmake)
  include(tests/compile_fail/compile_fail.cmake)
  include(tests/tidy/tidy.cmake OPTIONAL)
  include(tests/bench/bench.cmake OPTIONAL)
endif()
