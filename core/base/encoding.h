// Text forms of bytes, ids and times: hex, base64, UUID v4, RFC 3339, UTF-8 check.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

namespace wa {

std::string hex(ByteView bytes);        // lower case
std::string hex_upper(ByteView bytes);
int hex_value(char digit);              // either case; -1 when it is none
std::optional<Bytes> from_hex(std::string_view text);  // either case; nullopt on anything else

std::string base64(ByteView bytes);      // standard alphabet, padded
std::string base64_url(ByteView bytes);  // URL alphabet, unpadded
std::optional<Bytes> from_base64(std::string_view text);  // both alphabets, padding optional

std::string uuid_v4(Random& random);  // 36 characters, lower case
bool is_uuid(std::string_view text);

std::string rfc3339(WallTime time);                              // "2026-06-15T13:45:02Z"
std::optional<WallTime> parse_rfc3339(std::string_view text);    // any offset, optional fraction

bool is_utf8(std::string_view text);  // strict: no overlong forms, no surrogates
std::size_t utf8_length(std::string_view text);  // code points; the text is valid UTF-8

}  // namespace wa
