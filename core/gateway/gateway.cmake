wa_module(gateway
  SOURCES
    config.cpp routes.cpp last_seen.cpp gateway.cpp
    http/reply.cpp http/fields.cpp http/json.cpp http/json_text.cpp http/pages.cpp http/target.cpp http/role.cpp
    http/waiting_requests.cpp http/find_route.cpp http/form_files.cpp http/json_files.cpp
    directory/connect_budget.cpp directory/directory.cpp directory/families.cpp directory/devices_api.cpp
    directory/tenants_api.cpp
    directory/users_api.cpp directory/tenant_rows.cpp directory/request_budget.cpp
    operations/operation.cpp operations/account.cpp operations/statuses.cpp operations/app_state.cpp operations/chat_settings.cpp
    operations/connection.cpp operations/contacts.cpp operations/events.cpp operations/marks.cpp
    operations/mentions.cpp operations/messages.cpp operations/pairing.cpp operations/presence.cpp
    operations/webhook.cpp operations/files.cpp operations/payments.cpp operations/polls.cpp
    api/device_requests.cpp api/account.cpp api/status.cpp api/calls.cpp api/chat_list.cpp api/chats.cpp api/contacts.cpp
    api/events.cpp api/connection.cpp api/send_text.cpp api/send_mentions.cpp api/send_other.cpp api/files.cpp api/send_files.cpp api/media.cpp
    api/send_options.cpp api/send_kinds.cpp api/payments.cpp api/history.cpp api/stars_labels.cpp
    api/presence.cpp api/pairing.cpp api/webhook.cpp api/webhook_failed.cpp api/webhook_body.cpp
    calls/auto_answer.cpp calls/call_policy.cpp calls/call_settings.cpp calls/caller_ids.cpp calls/reply_history.cpp
    webhooks/config.cpp webhooks/failed.cpp webhooks/delivery_rows.cpp webhooks/signature.cpp webhooks/filter.cpp webhooks/queue.cpp
    webhooks/webhooks.cpp
    webhooks/live_events.cpp webhooks/audience.cpp
    webhooks/published/table.cpp  # before the rows: it must name them all, in a batch too
    webhooks/published/connection.cpp webhooks/published/pairing.cpp webhooks/published/calls.cpp
    webhooks/published/messages.cpp webhooks/published/said.cpp webhooks/published/chats.cpp webhooks/published/contacts.cpp
    http/idempotency_key.cpp api/idempotency.cpp api/message_state.cpp api/sending.cpp operations/message_states.cpp
    operations/numbers.cpp directory/device_choice.cpp directory/kept_answers.cpp
  LINK wa_base wa_store wa_wire wa_client
  PRIVATE_LINK wa_crypto)
# Tables that a program may have another file in the place of (host-wasm/profiles): archive members of their own.
foreach(table routes.cpp directory/families.cpp)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/core/gateway/${table} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endforeach()
# The machines are archive members of their own: tests of the host's loop link other machines in their place.
if(NOT EMSCRIPTEN)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/core/gateway/directory/directory.cpp
    ${CMAKE_SOURCE_DIR}/core/gateway/gateway.cpp ${CMAKE_SOURCE_DIR}/core/gateway/http/find_route.cpp
    PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endif()
wa_read_once(wa_gateway PRIVATE <nlohmann/json.hpp> <map> <optional> <string> <vector>)
