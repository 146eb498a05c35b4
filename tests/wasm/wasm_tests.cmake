# The vectors and the simulator's scenarios as programs for node: the same sources, and the same
# objects of core that core.wasm is made of. Catch2 throws, core does not: only the tests' own files know exceptions.
function(wa_node_program name)
  target_compile_options(${name} PRIVATE -fexceptions)
  # Synchronous: the loader of emscripten 3.1.6 takes the fetch of newer nodes for that of a browser.
  target_link_options(${name} PRIVATE -O1 -fexceptions -sENVIRONMENT=node -sWASM_ASYNC_COMPILATION=0 -sNODERAWFS=1 -sEXIT_RUNTIME=1 -sALLOW_MEMORY_GROWTH=1
    -sTOTAL_STACK=1048576 -sERROR_ON_UNDEFINED_SYMBOLS=1)
endfunction()
include(tests/tests.cmake)
get_property(programs GLOBAL PROPERTY WA_TESTS)
foreach(program vectors sim_test)
  wa_node_program(${program})
endforeach()
target_compile_options(wa_catch PRIVATE -fexceptions INTERFACE "SHELL:-include catch2/catch.hpp" "SHELL:-include nlohmann/json.hpp"
  "SHELL:-include string" "SHELL:-include vector")  # what the precompiled header gives natively
set_target_properties(${programs} vectors sim_test wa_catch PROPERTIES EXCLUDE_FROM_ALL ON)
add_custom_target(node_programs DEPENDS vectors sim_test)
