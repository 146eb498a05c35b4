// The project itself under the rules. A failure lists every place.
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tidy/rules.h"

using namespace wa::tidy;

namespace {

const std::vector<File>& files() {
  static const std::vector<File> all = project_files(WA_SOURCE_DIR);
  return all;
}

const std::set<std::string>& paths() {
  static const std::set<std::string> all = paths_of(files());
  return all;
}

template <class Rule>
std::string all_findings(Rule rule) {
  std::vector<Finding> findings;
  for (const File& file : files()) {
    for (Finding& finding : rule(file)) findings.push_back(std::move(finding));
  }
  return show(findings);
}

std::string output_of(const std::string& command) {
  std::string out;
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), got);
  REQUIRE(pclose(pipe) == 0);
  return out;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (char c : text) c == at ? parts.emplace_back() : (parts.back() += c, parts.back());
  return parts;
}

}  // namespace

TEST_CASE("the project is where we think it is") { REQUIRE(files().size() > 50); }
TEST_CASE("includes go down the ladder") { CHECK(all_findings(check_ladder) == ""); }
TEST_CASE("rooms include only what is below them") {
  CHECK(all_findings([](const File& file) { return check_rooms(file, paths()); }) == "");
}
TEST_CASE("files are in rooms") { CHECK(show(check_tops(files())) == ""); }
TEST_CASE("what is too long or untested gets less") {
  const std::string path = std::string(WA_SOURCE_DIR) + "/tests/tidy/allowed.txt";
  if (std::getenv("WA_TIDY_WRITE")) std::ofstream(path) << show_debts(files());
  std::ifstream in(path);
  CHECK(show(check_debts(files(), {std::istreambuf_iterator<char>(in), {}})) == "");
}
TEST_CASE("libraries are used where they belong") { CHECK(all_findings(check_third_party) == ""); }
TEST_CASE("files and lines are short") { CHECK(all_findings(check_sizes) == ""); }
TEST_CASE("form") { CHECK(all_findings(check_form) == ""); }
TEST_CASE("core calls nothing banned") { CHECK(all_findings(check_core_calls) == ""); }
TEST_CASE("core keeps no mutable statics") { CHECK(all_findings(check_statics) == ""); }
TEST_CASE("names say what things are") { CHECK(all_findings(check_names) == ""); }
TEST_CASE("nothing is left unfinished") { CHECK(all_findings(check_words) == ""); }
TEST_CASE("phone numbers are fictitious") { CHECK(all_findings(check_numbers) == ""); }
TEST_CASE("everything has its place") { CHECK(all_findings(check_place) == ""); }

TEST_CASE("the archives of core reach nothing of the system") {
  std::vector<Finding> findings;
  const auto archives = split(WA_CORE_ARCHIVES, '|');
  REQUIRE(archives.size() >= 3);
  for (const std::string& archive : archives) {
    const std::string symbols = output_of(std::string(WA_NM) + " -P '" + archive + "'");
    REQUIRE(symbols.size() > 100);
    for (Finding& finding : check_symbols(archive.substr(archive.rfind('/') + 1), symbols)) findings.push_back(std::move(finding));
  }
  CHECK(show(findings) == "");
}
