// What is longer than style.md says, and sources of core without a test of their own: allowed where allowed.txt names it, file by
// file. The list only shrinks: a line that allows more than there is, is a finding as well.
#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>

#include "tidy/rules.h"

namespace wa::tidy {
namespace {

constexpr std::size_t kColumnsMax = 120;
constexpr int kFunctionMax = 60;

bool has_word(const std::string& text, std::string_view word) {
  const auto words = words_of(text);
  return std::any_of(words.begin(), words.end(), [&](const Word& one) { return one.text == word; });
}

// What a '{' opens, by the text since the statement began.
enum class Block { scope, function, other };
Block kind_of(const std::string& head) {
  const bool paren = head.find('(') != std::string::npos;
  if (has_word(head, "namespace") || head.find("extern \"") != std::string::npos) return Block::scope;
  if (!paren && (has_word(head, "struct") || has_word(head, "class") || has_word(head, "union"))) return Block::scope;
  if (!paren) return Block::other;
  // `T k[] = {f(x), {` and default members; an operator's name has its own '='.
  const std::size_t equals = head.find(" = "), open = head.find('(');
  return equals != std::string::npos && equals < open ? Block::other : Block::function;
}

struct Long { int line = 0, lines = 0; };

// Functions, each with what stands inside it; from the line where its head begins.
std::vector<Long> functions_of(const std::string& code) {
  std::vector<Long> out;
  std::vector<Block> open;
  std::string head;
  int line = 1, head_line = 1, inside = 0, began = 0;
  for (const char c : code) {
    if (c == '\n') ++line;
    if (c == '{') {
      const Block kind = inside > 0 ? Block::other : kind_of(head);
      if (kind == Block::function) began = head_line;
      if (inside > 0 || kind == Block::function) ++inside;
      open.push_back(kind);
    } else if (c == '}' && !open.empty()) {
      open.pop_back();
      if (inside > 0 && --inside == 0) out.push_back({began, line - began + 1});
    }
    if (inside > 0) {
      head.clear();
    } else if (c == ';' || c == '{' || c == '}') {
      head.clear();
    } else if (!head.empty() || !std::isspace(static_cast<unsigned char>(c))) {
      if (head.empty()) head_line = line;
      head.push_back(c);
    }
  }
  return out;
}

std::size_t columns_of(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// "core/a/b.cpp" has "tests/unit/a/b_test.cpp", or says in a line of its own by which it is tested.
bool has_test(const File& file, const std::set<std::string>& paths) {
  const std::string stem = file.path.substr(5, file.path.size() - 5 - 4);
  if (paths.count("tests/unit/" + stem + "_test.cpp") != 0) return true;
  const std::size_t note = file.text.find("// tested by ");
  if (note == std::string::npos) return false;
  const std::size_t begin = note + 13;
  return paths.count("tests/" + file.text.substr(begin, file.text.find_first_of(" ,\n", begin) - begin)) != 0;
}

}  // namespace

Debts debts_of(const File& file, const std::set<std::string>& paths) {
  Debts debts;
  if (!file.is_cpp()) return debts;
  for (const std::string& line : lines_of(file.text)) debts["lines"] += columns_of(line) > kColumnsMax;
  for (const Long& one : functions_of(code_of(file.text))) debts["functions"] += one.lines > kFunctionMax;
  if (file.under("core/") && !file.is_header()) debts["untested"] = has_test(file, paths) ? 0 : 1;
  for (auto it = debts.begin(); it != debts.end();) it = it->second == 0 ? debts.erase(it) : std::next(it);
  return debts;
}

std::vector<Finding> check_debts(const std::vector<File>& files, const std::string& allowed) {
  std::map<std::string, Debts> left;
  std::istringstream lines(allowed);
  std::string path, what;
  for (int count = 0; lines >> path >> what >> count;) left[path][what] = count;
  std::vector<Finding> findings;
  const std::set<std::string> paths = paths_of(files);
  for (const File& file : files) {
    const Debts debts = debts_of(file, paths);
    Debts& may = left[file.path];
    for (const auto& [kind, count] : debts) {
      const int most = may[kind];
      if (count == most) continue;
      const char* verdict = count > most ? ", allowed " : ": allow no more than that, not ";
      findings.push_back({file.path, 0, kind + " " + std::to_string(count) + verdict + std::to_string(most)});
    }
    for (const auto& [kind, count] : may) {
      if (debts.count(kind) != 0 || count == 0) continue;
      findings.push_back({file.path, 0, kind + ": none any more, remove it from tests/tidy/allowed.txt"});
    }
    left.erase(file.path);
  }
  for (const auto& [gone, debts] : left) findings.push_back({gone, 0, "no such file: remove it from tests/tidy/allowed.txt"});
  return findings;
}

std::string show_debts(const std::vector<File>& files) {
  const std::set<std::string> paths = paths_of(files);
  std::string out;
  for (const File& file : files) {
    for (const auto& [kind, count] : debts_of(file, paths)) out += file.path + " " + kind + " " + std::to_string(count) + "\n";
  }
  return out;
}

}  // namespace wa::tidy
