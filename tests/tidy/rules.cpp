#include "tidy/rules.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace wa::tidy {
namespace {

using Names = std::set<std::string>;

// What each module of core may include (style.md 4), itself aside.
const std::map<std::string, Names>& ladder() {
  static const Names all = {"base",   "crypto",   "store",  "proto", "wire", "noise",
                            "signal", "appstate", "stanza", "media"};
  static const std::map<std::string, Names> rungs = {
      {"base", {}},
      {"crypto", {"base"}},
      {"store", {"base"}},
      {"proto", {"base"}},
      {"media", {"base"}},
      {"wire", {"base"}},
      {"noise", {"base", "crypto", "proto"}},
      {"signal", {"base", "crypto", "proto", "store"}},
      {"appstate", {"base", "crypto", "proto", "store"}},
      {"stanza", {"base", "wire"}},
      {"client", all},
      {"gateway", {"base", "store", "client"}},
      {"sim", all},
  };
  return rungs;
}

std::string folder(std::string_view path, int level) {
  for (; level > 0; --level) path.remove_prefix(std::min(path.find('/') + 1, path.size()));
  return std::string(path.substr(0, path.find('/')));
}

bool in_list(const std::string& text, const Names& names) { return names.count(text) != 0; }

// Exceptions to the ladder, each with its reason.
bool ladder_exception(const File& file, const std::string& target) {
  if (target == "wire/jid.h" && file.under("core/gateway/")) return true;     // a value type in client's events
  if (target == "crypto/hash.h" && file.under("core/gateway/")) return true;  // tokens and webhook signatures
  if (target == "wire/jid.h" && file.path == "core/signal/address.h") return true;  // an address is made from a JID
  if (target == "wire/frame.h" && file.under("core/noise/")) return true;  // the intro bytes are the prologue
  if (target == "client/rows/account.h" && file.path == "core/sim/world/paired_rows.cpp") return true;  // rows of a paired device
  return target.starts_with("gateway/") && file.under("core/sim/world");      // the world drives the whole product
}

struct Library {
  const char* prefix;
  std::vector<std::string> places;  // path prefixes
  bool headers = true;              // may headers include it
};
const std::vector<Library>& libraries() {
  static const std::vector<Library> list = {
      {"sodium", {"core/crypto/", "host-native/", "tests/"}, false},
      {"mbedtls/", {"core/crypto/", "host-wasm/", "tests/unit/crypto/"}, false},
      {"zlib.h", {"core/wire/", "host-native/machines/qr_png.cpp", "tests/"}, false},
      {"google/protobuf/", {"core/proto/"}, false},
      {"nlohmann/", {"core/gateway/", "core/appstate/", "tests/", "host-native/", "host-wasm/"}, true},
      {"boost/", {"host-native/", "tests/native/", "tests/bench/"}, true},
      {"boost/asio/dispatch", {}, true},  // runs one's work on the strand and in the time of another: post
      {"openssl/", {"core/crypto/stream_engine_openssl.cpp", "host-native/", "tests/native/", "tests/bench/"}, true},
      {"sqlite3.h", {"host-native/", "tests/native/"}, true},
      {"png.h", {"host-native/", "tests/native/"}, true},
      {"qrencode.h", {"host-native/"}, true},
      {"toml++/", {"host-native/"}, true},
      {"emscripten", {"host-wasm/"}, true},
      {"catch2/", {"tests/"}, true},
      {"thread", {"host-native/", "tests/"}, true},
      {"mutex", {"host-native/", "tests/"}, true},
      {"condition_variable", {"host-native/", "tests/"}, true},
      {"future", {"host-native/", "tests/"}, true},
      {"atomic", {"host-native/", "tests/"}, true},
      {"chrono", {"host-native/", "tests/"}, true},
      {"ctime", {"host-native/", "tests/"}, true},
      {"random", {"host-native/", "tests/"}, true},
      {"iostream", {"host-native/", "tests/"}, true},
      {"fstream", {"host-native/", "tests/"}, true},
      {"filesystem", {"host-native/", "tests/"}, true},
      {"unistd.h", {"host-native/", "tests/"}, true},
      {"sys/", {"host-native/", "tests/"}, true},
  };
  return list;
}

bool is_test_or_host(const File& file) { return file.under("tests/") || file.under("host-"); }

}  // namespace

std::vector<Finding> check_ladder(const File& file) {
  std::vector<Finding> findings;
  if (!file.under("core/") || !file.is_cpp()) return findings;
  const std::string module = folder(file.path, 1);
  const auto rung = ladder().find(module);
  if (rung == ladder().end()) return {{file.path, 0, "no module of this name on the ladder"}};
  for (const Include& include : includes_of(file)) {
    if (include.system || include.target.find('/') == std::string::npos) continue;
    const std::string target = folder(include.target, 0);
    if (target == module || in_list(target, rung->second) || ladder_exception(file, include.target)) continue;
    findings.push_back({file.path, include.line, module + " may not include " + include.target});
  }
  return findings;
}

std::vector<Finding> check_third_party(const File& file) {
  std::vector<Finding> findings;
  if (!file.is_cpp()) return findings;
  for (const Include& include : includes_of(file)) {
    const bool generated = include.target.find(".pb.h") != std::string::npos;
    if (generated && (file.under("core/") ? file.is_header() : !file.under("tests/"))) {
      findings.push_back({file.path, include.line, "generated headers belong into .cpp files of core"});
    }
    const bool of_classes = file.under("core/proto/") || file.under("core/sim/") || !file.under("core/");
    if (include.target == "proto/message.h" && !of_classes) {
      findings.push_back({file.path, include.line, "the core reads and writes protobuf without classes (core/proto)"});
    }
    if (!include.system) continue;
    for (const Library& library : libraries()) {
      const std::string prefix = library.prefix;
      if (!(include.target == prefix || include.target.starts_with(prefix + ".") ||
            (prefix.ends_with("/") && include.target.starts_with(prefix)))) {
        continue;
      }
      const bool placed = std::any_of(library.places.begin(), library.places.end(), [&](const auto& place) { return file.under(place); });
      if (!placed) findings.push_back({file.path, include.line, include.target + " is not allowed here"});
      else if (file.under("core/") && file.is_header() && !library.headers)
        findings.push_back({file.path, include.line, include.target + " in a header"});
    }
  }
  return findings;
}

std::vector<Finding> check_sizes(const File& file) {
  std::vector<Finding> findings;
  if (!file.is_cpp()) return findings;
  const auto lines = lines_of(file.text);
  const std::size_t lines_max = file.is_header() ? 300 : 600, columns_max = file.under("tests/") ? 160 : 130;
  if (lines.size() > lines_max)
    findings.push_back(
        {file.path, 0, std::to_string(lines.size()) + " lines, " + std::to_string(lines_max) + " allowed"});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto columns = static_cast<std::size_t>(
        std::count_if(lines[i].begin(), lines[i].end(), [](char c) { return (c & 0xC0) != 0x80; }));
    if (columns > columns_max) findings.push_back({file.path, static_cast<int>(i + 1), std::to_string(columns) + " characters"});
  }
  return findings;
}

std::vector<Finding> check_form(const File& file) {
  std::vector<Finding> findings;
  if (!file.is_cpp()) return findings;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find('\t') != std::string::npos) findings.push_back({file.path, static_cast<int>(i + 1), "tab"});
    if (!lines[i].empty() && std::isspace(static_cast<unsigned char>(lines[i].back())))
      findings.push_back({file.path, static_cast<int>(i + 1), "trailing space"});
  }
  if (!file.text.empty() && file.text.back() != '\n') findings.push_back({file.path, 0, "no newline at the end"});
  if (!file.is_header()) return findings;
  if (!file.text.starts_with("//") && !file.text.starts_with("/*")) findings.push_back({file.path, 1, "a header opens with what it is"});
  if (file.text.find("#pragma once") == std::string::npos) findings.push_back({file.path, 1, "no #pragma once"});
  if (code_of(file.text).find("\nusing namespace") != std::string::npos && !file.under("tests/"))
    findings.push_back({file.path, 0, "using namespace in a header"});
  return findings;
}

std::vector<Finding> check_core_calls(const File& file) {
  // Anywhere in core, called or not.
  static const Names banned = {
      "system_clock", "steady_clock", "high_resolution_clock", "random_device", "mt19937", "shared_ptr", "weak_ptr", "make_shared",
      "dynamic_cast", "typeid", "throw", "try", "catch", "thread_local", "getenv", "setenv", "fopen", "ifstream", "ofstream", "fstream",
      "cout", "cerr", "cin", "co_await", "co_yield", "co_return", "bit_cast", "source_location", "stoi", "stol", "stoul", "stoull",
      "stoll", "strcpy", "strcat", "sprintf", "vsprintf", "atoi", "atol", "strtok", "setlocale", "localtime", "gmtime", "gettimeofday",
      "clock_gettime", "getrandom", "arc4random", "sodium_init", "setjmp", "longjmp", "malloc", "calloc", "realloc"};
  // As a call of a free function.
  static const Names banned_calls = {"time", "clock", "rand", "srand", "sleep", "usleep", "system", "exit", "assert", "printf", "puts"};
  static const Names banned_std = {"thread", "jthread", "mutex", "async", "future", "atomic", "format", "expected", "filesystem", "chrono"};
  std::vector<Finding> findings;
  if (!file.under("core/") || !file.is_cpp()) return findings;
  for (const Word& word : words_of(code_of(file.text))) {
    const bool free_call = word.called && (word.before.empty() || word.before == "std::" || word.before == "::");
    const bool member = word.before == "." || word.before.ends_with("->");
    if ((in_list(word.text, banned) && !member) || word.text.starts_with("randombytes") ||
        (word.called && word.text.ends_with("_keypair")) || (free_call && in_list(word.text, banned_calls)) ||
        (word.before == "std::" && in_list(word.text, banned_std)) || (word.called && member && word.text == "at")) {
      findings.push_back({file.path, word.line, word.text + " is banned in core"});
    }
  }
  return findings;
}

// A `static` that is neither constant nor a function. Statics that hide from this are found by their symbols.
std::vector<Finding> check_statics(const File& file) {
  std::vector<Finding> findings;
  if (!file.under("core/") || !file.is_cpp()) return findings;
  const std::string code = code_of(file.text);
  int line = 1;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '\n') ++line;
    if (code.compare(i, 7, "static ") != 0 ||
        (i > 0 && (std::isalnum(static_cast<unsigned char>(code[i - 1])) || code[i - 1] == '_')))
      continue;
    const std::string declaration = code.substr(i, code.find_first_of(";={(", i) - i);
    const bool function = code[std::min(i + declaration.size(), code.size() - 1)] == '(';
    if (!function && declaration.find("const") == std::string::npos) findings.push_back({file.path, line, "mutable static"});
  }
  return findings;
}

std::vector<Finding> check_names(const File& file) {
  static const char* const suffixes[] = {"Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "Handler", "Wrapper"};
  static const Names getters = {"get_if",          "get_ptr",        "get_ref",    "get_to",
                                "get_executor",    "get_io_context", "get_future", "get_lowest_layer",
                                "get_ssl_context", "get_payload"};  // of libraries
  static const Names kinds = {"class", "struct", "enum", "using", "concept"};
  std::vector<Finding> findings;
  if (!file.is_cpp() || !(file.under("core/") || is_test_or_host(file))) return findings;
  const auto words = words_of(code_of(file.text));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& text = words[i].text;
    const bool declared = i > 0 && in_list(words[i - 1].text, kinds);
    for (const char* suffix : suffixes) {
      if (declared && text.ends_with(suffix) && text != suffix) findings.push_back({file.path, words[i].line, text + ": say what it is"});
    }
    if (file.under("core/") && text.starts_with("get_") && !in_list(text, getters))
      findings.push_back({file.path, words[i].line, text + ": no get_"});
  }
  return findings;
}

std::vector<Finding> check_words(const File& file) {
  static const char* const banned[] = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X:",
      "HA"
      "CK",
      "not implemented"
      " yet",
      "to be"
      " done",
      "place"
      "holder text"};
  std::vector<Finding> findings;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const char* word : banned) {
      const std::size_t at = lines[i].find(word);
      if (at == std::string::npos) continue;
      const bool inside = at > 0 && std::isalpha(static_cast<unsigned char>(lines[i][at - 1]));
      if (!inside) findings.push_back({file.path, static_cast<int>(i + 1), std::string("unfinished: ") + word});
    }
  }
  return findings;
}

// Fictitious numbers show it: five equal digits in a row, or the digits in order.
std::vector<Finding> check_numbers(const File& file) {
  std::vector<Finding> findings;
  const auto fictitious = [](const std::string& digits) {
    std::size_t run = 1;
    for (std::size_t i = 1; i < digits.size(); ++i) {
      run = digits[i] == digits[i - 1] ? run + 1 : 1;
      if (run >= 5) return true;
    }
    return digits.find("12345") != std::string::npos;
  };
  // Numbers of the protocol vectors: random, made by their authors (vectors/README).
  static const Names vectors = {"85442321330", "440027779785628", "7684739457"};
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t at = 0; at < lines[i].size(); ++at) {
      const std::size_t end = std::min(lines[i].find_first_not_of("0123456789", at), lines[i].size());
      const std::string digits = lines[i].substr(at, end - at);
      const bool marked = (at > 0 && lines[i][at - 1] == '+') || lines[i].compare(end, 6, "@s.wha") == 0 ||
                          lines[i].compare(end, 5, "@c.us") == 0;
      if (digits.size() >= 10 && digits.size() <= 15 && marked && !fictitious(digits) && !in_list(digits, vectors)) {
        findings.push_back({file.path, static_cast<int>(i + 1), "phone number that may be somebody's"});
      }
      if (end > at) at = end;
    }
  }
  return findings;
}

std::vector<Finding> check_place(const File& file) {
  static const Names top = {"core", "host-native", "host-wasm", "web-demo", "tests", ".ci", ".dev", "docs"};
  static const Names files = {"CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
                              "LICENSE", "dev", ".gitignore"};
  static const Names tests = {"unit", "sim", "native", "wasm", "edge", "package", "page", "client", "golden", "vectors",
                              "compile_fail", "fuzz", "bench", "tidy", "tools", "support"};
  const std::string first = folder(file.path, 0);
  const bool is_file = file.path.find('/') == std::string::npos;
  if (is_file ? !in_list(first, files) : !in_list(first, top)) return {{file.path, 0, "has no place at the top"}};
  const bool deep = std::count(file.path.begin(), file.path.end(), '/') >= 2;
  if (first == "tests" && deep && !in_list(folder(file.path, 1), tests)) return {{file.path, 0, "no such kind of test"}};
  if (first == "core" && deep && ladder().count(folder(file.path, 1)) == 0) return {{file.path, 0, "no such module"}};
  return {};
}

}  // namespace wa::tidy
