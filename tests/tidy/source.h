// The project's own text as the checks see it: files, and C++ without its comments and literals.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wa::tidy {

struct File {
  std::string path;  // relative to the project, with '/'
  std::string text;
  bool is_header() const { return path.ends_with(".h"); }
  bool is_cpp() const { return is_header() || path.ends_with(".cpp"); }
  bool under(std::string_view folder) const { return path.starts_with(folder); }
};

struct Finding {
  std::string path;
  int line = 0;  // 0: the whole file
  std::string what;
};
std::string show(const std::vector<Finding>& findings);

// Sources, build files and texts of the project; no build folders, vectors, corpora or pinned data.
std::vector<File> project_files(const std::string& root);

std::set<std::string> paths_of(const std::vector<File>& files);

std::vector<std::string> lines_of(std::string_view text);
// Same lines, comments and the insides of literals blanked. `keep_literals` blanks comments only.
std::string code_of(std::string_view text, bool keep_literals = false);

// An identifier with what stands around it.
struct Word {
  std::string text;
  int line = 0;
  std::string before;  // the nearest of "::", ".", "->" directly in front, with its qualifier: "std::"; else empty
  bool called = false; // a '(' follows
};
std::vector<Word> words_of(const std::string& code);

struct Include {
  std::string target;
  int line = 0;
  bool system = false;  // <...>
};
std::vector<Include> includes_of(const File& file);

}  // namespace wa::tidy
