wa_test(unit_stanza SOURCES unit/stanza/inbound_test.cpp unit/stanza/outbound/answer_test.cpp
  unit/stanza/outbound/outbound_test.cpp
  unit/stanza/queries/people_test.cpp unit/stanza/queries/session_test.cpp unit/stanza/queries/result_test.cpp LINK wa_stanza)
