# The cost tables of `./dev bench`: core alone, and the whole product.
include(tests/bench/core_bench.cmake OPTIONAL)
include(tests/bench/host_bench.cmake OPTIONAL)
include(tests/bench/wasm_bench.cmake)
