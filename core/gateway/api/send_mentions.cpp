// /send/text/mentions (api.md 3.7). Positions count characters of the text as given; [start, end) is where a person stands
// in it. What stands there stays when it says "@<number>" already and is replaced by that otherwise. Without a position,
// and with `silent`, the text stays as it is: who is mentioned is told beside the text. For everybody the text at the
// position stays, too: "@all" is what people write there.
#include <set>

#include "base/encoding.h"
#include "base/sort.h"
#include "gateway/api/sending.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kTypingMaxS = 60;
constexpr std::size_t kMentionNameCharsMax = 256;

struct Span { std::size_t start = 0, end = 0; };
struct Place { Span at; std::string name; };  // "@<number>"

// Where each character begins, and the end; the text is UTF-8. Found once: it is asked for each of many people.
std::vector<std::size_t> offsets_of(const std::string& text) {
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) out.push_back(at);
  }
  out.push_back(text.size());
  return out;
}

std::optional<Span> parse_span(Fields& fields, const Json& object, const char* name, std::size_t length) {
  if (!fields.has(name)) return std::nullopt;
  const Json* value = member(object, name);
  std::uint64_t ends[2] = {0, 0};
  bool good = value->is_array() && value->size() == 2;
  for (std::size_t i = 0; good && i < 2; ++i) {
    const auto* number = (*value)[i].get_ptr<const std::uint64_t*>();
    good = number && *number <= length;
    if (good) ends[i] = *number;
  }
  if (!good || ends[0] > ends[1]) {
    fields.bad(name, "must be [start, end] within the text, in characters", value);
    return std::nullopt;
  }
  return Span{static_cast<std::size_t>(ends[0]), static_cast<std::size_t>(ends[1])};
}

// From the last to the first, so that what is replaced moves nothing that is still to come.
std::string with_names(std::string text, std::vector<Place> places, const std::vector<std::size_t>& offsets, Fields& fields) {
  sort(places, [](const Place& a, const Place& b) { return a.at.start > b.at.start; });
  std::size_t limit = text.size() + 1;
  for (const Place& place : places) {
    const std::size_t from = offsets[place.at.start], to = offsets[place.at.end];
    if (to > limit) {
      fields.bad("specificUsers", "positions must not overlap");
      return text;
    }
    limit = from;
    if (text.substr(from, to - from).find(place.name) == std::string::npos) text.replace(from, to - from, place.name);
  }
  return text;
}

void parse_mentions(const Json& object, Fields& outer, client::SendText& command) {
  Fields fields(object);
  command.mention_all = fields.optional_flag("mentionAll").value_or(false);
  const bool silent = fields.optional_flag("silent").value_or(false);
  const std::vector<std::size_t> offsets = offsets_of(command.text);
  const std::size_t length = offsets.size() - 1;
  (void)parse_span(fields, object, "mentionAllPosition", length);
  std::vector<Place> places;
  std::set<std::string> known;
  if (fields.has("specificUsers")) {
    for (const Fields::Entry& entry : fields.objects("specificUsers", 0, limits::kGroupMembersMax)) {
      Fields user(*entry.object);
      const wire::Jid jid = user.user("jid");
      (void)user.optional_text("name", kMentionNameCharsMax);
      const auto span = parse_span(user, *entry.object, "position", length);
      if (span && !silent) places.push_back({*span, '@' + jid.user});
      if (known.insert(jid.text()).second) command.mentioned.push_back(jid);
      fields.take(user, entry.prefix);
    }
  }
  if (!command.mention_all && command.mentioned.empty() && !fields.has("specificUsers")) fields.missing("specificUsers");
  else if (!command.mention_all && command.mentioned.empty()) fields.bad("specificUsers", "must name somebody");
  command.text = with_names(std::move(command.text), std::move(places), offsets, fields);
  outer.take(fields, "mentions.");
}

Answer send_mentions(DeviceCall& call) {
  Fields fields(call.body);
  client::SendText command;
  command.to = fields.chat("number");
  const Json echo = command.to.text();
  if (command.to.is_user()) fields.bad("number", "must be a group", &echo);
  command.text = fields.text("text", limits::kTextCharsMax);
  const Json* mentions = fields.optional_object("mentions");
  if (!mentions && !fields.has("mentions")) fields.missing("mentions");
  if (mentions) parse_mentions(*mentions, fields, command);
  if (utf8_length(command.text) > limits::kTextCharsMax) fields.bad("text", "is too long with the names in it");
  const std::int64_t wait_ms = fields.optional_integer("typingDuration", 0, kTypingMaxS).value_or(0) * 1000;
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (wait_ms > 0) command.not_before = call.turn.now.wall + wait_ms;  // as with other texts: no indicator is shown
  SendWait wait;
  wait.chat = command.to.text();
  return begin_within(call, call.endpoint.timeout_ms + wait_ms, std::move(command), std::move(wait));
}

}  // namespace

Endpoints send_mentions_endpoints() {
  static constexpr Endpoint kAll[] = {
      send_endpoint("POST", "/send/text/mentions", send_mentions, finish_send),
  };
  return kAll;
}

}  // namespace wa::gateway
