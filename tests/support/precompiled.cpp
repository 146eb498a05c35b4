// Makes the precompiled header: main.cpp cannot use it, because the same header defines `main` there.
