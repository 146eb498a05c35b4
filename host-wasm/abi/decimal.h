// The number that a decimal text means, correctly rounded.
#pragma once

namespace wa::wasm {

// Reads [-]digits[.digits][(e|E)[+|-]digits], the numbers of JSON; to the nearest double, ties to even; infinity when too
// large. `end` is set behind what was read, to `text` when that is no number.
double parse_decimal(const char* text, char** end);

}  // namespace wa::wasm
