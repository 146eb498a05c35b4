wa_module(wire SOURCES decode.cpp encode.cpp frame.cpp inflate.cpp jid.cpp node.cpp tokens.cpp
  LINK wa_base PRIVATE_LINK ZLIB::ZLIB)
