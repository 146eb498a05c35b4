wa_test(unit_stanza SOURCES unit/stanza/inbound_test.cpp unit/stanza/answer_test.cpp unit/stanza/outbound_test.cpp
  unit/stanza/people_test.cpp unit/stanza/query_test.cpp unit/stanza/result_test.cpp LINK wa_stanza)
