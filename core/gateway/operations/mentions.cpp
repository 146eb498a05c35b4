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
  std::vector<const Mention*> placed;
  std::set<std::string> known;
  for (const Mention& one : people) {
    if (one.at) placed.push_back(&one);
    if (known.insert(one.who.text()).second) command.mentioned.push_back(one.who);
  }
  if (!command.mention_all && command.mentioned.empty()) return MentionFault::nobody;
  // From the last to the first, so that what is replaced moves nothing that is still to come.
  sort(placed, [](const Mention* a, const Mention* b) { return a->at->start > b->at->start; });
  std::string& text = command.text;
  const std::vector<std::size_t> offsets = offsets_of(text);
  std::size_t limit = text.size() + 1;
  for (const Mention* one : placed) {
    const std::size_t from = offsets[one->at->start], to = offsets[one->at->end];
    if (to > limit) return MentionFault::overlapping;
    limit = from;
    const std::string name = '@' + one->who.user;
    if (text.substr(from, to - from).find(name) == std::string::npos) text.replace(from, to - from, name);
  }
  return MentionFault::none;
}

bool text_fits(const client::SendText& command) { return utf8_length(command.text) <= limits::kTextCharsMax; }

}  // namespace wa::gateway
