// The link of a text that a preview is shown of (10 section 5): the first one with http or https.
#pragma once

#include <string_view>

namespace wa::client {

// As it stands in the text, without the punctuation and the brackets around it. Empty: there is none.
std::string_view first_link(std::string_view text);

}  // namespace wa::client
