# The costs of the whole product: a server process against a simulated network in this one.
if(EXISTS ${CMAKE_SOURCE_DIR}/core/sim/sim.cmake AND EXISTS ${CMAKE_SOURCE_DIR}/core/client/client.cmake)
  add_executable(host_bench ${CMAKE_SOURCE_DIR}/tests/bench/host_bench.cpp ${CMAKE_SOURCE_DIR}/tests/bench/http_load.cpp
    ${CMAKE_SOURCE_DIR}/tests/bench/webhook_bench.cpp)
  target_include_directories(host_bench PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(host_bench PRIVATE native_process native_support wa_native_sim wa_sim_world)
  wa_read_once(host_bench REUSE_FROM wa_native_base)
  target_compile_definitions(host_bench PRIVATE WUTS_PROGRAM="$<TARGET_FILE:wuts>")
  add_dependencies(host_bench wuts)
endif()
# The longest lists, in this process: only CPU time counts.
if(EXISTS ${CMAKE_SOURCE_DIR}/core/sim/sim.cmake)
  add_executable(list_bench ${CMAKE_SOURCE_DIR}/tests/bench/list_bench.cpp)
  target_include_directories(list_bench PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(list_bench PRIVATE native_support wa_gateway wa_client wa_crypto wa_sim)
endif()
