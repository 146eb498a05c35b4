wa_module(media SOURCES facts.cpp images.cpp mp4.cpp sound.cpp sticker.cpp LINK wa_base)
