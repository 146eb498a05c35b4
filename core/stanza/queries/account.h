// What the service keeps about the account itself: questions and answers.
// Questions are IQs without the id: Requests gives it.
// Answers are read totally: one that lacks what its kind demands is Errc::bad_input.
// Facts: 07; 15 sections 1, 4.
#pragma once

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

Node build_privacy_query();
Node build_own_picture(ByteView jpeg);

// Name and value of each category, in the order given.
Result<std::vector<std::pair<std::string, std::string>>> parse_privacy(const Node& iq);
Result<std::string> parse_picture_id(const Node& iq);

}  // namespace wa::stanza
