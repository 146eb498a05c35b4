target_sources(vectors PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/noise/noise_vectors.cpp)
target_link_libraries(vectors PRIVATE wa_noise wa_wire)
