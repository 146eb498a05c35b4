// Replays a corpus folder: every file, then every file cut and with flipped bits, so that a small corpus still reaches the
// error paths. Ends with the number of inputs.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "fuzz/fuzz.h"

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]), 2;
  std::set<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) files.insert(entry.path());
  int inputs = 0;
  const auto run = [&](wa::ByteView input) {
    fuzz_one(input);
    ++inputs;
  };
  for (const auto& path : files) {
    std::ifstream in(path, std::ios::binary);
    wa::Bytes bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    run(bytes);
    for (std::size_t i = 1; i <= 16; ++i) run(wa::ByteView(bytes).first(bytes.size() * i / 17));
    for (std::size_t i = 0; i < 16 && !bytes.empty(); ++i) {
      wa::Bytes damaged = bytes;
      damaged[bytes.size() * i / 16] ^= static_cast<std::uint8_t>(1u << i % 8);
      run(damaged);
    }
  }
  std::printf("%d passed, %d failed\n", inputs, files.empty() ? 1 : 0);
  return files.empty() ? 1 : 0;
}
