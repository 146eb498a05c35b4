# Its own main: a failure is reproduced by arguments (sim_test.cpp).
add_executable(sim_test ${CMAKE_SOURCE_DIR}/tests/sim/sim_test.cpp ${CMAKE_SOURCE_DIR}/tests/sim/scenarios.cpp
  ${CMAKE_SOURCE_DIR}/tests/sim/play.cpp ${CMAKE_SOURCE_DIR}/tests/sim/checks.cpp
  ${CMAKE_SOURCE_DIR}/tests/sim/outdated.cpp ${CMAKE_SOURCE_DIR}/tests/sim/keyed_send.cpp
  ${CMAKE_SOURCE_DIR}/tests/sim/receiver_away.cpp ${CMAKE_SOURCE_DIR}/tests/sim/own_device_scenarios.cpp
  ${CMAKE_SOURCE_DIR}/tests/sim/statuses.cpp ${CMAKE_SOURCE_DIR}/tests/sim/kinds.cpp ${CMAKE_SOURCE_DIR}/tests/sim/media_scenarios.cpp)
target_include_directories(sim_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
target_precompile_headers(sim_test PRIVATE <nlohmann/json.hpp> <string> <vector> <map> <set>)
target_link_libraries(sim_test PRIVATE wa_sim_world)
if(EMSCRIPTEN)
  add_test(NAME sim_test COMMAND sim_test --brief --seeds 50)
elseif(WA_SANITIZE)
  add_test(NAME sim_test COMMAND sim_test --seeds 300)  # all matrices; the many seeds are for the faster build
else()
  add_test(NAME sim_test COMMAND sim_test)
endif()
if(NOT EMSCRIPTEN)  # there the hashes of the traces are compared
  add_test(NAME sim_golden COMMAND sim_test --golden ${CMAKE_SOURCE_DIR}/tests/golden)
endif()
set_tests_properties(sim_test PROPERTIES COST 100)  # first: the others run beside it
wa_test(sim_network_test SOURCES sim/network_test.cpp LINK wa_sim wa_schemas)
wa_test(sim_tenants_test SOURCES sim/tenants_test.cpp sim/house.cpp LINK wa_sim_world wa_crypto)
