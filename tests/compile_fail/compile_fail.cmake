# What must not compile: a thing that is listed and forgotten somewhere. Each file says in its first line what the compiler
# has to answer, and compiles when its mistake is mended (refused.sh). No file of this folder is part of a program.
# The five kinds of row: endpoint, published_event, message_kind, action_row, notification.
foreach(case endpoint published_event event_name message_kind action_row notification command query notice two_rooms deadline
    link_member)
  add_test(NAME compile_fail_${case} COMMAND ${CMAKE_SOURCE_DIR}/tests/compile_fail/refused.sh ${CMAKE_CXX_COMPILER}
    ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/compile_fail/${case}.cpp)
endforeach()
