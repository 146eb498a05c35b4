#include "gateway/routes.h"

namespace wa::gateway {

// The families that devices answer, each with its rows at the end of its file. A new one: a declaration here and a name
// in the table below. Those of the directory are in directory/families.cpp.
Endpoints call_endpoints();             // api/calls.cpp
Endpoints chat_list_endpoints();        // api/chat_list.cpp
Endpoints chat_setting_endpoints();     // api/chats.cpp
Endpoints presence_endpoints();         // api/presence.cpp
Endpoints contact_endpoints();          // api/contacts.cpp
Endpoints send_text_endpoints();        // api/send_text.cpp
Endpoints send_mentions_endpoints();    // api/send_mentions.cpp
Endpoints send_other_endpoints();       // api/send_other.cpp
Endpoints send_file_endpoints();        // api/send_files.cpp
Endpoints media_endpoints();            // api/media.cpp
Endpoints send_kind_endpoints();        // api/send_kinds.cpp
Endpoints payment_endpoints();          // api/payments.cpp
Endpoints history_endpoints();          // api/history.cpp
Endpoints message_state_endpoints();    // api/message_state.cpp
Endpoints mark_endpoints();             // api/stars_labels.cpp
Endpoints status_endpoints();           // api/status.cpp
Endpoints connection_endpoints();       // api/connection.cpp
Endpoints pairing_endpoints();          // api/pairing.cpp
Endpoints account_endpoints();          // api/account.cpp
Endpoints webhook_endpoints();          // api/webhook.cpp
Endpoints failed_delivery_endpoints();  // api/webhook_failed.cpp
Endpoints event_endpoints();            // api/events.cpp

namespace {

constexpr Endpoint not_offered(const char* method, const char* pattern, const char* family) {
  return {.method = method, .pattern = pattern, .family = family};
}

Endpoints not_offered_endpoints() {
  static constexpr Endpoint kAll[] = {
      not_offered("GET", "/groups", "groups"),
      not_offered("POST", "/groups", "groups"),
      not_offered("POST", "/groups/join", "groups"),
      not_offered("GET", "/groups/{jid}", "groups"),
      not_offered("PATCH", "/groups/{jid}", "groups"),
      not_offered("POST", "/groups/{jid}/participants", "groups"),
      not_offered("DELETE", "/groups/{jid}/participants", "groups"),
      not_offered("GET", "/groups/{jid}/invite", "groups"),
      not_offered("POST", "/groups/{jid}/invite/reset", "groups"),
      not_offered("DELETE", "/groups/{jid}/leave", "groups"),
      not_offered("PUT", "/groups/{jid}/ephemeral", "groups"),
      not_offered("POST", "/groups/{jid}/picture", "groups"),
      not_offered("POST", "/communities", "groups"),
      not_offered("POST", "/communities/{jid}/participants", "groups"),
      not_offered("DELETE", "/communities/{jid}/participants", "groups"),
      not_offered("POST", "/communities/{jid}/groups", "groups"),
      not_offered("DELETE", "/communities/{jid}/groups", "groups"),
      not_offered("GET", "/newsletters", "newsletters"),
      not_offered("POST", "/newsletters", "newsletters"),
      not_offered("GET", "/newsletters/{jid}", "newsletters"),
      not_offered("GET", "/newsletters/{jid}/invite", "newsletters"),
      not_offered("POST", "/newsletters/{jid}/subscribe", "newsletters"),
      not_offered("POST", "/newsletters/{jid}/messages", "newsletters"),
      not_offered("POST", "/newsletters/{jid}/media", "newsletters"),
      not_offered("POST", "/newsletters/{jid}/read", "newsletters"),
      not_offered("GET", "/proxy", "proxy"),
      not_offered("PUT", "/proxy", "proxy"),
      not_offered("DELETE", "/proxy", "proxy"),
      not_offered("GET", "/devices/{id}/proxy", "proxy"),
      not_offered("PUT", "/devices/{id}/proxy", "proxy"),
      not_offered("DELETE", "/devices/{id}/proxy", "proxy"),
  };
  return kAll;
}

constexpr Family kFamilies[] = {
    call_endpoints, chat_list_endpoints, chat_setting_endpoints, presence_endpoints, contact_endpoints,
    send_text_endpoints, send_mentions_endpoints, send_other_endpoints, send_file_endpoints, media_endpoints,
    send_kind_endpoints, payment_endpoints, history_endpoints, message_state_endpoints,
    mark_endpoints, status_endpoints,
    connection_endpoints, pairing_endpoints, account_endpoints, webhook_endpoints, failed_delivery_endpoints,
    event_endpoints, not_offered_endpoints,
};

}  // namespace

std::span<const Family> device_families() { return kFamilies; }

std::vector<std::reference_wrapper<const Endpoint>> routes() {
  std::vector<std::reference_wrapper<const Endpoint>> out;
  for (const auto families : {device_families(), directory_families()}) {
    for (const Family family : families) {
      for (const Endpoint& endpoint : family()) out.emplace_back(endpoint);
    }
  }
  return out;
}

}  // namespace wa::gateway
