add_executable(core_bench ${CMAKE_SOURCE_DIR}/tests/bench/core_bench.cpp)
target_link_libraries(core_bench PRIVATE wa_appstate wa_signal wa_noise wa_stanza)
# Files of media: beside what the same passes of OpenSSL cost.
if(NOT EMSCRIPTEN)
  add_executable(seal_bench ${CMAKE_SOURCE_DIR}/tests/bench/seal_bench.cpp)
  target_link_libraries(seal_bench PRIVATE wa_crypto OpenSSL::Crypto)
endif()
