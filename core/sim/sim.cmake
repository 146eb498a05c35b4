wa_module(sim
  SOURCES
    service/network.cpp service/observation.cpp service/link.cpp service/login.cpp service/pairing.cpp service/iq.cpp
    service/queue.cpp service/prekeys.cpp service/messages.cpp service/groups.cpp service/calls.cpp
    service/appstate.cpp service/media.cpp
    people/accounts.cpp people/actor.cpp people/content.cpp people/told.cpp people/talk.cpp people/files.cpp
  LINK wa_signal wa_appstate wa_noise wa_wire wa_store wa_crypto wa_base PRIVATE_LINK wa_schemas)
# World is the only part of sim that sees the gateway; a host that only needs the network does not link it.
add_library(wa_sim_world STATIC ${CMAKE_SOURCE_DIR}/core/sim/world/world.cpp ${CMAKE_SOURCE_DIR}/core/sim/world/paired_rows.cpp
  ${CMAKE_SOURCE_DIR}/core/sim/world/file_host.cpp)
wa_in_batches(wa_sim_world)
target_compile_options(wa_sim_world PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
target_link_libraries(wa_sim_world PUBLIC wa_sim wa_gateway)
