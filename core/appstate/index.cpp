// tested by unit/appstate/appstate_vectors.cpp
// The index of a record: a compact JSON array of strings (05 section 3). Written as JSON.stringify would, because other
// devices find a record by the MAC over these bytes.
#include "appstate/mutation.h"
#include "base/json_reader.h"

namespace wa::appstate {
namespace {

constexpr std::size_t kIndexBytesMax = 16u << 10;
constexpr std::size_t kIndexPartsMax = 64;

void append_escaped(Bytes& out, std::string_view part) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : part) {
    switch (c) {
      case '"': append(out, "\\\""); break;
      case '\\': append(out, "\\\\"); break;
      case '\b': append(out, "\\b"); break;
      case '\f': append(out, "\\f"); break;
      case '\n': append(out, "\\n"); break;
      case '\r': append(out, "\\r"); break;
      case '\t': append(out, "\\t"); break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          append(out, "\\u00");
          out.push_back(static_cast<std::uint8_t>(kHex[(c >> 4) & 15]));
          out.push_back(static_cast<std::uint8_t>(kHex[c & 15]));
        } else {
          out.push_back(static_cast<std::uint8_t>(c));
        }
    }
  }
}

bool read_array(JsonReader reader, std::vector<std::string>& out) {
  if (!reader.symbol('[')) return false;
  if (reader.symbol(']')) return reader.at_end();
  do {
    std::string part;
    if (out.size() == kIndexPartsMax || !reader.string(part)) return false;
    out.push_back(std::move(part));
  } while (reader.symbol(','));
  return reader.symbol(']') && reader.at_end();
}

}  // namespace

Bytes build_index(const std::vector<std::string>& parts) {
  Bytes out = to_bytes("[");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    append(out, i ? ",\"" : "\"");
    append_escaped(out, parts[i]);
    append(out, "\"");
  }
  append(out, "]");
  return out;
}

Result<std::vector<std::string>> parse_index(ByteView index) {
  if (index.size() > kIndexBytesMax) return {Errc::too_large, "app-state index too long"};
  std::vector<std::string> parts;
  if (!read_array(JsonReader(text_of(index)), parts))
    return {Errc::bad_input, "app-state index is not an array of strings"};
  return parts;
}

}  // namespace wa::appstate
