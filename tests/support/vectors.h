// The vector runner: one program over a directory of vector files. A module registers a function per file name; the
// runner counts every vector, prints a line per file and ends with `N passed, N failed`.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/encoding.h"

namespace wa::test {

class VectorReport {
 public:
  void check(const std::string& name, bool passed, const std::string& why = "");
  int passed = 0, failed = 0;
};

using VectorFn = std::function<void(const nlohmann::json& file, VectorReport&)>;
std::map<std::string, VectorFn>& vector_files();

struct RegisterVectors {
  RegisterVectors(const char* file, VectorFn run) { vector_files()[file] = std::move(run); }
};

// Hex member of a vector; a malformed one ends the program (the file is broken, not the code).
Bytes hex_field(const nlohmann::json& object, const char* key);

}  // namespace wa::test

// WA_VECTORS("hkdf.json", file, report) { ... report.check(name, ok) once per vector ... }
#define WA_VECTORS_CAT2(a, b) a##b
#define WA_VECTORS_CAT(a, b) WA_VECTORS_CAT2(a, b)
#define WA_VECTORS(name, file, report)                                                                     \
  static void WA_VECTORS_CAT(run_vectors_, __LINE__)(const nlohmann::json& file, wa::test::VectorReport& report); \
  static const wa::test::RegisterVectors WA_VECTORS_CAT(registered_, __LINE__){name, WA_VECTORS_CAT(run_vectors_, __LINE__)}; \
  static void WA_VECTORS_CAT(run_vectors_, __LINE__)(const nlohmann::json& file, wa::test::VectorReport& report)
