# rung 0
wa_module(base SOURCES bytes.cpp egress.cpp encoding.cpp json_reader.cpp reader.cpp subscriber.cpp)
# rung 1
wa_module(store SOURCES store.cpp row.cpp memory_store.cpp ring.cpp LINK wa_base)
include(core/proto/proto.cmake)
include(core/crypto/crypto.cmake OPTIONAL)
include(core/media/media.cmake)
# rung 2
include(core/wire/wire.cmake OPTIONAL)
include(core/noise/noise.cmake OPTIONAL)
include(core/signal/signal.cmake OPTIONAL)
include(core/appstate/appstate.cmake OPTIONAL)
# rungs 3 to 6
include(core/stanza/stanza.cmake OPTIONAL)
include(core/client/client.cmake OPTIONAL)
include(core/gateway/gateway.cmake OPTIONAL)
include(core/sim/sim.cmake OPTIONAL)
