// tested by unit/gateway/api/send_kinds_test.cpp
#include "gateway/api/send_options.h"

#include "base/limits.h"
#include "gateway/operations/marks.h"
#include "gateway/operations/mentions.h"
#include "gateway/operations/messages.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kForwardsMax = 127;

void read_key(Fields& key, client::QuotedMessage& out, const char* id) {
  out.id = key.text(id, limits::kIdCharsMax);
  out.from_me = key.optional_flag("fromMe").value_or(false);
  if (key.has("participant")) out.participant = key.user("participant");
}

std::vector<wire::Jid> read_mentioned(Fields& fields, const wire::Jid& to) {
  std::vector<wire::Jid> out;
  if (!fields.has("mentioned")) return out;
  const std::vector<std::string> given = fields.numbers("mentioned", false, limits::kGroupMembersMax);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto jid = parse_chat(given[i]);
    const Json echo = given[i];
    if (jid && jid->is_user()) out.push_back(*jid);
    else if (!given[i].empty()) fields.bad(place_in("mentioned", i), "must be a user", &echo);
  }
  if (!out.empty() && !takes_mentions(to)) fields.bad("mentioned", "people are mentioned in groups only");
  return out;
}

}  // namespace

std::optional<client::QuotedMessage> read_quote(Fields& fields) {
  const Json* quoted = fields.optional_object("quoted");
  if (!quoted) return std::nullopt;
  client::QuotedMessage out;
  Fields inner(*quoted);
  if (inner.has("message_id")) {
    read_key(inner, out, "message_id");
    out.text = inner.optional_text("body", kQuotedCharsMax).value_or(std::string());
  } else {
    const Json* key = inner.optional_object("key");
    if (!key && !inner.has("key")) inner.missing("key");
    if (key) {
      Fields of_key(*key);
      read_key(of_key, out, "id");
      inner.take(of_key, "key.");
    }
    if (const Json* message = inner.optional_object("message")) {
      Fields of_message(*message);
      out.text = of_message.optional_text("conversation", kQuotedCharsMax).value_or(std::string());
      inner.take(of_message, "message.");
    }
  }
  out.type = inner.optional_text("type", kNameCharsMax).value_or(std::string());
  fields.take(inner, "quoted.");
  return out;
}

SendOptions read_options(Fields& fields, const wire::Jid& to) {
  SendOptions out;
  out.context.quoted = read_quote(fields);
  out.context.mentioned = read_mentioned(fields, to);
  out.delay_s = fields.optional_integer("delay", 0, kPostponeMaxS).value_or(0);
  const bool forwarded = fields.optional_flag("forwarded").value_or(false);
  const auto score = fields.optional_integer("forwarding_score", 1, kForwardsMax);
  out.context.forwarded = static_cast<std::uint32_t>(score.value_or(forwarded ? 1 : 0));
  return out;
}

}  // namespace wa::gateway
