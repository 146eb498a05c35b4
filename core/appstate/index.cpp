// tested by unit/appstate/appstate_vectors.cpp
// The index of a record: a compact JSON array of strings (05 section 3). Written as JSON.stringify would, because other
// devices find a record by the MAC over these bytes.
#include "appstate/mutation.h"

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

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 63));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 63));
    out += static_cast<char>(0x80 | (point & 63));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 63));
    out += static_cast<char>(0x80 | ((point >> 6) & 63));
    out += static_cast<char>(0x80 | (point & 63));
  }
}

class IndexReader {
 public:
  explicit IndexReader(std::string_view text) : rest_(text) {}

  bool array(std::vector<std::string>& out) {
    if (!symbol('[')) return false;
    if (symbol(']')) return at_end();
    do {
      std::string part;
      if (out.size() == kIndexPartsMax || !string(part)) return false;
      out.push_back(std::move(part));
    } while (symbol(','));
    return symbol(']') && at_end();
  }

 private:
  void skip_space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }
  bool at_end() {
    skip_space();
    return rest_.empty();
  }
  bool symbol(char c) {
    skip_space();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool string(std::string& out) {
    if (!symbol('"')) return false;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }
  bool escape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    const std::size_t at = kFrom.find(c);
    if (at != std::string_view::npos) {
      out += kTo[at];
      return true;
    }
    std::uint32_t point = 0, low = 0;
    if (c != 'u' || !hex4(point)) return false;
    if (point >= 0xD800 && point < 0xDC00) {
      if (rest_.substr(0, 2) != "\\u") return false;
      rest_.remove_prefix(2);
      if (!hex4(low) || low < 0xDC00 || low > 0xDFFF) return false;
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
      return false;
    }
    append_utf8(out, point);
    return true;
  }
  bool hex4(std::uint32_t& out) {
    if (rest_.size() < 4) return false;
    for (int i = 0; i < 4; ++i) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c >= '0' && c <= '9') out = out * 16 + static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f') out = out * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F') out = out * 16 + static_cast<std::uint32_t>(c - 'A' + 10);
      else return false;
    }
    return true;
  }

  std::string_view rest_;
};

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
  if (!IndexReader(text_of(index)).array(parts)) return {Errc::bad_input, "app-state index is not an array of strings"};
  return parts;
}

}  // namespace wa::appstate
