wa_test(unit_media SOURCES unit/media/facts_test.cpp unit/media/sticker_test.cpp LINK wa_media)
target_link_libraries(vectors PRIVATE wa_media)
