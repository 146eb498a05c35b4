add_executable(core_bench ${CMAKE_SOURCE_DIR}/tests/bench/core_bench.cpp)
target_link_libraries(core_bench PRIVATE wa_appstate wa_signal wa_noise wa_stanza)
