#include "support/vectors.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace wa::test {

std::map<std::string, VectorFn>& vector_files() {
  static std::map<std::string, VectorFn> files;
  return files;
}

void VectorReport::check(const std::string& name, bool ok, const std::string& why) {
  ok ? ++passed : ++failed;
  if (!ok) std::printf("  FAILED %s%s%s\n", name.c_str(), why.empty() ? "" : ": ", why.c_str());
}

Bytes hex_field(const nlohmann::json& object, const char* key) {
  auto bytes = from_hex(object.at(key).get<std::string>());
  if (!bytes) {
    std::fprintf(stderr, "vector member %s is not hex\n", key);
    std::exit(2);
  }
  return *bytes;
}

}  // namespace wa::test

namespace {

// A file without a runner, or with fewer checks than vectors, is a failure: nothing may be skipped in silence.
void run_file(const std::filesystem::path& path, wa::test::VectorReport& total) {
  std::ifstream in(path);
  const auto file = nlohmann::json::parse(in, nullptr, false);
  const std::string name = path.filename().string();
  wa::test::VectorReport report;
  const auto runner = wa::test::vector_files().find(name);
  if (file.is_discarded() || !file.contains("vectors")) {
    report.check(name, false, "not a vector file");
  } else if (runner == wa::test::vector_files().end()) {
    report.check(name, false, "no runner for this file");
  } else {
    try {
      runner->second(file, report);
    } catch (const std::exception& error) {
      report.check(name, false, error.what());
    }
    const auto expected = file["vectors"].size();
    if (static_cast<std::size_t>(report.passed + report.failed) < expected) report.check(name, false, "not every vector was consumed");
  }
  std::printf("%-28s %4d passed, %d failed\n", name.c_str(), report.passed, report.failed);
  total.passed += report.passed;
  total.failed += report.failed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path directory = argc > 1 ? argv[1] : WA_SOURCE_DIR "/tests/vectors";
  std::map<std::string, std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".json") files[entry.path().filename().string()] = entry.path();
  }
  if (files.empty()) {
    std::fprintf(stderr, "no vector files in %s\n", directory.c_str());
    return 2;
  }
  wa::test::VectorReport total;
  for (const auto& [name, path] : files) run_file(path, total);
  std::printf("%d passed, %d failed\n", total.passed, total.failed);
  return total.failed == 0 ? 0 : 1;
}
