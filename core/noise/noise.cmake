wa_module(noise SOURCES certificate.cpp handshake.cpp symmetric_state.cpp transport.cpp
  LINK wa_base wa_crypto PRIVATE_LINK wa_proto)
