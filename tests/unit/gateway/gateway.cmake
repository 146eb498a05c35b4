# The fake client's functions stand before the library's: the linker takes the first.
wa_test(unit_gateway
  SOURCES
    unit/gateway/fake_client.cpp
    unit/gateway/json_test.cpp
    unit/gateway/routes_test.cpp
    unit/gateway/openapi_test.cpp
    unit/gateway/webhook_sign_test.cpp
    unit/gateway/webhooks_test.cpp
    unit/gateway/egress_test.cpp
    support/egress_corpus.cpp
    unit/gateway/webhook_config_test.cpp
    unit/gateway/webhook_failed_test.cpp
    unit/gateway/call_policy_test.cpp
    unit/gateway/auto_reply_test.cpp
    unit/gateway/api_calls_test.cpp
    unit/gateway/api_chats_test.cpp
    unit/gateway/api_messages_test.cpp
    unit/gateway/api_send_test.cpp unit/gateway/api_mentions_test.cpp
    unit/gateway/api_contacts_test.cpp
    unit/gateway/api_events_test.cpp
    unit/gateway/api_instances_test.cpp
    unit/gateway/request_budget_test.cpp
    unit/gateway/directory_test.cpp
    unit/gateway/directory_users_test.cpp
    unit/gateway/walls_test.cpp support/allocations.cpp
    unit/gateway/pages_test.cpp
  LINK wa_gateway wa_crypto PkgConfig::SODIUM)
