// Spellings of one subscriber's phone number. Brazil, Mexico and Argentina write mobile numbers with or without one
// more digit, and an account may have either.
#pragma once

#include <string_view>

namespace wa {

// By the rules of the three countries alone: whether there is such an account only the service knows.
bool same_subscriber(std::string_view digits, std::string_view other);

}  // namespace wa
