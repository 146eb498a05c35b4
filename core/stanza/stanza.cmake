wa_module(stanza
  SOURCES
    inbound.cpp
    inbound/call.cpp inbound/message.cpp inbound/notification.cpp inbound/session.cpp
    notifications/table.cpp notifications/contacts.cpp notifications/devices.cpp notifications/encrypt.cpp
    notifications/groups.cpp notifications/media_retry.cpp notifications/pairing.cpp notifications/privacy_token.cpp notifications/server_sync.cpp
    outbound/answer.cpp outbound/media_retry.cpp outbound/outbound.cpp
    queries/account.cpp queries/app_state.cpp queries/groups.cpp queries/media.cpp queries/pairing.cpp queries/people.cpp
    queries/prekeys.cpp queries/session.cpp queries/users.cpp queries/status.cpp
  LINK wa_base wa_wire)
