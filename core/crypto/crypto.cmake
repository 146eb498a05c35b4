wa_module(crypto SOURCES aes.cpp curve.cpp field25519.cpp hash.cpp media_cipher.cpp
  LINK wa_base PRIVATE_LINK PkgConfig::SODIUM ${MBEDCRYPTO})
