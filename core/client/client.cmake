wa_module(client
  SOURCES
    client.cpp client_stanzas.cpp credentials.cpp payload.cpp out.cpp requests.cpp
    link.cpp lifecycle.cpp keepalive.cpp backoff.cpp login.cpp adv.cpp pair_code.cpp pairing.cpp prekey_flow.cpp
    calls.cpp call_log.cpp notices.cpp
  LINK wa_base wa_store wa_wire wa_noise wa_signal wa_stanza
  PRIVATE_LINK wa_crypto wa_proto)
