wa_module(sim SOURCES network.cpp observation.cpp sim_link.cpp sim_login.cpp sim_pairing.cpp sim_iq.cpp sim_queue.cpp
  sim_people.cpp sim_prekeys.cpp sim_actor.cpp sim_content.cpp sim_messages.cpp sim_talk.cpp sim_calls.cpp sim_appstate.cpp
  LINK wa_signal wa_appstate wa_noise wa_wire wa_store wa_crypto wa_base PRIVATE_LINK wa_proto)
