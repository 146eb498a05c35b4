// /send/text/mentions (api.md 3.7): who is mentioned and where (operations/mentions.h). `silent` leaves the text alone.
#include "base/encoding.h"
#include "gateway/api/sending.h"
#include "gateway/operations/mentions.h"
#include "gateway/operations/messages.h"

namespace wa::gateway {
namespace {

std::optional<CharSpan> parse_span(Fields& fields, const Json& object, const char* name, std::size_t length) {
  if (!fields.has(name)) return std::nullopt;
  const Json* value = member(object, name);
  CharSpan out;
  bool good = value->is_array() && value->size() == 2;
  for (std::size_t i = 0; good && i < 2; ++i) {
    const auto* number = (*value)[i].get_ptr<const std::uint64_t*>();
    good = number && *number <= length;
    if (good) (i == 0 ? out.start : out.end) = static_cast<std::size_t>(*number);
  }
  if (good && lies_in(out, length)) return out;
  fields.bad(name, "must be [start, end] within the text, in characters", value);
  return std::nullopt;
}

void parse_mentions(const Json& object, Fields& outer, client::SendText& command) {
  Fields fields(object);
  command.mention_all = fields.optional_flag("mentionAll").value_or(false);
  const bool silent = fields.optional_flag("silent").value_or(false);
  const std::size_t length = utf8_length(command.text);
  (void)parse_span(fields, object, "mentionAllPosition", length);
  std::vector<Mention> people;
  if (fields.has("specificUsers")) {
    for (const Fields::Entry& entry : fields.objects("specificUsers", 0, limits::kGroupMembersMax)) {
      Fields user(*entry.object);
      Mention one;
      one.who = user.user("jid");
      (void)user.optional_text("name", kNameCharsMax);
      one.at = parse_span(user, *entry.object, "position", length);
      if (silent) one.at.reset();
      people.push_back(std::move(one));
      fields.take(user, entry.prefix);
    }
  }
  switch (mention(people, command)) {
    case MentionFault::nobody:
      if (fields.has("specificUsers")) fields.bad("specificUsers", "must name somebody");
      else fields.missing("specificUsers");
      break;
    case MentionFault::overlapping: fields.bad("specificUsers", "positions must not overlap"); break;
    case MentionFault::none: break;
  }
  outer.take(fields, "mentions.");
}

Answer send_mentions(DeviceCall& call) {
  Fields fields(call.given);
  client::SendText command;
  command.to = fields.chat("number");
  const Json echo = command.to.text();
  if (!takes_mentions(command.to)) fields.bad("number", "must be a group", &echo);
  command.text = fields.visible_text("text", limits::kTextCharsMax);
  const Json* mentions = fields.optional_object("mentions");
  if (!mentions && !fields.has("mentions")) fields.missing("mentions");
  if (mentions) parse_mentions(*mentions, fields, command);
  if (!text_fits(command)) fields.bad("text", "is too long with the names in it");
  SendWait wait;
  wait.typing_s = fields.optional_integer("typingDuration", 0, kPostponeMaxS).value_or(0);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  wait.chat = command.to.text();
  return begin_send(call, std::move(command), std::move(wait), 0);
}

}  // namespace

Endpoints send_mentions_endpoints() {
  static constexpr Endpoint kAll[] = {
      send_endpoint("POST", "/send/text/mentions", send_mentions, finish_send),
  };
  return kAll;
}

}  // namespace wa::gateway
