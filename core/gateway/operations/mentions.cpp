// tested by unit/gateway/operations/messages_test.cpp
#include "gateway/operations/mentions.h"

#include <set>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/sort.h"

namespace wa::gateway {
namespace {

// Where each character begins, and the end; the text is UTF-8. Found once: it is asked for each of many people.
std::vector<std::size_t> offsets_of(const std::string& text) {
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) out.push_back(at);
  }
  out.push_back(text.size());
  return out;
}

}  // namespace

bool takes_mentions(const wire::Jid& chat) { return !chat.is_user(); }

bool lies_in(const CharSpan& span, std::size_t text_chars) {
  return span.start <= span.end && span.end <= text_chars;
}

MentionFault mention(const std::vector<Mention>& people, client::SendText& command) {
  std::vector<std::size_t> placed;
  std::set<std::string> known;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (people[i].at) placed.push_back(i);
    if (known.insert(people[i].who.text()).second) command.mentioned.push_back(people[i].who);
  }
  if (!command.mention_all && command.mentioned.empty()) return MentionFault::nobody;
  // From the last to the first, so that what is replaced moves nothing that is still to come.
  sort(placed, [&](std::size_t a, std::size_t b) { return people[a].at->start > people[b].at->start; });
  std::string& text = command.text;
  const std::vector<std::size_t> offsets = offsets_of(text);
  std::size_t limit = text.size() + 1;
  for (const std::size_t i : placed) {
    const Mention& one = people[i];
    const std::size_t from = offsets[one.at->start], to = offsets[one.at->end];
    if (to > limit) return MentionFault::overlapping;
    limit = from;
    const std::string name = '@' + one.who.user;
    if (text.substr(from, to - from).find(name) == std::string::npos) text.replace(from, to - from, name);
  }
  return MentionFault::none;
}

bool text_fits(const client::SendText& command) { return utf8_length(command.text) <= limits::kTextCharsMax; }

}  // namespace wa::gateway
