# What runs over whole files (stream_engine.h): the processor's instructions by OpenSSL, which the native host links anyway.
if(EMSCRIPTEN)
  set(WA_STREAM_ENGINE stream_engine_portable.cpp)
else()
  find_package(OpenSSL REQUIRED)
  set(WA_STREAM_ENGINE stream_engine_openssl.cpp)
  set(WA_STREAM_ENGINE_LINK OpenSSL::Crypto)
endif()
wa_module(crypto SOURCES aes.cpp curve.cpp field25519.cpp hash.cpp media_cipher.cpp media_stream.cpp ${WA_STREAM_ENGINE}
  LINK wa_base PRIVATE_LINK PkgConfig::SODIUM ${MBEDCRYPTO} ${WA_STREAM_ENGINE_LINK})
