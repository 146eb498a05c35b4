# wa_refused(file "why"): core may not compile tests/compile_fail/<file>.cpp, and the compiler says `why` (a regular expression).
# With WA_MENDED the same file compiles: it is the mistake that is refused, and nothing else in it.
function(wa_refused file why)
  set(compile ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only -fno-exceptions -I${CMAKE_SOURCE_DIR}/core)
  set(source ${CMAKE_SOURCE_DIR}/tests/compile_fail/${file}.cpp)
  add_test(NAME compile_fail_${file} COMMAND ${compile} ${source})
  set_tests_properties(compile_fail_${file} PROPERTIES PASS_REGULAR_EXPRESSION "${why}")
  add_test(NAME compile_fail_${file}_mended COMMAND ${compile} -DWA_MENDED ${source})
endfunction()

wa_refused(published_event "an event has neither a row")
wa_refused(message_kind "a body has no kind")
wa_refused(event_name "this_is_no_event_name")
wa_refused(action_row "an action has no row")

# What must not compile: a thing that is listed and forgotten somewhere. Each file says in its first line what the compiler
# has to answer; it may complain of nothing else. No file of this folder is part of a program.
foreach(case command query notice two_rooms deadline)
  add_test(NAME compile_fail_${case} COMMAND ${CMAKE_SOURCE_DIR}/tests/compile_fail/refused.sh ${CMAKE_CXX_COMPILER}
    ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/compile_fail/${case}.cpp)
endforeach()
