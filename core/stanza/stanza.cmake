wa_module(stanza
  SOURCES
    inbound.cpp
    inbound/call.cpp inbound/message.cpp inbound/session.cpp
    notifications/notification.cpp
    outbound/answer.cpp outbound/outbound.cpp
    queries/people.cpp queries/session.cpp queries/result.cpp queries/prekeys.cpp
  LINK wa_base wa_wire)
