// The rules of style.md that a program can check, one function each; on one file at a time, unless they take all.
#pragma once

#include <map>
#include <set>

#include "tidy/source.h"

namespace wa::tidy {

std::vector<Finding> check_ladder(const File& file);       // style.md 4: includes go down only
// Rooms include only what is below them; `paths`: of all files. Files beside the rooms.
std::vector<Finding> check_rooms(const File& file, const std::set<std::string>& paths);
std::vector<Finding> check_tops(const std::vector<File>& files);
// Lines over 120, functions over 60 lines, sources of core without a test: by file as tests/tidy/allowed.txt says, no more, no less.
using Debts = std::map<std::string, int>;
Debts debts_of(const File& file, const std::set<std::string>& paths);
std::vector<Finding> check_debts(const std::vector<File>& files, const std::string& allowed);
std::string show_debts(const std::vector<File>& files);  // what allowed.txt would say
std::vector<Finding> check_third_party(const File& file);  // libraries only where they belong
std::vector<Finding> check_sizes(const File& file);        // lines per file, characters per line
std::vector<Finding> check_form(const File& file);         // tabs, trailing spaces, headers' opening
std::vector<Finding> check_core_calls(const File& file);   // no clock, entropy, threads, files, exceptions
std::vector<Finding> check_statics(const File& file);      // no mutable statics in core
std::vector<Finding> check_names(const File& file);        // Manager, Helper, get_ and the like
std::vector<Finding> check_words(const File& file);        // unfinished work
std::vector<Finding> check_numbers(const File& file);      // phone numbers must be fictitious
std::vector<Finding> check_place(const File& file);        // top-level folders

// Undefined and defined symbols of an archive of core, as `nm -P` prints them.
std::vector<Finding> check_symbols(const std::string& archive, const std::string& nm_output);

}  // namespace wa::tidy
