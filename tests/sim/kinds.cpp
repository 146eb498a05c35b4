// A scenario: every kind of message that a caller can send without a file is read by somebody else.
#include <nlohmann/json.hpp>

#include "sim/play.h"

namespace wa::sim {

using nlohmann::json;

void send_kinds(Play& play);

void send_kinds(Play& play) {
  play.webhook();
  if (!play.online()) return;
  const std::string to = kFriend, business = "5511900000009";
  const json quoted{{"message_id", "3EB0QUOTED"}, {"body", "which?"}};
  const struct { const char* target; json body; const char* seen; } kinds[] = {
      {"/send/live-location", {{"to", to}, {"latitude", -22.5}, {"longitude", -43.25}, {"caption", "on my way"}},
       "live location -22500 -43250 on my way"},
      {"/send/buttons", {{"to", to}, {"message", "now?"}, {"footer", "f"}, {"buttons", {{{"id", "y"}, {"display_text",
          "Yes"}}}}},
       R"(flow /now?/f | quick_reply {"display_text":"Yes","id":"y"})"},
      {"/send/buttons-response", {{"to", to}, {"selected_button_id", "y"}, {"selected_display_text", "Yes"},
          {"quoted", quoted}},
       "pressed y=Yes | answers 3EB0QUOTED which?"},
      {"/send/interactive",
       {{"to", to}, {"title", "t"}, {"body", "b"}, {"button_text", "open"},
        {"sections", {{{"title", "s"}, {"rows", {{{"id", "r1"}, {"title", "one"}}, {{"id", "r2"}, {"title",
            "two"}}}}}}}},
       "list t/b/open | s r1=one r2=two"},
      {"/send/list-response", {{"to", to}, {"selected_row_id", "r1"}, {"title", "one"}, {"quoted", quoted}},
       "chose r1=one | answers 3EB0QUOTED which?"},
      {"/send/template",
       {{"number", to}, {"body", "b"}, {"header", {{"type", "text"}, {"text", "h"}}},
        {"buttons", {{{"type", "url"}, {"text", "Open"}, {"url", "https://a.test"}}}}},
       R"(flow h/b/ | cta_url {"display_text":"Open","url":"https://a.test","merchant_url":"https://a.test"})"},
      {"/send/product",
       {{"number", to}, {"business_owner_jid", business},
        {"product", {{"product_id", "7"}, {"title", "shirt"}, {"currency_code", "BRL"}, {"price_amount_1000", 59900}}}},
       "product 7 shirt 59900"},
      {"/send/catalog",
       {{"number", to}, {"business_owner_jid", business}, {"title", "t"}, {"description", "d"}, {"button_text", "see"},
        {"sections", {{{"title", "s"}, {"product_ids", {"1", "2"}}}}}},
       "catalog t/d/see | s 1 2"},
      {"/payment/request", {{"to", to}, {"amount", 15000}, {"currency", "BRL"}, {"note_message", "part 1"}},
       "asks for 150000 BRL part 1"},
      {"/payment/send", {{"to", to}, {"request_message_key", "3EB0R"}, {"note_message", "done"}}, "paid 3EB0R done"},
      {"/payment/decline", {{"to", to}, {"request_message_key", "3EB0R"}}, "declined 3EB0R"},
      {"/payment/cancel", {{"to", to}, {"request_message_key", "3EB0R"}}, "cancelled 3EB0R"},
  };
  for (const auto& kind : kinds) {
    const auto reply = play.api("POST", kind.target, kind.body.dump());
    if (!reply || reply->status != 200) {
      if (play.world.crashes() == 0) play.expect(false,
          std::string(kind.target) + ": " + (reply ? reply->body : "no answer"));
      continue;
    }
    play.sent_texts.insert(kind.seen);
  }
}

}  // namespace wa::sim
