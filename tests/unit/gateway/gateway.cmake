# The fake client's functions stand before the library's: the linker takes the first.
wa_test(unit_gateway
  SOURCES
    unit/gateway/fake_client.cpp
    unit/gateway/http/json_test.cpp unit/gateway/http/file_bodies_test.cpp unit/gateway/http/waiting_requests_test.cpp
    unit/gateway/routes_test.cpp
    unit/gateway/openapi_test.cpp
    unit/gateway/webhooks/signature_test.cpp
    unit/gateway/webhooks/queue_test.cpp unit/gateway/webhooks/outages_test.cpp
    unit/gateway/webhooks/webhooks_test.cpp unit/gateway/webhooks/filter_test.cpp
    unit/base/egress_test.cpp
    support/egress_corpus.cpp
    unit/gateway/webhooks/config_test.cpp unit/gateway/webhooks/published_test.cpp unit/gateway/webhooks/said_test.cpp
    unit/gateway/webhooks/failed_test.cpp
    unit/gateway/calls/call_policy_test.cpp
    unit/gateway/calls/auto_answer_test.cpp
    unit/gateway/operations/operation_test.cpp unit/gateway/operations/connection_test.cpp
    unit/gateway/operations/people_test.cpp unit/gateway/operations/app_state_test.cpp
    unit/gateway/operations/messages_test.cpp unit/gateway/operations/webhook_test.cpp
    unit/gateway/api/calls_test.cpp unit/gateway/api/device_requests_test.cpp
    unit/gateway/api/chats_test.cpp unit/gateway/api/chat_list_test.cpp
    unit/gateway/api/send_text_test.cpp unit/gateway/api/files_test.cpp
    unit/gateway/api/send_kinds_test.cpp unit/gateway/api/payments_test.cpp unit/gateway/api/polls_test.cpp
    unit/gateway/api/send_other_test.cpp unit/gateway/api/send_mentions_test.cpp
    unit/gateway/api/contacts_test.cpp unit/gateway/api/webhooks_test.cpp
    unit/gateway/api/events_test.cpp
    unit/gateway/api/connection_test.cpp
    unit/gateway/directory/request_budget_test.cpp
    unit/gateway/directory/directory_test.cpp
    unit/gateway/directory/users_api_test.cpp
    unit/gateway/walls_test.cpp support/allocations.cpp
    unit/gateway/http/pages_test.cpp
    unit/gateway/api/numbers_test.cpp unit/gateway/api/idempotency_test.cpp unit/gateway/api/message_state_test.cpp
    unit/gateway/directory/device_choice_test.cpp unit/gateway/directory/kept_answers_test.cpp
    unit/gateway/webhooks/silent_events_test.cpp unit/gateway/api/status_test.cpp
  LINK wa_gateway wa_schemas wa_crypto PkgConfig::SODIUM)
