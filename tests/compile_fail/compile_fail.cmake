# What must not compile: a thing that is listed and forgotten somewhere. Each file says in its first line what the compiler
# has to answer; it may complain of nothing else. No file of this folder is part of a program.
foreach(case command query notice two_rooms deadline)
  add_test(NAME compile_fail_${case} COMMAND ${CMAKE_SOURCE_DIR}/tests/compile_fail/refused.sh ${CMAKE_CXX_COMPILER}
    ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/compile_fail/${case}.cpp)
endforeach()
