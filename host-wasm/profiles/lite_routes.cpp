// core-lite.wasm answers what calls, chats, texts and events need. Another family: its declaration and its name here;
// what it needs of the core comes with it. Whatever else is asked for is answered with 404.
#include "gateway/http/route.h"

namespace wa::gateway {

Endpoints call_endpoints();             // api/calls.cpp
Endpoints chat_list_endpoints();        // api/chat_list.cpp
Endpoints chat_setting_endpoints();     // api/chats.cpp
Endpoints send_text_endpoints();        // api/send_text.cpp
Endpoints message_state_endpoints();    // api/message_state.cpp
Endpoints connection_endpoints();       // api/connection.cpp
Endpoints pairing_endpoints();          // api/pairing.cpp
Endpoints webhook_endpoints();          // api/webhook.cpp
Endpoints event_endpoints();            // api/events.cpp

std::span<const Family> device_families() {
  static constexpr Family kAll[] = {
      call_endpoints, chat_list_endpoints, chat_setting_endpoints, send_text_endpoints, message_state_endpoints,
      connection_endpoints, pairing_endpoints, webhook_endpoints, event_endpoints,
  };
  return kAll;
}

}  // namespace wa::gateway
