# Seen under one path whatever its key: objects in the compiler cache stay good.
file(CREATE_LINK ${WA_WASM_DEPS} ${CMAKE_BINARY_DIR}/deps SYMBOLIC)
# The same target names as the native build, over the libraries that deps.sh built (WA_WASM_DEPS is its prefix).
function(wa_wasm_library target file)
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/deps/lib/${file}
    INTERFACE_INCLUDE_DIRECTORIES ${CMAKE_BINARY_DIR}/deps/include)
endfunction()
# Headers only, from the system: linked in one by one, because all of /usr/include must not be seen.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/include)
foreach(headers nlohmann catch2)
  file(CREATE_LINK /usr/include/${headers} ${CMAKE_BINARY_DIR}/include/${headers} SYMBOLIC)
endforeach()
include_directories(SYSTEM ${CMAKE_BINARY_DIR}/include)
set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
# The features are in every runtime the package is for (node 16, Chromium 75, Firefox 79, Safari 15, workerd).
add_compile_options(-msign-ext -mbulk-memory -mnontrapping-fptoint -ffunction-sections -fdata-sections
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)  # the same bytes wherever the tree stands
# All of a module is compiled as one, libraries too: a tenth smaller.
add_compile_options(-flto -fvisibility=hidden -fwhole-program-vtables -fvirtual-function-elimination)
wa_wasm_library(PkgConfig::SODIUM libsodium.a)
wa_wasm_library(ZLIB::ZLIB libz.a)
wa_wasm_library(wa_wasm_mbedcrypto libmbedcrypto.a)
wa_wasm_library(protobuf-lite libprotobuf-lite.a)
set(MBEDCRYPTO wa_wasm_mbedcrypto)
