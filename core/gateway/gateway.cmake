wa_module(gateway
  SOURCES
    answer.cpp config.cpp egress.cpp fields.cpp json.cpp target.cpp routes.cpp
    api.cpp api_account.cpp api_calls.cpp api_chat_list.cpp api_chats.cpp api_contacts.cpp api_events.cpp api_instances.cpp
    api_messages.cpp api_mentions.cpp api_send.cpp api_marks.cpp api_signs.cpp api_pairing.cpp api_webhook.cpp
    call_answering.cpp call_policy.cpp call_settings.cpp caller_ids.cpp reply_history.cpp
    webhook_config.cpp webhook_failed.cpp webhook_item.cpp webhook_payload.cpp webhook_sign.cpp webhooks.cpp api_webhook_failed.cpp
    connect_budget.cpp directory.cpp directory_devices.cpp directory_tenants.cpp directory_users.cpp tenants.cpp
    live_events.cpp presence.cpp request_budget.cpp waiting.cpp gateway.cpp
    json_text.cpp pages.cpp
  LINK wa_base wa_store wa_wire wa_client
  PRIVATE_LINK wa_crypto)
# The machines are archive members of their own: tests of the host's loop link other machines in their place.
if(NOT EMSCRIPTEN)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/core/gateway/directory.cpp ${CMAKE_SOURCE_DIR}/core/gateway/gateway.cpp
    PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endif()
target_precompile_headers(wa_gateway PRIVATE <nlohmann/json.hpp> <map> <optional> <string> <vector>)
