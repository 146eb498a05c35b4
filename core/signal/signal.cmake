wa_module(signal SOURCES address.cpp prekeys.cpp ratchet.cpp ratchet_row.cpp sender_key.cpp session.cpp wire_message.cpp
  LINK wa_base wa_crypto wa_store wa_wire PRIVATE_LINK wa_proto)
