// Reads the little JSON that the service itself sends or stores: texts. What users send goes through
// gateway/http/json.h.
// Guarantees: total and bounded; nothing is built that was not asked for; escapes become UTF-8.
// Does not: read numbers, or check that bytes above 0x7f are UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wa {

// A cursor. Each function skips white space first; after false it stands anywhere.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  bool at_end();
  char next();                      // what the next value begins with; 0: the end
  bool symbol(char c);
  bool string(std::string& out);    // appends
  bool skip_value(int depth = 0);   // of any kind

 private:
  void skip_space();
  bool escape(std::string& out);
  bool hex4(std::uint32_t& out);
  std::string_view rest_;
};

// The texts among the members of an object, and of the objects in it as "outer.inner". Nothing for what is no object.
using JsonTexts = std::vector<std::pair<std::string, std::string>>;
JsonTexts json_texts(std::string_view text);
std::string text_of(const JsonTexts& texts, std::string_view name);   // of several the last; empty: there is none

}  // namespace wa
