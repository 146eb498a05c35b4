# core.wasm: everything of core but the simulator behind the C ABI of host-wasm/abi/abi.h. sim.wasm: the simulator.
# Both are reactors without JavaScript glue: whoever loads them supplies the few imports (abi.h).
set(WA_WASM_LINK
  -Oz -flto --no-entry -sSTANDALONE_WASM=1 -sALLOW_MEMORY_GROWTH=1 -sMALLOC=emmalloc -sFILESYSTEM=0 -sDISABLE_EXCEPTION_CATCHING=1
  -sERROR_ON_UNDEFINED_SYMBOLS=0 -sWARN_ON_UNDEFINED_SYMBOLS=0
  -sTOTAL_STACK=262144 -sINITIAL_MEMORY=1048576 -sMAXIMUM_MEMORY=1073741824 -Wl,--stack-first -Wl,--gc-sections -Wl,--wrap=strtod
  -Wl,-mllvm,-inline-threshold=-10)

set(WA_WASM_FEATURES --enable-sign-ext --enable-bulk-memory --enable-nontrapping-float-to-int --enable-mutable-globals)

# wa_wasm_module(name SOURCES ... LINK ...)
function(wa_wasm_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/host-wasm/abi/)
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES SUFFIX .wasm)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/host-wasm)
  target_compile_definitions(${name} PRIVATE WA_VERSION="${PROJECT_VERSION}")
  target_compile_options(${name} PRIVATE -fno-exceptions -fno-rtti)
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  target_link_options(${name} PRIVATE ${WA_WASM_LINK})
endfunction()

wa_wasm_module(core SOURCES core.cpp codec.cpp config.cpp decimal.cpp media.cpp small_libc.cpp steps.cpp ../profiles/one_device.cpp
  LINK wa_gateway wa_media wa_crypto)
# The same objects with other tables: calls, chats, texts and events. What the tables do not name is not linked. A file of
# profiles/ stands in the place of one of core, which must be an archive member of its own for that.
wa_wasm_module(core-lite SOURCES core.cpp codec.cpp config.cpp decimal.cpp small_libc.cpp steps.cpp ../profiles/one_device.cpp
  ../profiles/lite_routes.cpp LINK wa_gateway)
# Once more over what the linker made, with control flow laid out anew: 18 kB of core.wasm.
foreach(module core core-lite)
  add_custom_command(TARGET ${module} POST_BUILD VERBATIM COMMAND wasm-opt ${WA_WASM_FEATURES} --flatten --rereloop -Oz -Oz --converge
    $<TARGET_FILE:${module}> -o $<TARGET_FILE:${module}>)
endforeach()
wa_wasm_module(sim SOURCES sim.cpp sim_calls.cpp sim_facts.cpp sim_inspect.cpp codec.cpp decimal.cpp small_libc.cpp LINK wa_sim_world)
include(tests/bench/wasm_bench.cmake)
