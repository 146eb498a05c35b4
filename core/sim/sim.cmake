wa_module(sim SOURCES network.cpp observation.cpp sim_link.cpp sim_login.cpp sim_pairing.cpp sim_iq.cpp sim_queue.cpp
  sim_people.cpp sim_prekeys.cpp sim_actor.cpp sim_content.cpp sim_messages.cpp sim_talk.cpp sim_groups.cpp sim_calls.cpp sim_appstate.cpp
  LINK wa_signal wa_appstate wa_noise wa_wire wa_store wa_crypto wa_base PRIVATE_LINK wa_proto)
# World is the only part of sim that sees the gateway; a host that only needs the network does not link it.
add_library(wa_sim_world STATIC ${CMAKE_SOURCE_DIR}/core/sim/world.cpp ${CMAKE_SOURCE_DIR}/core/sim/paired_rows.cpp)
wa_in_batches(wa_sim_world)
target_compile_options(wa_sim_world PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
target_link_libraries(wa_sim_world PUBLIC wa_sim wa_gateway)
