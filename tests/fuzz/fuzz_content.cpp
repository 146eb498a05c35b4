// What is written around a content, over any bytes that are one. Laws: it says afterwards what it said, under the timer
// and to the people it was given; a second time changes nothing; a token has 16 bytes or none; a link stands in its text.
#include "client/messages/envelope.h"
#include "client/messages/first_link.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_context.h"
#include "client/messages/read_content.h"
#include "client/messages/reporting.h"
#include "fuzz/fuzz.h"

using namespace wa;
using namespace wa::client;

void fuzz_one(ByteView input) {
  if (input.size() > 16'384) return;
  const wire::Jid own = *wire::parse_jid("90000000000001@lid"), chat = *wire::parse_jid("70000000000002@lid");
  const std::string id = "3EB0A";
  const std::string text = to_string(input);
  const std::string_view link = first_link(text);
  WA_ASSERT(link.empty() || text.find(link) != std::string::npos);
  (void)traits_of(kind_of_content(input), input);
  const std::size_t token = reporting_token(input, {id, own, chat}).size();
  WA_ASSERT(token == 0 || token == 16);
  const auto before = parse_content(input, Speaker::other);
  const ContextEdit edit{nullptr, false, {chat}, {86'400, 5}};
  const Bytes edited = edit_context(input, edit);
  WA_ASSERT(before.ok() || edited == to_bytes(input));
  if (!before.ok()) return;
  const auto after = parse_content(edited, Speaker::other);
  WA_ASSERT(after.ok() && after->type == before->type);
  WA_ASSERT(edit_context(edited, edit) == edited);
  if (edited != to_bytes(input)) WA_ASSERT(mentions_of(edited) == std::vector<wire::Jid>{chat});
  (void)parse_content(build_device_sent(chat, input));
}
