#include "tidy/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace wa::tidy {
namespace {

namespace fs = std::filesystem;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool is_text(const fs::path& path) {
  static const char* const kinds[] = {".h", ".cpp", ".cmake", ".txt", ".md", ".proto", ".sh", ".awk", ".js", ".mjs", ".ts", ".css",
                                      ".html", ".toml", ".yml", ".json"};
  const std::string extension = path.extension().string(), name = path.filename().string();
  if (name == "dev" || name == "run" || name == "LICENSE") return true;
  return std::any_of(std::begin(kinds), std::end(kinds), [&](const char* kind) { return extension == kind; });
}

bool is_skipped(const std::string& name) {
  return name == ".git" || name == "node_modules" || name == "dist" || name == "vectors" || name == "corpus" || name == "golden" ||
         name.starts_with("build") || name == "package-lock.json";
}

}  // namespace

std::string show(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    out += "\n  " + finding.path + (finding.line ? ":" + std::to_string(finding.line) : "") + ": " + finding.what;
  }
  return out;
}

std::vector<File> project_files(const std::string& root) {
  std::vector<File> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    if (it->is_directory() && is_skipped(it->path().filename().string())) it.disable_recursion_pending();
    if (!it->is_regular_file() || !is_text(it->path()) || is_skipped(it->path().filename().string())) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    files.push_back({fs::relative(it->path(), root).generic_string(), std::move(text)});
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

std::set<std::string> paths_of(const std::vector<File>& files) {
  std::set<std::string> paths;
  for (const File& file : files) paths.insert(file.path);
  return paths;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string code_of(std::string_view text, bool keep_literals) {
  std::string out(text);
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, out.size()); ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 2) == "//" || text.substr(i, 2) == "/*") {
      const bool line = text[i + 1] == '/';
      std::size_t end = text.find(line ? "\n" : "*/", i + 2);
      end = end == std::string_view::npos ? text.size() : line ? end : end + 2;
      blank(i, end);
      i = end;
    } else if (text.substr(i, 3) == "R\"(" && (i == 0 || !is_word(text[i - 1]))) {
      const std::size_t end = std::min(text.find(")\"", i), text.size());
      if (!keep_literals) blank(i + 3, end);
      i = end + 2;
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !is_word(text[i - 1])))) {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != text[i] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      if (!keep_literals) blank(i + 1, end);
      i = end + 1;
    } else {
      ++i;
    }
  }
  return out;
}

std::vector<Word> words_of(const std::string& code) {
  std::vector<Word> words;
  int line = 1;
  for (std::size_t i = 0; i < code.size();) {
    if (code[i] == '\n') ++line;
    if (!is_word(code[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < code.size() && is_word(code[end])) ++end;
    Word word{code.substr(i, end - i), line, {}, end < code.size() && code[end] == '('};
    if (i >= 2 && (code.compare(i - 2, 2, "::") == 0 || code.compare(i - 2, 2, "->") == 0)) {
      std::size_t start = i - 2;
      while (start > 0 && is_word(code[start - 1])) --start;
      word.before = code.substr(start, i - start);
    } else if (i >= 1 && code[i - 1] == '.') {
      word.before = ".";
    }
    words.push_back(std::move(word));
    i = end;
  }
  return words;
}

std::vector<Include> includes_of(const File& file) {
  std::vector<Include> includes;
  const auto lines = lines_of(code_of(file.text, true));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::size_t at = line.find("#include");
    if (at == std::string::npos || line.find_first_not_of(' ') != at) continue;
    const std::size_t open = line.find_first_of("<\"", at);
    if (open == std::string::npos) continue;
    const std::size_t close = line.find_first_of(">\"", open + 1);
    includes.push_back({line.substr(open + 1, close - open - 1), static_cast<int>(i + 1), line[open] == '<'});
  }
  return includes;
}

}  // namespace wa::tidy
