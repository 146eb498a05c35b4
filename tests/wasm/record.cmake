# Native half of the comparison with core.wasm (record.cpp).
add_executable(record ${CMAKE_SOURCE_DIR}/tests/wasm/record.cpp ${CMAKE_SOURCE_DIR}/host-wasm/abi/steps.cpp
  ${CMAKE_SOURCE_DIR}/host-wasm/abi/codec.cpp)
target_include_directories(record PRIVATE ${CMAKE_SOURCE_DIR}/host-wasm)
target_link_libraries(record PRIVATE wa_sim_world)
