# The same target names as the native build, over the libraries that deps.sh built (WA_WASM_DEPS is its prefix).
function(wa_wasm_library target file)
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${WA_WASM_DEPS}/lib/${file}
    INTERFACE_INCLUDE_DIRECTORIES ${WA_WASM_DEPS}/include)
endfunction()
wa_wasm_library(PkgConfig::SODIUM libsodium.a)
wa_wasm_library(ZLIB::ZLIB libz.a)
wa_wasm_library(wa_wasm_mbedcrypto libmbedcrypto.a)
wa_wasm_library(protobuf-lite libprotobuf-lite.a)
set(MBEDCRYPTO wa_wasm_mbedcrypto)
