target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/appstate/appstate_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_appstate)
wa_test(unit_appstate SOURCES unit/appstate/collection_test.cpp unit/appstate/nested_test.cpp LINK wa_appstate wa_schemas)
