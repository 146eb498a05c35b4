// Mentions in a text to a group. Positions count characters of the text as given; [start, end) is where a person stands
// in it. What stands there stays when it says "@<number>" already and is replaced by that otherwise. Without a position
// the text stays as it is: who is mentioned is told beside the text. For everybody the text stays, too: "@all" is what
// people write there.
#pragma once

#include <optional>
#include <vector>

#include "client/contract.h"

namespace wa::gateway {

bool takes_mentions(const wire::Jid& chat);  // groups

struct CharSpan { std::size_t start = 0, end = 0; };
bool lies_in(const CharSpan&, std::size_t text_chars);

struct Mention { wire::Jid who; std::optional<CharSpan> at; };  // `at` lies in the text

enum class MentionFault : std::uint8_t {
  none,
  nobody,       // is mentioned
  overlapping,  // positions
};
// Who is mentioned, each once, and the text with their names in it.
MentionFault mention(const std::vector<Mention>&, client::SendText&);
// With the names in it the text may have become too long.
bool text_fits(const client::SendText&);

}  // namespace wa::gateway
