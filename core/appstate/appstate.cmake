wa_module(appstate SOURCES lthash.cpp index.cpp mutation.cpp patch.cpp key_ring.cpp collection.cpp action.cpp
  LINK wa_base wa_crypto wa_store PRIVATE_LINK wa_proto)
