wa_module(stanza SOURCES inbound.cpp inbound_call.cpp inbound_message.cpp inbound_notification.cpp inbound_session.cpp
  answer.cpp outbound.cpp people.cpp query.cpp result.cpp result_prekeys.cpp LINK wa_base wa_wire)
